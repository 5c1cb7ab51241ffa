// The texts of each state: its heading, what happened and what to do next, and the status line.

import type { Translate } from '#web/text/text.ts';
import type { CheckoutView, PayMethod } from '../server/view-types.ts';
import type { PayProgress } from './pay-panel-props.ts';
import { slowestConfirmation } from './stepper.tsx';

export interface Headline {
  title: string;
  lead: string;
}

/** @param method the chosen way to pay @param progress of a payment that the panel sends */
export const headline = (
  t: Translate,
  { state, summary }: CheckoutView,
  method: PayMethod,
  progress: PayProgress = { step: 'idle' },
): Headline => {
  const store = summary.store.name;
  switch (state.phase) {
    case 'pay': {
      if (progress.step === 'sent') return { title: t('pay.title_sent'), lead: t('pay.lead_sent') };
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
      return { title: t('paid.title'), lead: t('paid.lead', { store }) };
    case 'underpaid':
      return {
        title: t('underpaid.title'),
        lead: t('underpaid.lead', {
          received: state.received ?? `0.0000 ${summary.coin}`,
          amount: summary.amount,
          coin: summary.coin,
          store,
        }),
      };
    case 'expired':
    case 'canceled':
      // Money that came afterwards is seen before the intent is reopened for a decision.
      return {
        title: t(`${state.phase}.title`),
        lead: state.received
          ? t('closed.late', { received: state.received, store })
          : t(`${state.phase}.lead`, { store }),
      };
    default:
      return { title: t(`${state.phase}.title`), lead: t(`${state.phase}.lead`, { store }) };
  }
};

/** The title of the tab: the state of the payment, for a shopper who is in another tab or in the wallet. */
export const tabTitle = (t: Translate, view: CheckoutView, method: PayMethod, progress?: PayProgress): string => {
  const approving = view.state.phase === 'pay' && progress?.step === 'approving';
  const state = approving ? t('status.approving') : headline(t, view, method, progress).title;
  return `${state} · ${t('pay.page_title', { store: view.summary.store.name })}`;
};

export const statusSentence = (t: Translate, view: CheckoutView, method: PayMethod): string => {
  const { state } = view;
  switch (state.phase) {
    case 'pay': {
      const { received, due, choice } = state;
      return received ? t('status.short', { received, due, coin: choice.coin.symbol }) : t('status.waiting');
    }
    case 'confirming': {
      const count = slowestConfirmation(state.transfers);
      return count ? t('status.confirming_count', count) : t('status.confirming');
    }
    case 'paid':
      return t('status.paid');
    default:
      return headline(t, view, method).title;
  }
};
