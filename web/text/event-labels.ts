// What each webhook event tells a shop, in words.
import type { WebhookEventType } from '#domain/webhook-body.ts';

const EVENT_LABELS = {
  'checkout_intent.confirmed': 'Paid',
  'checkout_intent.refunded': 'Refunded',
  'checkout_intent.refund_removed': 'Refund removed',
  'webhook.test': 'Test event',
} as const satisfies Record<WebhookEventType, string>;

/** A type of a later release is shown as it is. */
export const eventLabel = (type: string): string => EVENT_LABELS[type as WebhookEventType] ?? type;
