// Why money of an order waits for a person. The dashboard shows titles; the console shows labels, which fit a column and a filter.
import type { ReviewKind } from '#domain/review-kinds.ts';

export const REVIEW_TITLES: Readonly<Record<ReviewKind, string>> = {
  late: 'Late payment',
  underpaid: 'Less than the price was paid',
  wrong_coin: 'Payment in another coin',
  wrong_chain: 'Payment on another network',
  second_payment: 'Second payment',
  reorg_after_confirmed: 'A reorganisation removed a confirmed payment',
  screening: 'Payment from a denied payer',
};

export const REVIEW_LABELS: Readonly<Record<ReviewKind, string>> = {
  late: 'Late',
  underpaid: 'Underpaid',
  wrong_coin: 'Wrong coin',
  wrong_chain: 'Wrong network',
  second_payment: 'Second payment',
  reorg_after_confirmed: 'Reorganised after paid',
  screening: 'Denied payer',
};
