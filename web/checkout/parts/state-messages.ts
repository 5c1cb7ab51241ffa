// The texts of each state: its heading, what happened and what to do next, and the status line.

import type { Translate } from '#web/text/text.ts';
import type { CheckoutView, ClosedPhase, OddMoney, PayMethod } from '../server/view-types.ts';
import type { PayProgress } from './pay-panel-props.ts';
import { slowestConfirmation } from './stepper.tsx';

export interface Headline {
  title: string;
  lead: string;
}

/** @param method the chosen way to pay @param progress of a payment that the panel sends */
export const headline = (
  t: Translate,
  view: CheckoutView,
  method: PayMethod,
  progress: PayProgress = { step: 'idle' },
): Headline => {
  const { state, odd } = view;
  const store = storeOf(view);
  switch (state.phase) {
    case 'pay': {
      if (progress.step === 'sent') return { title: t('pay.title_sent'), lead: t('pay.lead_sent') };
      if (odd.removed) return { title: t('removed.title'), lead: t('removed.lead', { received: odd.removed, store }) };
      const picked = progress.step === 'idle' ? progress.paying : undefined;
      const message = picked ?? { amount: state.due, coin: state.choice.coin.symbol };
      const rest = state.received ? '_rest' : '';
      const title = method === 'qr' ? (`pay.title${rest}` as const) : (`pay.title_${method}${rest}` as const);
      return { title: t(title, message), lead: t(`method.${method}_hint`) };
    }
    case 'confirming':
      return {
        title: t('confirming.title'),
        lead: t('confirming.lead', { amount: state.received }),
      };
    case 'paid':
      return { title: t(state.isRefunded ? 'refund.confirmed' : 'paid.title'), lead: paidLead(t, view) };
    case 'closing':
      return { title: t('closing.title'), lead: closingLead(t, view, state) };
    case 'noNetwork':
    case 'failed':
      return { title: t(`${state.phase}.title`), lead: t(`${state.phase}.lead`, { store }) };
    default:
      return { title: t(`${state.phase}.title`), lead: closedLead(t, view, state.phase) };
  }
};

const joined = (t: Translate, sentences: readonly string[]): string => sentences.join(t('sentence.gap'));

const storeOf = ({ summary }: CheckoutView): string => summary.store.name;

/** `12.0000 USDT + 8.0000 USDC` of refunds that the network has confirmed, or of those that it has not. */
const refundsOf = ({ refunds }: CheckoutView, isConfirmed: boolean): string =>
  refunds
    .filter(({ progress }) => (progress === 'confirmed') === isConfirmed)
    .map(({ amount }) => amount)
    .join(' + ');

const paidLead = (t: Translate, view: CheckoutView): string => {
  const store = storeOf(view);
  const { removed } = view.odd;
  if (removed) return t('paid.removed', { received: removed, store });
  const [confirmed, underWay] = [refundsOf(view, true), refundsOf(view, false)];
  const lead = view.summary.returnUrl ? 'paid.lead' : 'paid.lead_close';
  return joined(t, [
    confirmed || underWay ? t('paid.was') : t(lead, { store }),
    ...(confirmed ? [t('refund.done_lead', { store, received: confirmed })] : []),
    ...(underWay ? [t('refund.lead', { store, received: underWay })] : []),
  ]);
};

const closingLead = (t: Translate, { summary: { amount, coin } }: CheckoutView, { received }: ClosedPhase): string =>
  received ? t('closing.lead_part', { received, amount, coin }) : t('closing.lead');

/** Whether the store decides on money: on that of a denied payer, only an operator does. */
export const isForStore = ({ waiting }: OddMoney): boolean => waiting.some(({ reason }) => reason !== 'check');

/** What became of money that did not pay the order, one sentence for each fact. Empty for none. */
export const oddSentences = (t: Translate, view: CheckoutView): string[] => {
  const { odd, summary } = view;
  const { amount, coin } = summary;
  const store = storeOf(view);
  const { waiting, left, returned } = odd;
  return [
    ...waiting.map(({ reason, received, network }) => t(`odd.${reason}`, { received, network, amount, coin })),
    ...(waiting.length > 0 ? [t(isForStore(odd) ? 'odd.decides' : 'odd.safe', { store })] : []),
    ...(left ? [t('odd.left', { received: left, store })] : []),
    ...(returned ? [t('odd.returned', { received: returned, store })] : []),
  ];
};

type Judged = Exclude<ClosedPhase['phase'], 'closing' | 'failed'>;

const closedLead = (t: Translate, view: CheckoutView, phase: Judged): string => {
  const store = storeOf(view);
  const underWay = refundsOf(view, false);
  if (phase === 'sendBack') {
    return joined(t, [
      t('odd.stop'),
      underWay ? t('refund.lead', { store, received: underWay }) : t('sendBack.lead', { store }),
    ]);
  }
  const sentences = oddSentences(t, view);
  if (sentences.length > 0) return joined(t, [t('odd.stop'), ...sentences]);
  const { removed } = view.odd;
  if (removed && phase === 'expired') return t('expired.lead_removed', { received: removed, store });
  const { amount, coin } = view.summary;
  return phase === 'underpaid' || phase === 'review'
    ? joined(t, [t('odd.stop'), t('odd.decides', { store })])
    : t(`${phase}.lead`, { store, amount, coin });
};

/** The title of the tab: the state of the payment, for a shopper who is in another tab or in the wallet. */
export const tabTitle = (t: Translate, view: CheckoutView, method: PayMethod, progress?: PayProgress): string => {
  const approving = view.state.phase === 'pay' && progress?.step === 'approving';
  const state = approving ? t('status.approving') : headline(t, view, method, progress).title;
  return `${state} · ${t('pay.page_title', { store: view.summary.store.name })}`;
};

/** What screen readers announce: also what changes while the heading stays, such as money that arrives after the end. */
export const statusSentence = (t: Translate, view: CheckoutView, method: PayMethod): string => {
  const { state, odd } = view;
  switch (state.phase) {
    case 'pay': {
      if (odd.removed) return headline(t, view, method).lead;
      const { received, due, choice } = state;
      return received ? t('status.short', { received, due, coin: choice.coin.symbol }) : t('status.waiting');
    }
    case 'confirming': {
      const count = slowestConfirmation(state.transfers);
      return count ? t('status.confirming_count', count) : t('status.confirming');
    }
    case 'paid': {
      const isPlain = view.refunds.length === 0 && odd.removed === null;
      return joined(t, [isPlain ? t('status.paid') : paidLead(t, view), ...oddSentences(t, view)]);
    }
    default:
      return headline(t, view, method).lead;
  }
};
