// Why money of an order waits for a person: one name for each kind, on Home, in the list, on the order's page and in the console.
import type { ReviewKind } from '#domain/payment-rules.ts';

export const REVIEW_TITLES: Readonly<Record<ReviewKind, string>> = {
  late: 'Late payment',
  underpaid: 'Less than the price was paid',
  wrong_coin: 'Payment in another coin',
  wrong_chain: 'Payment on another network',
  second_payment: 'Second payment',
  reorg_after_confirmed: 'A reorganisation removed a confirmed payment',
  screening: 'Payment from a denied payer',
};
