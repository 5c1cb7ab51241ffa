// Alerts of the platform's operators, the messages that tell of them, and who does not want the e-mails (decision 0088).
import { defineEntity, p } from '@mikro-orm/core';
import { ALERT_KINDS, type AlertKind } from '#domain/operator-alerts.ts';

/** `unset`: there is no webhook to send it to. */
export type AlertMessageState = 'pending' | 'sent' | 'failed' | 'unset';

/** A condition, from when it was first seen until it ended. */
export const OperatorAlertSchema = defineEntity({
  name: 'OperatorAlert',
  tableName: 'operator_alert',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    kind: p.text().$type<AlertKind>(),
    chainId: p.integer().nullable(),
    /** The newest; seconds, settlements or messages, by kind. */
    figure: p.double(),
    seenAt: p.datetime(),
    beganAt: p.datetime().nullable(),
    lastTrueAt: p.datetime(),
    remindedAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
  },
  checks: [
    {
      name: 'operator_alert_kind_check',
      expression: `kind in (${ALERT_KINDS.map((kind) => `'${kind}'`).join(', ')})`,
    },
    { name: 'operator_alert_end_check', expression: 'ended_at is null or began_at is not null' },
  ],
  indexes: [
    {
      name: 'operator_alert_open_unique',
      expression: `create unique index "operator_alert_open_unique" on "operator_alert" ("kind", coalesce("chain_id", 0)) where ended_at is null`,
    },
    { name: 'operator_alert_began_index', properties: ['beganAt'] },
  ],
});
export class OperatorAlert extends OperatorAlertSchema.class {}
OperatorAlertSchema.setClass(OperatorAlert);

/** One message: the exact bytes of the webhook. The e-mails of the same message have its id as their subject. */
export const AlertMessageSchema = defineEntity({
  name: 'AlertMessage',
  tableName: 'alert_message',
  properties: {
    /** `alm_…` */
    id: p.text().primary(),
    body: p.text(),
    isTest: p.boolean(),
    /** How many operators got it by e-mail. */
    emails: p.integer(),
    state: p.text().$type<AlertMessageState>().default('pending'),
    attempts: p.integer().default(0),
    createdAt: p.datetime().defaultRaw('now()'),
    nextAttemptAt: p.datetime().defaultRaw('now()'),
    sentAt: p.datetime().nullable(),
    /** Why the last attempt failed. */
    lastError: p.text().nullable(),
  },
  checks: [
    { name: 'alert_message_state_check', expression: "state in ('pending', 'sent', 'failed', 'unset')" },
    { name: 'alert_message_sent_check', expression: "(state = 'sent') = (sent_at is not null)" },
  ],
  indexes: [
    {
      name: 'alert_message_due_index',
      expression: `create index "alert_message_due_index" on "alert_message" ("next_attempt_at") where state = 'pending'`,
    },
    { name: 'alert_message_created_index', properties: ['createdAt'] },
  ],
});
export class AlertMessage extends AlertMessageSchema.class {}
AlertMessageSchema.setClass(AlertMessage);

/** An operator who gets no e-mails about alerts. */
export const AlertMuteSchema = defineEntity({
  name: 'AlertMute',
  tableName: 'alert_mute',
  properties: {
    /** The account's id in the schema `auth`: no foreign key. */
    userId: p.text().primary(),
    at: p.datetime().defaultRaw('now()'),
  },
});
export class AlertMute extends AlertMuteSchema.class {}
AlertMuteSchema.setClass(AlertMute);
