// The panels of a checkout that no longer waits for a payment: confirming, paid, and ended. None shows an address to pay to.
import { CircleCheck, CircleSlash, Clock, type LucideIcon, UserRound } from 'lucide-react';
import { contactLink } from '#domain/contact-link.ts';
import { useText } from '#web/text/text.ts';
import { AddressText } from '#web/ui/address-text.tsx';
import { Amount } from '#web/ui/amount.tsx';
import { Fact, FactList } from '#web/ui/facts.tsx';
import { Notice } from '#web/ui/notice.tsx';
import type {
  CheckoutSummary,
  ClosedPhase,
  ConfirmingPhase,
  NoNetworkPhase,
  PaidPhase,
  RefundSeen,
} from '../server/view-types.ts';
import { AutomaticReturn } from './automatic-return.tsx';
import { ClaimForm } from './claim-form.tsx';
import { PaymentTransfers, TransferFacts } from './payment-facts.tsx';
import { slowestConfirmation } from './stepper.tsx';

type ClosedName = ClosedPhase['phase'] | NoNetworkPhase['phase'];

/** The mark of each end; the shape differs too, not only the colour. */
const MARKS: Record<ClosedName | 'paid', { Icon: LucideIcon; tone: string }> = {
  paid: { Icon: CircleCheck, tone: 'bg-ok-tint text-ok' },
  closing: { Icon: Clock, tone: 'bg-warn-tint text-warn' },
  expired: { Icon: Clock, tone: 'bg-sunken text-ink-2' },
  underpaid: { Icon: Clock, tone: 'bg-warn-tint text-warn' },
  review: { Icon: UserRound, tone: 'bg-warn-tint text-warn' },
  sendBack: { Icon: UserRound, tone: 'bg-warn-tint text-warn' },
  canceled: { Icon: CircleSlash, tone: 'bg-sunken text-ink-2' },
  rejected: { Icon: CircleSlash, tone: 'bg-bad-tint text-bad' },
  failed: { Icon: CircleSlash, tone: 'bg-bad-tint text-bad' },
  noNetwork: { Icon: CircleSlash, tone: 'bg-warn-tint text-warn' },
};

export function ResultMark({ name }: { name: ClosedName | 'paid' }) {
  const { Icon, tone } = MARKS[name];
  return (
    <span aria-hidden className={`mb-3 flex size-11 items-center justify-center rounded-full ${tone}`}>
      <Icon size={24} />
    </span>
  );
}

export function ConfirmingPanel({ state }: { state: ConfirmingPhase }) {
  const t = useText();
  const waiting = state.transfers.find(({ confirmed }) => !confirmed);
  const byFinality = waiting && !slowestConfirmation(state.transfers);
  return (
    <div className="grid gap-4">
      {byFinality ? <p className="text-ink-2">{t('confirming.finality', { network: waiting.network })}</p> : null}
      {state.transfers.map((transfer) => (
        <TransferFacts key={transfer.txHash} transfer={transfer} />
      ))}
    </div>
  );
}

interface PaidPanelProps {
  state: PaidPhase;
  summary: CheckoutSummary;
  /** The server's clock, epoch ms. */
  now: number;
  mayLeave: boolean;
}

export function PaidPanel({ state, summary, now, mayLeave }: PaidPanelProps) {
  const t = useText();
  const store = summary.store.name;
  const { surplus, transfers } = state;
  return (
    <div className="grid gap-5">
      {surplus ? (
        <Notice plain tone="warn">
          {t('paid.surplus', { surplus, store })}
        </Notice>
      ) : null}
      <p className="grid gap-3">
        {summary.returnUrl ? (
          <a className="button button-primary" href={summary.returnUrl}>
            {t('paid.return', { store })}
          </a>
        ) : null}
        <a className="button" href={`/checkout/${summary.id}/receipt`}>
          {t('paid.receipt')}
        </a>
      </p>
      {mayLeave ? <AutomaticReturn state={state} summary={summary} now={now} /> : null}
      <div>
        <PaidFacts state={state} summary={summary} />
        <PaymentTransfers transfers={transfers} />
      </div>
    </div>
  );
}

export function PaidFacts({ state, summary }: { state: PaidPhase; summary: CheckoutSummary }) {
  const t = useText();
  return (
    <FactList>
      <Fact label={t('facts.amount')}>
        <strong className="text-lg">
          <Amount of={state.amount} />
        </strong>
      </Fact>
      <Fact label={t('facts.network')}>{state.network}</Fact>
      {summary.orderId ? <Fact label={t('facts.order')}>{summary.orderId}</Fact> : null}
      <Fact label={t('facts.checkout')}>
        <span className="font-mono text-sm">{summary.id}</span>
      </Fact>
    </FactList>
  );
}

/** Ends after which the shopper may have sent something that was not seen. */
const CLAIMABLE: ReadonlySet<ClosedName> = new Set(['closing', 'expired', 'underpaid', 'canceled']);

/** Ends after which the store decides on money that arrived. */
const DECIDED_BY_STORE: ReadonlySet<ClosedName> = new Set(['review', 'expired', 'underpaid', 'canceled']);

export function ClosedPanel({ state, summary }: { state: ClosedPhase | NoNetworkPhase; summary: CheckoutSummary }) {
  const t = useText();
  const store = summary.store.name;
  const transfers = state.phase === 'noNetwork' ? [] : state.transfers;
  return (
    <div className="grid gap-5">
      {summary.returnUrl ? (
        <p>
          <a className="button button-primary w-full" href={summary.returnUrl}>
            {t('paid.return', { store })}
          </a>
        </p>
      ) : null}
      {CLAIMABLE.has(state.phase) ? <ClaimForm summary={summary} /> : null}
      {DECIDED_BY_STORE.has(state.phase) && transfers.length > 0 ? (
        <Notice plain tone="neutral">
          <strong>{t('closed.next_title')}</strong> {t('closed.next', { store })}
        </Notice>
      ) : null}
      {transfers.length > 0 ? (
        <div className="grid gap-3">
          <h2 className="text-sm font-semibold">{t('closed.arrived')}</h2>
          {transfers.map((transfer) => (
            <TransferFacts key={transfer.txHash} transfer={transfer} />
          ))}
        </div>
      ) : null}
      <FactList>
        {summary.orderId ? <Fact label={t('facts.order')}>{summary.orderId}</Fact> : null}
        <Fact label={t('facts.checkout')}>
          <span className="font-mono text-sm">{summary.id}</span>
        </Fact>
      </FactList>
    </div>
  );
}

/** Refunds that the network has confirmed. */
export function RefundFacts({ refunds }: { refunds: readonly RefundSeen[] }) {
  const t = useText();
  return refunds.map(({ amount, network, to, txHash, explorerUrl }) => (
    <section key={txHash} className="mt-5 border-t border-line" data-testid="refund">
      <h2 className="pt-4 text-sm font-semibold">{t('refund.title')}</h2>
      <FactList border="none">
        <Fact label={t('facts.amount')}>
          <Amount of={amount} />
        </Fact>
        <Fact label={t('facts.network')}>{network}</Fact>
        <Fact label={t('facts.to')}>
          <AddressText value={to} className="text-sm" />
        </Fact>
        {txHash ? (
          <Fact label={t('facts.tx')}>
            {explorerUrl ? (
              <a className="link" href={explorerUrl} target="_blank" rel="noreferrer">
                <AddressText value={txHash} className="text-sm" />
              </a>
            ) : (
              <AddressText value={txHash} className="text-sm" />
            )}
          </Fact>
        ) : null}
      </FactList>
    </section>
  ));
}

export function Support({ summary }: { summary: CheckoutSummary }) {
  const t = useText();
  const { name, supportContact } = summary.store;
  const href = supportContact && contactLink(supportContact);
  return (
    <p className="text-sm text-ink-2">
      <span className="font-semibold text-ink">{t('support.title')}</span>{' '}
      {supportContact ? t('support.contact', { store: name }) : t('support.none', { store: name })}
      {href ? (
        <a className="link" href={href}>
          {supportContact}
        </a>
      ) : (
        supportContact
      )}
    </p>
  );
}
