// The review of a withdrawal and its approval. The checkout has a review of its own, which shows who is paid.
import { useState } from 'react';
import { AddressText } from '#web/ui/address-text.tsx';
import { Fact, FactList } from '#web/ui/facts.tsx';
import { Notice } from '#web/ui/notice.tsx';
import type { ReviewedTransfer, WalletView } from '../server/account-types.ts';
import { useAccountText } from '../text/account-text.ts';
import { UnlockForm } from './unlock-form.tsx';

interface ApproveTransferProps {
  reviewed: ReviewedTransfer;
  wallet: WalletView;
  email: string;
  /** Gets the raw transaction to broadcast; may throw. Called once for each approval. */
  onSigned: (rawTx: string) => Promise<void>;
}

export function ApproveTransfer({ reviewed, wallet, email, onSigned }: ApproveTransferProps) {
  const t = useAccountText();
  const [sent, setSent] = useState(false);
  const { amount, symbol, network, recipient, from, fee } = reviewed;
  return (
    <div className="grid gap-4">
      <FactList border="both" testId="review">
        <Fact label={t('review_amount')}>
          <strong className="text-lg">
            {amount} {symbol}
          </strong>
        </Fact>
        <Fact label={t('review_network')}>{network}</Fact>
        <Fact label={t('review_to')}>
          <AddressText value={recipient} className="text-sm" />
        </Fact>
        <Fact label={t('review_from')}>
          <AddressText value={from} className="text-sm" />
        </Fact>
        <Fact label={t('review_fee')}>
          {fee.usd
            ? t('review_fee_about_usd', { fee: fee.native, symbol: fee.symbol, usd: fee.usd })
            : t('review_fee_about', { fee: fee.native, symbol: fee.symbol })}
        </Fact>
        <Fact label={t('review_leaves')}>{t('review_leaves_value', { amount, coin: symbol })}</Fact>
      </FactList>
      {sent ? (
        <Notice plain tone="ok">
          {t('review_sending', { network })}
        </Notice>
      ) : (
        <UnlockForm
          wallet={wallet}
          email={email}
          action="approve"
          onUnlock={async (means) => {
            const { signWithSealedKey } = await import('../keys/sealed-key.ts');
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
