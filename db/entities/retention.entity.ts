// How far the deletion of old personal data has come (db/personal-data/retention.ts).
import { defineEntity, p } from '@mikro-orm/core';

export type RetentionKind = 'orders' | 'webhooks' | 'emails' | 'invitations';

export const RetentionCursorSchema = defineEntity({
  name: 'RetentionCursor',
  tableName: 'retention_cursor',
  properties: {
    kind: p.text().$type<RetentionKind>().primary(),
    /** Everything up to here is erased: an intent's id, or a time as Postgres writes it. */
    position: p.text(),
  },
  checks: [{ name: 'retention_kind_check', expression: "kind in ('orders', 'webhooks', 'emails', 'invitations')" }],
});
export class RetentionCursor extends RetentionCursorSchema.class {}
RetentionCursorSchema.setClass(RetentionCursor);
