// Who is paid, what for, and how much. Beside the payment from 960 px; below that one line, which opens.
import { ChevronDown } from 'lucide-react';
import { useText } from '#web/text/text.ts';
import { Amount } from '#web/ui/amount.tsx';
import type { CheckoutSummary } from '../server/view-types.ts';
import { AccentStyle } from './accent-style.tsx';

interface OrderSummaryProps {
  summary: CheckoutSummary;
  /** The page has the amount in its heading or its facts, so the line of phones does not repeat it. */
  amountIsShown?: boolean;
}

export function OrderSummary({ summary, amountIsShown = false }: OrderSummaryProps) {
  const t = useText();
  const { store } = summary;
  return (
    <section aria-label={t('summary.label')}>
      <AccentStyle accent={store.accent} />
      <details className="group two:hidden" data-testid="order-line">
        <summary className="flex min-h-11 cursor-pointer list-none items-center gap-3 rounded-lg [&::-webkit-details-marker]:hidden">
          <StoreMark store={store} />
          <span className="min-w-0 flex-1">
            <span className="line-clamp-2 font-semibold wrap-anywhere">{store.name}</span>
            {amountIsShown ? null : <TotalAmount summary={summary} className="block font-semibold" />}
            {store.isTest ? <TestLabel /> : null}
          </span>
          <span className="link inline-flex flex-none items-center gap-1 text-sm no-underline">
            {t('summary.label')}
            <ChevronDown size={16} aria-hidden className="transition-transform group-open:rotate-180" />
          </span>
        </summary>
        <div className="mt-3 grid gap-1 border-t border-line pt-3 text-sm">
          <p className="text-ink-2">
            {t('summary.total')} <TotalAmount summary={summary} className="font-semibold text-ink" />
          </p>
          <FiatPrice summary={summary} />
          <OrderTexts summary={summary} />
        </div>
      </details>
      <div className="hidden two:block">
        <TestMark store={store} />
        <div className="flex items-center gap-3">
          <StoreMark store={store} />
          <p className="min-w-0 flex-1 font-semibold wrap-anywhere">{store.name}</p>
        </div>
        <p className="mt-8 text-sm text-ink-2">{t('summary.total')}</p>
        <TotalAmount summary={summary} className="text-3xl font-semibold tracking-tight" />
        <div className="mt-2">
          <FiatPrice summary={summary} />
        </div>
        <div className="mt-6 grid gap-3 border-t border-line pt-6 text-sm">
          <OrderTexts summary={summary} />
        </div>
      </div>
    </section>
  );
}

function TotalAmount({ summary: { amount, coin }, className }: { summary: CheckoutSummary; className: string }) {
  return (
    <span className={`wrap-anywhere ${className}`}>
      <Amount of={amount} /> {coin}
    </span>
  );
}

function FiatPrice({ summary: { fiat, coin } }: { summary: CheckoutSummary }) {
  const t = useText();
  return fiat ? (
    <p className="text-sm text-ink-2">
      {fiat.currency} <Amount of={fiat.amount} /> · {t('summary.rate_value', { ...fiat, coin })}
    </p>
  ) : null;
}

function OrderTexts({ summary: { orderDescription, orderId } }: { summary: CheckoutSummary }) {
  const t = useText();
  return (
    <>
      {orderDescription ? <p className="wrap-anywhere whitespace-pre-line">{orderDescription}</p> : null}
      {orderId ? (
        <p className="text-ink-2 wrap-anywhere">
          {t('summary.order_id')} <span className="text-ink">{orderId}</span>
        </p>
      ) : null}
    </>
  );
}

function TestLabel() {
  const t = useText();
  return (
    <span data-testid="test-store" className="block text-sm font-semibold text-warn">
      {t('summary.test')}
    </span>
  );
}

/** On every page of a test store's checkout, its receipt included. */
export function TestMark({ store }: { store: Pick<CheckoutSummary['store'], 'isTest'> }) {
  const t = useText();
  return store.isTest ? (
    <p
      data-testid="test-store"
      className="mb-3 w-fit rounded-lg bg-warn-tint px-3 py-1 text-sm font-semibold text-warn"
    >
      {t('summary.test')}
    </p>
  ) : null;
}

export function StoreMark({ store }: { store: Pick<CheckoutSummary['store'], 'name' | 'logoUrl' | 'initials'> }) {
  const t = useText();
  return store.logoUrl ? (
    <img
      src={store.logoUrl}
      alt={t('summary.logo_alt', { store: store.name })}
      width={36}
      height={36}
      className="size-9 flex-none rounded-lg bg-white object-contain"
    />
  ) : (
    <span
      aria-hidden
      className="flex size-9 flex-none items-center justify-center rounded-lg bg-ink text-sm font-semibold text-surface"
    >
      {store.initials}
    </span>
  );
}
