// The public page of a payment link. A press makes an order and leads to its checkout. It works without scripts.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { translator } from '#domain/texts.ts';
import { readForm } from '#web/access/read-form.ts';
import type { RouteHandle } from '#web/root.tsx';
import { LANGUAGE_PARAMETER, requestedLanguage } from '#web/text/languages.ts';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PayFrame } from '../parts/pay-frame.tsx';
import { PressButton } from '../parts/press-button.tsx';
import { priceText, timeText } from '../parts/price-text.ts';
import { ClosedWays, Questions } from '../parts/ways-on.tsx';
import type { LinkView, PayProblem } from '../server/pay-types.ts';
import { PAY_CATALOGUES } from '../text/catalogues.server.ts';
import { PayTexts, usePayText } from '../text/pay-text.ts';

export const handle: RouteHandle = { language: (loaded) => (loaded as { view: LinkView }).view.language };

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) =>
  loaded ? [{ title: `${loaded.view.title} · ${loaded.view.store.name}` }] : [];

const missing = () => new Response('Not found', { status: 404 });

export const loader = async ({ params, request, context }: LoaderFunctionArgs) => {
  const view = await context.pay.link(params.slug ?? '', requestedLanguage(request));
  if (!view) throw missing();
  const headers = await context.checkout.rememberBrowser(request);
  return data({ view, texts: PAY_CATALOGUES[view.language] }, { headers });
};

export const action = async ({ params, request, context }: ActionFunctionArgs) => {
  const form = await readForm(request);
  const slug = params.slug ?? '';
  const view = await context.pay.link(slug, requestedLanguage(request));
  if (!view) throw missing();
  const { hash, headers } = await context.checkout.browserHasher(request);
  const typed = {
    quantity: String(form.get('quantity') ?? '').trim(),
    amount: String(form.get('amount') ?? '').trim(),
  };
  const { language } = view;
  const outcome = await context.pay.pressLink({
    ...{ slug, ...typed, language, browserHash: hash },
    clientAddress: context.clientAddress,
  });
  if (!outcome) throw missing();
  if (outcome.kind === 'order') {
    throw redirect(`/checkout/${outcome.id}?${LANGUAGE_PARAMETER}=${language}`, { status: 303, headers });
  }
  // Ended, paused or sold out since the page was loaded: the page itself says so.
  const now = await context.pay.link(slug, language);
  if (now && now.state !== 'open') {
    throw redirect(`/pay/${slug}?${LANGUAGE_PARAMETER}=${language}`, { status: 303, headers });
  }
  return data({ outcome, typed }, { status: 422, headers });
};

/** A rejected press too: the price or what is left can have changed since the page was loaded. */
export const shouldRevalidate = (): boolean => true;

export default function LinkPage() {
  const { view, texts } = useLoaderData<typeof loader>();
  const t = translator(texts);
  return (
    <PayTexts.Provider value={texts}>
      <PayFrame store={view.store} language={view.language}>
        {view.picture ? (
          <img
            src={view.picture}
            alt={t('picture', { title: view.title })}
            className="mt-5 max-h-80 w-full rounded-lg bg-sunken object-contain"
          />
        ) : null}
        <h1 className="mt-5 text-xl font-semibold wrap-anywhere sm:text-2xl">{view.title}</h1>
        {view.description ? (
          <p className="mt-2 wrap-anywhere whitespace-pre-line text-ink-2">{view.description}</p>
        ) : null}
        {view.price ? (
          <p className="mt-4 text-3xl font-semibold tracking-tight">{priceText(view.language, view.price)}</p>
        ) : null}
        {view.state === 'open' ? (
          <>
            <OrderForm view={view} />
            <Questions contact={view.store.supportContact} />
          </>
        ) : (
          <Closed view={view} state={view.state} />
        )}
      </PayFrame>
    </PayTexts.Provider>
  );
}

function Closed({ view, state }: { view: LinkView; state: Exclude<LinkView['state'], 'open'> }) {
  const t = usePayText();
  const { slug, store, language } = view;
  return (
    <div className="mt-5" data-state={state}>
      <Notice tone="neutral" title={t(`${state}.title`)}>
        {state === 'sold_out' && view.isAllSold ? t('sold_out.all') : t(`${state}.lead`, { store: store.name })}
      </Notice>
      <ClosedWays store={store} again={state === 'expired' ? null : `/pay/${slug}?${LANGUAGE_PARAMETER}=${language}`} />
    </div>
  );
}

const AMOUNT_PROBLEMS: readonly PayProblem[] = [
  'amount_missing',
  'amount_unclear',
  'amount_too_small',
  'amount_too_large',
];

function OrderForm({ view }: { view: LinkView }) {
  const t = usePayText();
  const result = useActionData<typeof action>();
  const { language, price, bounds, most } = view;
  const outcome = result?.outcome;
  const problem = outcome?.kind === 'problem' ? outcome.problem : null;
  const message = outcome?.kind === 'problem' ? t(`problem.${outcome.problem}`, outcome.values) : null;
  const isOfAmount = problem !== null && AMOUNT_PROBLEMS.includes(problem);
  const isOfField = isOfAmount || problem === 'quantity';
  const notes = [
    view.left === null ? null : t('left', { left: view.left }),
    view.expiresAt === null ? null : t('until', { time: timeText(language, view.expiresAt, view.timeZone) }),
  ].filter((note) => note !== null);
  return (
    <Form method="post" className="mt-4 grid gap-4">
      {notes.length > 0 ? <p className="text-sm text-ink-2">{notes.join(' · ')}</p> : null}
      {message !== null && !isOfField ? <Notice tone="bad">{message}</Notice> : null}
      {outcome?.kind === 'open' ? (
        <Notice tone="warn" urgent>
          {t('open_order')}{' '}
          <a className="link" href={`/checkout/${outcome.id}?${LANGUAGE_PARAMETER}=${language}`}>
            {t('open_order_link')}
          </a>
        </Notice>
      ) : null}
      {bounds ? (
        <Field
          label={`${t('amount')} (${'fiat' in bounds.min.unit ? bounds.min.unit.fiat : bounds.min.unit.coin})`}
          hint={t('amount_hint', { min: priceText(language, bounds.min), max: priceText(language, bounds.max) })}
          name="amount"
          inputMode="decimal"
          autoComplete="off"
          required
          maxLength={16}
          defaultValue={result?.typed.amount ?? ''}
          error={isOfAmount ? message : null}
        />
      ) : null}
      {most > 1 ? (
        <Field
          label={t('quantity')}
          hint={price ? t('quantity_hint', { price: priceText(language, price), most }) : t('quantity_most', { most })}
          name="quantity"
          type="number"
          min={1}
          max={most}
          step={1}
          required
          defaultValue={result?.typed.quantity || '1'}
          error={problem === 'quantity' ? message : null}
        />
      ) : null}
      {most <= 1 && problem === 'quantity' ? <Notice tone="bad">{message}</Notice> : null}
      <PressButton>{t('pay')}</PressButton>
      <p className="text-sm text-ink-2">{t('how')}</p>
    </Form>
  );
}
