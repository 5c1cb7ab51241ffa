// Asks a wallet of this browser for the transfers that the AllScale Pay wallet lacks, one after the other. It stops at the first that was
// not sent, and says which were.
import type { TopUp } from '#web/account/server/account-types.ts';
import { chainIdOf, type Eip1193Provider, firstAccount } from '../browser-wallet/eip1193.ts';
import { switchNetwork } from '../browser-wallet/switch-network.ts';
import { failureOf, mayHaveSent } from '../browser-wallet/wallet-errors.ts';

export type FillTransfer = TopUp['transfers'][number];

export type FillOutcome =
  | 'sent'
  | 'dismissed'
  /** The wallet is still on another network: it was asked for nothing there. */
  | 'wrong_network'
  | 'failed'
  /** It is not known whether the last transfer was sent. */
  | 'unsure';

interface FillProgress {
  /** The wallet shows this transfer to its owner. */
  asking(transfer: FillTransfer): void;
  sent(transfer: FillTransfer): void;
}

/** Never rejects. */
export const sendFill = async (
  provider: Eip1193Provider,
  network: TopUp['network'],
  transfers: readonly FillTransfer[],
  { asking, sent }: FillProgress,
): Promise<FillOutcome> => {
  const isThere = async (): Promise<boolean> =>
    chainIdOf(await provider.request({ method: 'eth_chainId' })) === Number(network.chainId);
  let asked = false;
  try {
    const from = firstAccount(await provider.request({ method: 'eth_requestAccounts' }));
    if (!from) return 'failed';
    for (const transfer of transfers) {
      // Read before each transfer: the owner may change the network in between.
      if (!(await isThere())) await switchNetwork(provider, network);
      if (!(await isThere())) return 'wrong_network';
      asking(transfer);
      asked = true;
      await provider.request({
        method: 'eth_sendTransaction',
        params: [{ from, ...transfer.transaction, chainId: network.chainId }],
      });
      asked = false;
      sent(transfer);
    }
    return 'sent';
  } catch (error) {
    const failure = failureOf(error);
    if (asked && mayHaveSent(failure)) return 'unsure';
    return failure === 'dismissed' ? 'dismissed' : 'failed';
  }
};
