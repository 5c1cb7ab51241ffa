// The sentences of each state: its heading, what happened and what to do next, and the line that screen readers hear.
import type { CheckoutView } from '#web/checkout/view-types.ts';
import type { Translate } from '../text/text.ts';
import { slowestConfirmation } from './stepper.tsx';

export const headline = (t: Translate, { state, summary }: CheckoutView): { title: string; lead: string } => {
  const store = summary.store.name;
  switch (state.phase) {
    case 'pay': {
      const words = { amount: state.due, coin: state.choice.coin.symbol };
      return { title: t(state.received ? 'pay.title_rest' : 'pay.title', words), lead: t('pay.lead') };
    }
    case 'confirming':
      return {
        title: t('confirming.title'),
        lead: t('confirming.lead', { amount: state.received, coin: state.transfers.at(-1)?.coin ?? summary.coin }),
      };
    case 'paid':
      return { title: t('paid.title'), lead: t('paid.lead', { store }) };
    case 'underpaid':
      return {
        title: t('underpaid.title'),
        lead: t('underpaid.lead', {
          received: state.received ?? '0.0000',
          amount: summary.amount,
          coin: summary.coin,
          store,
        }),
      };
    default:
      return { title: t(`${state.phase}.title`), lead: t(`${state.phase}.lead`, { store }) };
  }
};

export const statusSentence = (t: Translate, view: CheckoutView): string => {
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
      return headline(t, view).title;
  }
};
