// The panels of a checkout that no longer waits for a payment: confirming, paid, and ended. None shows an address to pay to.
import { CircleCheck, CircleSlash, Clock, type LucideIcon, UserRound } from 'lucide-react';
import { contactLink } from '#domain/contact-link.ts';
import { useText } from '#web/text/text.ts';
import { AddressText } from '#web/ui/address-text.tsx';
import { Amount } from '#web/ui/amount.tsx';
import { Fact, FactList } from '#web/ui/facts.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { Unbroken } from '#web/ui/unbroken.tsx';
import type {
  CheckoutSummary,
  CheckoutView,
  ClosedPhase,
  ConfirmingPhase,
  NoNetworkPhase,
  PaidPhase,
  RefundSeen,
  SeenTransfer,
} from '../server/view-types.ts';
import { AutomaticReturn } from './automatic-return.tsx';
import { ClaimForm } from './claim-form.tsx';
import { PaymentTransfers, TransferFacts } from './payment-facts.tsx';
import { isForStore, oddSentences } from './state-messages.ts';
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
        <TransferFacts key={transfer.key} transfer={transfer} />
      ))}
    </div>
  );
}

interface PaidPanelProps {
  state: PaidPhase;
  view: CheckoutView;
  mayLeave: boolean;
}

export function PaidPanel({ state, view, mayLeave }: PaidPanelProps) {
  const t = useText();
  const { summary, odd, now } = view;
  const store = summary.store.name;
  const { surplus, transfers, beside } = state;
  const sentences = oddSentences(t, view);
  // A message must not leave with the page before it is read.
  const isPlain = !surplus && !odd.removed && sentences.length === 0;
  return (
    <div className="grid gap-5">
      {sentences.length > 0 ? (
        <Notice plain tone={odd.waiting.length > 0 ? 'warn' : 'neutral'}>
          <span data-testid="odd-money">
            <Unbroken text={sentences.join(t('sentence.gap'))} />
          </span>
        </Notice>
      ) : null}
      {isForStore(odd) ? <WhatNext summary={summary} /> : null}
      {surplus ? (
        <Notice plain tone="warn">
          <Unbroken text={t('paid.surplus', { surplus, store })} />
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
      {mayLeave && isPlain ? <AutomaticReturn state={state} summary={summary} now={now} /> : null}
      <div>
        <PaidFacts state={state} summary={summary} />
        <PaymentTransfers transfers={transfers} />
        <Arrived title={t('paid.beside')} transfers={beside} />
      </div>
    </div>
  );
}

/** Transfers that did not pay, or not alone. */
function Arrived({ title, transfers }: { title: string; transfers: readonly SeenTransfer[] }) {
  return transfers.length === 0 ? null : (
    <div className="mt-5 grid gap-3">
      <h2 className="text-sm font-semibold">{title}</h2>
      {transfers.map((transfer) => (
        <TransferFacts key={transfer.key} transfer={transfer} />
      ))}
    </div>
  );
}

/** For money that the store decides on: who acts, and when to ask. */
function WhatNext({ summary }: { summary: CheckoutSummary }) {
  const t = useText();
  const store = summary.store.name;
  return (
    <Notice plain tone="neutral">
      <strong>{t('closed.next_title')}</strong>
      {t('sentence.gap')}
      <Unbroken text={t('closed.next', { store, number: summary.orderId ?? summary.id })} />
    </Notice>
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

export function ClosedPanel({ state, view }: { state: ClosedPhase | NoNetworkPhase; view: CheckoutView }) {
  const t = useText();
  const { summary, odd } = view;
  const store = summary.store.name;
  const transfers = state.phase === 'noNetwork' ? [] : state.transfers;
  const claim = CLAIMABLE.has(state.phase) ? <ClaimForm summary={summary} /> : null;
  return (
    <div className="grid gap-5">
      {isForStore(odd) && state.phase !== 'closing' && state.phase !== 'sendBack' ? (
        <WhatNext summary={summary} />
      ) : null}
      {summary.returnUrl ? (
        <p>
          <a className="button button-primary w-full" href={summary.returnUrl}>
            {t('paid.return', { store })}
          </a>
        </p>
      ) : null}
      {transfers.length === 0 ? claim : null}
      <Arrived title={t('closed.arrived')} transfers={transfers} />
      <FactList>
        {summary.orderId ? <Fact label={t('facts.order')}>{summary.orderId}</Fact> : null}
        <Fact label={t('facts.checkout')}>
          <span className="font-mono text-sm">{summary.id}</span>
        </Fact>
      </FactList>
      {/* What arrived comes first: something else may be missing still. */}
      {transfers.length > 0 ? claim : null}
    </div>
  );
}

/** Refunds under way, and those that the network has confirmed. */
export function RefundFacts({ refunds }: { refunds: readonly RefundSeen[] }) {
  const t = useText();
  return refunds.map(({ key, progress, amount, network, to, txHash, explorerUrl }) => (
    <section key={key} className="mt-5 border-t border-line" data-testid="refund" data-progress={progress}>
      <h2 className="pt-4 text-sm font-semibold">{t(`refund.${progress}`)}</h2>
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
      <span className="font-semibold text-ink">{t('support.title')}</span>
      {t('sentence.gap')}
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
