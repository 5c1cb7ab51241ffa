// The optional proof that the merchant controls the receiving address: its wallet signs a message in the browser.
import { useState } from 'react';
import { type Address, typedAddress } from '#domain/address.ts';
import { receiverProofTypedData } from '#domain/receiver-proof.ts';
import { firstAccount, type Wallet } from '#web/checkout/browser-wallet/eip1193.ts';
import { useWallets } from '#web/checkout/browser-wallet/use-wallets.ts';
import { Button } from '#web/ui/button.tsx';
import { FieldError } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';

export interface ReceiverSignature {
  signature: string;
  signedAt: string;
}

interface ReceiverProofProps {
  storeId: string;
  /** As typed. */
  receiver: string;
  signed: ReceiverSignature | null;
  error: string | null;
  onSigned(signature: ReceiverSignature): void;
}

const parsedOrNull = (typed: string): Address | null => {
  try {
    return typedAddress(typed);
  } catch {
    return null;
  }
};

/** EIP-1193: the user rejected the request. */
const DISMISSED = 4001;

export function ReceiverProof({ storeId, receiver, signed, error, onSigned }: ReceiverProofProps) {
  const wallets = useWallets('Browser wallet') ?? [];
  const [problem, setProblem] = useState<string | null>(null);
  const address = parsedOrNull(receiver);

  const sign = async ({ provider }: Wallet): Promise<void> => {
    setProblem(null);
    if (!address) return;
    try {
      const account = firstAccount(await provider.request({ method: 'eth_requestAccounts' }));
      if (account !== address.toLowerCase()) {
        setProblem(`The wallet is on ${account ?? 'no account'}. Choose the receiving address in it, and try again.`);
        return;
      }
      const signedAt = new Date().toISOString();
      const typedData = JSON.stringify(receiverProofTypedData({ storeId, receiver: address, signedAt }));
      const signature = await provider.request({ method: 'eth_signTypedData_v4', params: [account, typedData] });
      onSigned({ signature: String(signature), signedAt });
    } catch (cause) {
      const dismissed = (cause as { code?: unknown } | null)?.code === DISMISSED;
      setProblem(dismissed ? 'You dismissed the request. Nothing was signed.' : 'The wallet did not sign.');
    }
  };

  return (
    <div className="grid gap-3 rounded-lg bg-sunken p-4">
      <p className="text-sm font-semibold">Prove that it is yours (optional)</p>
      <p className="text-sm text-ink-2">
        The wallet of this address signs one message. It costs nothing, moves nothing and allows nothing. It shows that
        the address has no typing error and that you hold its key. Signed, a new address takes effect at once; without
        it, the change waits.
      </p>
      {signed ? (
        <Notice tone="ok" announced title="Signed">
          Save the address to keep the proof.
        </Notice>
      ) : (
        <div className="flex flex-wrap gap-2">
          {wallets.map((wallet) => (
            <Button key={wallet.id} disabled={!address} onClick={() => void sign(wallet)}>
              {wallet.icon ? <img src={wallet.icon} alt="" width={18} height={18} /> : null}
              Sign with {wallet.name}
            </Button>
          ))}
          {wallets.length === 0 ? <p className="text-sm text-ink-2">No browser wallet was found.</p> : null}
        </div>
      )}
      {problem || error ? <FieldError>{problem ?? `The signature: ${error}`}</FieldError> : null}
    </div>
  );
}
