// The payment as it will be signed, and one way to approve it. The browser checks and signs what is shown.
import { Fingerprint } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Address } from '#domain/address.ts';
import type { UnlockMeans } from '#web/account/keys/sealed-key.ts';
import type { TransferFacts } from '#web/account/keys/transfer-facts.ts';
import { useLanguage } from '#web/text/page-texts.ts';
import { AddressText } from '#web/ui/address-text.tsx';
import { Amount } from '#web/ui/amount.tsx';
import { Fact, FactList } from '#web/ui/facts.tsx';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { feeText } from './figures.ts';
import { FailureNotice, Step } from './parts.tsx';
import type { PayerBalance, PayFlow } from './pay-flow.ts';
import { useAllScaleText } from './text/allscale-text.tsx';

interface TransferReviewProps {
  state: Extract<PayFlow, { step: 'review' | 'approving' }>;
  merchant: string;
  onApprove(means: UnlockMeans): void;
  onBack(): void;
}

export function TransferReview({ state, merchant, onApprove, onBack }: TransferReviewProps) {
  const t = useAllScaleText();
  const { reviewed, balance: payer } = state;
  const approving = state.step === 'approving';
  usePreparedSigner();
  return (
    <Step title={t('review_title')}>
      <ReviewFacts reviewed={reviewed} merchant={merchant} from={payer.wallet.address} />
      <FailureNotice failure={state.step === 'review' ? state.notice : null} />
      <Approve balance={payer} busy={approving} onApprove={onApprove} />
      {approving ? (
        <Notice plain announced>
          {t('approving', { network: reviewed.network })}
        </Notice>
      ) : (
        <button type="button" className="link min-h-11 justify-self-start text-sm" onClick={onBack}>
          {t('change')}
        </button>
      )}
    </Step>
  );
}

interface ReviewFactsProps {
  reviewed: TransferFacts;
  merchant: string;
  /** The key that signs must have this address. */
  from: Address;
}

function ReviewFacts({ reviewed, merchant, from }: ReviewFactsProps) {
  const t = useAllScaleText();
  const language = useLanguage();
  const { amount, symbol, network, recipient, highestFee: fee, hasDataCharge, addedBySite } = reviewed;
  return (
    <FactList border="both" testId="pay-review">
      <Fact compact label={t('merchant')}>
        {merchant}
      </Fact>
      <Fact compact label={t('amount')}>
        <strong>
          <Amount of={amount} /> {symbol}
        </strong>
      </Fact>
      <Fact compact label={t('network')}>
        {network}
      </Fact>
      {addedBySite ? (
        <Fact compact label={t('contract')}>
          <AddressText value={addedBySite.contract} className="text-xs sm:text-sm" />
          <span className="block text-sm text-ink-2">
            {t('contract_hint', { network, id: String(addedBySite.chainId), coin: symbol })}
          </span>
        </Fact>
      ) : null}
      <Fact compact label={t('network_fee')}>
        {feeText(t, language, fee, 'fee_most')}
        {hasDataCharge ? <span className="block text-sm text-ink-2">{t('fee_data', { network })}</span> : null}
      </Fact>
      <Fact compact label={t('total')}>
        <strong>{t('total_value', { amount, coin: symbol, fee: fee.native, symbol: fee.symbol })}</strong>
      </Fact>
      <Fact compact label={t('recipient')}>
        <AddressText value={recipient} className="text-xs sm:text-sm" />
        <span className="block text-sm text-ink-2">{t('recipient_hint')}</span>
      </Fact>
      <Fact compact label={t('from')}>
        <AddressText value={from} className="text-xs sm:text-sm" />
      </Fact>
    </FactList>
  );
}

interface ApproveProps {
  balance: PayerBalance;
  busy: boolean;
  onApprove(means: UnlockMeans): void;
}

/** One button; a wallet with both keys starts with the passkey. */
function Approve({ balance: payer, busy, onApprove }: ApproveProps) {
  const t = useAllScaleText();
  const has = (kind: UnlockMeans['kind']) => payer.wallet.keys.some((key) => key.kind === kind);
  const [way, setWay] = useState<UnlockMeans['kind']>(has('passkey') ? 'passkey' : 'password');
  const [password, setPassword] = useState('');
  const button = { type: 'submit', className: 'button button-primary w-full', busy } as const;
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        onApprove(way === 'passkey' ? { kind: way } : { kind: way, email: payer.email, password });
      }}
    >
      {way === 'password' ? (
        <>
          <Field
            label={t('password')}
            type="password"
            autoComplete="current-password"
            required
            readOnly={busy}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          <TaskButton {...button}>{t('approve_password')}</TaskButton>
        </>
      ) : (
        <TaskButton {...button}>
          <Fingerprint size={18} aria-hidden />
          {t('approve_passkey')}
        </TaskButton>
      )}
      {has('passkey') && has('password') && !busy ? (
        <button
          type="button"
          className="link min-h-11 justify-self-start text-sm"
          onClick={() => setWay(way === 'passkey' ? 'password' : 'passkey')}
        >
          {t(way === 'passkey' ? 'use_password' : 'use_passkey')}
        </button>
      ) : null}
    </form>
  );
}

/** Loads the signer during the review: a passkey needs transient activation, so it must be requested right after the press. */
const usePreparedSigner = (): void => {
  useEffect(() => {
    void import('#web/account/keys/sealed-key.ts').catch(() => {});
    void import('#web/account/keys/ethers-key.ts').catch(() => {});
  }, []);
};
