// The panel's requests to our server.
import type { WalletOptions, WalletPick, WalletPreparation } from '../server/wallet-types.ts';
import type { PaymentServer } from './payment-controller.ts';

const ANNOUNCE_ATTEMPTS = 4;
const ANNOUNCE_WAIT_MS = 1_500;

export const readWalletOptions = async (intentId: string, signal: AbortSignal): Promise<WalletOptions> => {
  const response = await fetch(`/checkout/${intentId}/wallet`, { signal });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as WalletOptions;
};

export const walletServer = (intentId: string): PaymentServer => ({
  async prepare({ coin, network }, payer, again) {
    const body = new URLSearchParams({ coin, network, payer, ...(again ? { again: 'yes' } : {}) });
    const response = await fetch(`/checkout/${intentId}/wallet`, { method: 'POST', body });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return (await response.json()) as WalletPreparation;
  },
  async pick(payer) {
    const body = new URLSearchParams({ payer });
    const response = await fetch(`/checkout/${intentId}/wallet/pick`, { method: 'POST', body });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return (await response.json()) as WalletPick | null;
  },
  async announce(txHash) {
    const body = new URLSearchParams({ txHash });
    for (let attempt = 1; attempt <= ANNOUNCE_ATTEMPTS; attempt++) {
      try {
        // keepalive: the shopper may close the tab the moment the wallet says "sent".
        const { status } = await fetch(`/checkout/${intentId}/wallet/sent`, { method: 'POST', body, keepalive: true });
        if (status < 500) return;
      } catch {
        // Offline: retried below.
      }
      await new Promise((done) => setTimeout(done, ANNOUNCE_WAIT_MS * attempt));
    }
  },
});
