// The review of a withdrawal and its approval: what the wallet will sign, in words, and one way to sign it. The checkout has its
// own (allscale/transfer-review.tsx): it says who is paid, in five languages.
import { useState } from 'react';
import type { ReviewedTransfer, WalletView } from '#web/account/account-types.ts';
import { AddressText } from '../components/address-text.tsx';
import { Fact } from '../components/payment-facts.tsx';
import { Note } from './form-parts.tsx';
import { UnlockForm } from './unlock-form.tsx';

interface ApproveTransferProps {
  reviewed: ReviewedTransfer;
  wallet: WalletView;
  email: string;
  /** Gets the raw transaction to broadcast; may throw words for the owner. Not called twice for one approval. */
  onSigned: (rawTx: string) => Promise<void>;
}

export function ApproveTransfer({ reviewed, wallet, email, onSigned }: ApproveTransferProps) {
  const [sent, setSent] = useState(false);
  const { amount, symbol, network, recipient, from, fee } = reviewed;
  return (
    <div className="grid gap-4">
      <dl className="divide-y divide-line border-y border-line" data-testid="review">
        <Fact label="Amount">
          <strong className="text-lg">
            {amount} {symbol}
          </strong>
        </Fact>
        <Fact label="Network">{network}</Fact>
        <Fact label="To">
          <AddressText value={recipient} className="text-sm" />
        </Fact>
        <Fact label="From">
          <AddressText value={from} className="text-sm" />
        </Fact>
        <Fact label="Network fee">
          about {fee.native} {fee.symbol}
          {fee.usd ? ` (about ${fee.usd} USD)` : ''}
        </Fact>
        <Fact label="Leaves your wallet">
          {amount} {symbol}, and the fee
        </Fact>
      </dl>
      {sent ? (
        <Note tone="ok">Signed. Sending it to {network}…</Note>
      ) : (
        <UnlockForm
          wallet={wallet}
          email={email}
          action="Approve"
          onUnlock={async (means) => {
            const { signWithSealedKey } = await import('../wallet/sealed-key.ts');
            const rawTx = await signWithSealedKey(wallet, means, reviewed);
            setSent(true);
            try {
              await onSigned(rawTx);
            } catch (error) {
              setSent(false);
              throw error;
            }
          }}
        />
      )}
    </div>
  );
}
