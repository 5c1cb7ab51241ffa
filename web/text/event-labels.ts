// What each webhook event tells a shop, in words.
import type { EndpointEventType } from '#domain/order-events.ts';
import type { WebhookEventType } from '#domain/webhook-body.ts';

const EVENT_LABELS = {
  'checkout_intent.confirmed': 'Paid',
  'checkout_intent.refunded': 'Refunded',
  'checkout_intent.refund_removed': 'Refund removed',
  'webhook.test': 'Test event',
  'checkout_intent.seen': 'Money seen',
  'checkout_intent.short': 'Price not reached',
  'checkout_intent.removed': 'Money removed',
  'checkout_intent.late': 'Late money',
  'checkout_intent.review': 'Needs a decision',
  'checkout_intent.expired': 'Expired',
  'checkout_intent.canceled': 'Canceled',
  'checkout_intent.rejected': 'Payer denied',
} as const satisfies Record<WebhookEventType | EndpointEventType, string>;

/** A type of a later release is shown as it is. */
export const eventLabel = (type: string): string => EVENT_LABELS[type as keyof typeof EVENT_LABELS] ?? type;

/** When an endpoint gets it, in a line. */
export const EVENT_EXPLANATIONS: Readonly<Record<EndpointEventType, string>> = {
  'checkout_intent.seen': 'A transfer is in a block. It is not confirmed yet.',
  'checkout_intent.short': 'Money came, and a part of the price is still missing.',
  'checkout_intent.removed': 'A transfer that was in a block is no longer in the chain.',
  'checkout_intent.late': 'Money came after the checkout had ended. A person must decide.',
  'checkout_intent.review': 'A person must decide on money, for another reason.',
  'checkout_intent.expired': 'The checkout ended without its price.',
  'checkout_intent.canceled': 'The shopper canceled the checkout.',
  'checkout_intent.rejected': 'Screening denied the payer.',
  'checkout_intent.refunded': 'A refund is confirmed. The removal of one comes too.',
  'checkout_intent.refund_removed': 'A confirmed refund is no longer in the chain, and is under way again.',
};
