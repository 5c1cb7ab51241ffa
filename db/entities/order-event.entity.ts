// Events of orders, as the API lists them (decision 0075).
import { defineEntity, p } from '@mikro-orm/core';
import type { OrderEventType } from '#domain/order-events.ts';
import { CheckoutIntent } from './intent.entity.ts';

export const OrderEventSchema = defineEntity({
  name: 'OrderEvent',
  tableName: 'order_event',
  properties: {
    /** `evt_…`; of a confirmed payment or a refund the id of its webhook. */
    id: p.text().primary(),
    /** In the order of writing, which is not that of the commits. */
    position: p.bigint('bigint').autoincrement(),
    /** No foreign key: whoever writes money must not wait for whoever locks a store. */
    storeId: p.text(),
    intent: () => p.manyToOne(CheckoutIntent),
    eventType: p.text().$type<OrderEventType>(),
    /** UTF-8 JSON, the bytes of the webhook; empty once the order's personal data is erased. */
    body: p.text(),
    /** Its number among the store's events. Null until a reader comes (db/events/number-events.ts). */
    sequence: p.bigint('bigint').nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [
    {
      name: 'order_event_sequence_unique',
      expression:
        'create unique index "order_event_sequence_unique" on "order_event" ("store_id", "sequence") where sequence is not null',
    },
    {
      name: 'order_event_unnumbered_index',
      expression:
        'create index "order_event_unnumbered_index" on "order_event" ("store_id", "position") where sequence is null',
    },
    { name: 'order_event_intent_index', properties: ['intent'] },
  ],
});
export class OrderEvent extends OrderEventSchema.class {}
OrderEventSchema.setClass(OrderEvent);

/** The last number that a store's events have. Its row is the lock of whoever numbers them. */
export const EventSequenceSchema = defineEntity({
  name: 'EventSequence',
  tableName: 'event_sequence',
  properties: {
    storeId: p.text().primary(),
    last: p.bigint('bigint').default(0),
  },
});
export class EventSequence extends EventSequenceSchema.class {}
EventSequenceSchema.setClass(EventSequence);
