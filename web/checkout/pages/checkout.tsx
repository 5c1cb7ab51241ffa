// The checkout page. Opening it moves the intent to PAYING, showing the address moves it to TEMP_WALLET_RECEIVED; everything else
// is a view of the ledger.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useActionData, useLoaderData, useSearchParams } from '@remix-run/react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { readableAmount } from '#domain/readable-amount.ts';
import { readForm } from '#web/access/read-form.ts';
import type { PageContext } from '#web/http/load-context.ts';
import type { RouteHandle } from '#web/root.tsx';
import { useLanguage } from '#web/text/page-texts.ts';
import { textOfMatches, useText } from '#web/text/text.ts';
import { copiedExactly } from '#web/ui/copied-exactly.ts';
import { LanguageMenu } from '#web/ui/language-menu.tsx';
import { LazyBoundary, lazyScript } from '#web/ui/lazy-boundary.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { Unbroken } from '#web/ui/unbroken.tsx';
import { errorTitle } from '../parts/checkout-error.tsx';
import { choiceOf, NO_CHOICE } from '../parts/choice-of.ts';
import { Countdown } from '../parts/countdown.tsx';
import { OrderSummary } from '../parts/order-summary.tsx';
import { payMethodOf } from '../parts/pay-method.tsx';
import { PayPanel } from '../parts/pay-panel.tsx';
import type { PayProgress } from '../parts/pay-panel-props.ts';
import { ReceiptOffer } from '../parts/receipt-form.tsx';
import { RefundAddressOffer } from '../parts/refund-address-form.tsx';
import { ClosedPanel, ConfirmingPanel, PaidPanel, RefundFacts, ResultMark, Support } from '../parts/result-panel.tsx';
import { SimulatePayment } from '../parts/simulate-payment.tsx';
import { headline, oddSentences, statusSentence, tabTitle } from '../parts/state-messages.ts';
import { Stepper } from '../parts/stepper.tsx';
import { useIsElsewhere } from '../parts/use-browser.ts';
import { useLiveView } from '../parts/use-live-view.ts';
import type { CheckoutSummary, CheckoutView, PayMethod } from '../server/view-types.ts';
import { isVisit } from './visit.server.ts';

export { CheckoutErrorBoundary as ErrorBoundary } from '../parts/checkout-error.tsx';

const REFRESH_SECONDS = 15;
/** Without JavaScript, an end is read again once a minute: money can still arrive or go back. */
const ENDED_REFRESH_SECONDS = 60;
const SENT_PARAMETER = 'sent';
const SIMULATED_PARAMETER = 'simulated';
const CANCEL_RESULTS = ['paymentSeen', 'ended', 'pending', 'elsewhere'] as const;
/** A wallet whose phrase is not saved asks for it once its payment is on its way. */
const AFTER_SENDING: ReadonlySet<string> = new Set(['confirming', 'paid']);
const SavePhrase = lazyScript(() => import('../allscale-pay/save-phrase.tsx'));
const STEPPED: ReadonlySet<string> = new Set(['pay', 'confirming', 'paid']);

export const handle: RouteHandle = {
  refreshSeconds: (loaded) => {
    const { live, state } = loaded as CheckoutView;
    if (!live || state.phase === 'paid') return null;
    return state.phase === 'pay' || state.phase === 'confirming' || state.phase === 'closing'
      ? REFRESH_SECONDS
      : ENDED_REFRESH_SECONDS;
  },
};

export const meta: MetaFunction<typeof loader> = ({ data: view, matches, location, error }) => {
  const t = textOfMatches(matches);
  if (!view) return [{ title: errorTitle(t, error) }];
  const method = payMethodOf(new URLSearchParams(location.search)).name;
  return [{ title: tabTitle(t, view, method) }];
};

export const loader = async ({ params, request, context }: LoaderFunctionArgs) => {
  const view = await readAndOpen(context, params.id ?? '', request);
  return data(view, { headers: await context.checkout.rememberBrowser(request) });
};

const readAndOpen = async ({ checkout }: PageContext, id: string, request: Request): Promise<CheckoutView> => {
  const { searchParams } = new URL(request.url);
  const view = await checkout.view(id, choiceOf(searchParams));
  if (!view) throw new Response('Not found', { status: 404 });
  if (view.state.phase !== 'pay' || !isVisit(request)) return view;
  await checkout.open(view.summary.id);
  // The other ways assign the address when they build the transaction.
  if (payMethodOf(searchParams).name !== 'qr') return view;
  await checkout.assignAddress(view.summary.id, view.state.choice.coin.id, view.state.choice.network.chainId);
  return view;
};

/** The buttons of a test store, and of the development wallet; 404 elsewhere. */
export const action = async ({ params, request, context }: ActionFunctionArgs) => {
  const form = await readForm(request);
  const scenario = form.get('simulate');
  if (typeof scenario === 'string') return await simulate(context, params.id ?? '', scenario);
  const chosen = new URLSearchParams([...form].map(([name, value]) => [name, String(value)]));
  const view = await context.checkout.view(params.id ?? '', choiceOf(chosen));
  const wallet = context.developmentWallet;
  if (!view || !wallet) throw new Response('Not found', { status: 404 });
  const { state, summary } = view;
  if (state.phase === 'pay' && state.developmentWallet) {
    const { address, due, choice } = state;
    const order = { address, coin: choice.coin.id, chainId: choice.network.chainId, amount: due };
    const failure = await wallet.pay(order).then(
      () => null,
      (error: Error) => error.message,
    );
    if (failure) return data({ failure }, { status: 502 });
    chosen.set(SENT_PARAMETER, 'yes');
  }
  return redirect(`/checkout/${summary.id}?${chosen}`, 303);
};

const simulate = async (context: PageContext, id: string, scenario: string) => {
  const view = await context.checkout.view(id, NO_CHOICE);
  if (!view || view.simulations.length === 0) throw new Response('Not found', { status: 404 });
  const refusal = await context.simulate(view.summary.id, scenario);
  if (refusal) return data({ refusal }, { status: 409 });
  return redirect(`/checkout/${view.summary.id}?${SIMULATED_PARAMETER}=yes`, 303);
};

/** Phases that offer a receipt by e-mail. */
const WITH_RECEIPT: ReadonlySet<string> = new Set(['pay', 'confirming', 'paid']);

/** Money that a person decides on, or that goes back: there is something left to be told of. */
const hasOddMoney = ({ state, odd, refunds }: CheckoutView): boolean =>
  !WITH_RECEIPT.has(state.phase) &&
  'received' in state &&
  state.received !== null &&
  (odd.waiting.length > 0 || odd.left !== null || refunds.some(({ progress }) => progress !== 'confirmed'));

export default function CheckoutPage() {
  const t = useText();
  const language = useLanguage();
  const { view, polling, refresh } = useLiveView(useLoaderData<typeof loader>());
  const { summary, state, now } = view;
  const method = payMethodOf(useSearchParams()[0]).name;
  const { progress, onProgress } = usePayProgress(refresh);
  const { title, lead } = headline(t, view, method, progress);
  const heading = useHeadingFocus(state.phase);
  useTabTitle(tabTitle(t, view, method, progress));
  /** Null: not known yet. */
  const [phraseUnsaved, setPhraseUnsaved] = useState<boolean | null>(null);
  const paying = state.phase === 'pay';
  const end = !paying && state.phase !== 'confirming';
  const removed = paying && view.odd.removed !== null && progress.step !== 'sent';
  // Four steps that went well would contradict what happened since.
  const stepped = STEPPED.has(state.phase) && view.odd.removed === null && view.refunds.length === 0;
  return (
    <div className="mx-auto max-w-5xl px-3 py-3 sm:px-4 two:px-8 two:py-12">
      <div className="grid gap-3 two:grid-cols-12 two:gap-10">
        <header className="min-w-0 two:col-span-5">
          <div className="card px-4 py-2 two:border-0 two:bg-transparent two:p-0">
            <OrderSummary summary={summary} amountIsShown={STEPPED.has(state.phase)} />
          </div>
          <div className="mt-10 hidden max-w-xs gap-3 text-xs text-ink-3 two:grid">
            <p>{t('summary.powered')}</p>
            <LanguageMenu />
          </div>
        </header>
        <main className="card min-w-0 self-start p-4 sm:p-6 two:col-span-7" data-phase={state.phase}>
          {end ? <ResultMark name={state.phase} /> : null}
          <div className="flex flex-wrap items-baseline justify-between gap-x-3">
            <h1
              ref={heading}
              tabIndex={-1}
              className="text-xl font-semibold wrap-anywhere sm:text-2xl"
              onCopy={paying && !removed ? copiedExactly(state.due, readableAmount(language, state.due)) : undefined}
            >
              <Unbroken text={title} />
            </h1>
            {paying ? <Countdown expiresAt={state.expiresAt} now={now} onOver={refresh} /> : null}
          </div>
          <p
            className={
              paying && !removed && progress.step !== 'sent' ? 'mt-1 hidden text-ink-2 sm:block' : 'mt-1 text-ink-2'
            }
          >
            <Unbroken text={lead} />
          </p>
          {stepped ? (
            <div className="mt-3 sm:mt-4">
              <Stepper state={state} sent={progress.step === 'sent'} />
            </div>
          ) : null}
          <StatusLine view={view} method={method} progress={progress} polling={polling} isRead={!removed} />
          {paying ? <DevelopmentNotice /> : null}
          <CancelNotice store={summary.store.name} />
          <ElsewhereNotice summary={summary} />
          {method === 'allscale' && (progress.step === 'sent' || AFTER_SENDING.has(state.phase)) ? (
            <LazyBoundary fallback={null}>
              <div className="mt-4">
                <SavePhrase intentId={summary.id} onKnown={setPhraseUnsaved} />
              </div>
            </LazyBoundary>
          ) : null}
          <RefundFacts refunds={view.refunds} />
          <div className="mt-3 sm:mt-5">
            <PhasePanel
              view={view}
              progress={progress}
              onProgress={onProgress}
              mayLeave={method !== 'allscale' || phraseUnsaved === false}
            />
          </div>
          {WITH_RECEIPT.has(state.phase) ? <ReceiptOffer summary={summary} isPaid={state.phase === 'paid'} /> : null}
          {hasOddMoney(view) ? <ReceiptOffer summary={summary} purpose="updates" /> : null}
          {view.refundable.length > 0 ? <RefundAddressOffer summary={summary} refundable={view.refundable} /> : null}
          {view.cancelable && !removed ? (
            <p className="no-print mt-5 border-t border-line pt-2 text-center">
              <a className="link inline-flex min-h-11 items-center text-sm" href={`/checkout/${summary.id}/cancel`}>
                {t('cancel.link')}
              </a>
            </p>
          ) : null}
          <TestPayments scenarios={view.simulations} />
          {end ? (
            <div className="mt-5 border-t border-line pt-4">
              <Support summary={summary} />
            </div>
          ) : null}
        </main>
        <footer className="grid gap-2 px-1 text-xs text-ink-3 two:hidden">
          <p>{t('summary.powered')}</p>
          <LanguageMenu />
        </footer>
      </div>
    </div>
  );
}

interface PhasePanelProps {
  view: CheckoutView;
  progress: PayProgress;
  onProgress(progress: PayProgress): void;
  /** The page may return to the store by itself. */
  mayLeave: boolean;
}

function PhasePanel({ view, progress, onProgress, mayLeave }: PhasePanelProps) {
  const { state, summary } = view;
  if (state.phase === 'pay') {
    const panel = <PayPanel {...{ state, summary, progress, onProgress }} />;
    return <BesideOddMoney view={view}>{panel}</BesideOddMoney>;
  }
  if (state.phase === 'confirming') return <ConfirmingPanel state={state} />;
  if (state.phase === 'paid') return <PaidPanel state={state} view={view} mayLeave={mayLeave} />;
  return <ClosedPanel state={state} view={view} />;
}

/** Money that does not count is named before more is asked for. What the network removed usually returns: paying again is folded. */
function BesideOddMoney({ view, children }: { view: CheckoutView; children: ReactNode }) {
  const t = useText();
  const { state, odd } = view;
  const sentences = oddSentences(t, view);
  return (
    <div className="grid gap-3">
      {sentences.length > 0 ? (
        <Notice plain tone="warn">
          <span data-testid="odd-money">
            <Unbroken text={sentences.join(t('sentence.gap'))} />
          </span>
        </Notice>
      ) : null}
      {odd.removed && state.phase === 'pay' ? (
        <details data-testid="pay-again" className="border-t border-line pt-2">
          <summary className="link flex min-h-11 cursor-pointer items-center text-sm">
            {t('removed.again', { amount: state.due, coin: state.choice.coin.symbol })}
          </summary>
          <div className="pt-2">{children}</div>
        </details>
      ) : (
        children
      )}
    </div>
  );
}

interface StatusLineProps {
  view: CheckoutView;
  method: PayMethod;
  progress: PayProgress;
  polling: boolean;
  /** Also by those who see: the page does not say it elsewhere. */
  isRead: boolean;
}

/** One live region for the whole visit: screen readers announce every change of state. */
function StatusLine({ view, method, progress, polling, isRead }: StatusLineProps) {
  const t = useText();
  const { phase } = view.state;
  const shown = isRead && (phase === 'pay' || phase === 'confirming');
  return (
    <div className={shown ? 'mt-1.5 text-sm sm:mt-3' : 'sr-only'}>
      <p role="status" className="font-semibold" data-testid="status">
        {phase === 'pay' && progress.step !== 'idle' ? t(`status.${progress.step}`) : statusSentence(t, view, method)}
      </p>
      <p className={polling ? 'text-ink-2' : 'text-ink-2 max-sm:sr-only'} data-testid="connection">
        {t(polling ? 'status.polling' : 'status.live')}
      </p>
    </div>
  );
}

function DevelopmentNotice() {
  const t = useText();
  const response = useActionData<typeof action>();
  const [parameters] = useSearchParams();
  if (response && 'failure' in response) {
    return (
      <Notice plain tone="bad" className="mt-4">
        {t('pay.development_failed', { reason: response.failure })}
      </Notice>
    );
  }
  return parameters.has(SENT_PARAMETER) ? (
    <Notice plain tone="ok" className="mt-4">
      {t('pay.development_sent')}
    </Notice>
  ) : null;
}

function TestPayments({ scenarios }: { scenarios: CheckoutView['simulations'] }) {
  const response = useActionData<typeof action>();
  const [parameters] = useSearchParams();
  if (scenarios.length === 0) return null;
  const refusal = response && 'refusal' in response ? response.refusal : null;
  return <SimulatePayment {...{ scenarios, refusal }} isStarted={parameters.has(SIMULATED_PARAMETER)} />;
}

/** Why a cancel had no effect; its page redirects here. */
function CancelNotice({ store }: { store: string }) {
  const t = useText();
  const told = useSearchParams()[0].get('cancel');
  const response = CANCEL_RESULTS.find((known) => known === told);
  return response ? (
    <Notice plain urgent tone="warn" className="mt-4">
      {response === 'elsewhere' ? t('elsewhere.act', { store }) : t(`cancel.${response}`)}
    </Notice>
  ) : null;
}

/** Another browser opened the checkout first: this one may look and pay. */
function ElsewhereNotice({ summary }: { summary: CheckoutSummary }) {
  const t = useText();
  return useIsElsewhere(summary.id) ? (
    <Notice plain announced tone="neutral" className="mt-4">
      <span data-testid="elsewhere">{t('elsewhere.notice', { store: summary.store.name })}</span>
    </Notice>
  ) : null;
}

/** The panel's progress. After a payment was sent, the page reads its view at once. */
const usePayProgress = (refresh: () => void) => {
  const [progress, setProgress] = useState<PayProgress>({ step: 'idle' });
  const onProgress = (next: PayProgress): void => {
    setProgress(next);
    if (next.step === 'sent') refresh();
  };
  return { progress, onProgress };
};

/** The tab says the state: a shopper in another tab or in the wallet must not think that the order still waits for money. */
const useTabTitle = (title: string): void => {
  useEffect(() => {
    document.title = title;
  }, [title]);
};

/** Moves the focus to the heading when the phase changes, not at the first render. */
const useHeadingFocus = (phase: string) => {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(phase);
  useEffect(() => {
    if (before.current === phase) return;
    before.current = phase;
    heading.current?.focus();
  }, [phase]);
  return heading;
};
