// The receipt of a paid checkout, for printing.
import { type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { textOfMatches, useText } from '#web/text/text.ts';
import { Amount } from '#web/ui/amount.tsx';
import { Fact, FactList } from '#web/ui/facts.tsx';
import { Moment } from '#web/ui/moment.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { errorTitle } from '../parts/checkout-error.tsx';
import { NO_CHOICE } from '../parts/choice-of.ts';
import { TestMark } from '../parts/order-summary.tsx';
import { PaymentTransfers } from '../parts/payment-facts.tsx';
import { PaidFacts, RefundFacts, Support } from '../parts/result-panel.tsx';

export { CheckoutErrorBoundary as ErrorBoundary } from '../parts/checkout-error.tsx';

export const meta: MetaFunction<typeof loader> = ({ data, matches, error }) => {
  const t = textOfMatches(matches);
  return [{ title: data ? `${t('receipt.title')} · ${data.summary.store.name}` : errorTitle(t, error) }];
};

export const loader = async ({ params, context }: LoaderFunctionArgs) => {
  const view = await context.checkout.view(params.id ?? '', NO_CHOICE);
  if (!view) throw new Response('Not found', { status: 404 });
  // Only a paid checkout has a receipt.
  if (view.state.phase !== 'paid') throw redirect(`/checkout/${view.summary.id}`);
  return { summary: view.summary, state: view.state, refunds: view.refunds };
};

export default function Receipt() {
  const t = useText();
  const { summary, state, refunds } = useLoaderData<typeof loader>();
  return (
    <main className="mx-auto max-w-2xl px-4 py-8">
      <div className="no-print mb-4 flex flex-wrap gap-3">
        <a className="button" href={`/checkout/${summary.id}`}>
          {t('receipt.back')}
        </a>
        <PrintButton />
      </div>
      <div className="card p-5 sm:p-8">
        <TestMark store={summary.store} />
        <p className="font-semibold">{summary.store.name}</p>
        <h1 className="mt-1 text-2xl font-semibold">{t('receipt.title')}</h1>
        {summary.orderDescription ? (
          <p className="mt-3 wrap-anywhere whitespace-pre-line text-ink-2">{summary.orderDescription}</p>
        ) : null}
        <div className="mt-5">
          <PaidFacts state={state} summary={summary} />
          <FactList>
            <Fact label={t('summary.price')}>
              {summary.fiat ? (
                <>
                  {summary.fiat.currency} <Amount of={summary.fiat.amount} /> ·{' '}
                  {t('summary.rate_value', { ...summary.fiat, coin: summary.coin })}
                </>
              ) : (
                <>
                  <Amount of={summary.amount} /> {summary.coin}
                </>
              )}
            </Fact>
            <Fact label={t('facts.confirmed_at')}>
              <Moment iso={state.confirmedAt} />
            </Fact>
          </FactList>
          <PaymentTransfers transfers={state.transfers} />
          <RefundFacts refunds={refunds} />
        </div>
        <p className="mt-5 border-t border-line pt-4 text-sm text-ink-2">
          {t('receipt.note', { network: state.network })}
        </p>
        <div className="mt-3">
          <Support summary={summary} />
        </div>
      </div>
    </main>
  );
}

/** Shown with JavaScript only: without it, the browser's menu prints. */
function PrintButton() {
  const t = useText();
  const hydrated = useHydrated();
  return hydrated ? (
    <button type="button" className="button" onClick={() => window.print()}>
      {t('receipt.print')}
    </button>
  ) : null;
}
