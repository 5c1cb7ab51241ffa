// Webhook endpoints that a shop manages over the API, and what is delivered to them (decision 0075). Tables of their own: workers of
// an older release deliver every row of `webhook_event` to the store's webhook URL.
import { defineEntity, p } from '@mikro-orm/core';
import type { EndpointEventType } from '#domain/order-events.ts';
import type { DeliveryState } from '#domain/webhook-response.ts';
import { attemptResult, deliveryProgress } from './delivery.entity.ts';
import { CheckoutIntent } from './intent.entity.ts';
import { OrderEvent } from './order-event.entity.ts';
import { Store } from './store.entity.ts';

export const WebhookEndpointSchema = defineEntity({
  name: 'WebhookEndpoint',
  tableName: 'webhook_endpoint',
  properties: {
    /** `whe_…`; `X-API-Key` of what is sent to it. */
    id: p.text().primary(),
    store: () => p.manyToOne(Store),
    url: p.text(),
    /** What its people call it. */
    description: p.text().nullable(),
    /** Sealed as an API secret is (db/secrets.ts), bound to the store and the endpoint's id. */
    sealedSecret: p.text(),
    /** A renewed secret, which signs from `nextSecretAt` on: db/endpoints/endpoint-secrets.ts says which one signs. */
    nextSealedSecret: p.text().nullable(),
    nextSecretAt: p.datetime().nullable(),
    eventTypes: p.array<EndpointEventType>().columnType('text[]'),
    enabled: p.boolean().default(true),
    /** When its receiver responded with 410. */
    goneAt: p.datetime().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
    deletedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'webhook_endpoint_types_check', expression: 'cardinality(event_types) > 0' },
    {
      name: 'webhook_endpoint_next_secret_check',
      expression: '(next_sealed_secret is null) = (next_secret_at is null)',
    },
  ],
  indexes: [
    {
      name: 'webhook_endpoint_url_unique',
      expression:
        'create unique index "webhook_endpoint_url_unique" on "webhook_endpoint" ("store_id", "url") where deleted_at is null',
    },
  ],
});
export class WebhookEndpoint extends WebhookEndpointSchema.class {}
WebhookEndpointSchema.setClass(WebhookEndpoint);

export const EndpointDeliverySchema = defineEntity({
  name: 'EndpointDelivery',
  tableName: 'endpoint_delivery',
  properties: {
    /** `whd_…` */
    id: p.text().primary(),
    /** Null for a test event, whose body follows from the delivery's id (db/endpoints/endpoint-actions.ts). */
    event: () => p.manyToOne(OrderEvent).nullable().deleteRule('no action'),
    endpoint: () => p.manyToOne(WebhookEndpoint),
    /** Null for a test event. */
    intent: () => p.manyToOne(CheckoutIntent).nullable().deleteRule('no action'),
    state: p.text().$type<DeliveryState>().default('pending'),
    ...deliveryProgress(),
    /** Delivered by a workflow of its own, and not by the order's (decision 0068). */
    ownWorkflow: p.boolean(),
  },
  checks: [
    { name: 'endpoint_delivery_state_check', expression: "state in ('pending', 'delivered', 'failed', 'disabled')" },
  ],
  uniques: [{ name: 'endpoint_delivery_unique', properties: ['event', 'endpoint'] }],
  indexes: [
    { name: 'endpoint_delivery_endpoint_index', properties: ['endpoint', 'createdAt'] },
    { name: 'endpoint_delivery_created_index', properties: ['createdAt'] },
    {
      name: 'endpoint_delivery_intent_index',
      expression: `create index "endpoint_delivery_intent_index" on "endpoint_delivery" ("intent_id") where state = 'pending'`,
    },
    {
      name: 'endpoint_delivery_pending_index',
      expression: `create index "endpoint_delivery_pending_index" on "endpoint_delivery" (coalesce(next_attempt_at, created_at)) where state = 'pending'`,
    },
  ],
});
export class EndpointDelivery extends EndpointDeliverySchema.class {}
EndpointDeliverySchema.setClass(EndpointDelivery);

export const EndpointAttemptSchema = defineEntity({
  name: 'EndpointAttempt',
  tableName: 'endpoint_attempt',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    delivery: () => p.manyToOne(EndpointDelivery),
    ...attemptResult(),
    /** Headers as sent, with the signature masked. Null in attempts of older releases. */
    requestHeaders: p.json<Record<string, string>>().nullable(),
  },
  uniques: [{ name: 'endpoint_attempt_unique', properties: ['delivery', 'attemptKey'] }],
});
export class EndpointAttempt extends EndpointAttemptSchema.class {}
EndpointAttemptSchema.setClass(EndpointAttempt);
