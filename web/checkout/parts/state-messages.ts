// The texts of each state: its heading, what happened and what to do next, and the status line.

import type { Translate } from '#web/text/text.ts';
import type { CheckoutView, PayMethod } from '../server/view-types.ts';
import { slowestConfirmation } from './stepper.tsx';

export interface Headline {
  title: string;
  lead: string;
}

/** @param method the chosen way to pay */
export const headline = (t: Translate, { state, summary }: CheckoutView, method: PayMethod): Headline => {
  const store = summary.store.name;
  switch (state.phase) {
    case 'pay': {
      const message = { amount: state.due, coin: state.choice.coin.symbol };
      // The panel of AllScale Pay lists coins and networks by the wallet's balances.
      if (method === 'allscale') return { title: t('pay.title_allscale'), lead: t('pay.lead_allscale') };
      if (method === 'wallet')
        return {
          title: t(state.received ? 'pay.title_wallet_rest' : 'pay.title_wallet', message),
          lead: t('pay.lead'),
        };
      return { title: t(state.received ? 'pay.title_rest' : 'pay.title', message), lead: t('pay.lead') };
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
