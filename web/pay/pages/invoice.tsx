// The public page of an invoice: what it says, printable, and its payment. It works without scripts.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { languageOf } from '#domain/languages.ts';
import { translator } from '#domain/texts.ts';
import type { RouteHandle } from '#web/root.tsx';
import { LANGUAGE_PARAMETER } from '#web/text/languages.ts';
import { Fact, FactList } from '#web/ui/facts.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { QrImage } from '#web/ui/qr-image.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { PayFrame } from '../parts/pay-frame.tsx';
import { PressButton } from '../parts/press-button.tsx';
import { dateText, dayText, priceText } from '../parts/price-text.ts';
import { ClosedWays, Questions } from '../parts/ways-on.tsx';
import type { InvoiceView } from '../server/pay-types.ts';
import { PAY_CATALOGUES } from '../text/catalogues.server.ts';
import { PayTexts, usePayText } from '../text/pay-text.ts';

export const handle: RouteHandle = { language: (loaded) => (loaded as { view: InvoiceView }).view.language };

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) =>
  loaded
    ? [
        {
          title: `${translator(loaded.texts)('invoice.title', { number: loaded.view.number })} · ${loaded.view.store.name}`,
        },
      ]
    : [];

const missing = () => new Response('Not found', { status: 404 });

/** An invoice keeps its own language, unless the visitor chooses one on the page. */
const chosenLanguage = (request: Request) => languageOf(new URL(request.url).searchParams.get(LANGUAGE_PARAMETER));

export const loader = async ({ params, request, context }: LoaderFunctionArgs) => {
  const view = await context.pay.invoice(params.token ?? '', chosenLanguage(request));
  if (!view) throw missing();
  return { view, texts: PAY_CATALOGUES[view.language] };
};

export const action = async ({ params, request, context }: ActionFunctionArgs) => {
  const token = params.token ?? '';
  const view = await context.pay.invoice(token, chosenLanguage(request));
  const outcome = await context.pay.pressInvoice(token, context.clientAddress);
  if (!view || !outcome) throw missing();
  if (outcome.kind === 'problem') {
    // Void, paid or in review since the page was loaded: the page itself says so, better than "try again later".
    const now = await context.pay.invoice(token, view.language);
    if (now && (now.status === 'paid' || isClosed(now))) {
      throw redirect(`/invoice/${token}?${LANGUAGE_PARAMETER}=${view.language}`, 303);
    }
    return data({ outcome }, { status: 422 });
  }
  throw redirect(`/checkout/${outcome.id}?${LANGUAGE_PARAMETER}=${view.language}`, 303);
};

const TONES = {
  open: 'bg-sunken text-ink-2',
  overdue: 'bg-warn-tint text-warn',
  paid: 'bg-ok-tint text-ok',
  void: 'bg-sunken text-ink-2',
} as const;

export default function InvoicePage() {
  const { view, texts } = useLoaderData<typeof loader>();
  const t = translator(texts);
  const { language, number, status, store } = view;
  return (
    <PayTexts.Provider value={texts}>
      <PayFrame wide store={store} language={language} tools={<PrintButton />}>
        <div className="mt-6 flex flex-wrap items-start justify-between gap-3">
          <h1 className="text-2xl font-semibold wrap-anywhere">{t('invoice.title', { number })}</h1>
          <span className={`rounded-full px-2.5 py-0.5 text-xs font-semibold ${TONES[status]}`}>
            {t(`status.${status}`)}
          </span>
        </div>
        <p className="mt-1 text-3xl font-semibold tracking-tight">{priceText(language, view.total)}</p>
        <Payment view={view} />
        {view.part ? (
          <div className="no-print mt-4">
            <FactList>
              <Fact label={t('invoice.received')}>{priceText(language, view.part.received)}</Fact>
              <Fact label={t('invoice.still_due')}>
                <span className="font-semibold">{priceText(language, view.part.due)}</span>
              </Fact>
            </FactList>
          </div>
        ) : null}
        <div className="mt-6">
          <FactList>
            <Fact label={t('invoice.for')}>
              <span className="whitespace-pre-line">
                {[view.customerName, view.customerAddress].filter((text) => text !== null).join('\n')}
              </span>
            </Fact>
            <Fact label={t('invoice.from')}>{store.name}</Fact>
            <Fact label={t('invoice.date')}>{dateText(language, view.issuedAt, view.timeZone)}</Fact>
            <Fact label={t('invoice.due')}>{dayText(language, view.dueDay)}</Fact>
          </FactList>
        </div>
        <Lines view={view} />
        {view.memo ? (
          <div className="mt-6">
            <h2 className="text-sm font-semibold">{t('invoice.memo')}</h2>
            <p className="mt-1 wrap-anywhere whitespace-pre-line">{view.memo}</p>
          </div>
        ) : null}
        <PaidFromPaper view={view} />
        {isClosed(view) ? (
          <ClosedWays
            store={store}
            again={status === 'void' ? null : `/invoice/${view.token}?${LANGUAGE_PARAMETER}=${language}`}
          />
        ) : (
          <Questions contact={store.supportContact} />
        )}
      </PayFrame>
    </PayTexts.Provider>
  );
}

/** It is not paid, and cannot be paid here. */
const isClosed = ({ status, payment }: InvoiceView): boolean =>
  status === 'void' || (status !== 'paid' && (payment === null || payment === 'review'));

function Payment({ view }: { view: InvoiceView }) {
  const t = usePayText();
  const result = useActionData<typeof action>();
  const { status, payment, store, language } = view;
  const problem = result?.outcome.kind === 'problem' ? result.outcome : null;
  return (
    <div
      className={`mt-5 grid gap-4 ${isClosed(view) || status === 'paid' ? '' : 'print:mt-0'}`}
      data-payment={payment ?? status}
    >
      {status === 'paid' ? <Notice tone="ok">{t('invoice.paid_lead')}</Notice> : null}
      {view.hasMoreThanDue ? <Notice tone="warn">{t('invoice.more', { store: store.name })}</Notice> : null}
      {status === 'void' ? <Notice tone="warn">{t('invoice.void_lead', { store: store.name })}</Notice> : null}
      {payment === 'review' ? <Notice tone="warn">{t('invoice.review', { store: store.name })}</Notice> : null}
      {/* Paper has what stays true: that nobody may pay it, and not what to press. */}
      <div className="no-print grid gap-4">
        {problem ? <Notice tone="bad">{t(`problem.${problem.problem}`, problem.values)}</Notice> : null}
        {payment === null && status !== 'paid' && status !== 'void' ? (
          <Notice tone="warn">{t('invoice.not_now', { store: store.name })}</Notice>
        ) : null}
        {payment === 'rest' ? <Notice tone="ok">{t('invoice.rest')}</Notice> : null}
        {payment === 'pay' || payment === 'continue' || payment === 'rest' ? (
          <Form method="post" className="grid gap-3">
            <PressButton className="sm:w-fit sm:px-6">
              {payment === 'pay'
                ? t('invoice.pay', { amount: priceText(language, view.total) })
                : t('invoice.continue')}
            </PressButton>
            <p className="text-sm text-ink-2">{t('how')}</p>
          </Form>
        ) : null}
      </div>
    </div>
  );
}

/** On paper only: the page has its button. */
function PaidFromPaper({ view: { payAt } }: { view: InvoiceView }) {
  const t = usePayText();
  if (payAt === null) return null;
  return (
    <div data-testid="pay-from-paper" className="mt-6 hidden break-inside-avoid items-center gap-5 print:flex">
      <div className="w-[30mm] flex-none">
        <QrImage qr={payAt.qr} label={payAt.url} />
      </div>
      <div className="min-w-0">
        <p className="font-semibold">{t('poster.scan')}</p>
        <p className="mt-1 text-sm wrap-anywhere">
          {t('poster.open')} {payAt.url}
        </p>
      </div>
    </div>
  );
}

/** On paper, what has arrived stands below the total. */
function Lines({ view: { lines, language, total, part } }: { view: InvoiceView }) {
  const t = usePayText();
  const number = new Intl.NumberFormat(language);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    <section className="mt-6 overflow-x-auto" aria-label={t('invoice.lines')} tabIndex={0}>
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-line text-left text-ink-2">
            <th scope="col" className="py-2 pr-3 font-semibold whitespace-nowrap">
              {t('invoice.item')}
            </th>
            <th scope="col" className="px-2 py-2 text-right font-semibold whitespace-nowrap">
              {t('quantity')}
            </th>
            <th
              scope="col"
              className="px-3 py-2 text-right font-semibold whitespace-nowrap max-sm:hidden print:table-cell"
            >
              {t('invoice.price')}
            </th>
            <th scope="col" className="py-2 pl-3 text-right font-semibold whitespace-nowrap">
              {t('amount')}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, at) => (
            // Lines have no other identity than their place.
            // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes on the page
            <tr key={at} className="break-inside-avoid border-b border-line align-top">
              <td className="py-2 pr-3 wrap-anywhere">{line.description}</td>
              <td className="px-2 py-2 text-right tabular-nums">{number.format(line.quantity)}</td>
              <td className="px-3 py-2 text-right whitespace-nowrap tabular-nums max-sm:hidden print:table-cell">
                {priceText(language, line.price)}
              </td>
              <td className="py-2 pl-2 text-right tabular-nums sm:whitespace-nowrap print:whitespace-nowrap">
                {priceText(language, line.total)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="flex justify-between gap-4 border-t border-line py-3 font-semibold">
        <span>{t('invoice.total')}</span>
        <span className="tabular-nums">{priceText(language, total)}</span>
      </p>
      {part ? (
        <dl className="hidden grid-cols-[1fr_auto] gap-x-4 text-sm tabular-nums print:grid">
          <dt>{t('invoice.received')}</dt>
          <dd className="text-right">{priceText(language, part.received)}</dd>
          <dt className="font-semibold">{t('invoice.still_due')}</dt>
          <dd className="text-right font-semibold">{priceText(language, part.due)}</dd>
        </dl>
      ) : null}
    </section>
  );
}

/** Shown with scripts only: without them, the browser's menu prints. */
function PrintButton() {
  const t = usePayText();
  const hydrated = useHydrated();
  return hydrated ? (
    <button type="button" className="button" onClick={() => window.print()}>
      {t('invoice.print')}
    </button>
  ) : null;
}
