// The review of a withdrawal and its approval. The checkout has a review of its own, which shows who is paid.
import { useMemo, useState } from 'react';
import { AddressText } from '#web/ui/address-text.tsx';
import { Fact, FactList } from '#web/ui/facts.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { type TransferFacts, transferFacts } from '../keys/transfer-facts.ts';
import type { ReviewedTransfer, WalletView } from '../server/account-types.ts';
import { useAccountText } from '../text/account-text.ts';
import { problemOf } from './error-messages.ts';
import { FailureNotice } from './form-parts.tsx';
import { UnlockForm } from './unlock-form.tsx';

interface ApproveTransferProps {
  reviewed: ReviewedTransfer;
  wallet: WalletView;
  email: string;
  /** Gets the raw transaction to broadcast; may throw. Called once for each approval. */
  onSigned: (rawTx: string) => Promise<void>;
}

/** What the transaction is, read from its bytes; a reason in place of the review when it is not what it should be. */
export function ApproveTransfer({ reviewed, ...props }: ApproveTransferProps) {
  const read = useMemo(() => readFacts(reviewed), [reviewed]);
  const t = useAccountText();
  if ('facts' in read) return <ReviewedFacts facts={read.facts} {...props} />;
  return <FailureNotice>{t(problemOf(read.error))}</FailureNotice>;
}

const readFacts = ({ transaction }: ReviewedTransfer): { facts: TransferFacts } | { error: unknown } => {
  try {
    return { facts: transferFacts(transaction) };
  } catch (error) {
    return { error };
  }
};

interface ReviewedFactsProps extends Omit<ApproveTransferProps, 'reviewed'> {
  facts: TransferFacts;
}

function ReviewedFacts({ facts, wallet, email, onSigned }: ReviewedFactsProps) {
  const t = useAccountText();
  const [sent, setSent] = useState(false);
  const { amount, symbol, network, recipient, highestFee: fee, hasDataCharge, addedBySite } = facts;
  return (
    <div className="grid gap-4">
      <FactList border="both" testId="review">
        <Fact label={t('review_amount')}>
          <strong className="text-lg">
            {amount} {symbol}
          </strong>
        </Fact>
        <Fact label={t('review_network')}>{network}</Fact>
        {addedBySite ? (
          <Fact label={t('review_contract')}>
            <AddressText value={addedBySite.contract} className="text-sm" />
            <span className="block text-sm text-ink-2">
              {t('review_contract_hint', { network, id: String(addedBySite.chainId), coin: symbol })}
            </span>
          </Fact>
        ) : null}
        <Fact label={t('review_to')}>
          <AddressText value={recipient} className="text-sm" />
        </Fact>
        <Fact label={t('review_from')}>
          <AddressText value={wallet.address} className="text-sm" />
        </Fact>
        <Fact label={t('review_fee')}>
          {t('review_fee_most', { fee: fee.native, symbol: fee.symbol, usd: fee.usd })}
          {hasDataCharge ? <span className="block text-sm text-ink-2">{t('review_fee_data', { network })}</span> : null}
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
            const rawTx = await signWithSealedKey(wallet, means, facts.transaction);
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
