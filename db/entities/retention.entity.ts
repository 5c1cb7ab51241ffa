// How far the deletion of old personal data has come (db/personal-data/retention.ts).
import { defineEntity, p } from '@mikro-orm/core';

export type RetentionKind = 'orders' | 'webhooks' | 'endpoints' | 'emails' | 'invitations' | 'invoices' | 'recipients';

export const RetentionCursorSchema = defineEntity({
  name: 'RetentionCursor',
  tableName: 'retention_cursor',
  properties: {
    kind: p.text().$type<RetentionKind>().primary(),
    /** Everything up to here is erased: an intent's id, or a time as Postgres writes it. */
    position: p.text(),
  },
  checks: [
    {
      name: 'retention_kind_check',
      expression: "kind in ('orders', 'webhooks', 'endpoints', 'emails', 'invitations', 'invoices', 'recipients')",
    },
  ],
});
export class RetentionCursor extends RetentionCursorSchema.class {}
RetentionCursorSchema.setClass(RetentionCursor);

/** Erased orders whose events are looked at again: one waited for a delivery, or was being written (db/personal-data/erase-orders.ts). */
export const EventErasureSchema = defineEntity({
  name: 'EventErasure',
  tableName: 'event_erasure',
  properties: {
    intentId: p.text().primary(),
    erasedAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'event_erasure_erased_at_index', properties: ['erasedAt'] }],
});
export class EventErasure extends EventErasureSchema.class {}
EventErasureSchema.setClass(EventErasure);
