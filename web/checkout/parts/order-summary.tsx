// Who is paid, what for, and how much. Beside the payment from 960 px, above it and compact below that.

import { useText } from '#web/text/text.ts';
import type { CheckoutSummary } from '../server/view-types.ts';
import { AccentStyle } from './accent-style.tsx';

export function OrderSummary({ summary }: { summary: CheckoutSummary }) {
  const t = useText();
  const { store, fiat } = summary;
  return (
    <section aria-label={t('summary.label')}>
      <AccentStyle accent={store.accent} />
      <TestMark store={store} />
      <div className="flex flex-wrap items-center gap-3">
        <StoreMark store={store} />
        <p className="min-w-0 flex-1 basis-28 font-semibold wrap-anywhere">{store.name}</p>
        <p className="text-right font-semibold whitespace-nowrap two:hidden">
          {summary.amount} {summary.coin}
        </p>
      </div>
      <p className="mt-8 hidden text-sm text-ink-2 two:block">{t('summary.total')}</p>
      <p className="hidden text-3xl font-semibold tracking-tight two:block">
        {summary.amount} <span className="text-xl">{summary.coin}</span>
      </p>
      {fiat ? (
        <p className="mt-1 hidden text-sm text-ink-2 two:block">
          {fiat.currency} {fiat.amount} · {t('summary.rate_value', { ...fiat, coin: summary.coin })}
        </p>
      ) : null}
      <div className="mt-3 grid gap-1 text-sm two:mt-6 two:gap-3 two:border-t two:border-line two:pt-6">
        {summary.orderDescription ? (
          <p className="line-clamp-3 wrap-anywhere whitespace-pre-line two:line-clamp-none">
            {summary.orderDescription}
          </p>
        ) : null}
        {summary.orderId ? (
          <p className="text-ink-2 wrap-anywhere">
            {t('summary.order_id')} <span className="text-ink">{summary.orderId}</span>
          </p>
        ) : null}
      </div>
    </section>
  );
}

/** On every page of a test store's checkout, its receipt included. */
export function TestMark({ store }: { store: CheckoutSummary['store'] }) {
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

function StoreMark({ store }: { store: CheckoutSummary['store'] }) {
  const t = useText();
  return store.logoUrl ? (
    <img
      src={store.logoUrl}
      alt={t('summary.logo_alt', { store: store.name })}
      width={44}
      height={44}
      className="size-11 flex-none rounded-lg bg-white object-contain"
    />
  ) : (
    <span
      aria-hidden
      className="flex size-11 flex-none items-center justify-center rounded-lg bg-ink font-semibold text-surface"
    >
      {store.initials}
    </span>
  );
}
