// Webhook events with every attempt, and the review queue.
import { defineEntity, p } from '@mikro-orm/core';
import { REVIEW_KIND_LIST, type ReviewKind } from '#domain/review-kinds.ts';
import type { ReviewOutcome } from '#domain/review-outcomes.ts';
import type { WebhookEventType } from '#domain/webhook-body.ts';
import type { DeliveryState } from '#domain/webhook-response.ts';
import { TokenTransfer } from './chain.entity.ts';
import { CheckoutIntent } from './intent.entity.ts';
import { Store } from './store.entity.ts';

/** How a delivery stands: the columns of a webhook event and of a delivery to an endpoint. */
export const deliveryProgress = () => ({
  createdAt: p.datetime().defaultRaw('now()'),
  deliveredAt: p.datetime().nullable(),
  /** When the next automatic attempt is due. */
  nextAttemptAt: p.datetime().nullable(),
});

/** One attempt of either. */
export const attemptResult = () => ({
  /** Unique per attempt. The workflow makes it, so that a retried activity writes one row. */
  attemptKey: p.text(),
  url: p.text(),
  startedAt: p.datetime(),
  durationMs: p.integer(),
  /** HTTP status, or null when there was no response. */
  responseStatus: p.integer().nullable(),
  /** First 2 kB of the response. */
  responseExcerpt: p.text().nullable(),
  /** Why the attempt failed, as text. */
  error: p.text().nullable(),
});

export const WebhookEventSchema = defineEntity({
  name: 'WebhookEvent',
  tableName: 'webhook_event',
  properties: {
    /** `evt_…`, the same in every attempt: `webhook_id` on the wire. */
    id: p.text().primary(),
    /** `txn_…`: `all_scale_transaction_id`, the receiver's idempotency key. */
    transactionId: p.text().unique(),
    store: () => p.manyToOne(Store),
    /** Null for a test event, which has no payment. */
    intent: () => p.manyToOne(CheckoutIntent).nullable(),
    eventType: p.text().$type<WebhookEventType>(),
    /** The exact bytes that are sent (UTF-8 JSON). */
    body: p.text(),
    state: p.text().$type<DeliveryState>(),
    ...deliveryProgress(),
    /** Delivered by a workflow of its own, and not by the order's (decision 0068). */
    ownWorkflow: p.boolean().default(true),
  },
  checks: [{ name: 'webhook_state_check', expression: "state in ('pending', 'delivered', 'failed', 'disabled')" }],
  indexes: [
    // An order may be refunded several times.
    {
      name: 'webhook_intent_event_unique',
      expression: `create unique index "webhook_intent_event_unique" on "webhook_event" ("intent_id", "event_type") where event_type not in ('checkout_intent.refunded', 'checkout_intent.refund_removed')`,
    },
    { name: 'webhook_store_index', properties: ['store', 'createdAt'] },
    { name: 'webhook_created_index', properties: ['createdAt'] },
    {
      name: 'webhook_undelivered_index',
      expression: `create index "webhook_undelivered_index" on "webhook_event" ("store_id", "created_at") where state in ('failed', 'disabled')`,
    },
    {
      name: 'webhook_intent_pending_index',
      expression: `create index "webhook_intent_pending_index" on "webhook_event" ("intent_id") where state = 'pending'`,
    },
    {
      name: 'webhook_pending_index',
      expression: `create index "webhook_pending_index" on "webhook_event" (coalesce(next_attempt_at, created_at)) where state = 'pending'`,
    },
  ],
});
export class WebhookEvent extends WebhookEventSchema.class {}
WebhookEventSchema.setClass(WebhookEvent);

export const WebhookAttemptSchema = defineEntity({
  name: 'WebhookAttempt',
  tableName: 'webhook_attempt',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    event: () => p.manyToOne(WebhookEvent),
    ...attemptResult(),
    /** Headers as sent, with the signature masked. */
    requestHeaders: p.json<Record<string, string>>(),
  },
  uniques: [{ name: 'webhook_attempt_unique', properties: ['event', 'attemptKey'] }],
});
export class WebhookAttempt extends WebhookAttemptSchema.class {}
WebhookAttemptSchema.setClass(WebhookAttempt);

export type { ReviewOutcome };

export const ReviewItemSchema = defineEntity({
  name: 'ReviewItem',
  tableName: 'review_item',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    intent: () => p.manyToOne(CheckoutIntent),
    transfer: () => p.manyToOne(TokenTransfer),
    kind: p.text().$type<ReviewKind>(),
    state: p.text().$type<'open' | 'resolved'>().default('open'),
    /** Facts of the review; JSON-safe. */
    found: p.json<Record<string, unknown>>(),
    /** The outcome: the money counts, was returned to its payer, or stays at the address. */
    outcome: p.text().$type<ReviewOutcome>().nullable(),
    /** The reason, as the person who decided wrote it. */
    resolution: p.text().nullable(),
    resolvedBy: p.text().nullable(),
    resolvedAt: p.datetime().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    {
      name: 'review_kind_check',
      expression: `kind in (${REVIEW_KIND_LIST.map((kind) => `'${kind}'`).join(', ')})`,
    },
    { name: 'review_outcome_check', expression: "outcome in ('accepted', 'sent_back', 'closed')" },
    {
      name: 'review_state_check',
      expression: "state in ('open', 'resolved') and (state = 'resolved') = (resolved_at is not null)",
    },
  ],
  uniques: [{ name: 'review_unique', properties: ['intent', 'kind', 'transfer'] }],
  indexes: [
    { name: 'review_open_index', properties: ['state', 'createdAt'] },
    {
      name: 'review_beside_payment_index',
      expression: `create index "review_beside_payment_index" on "review_item" ("intent_id") where state = 'open' and kind <> 'underpaid'`,
    },
  ],
});
export class ReviewItem extends ReviewItemSchema.class {}
ReviewItemSchema.setClass(ReviewItem);
