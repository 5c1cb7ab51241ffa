// E-mails (one per subject, kind and recipient), the rate limit and the mailbox of their transports, and reports.
import { defineEntity, p } from '@mikro-orm/core';
import type { EmailData, EmailKind, ReportTotals } from '#domain/email-data.ts';
import type { ReportCsvFormat } from '#domain/report-csv.ts';
import type { ReportKind } from '#domain/report-periods.ts';
import { CheckoutIntent } from './intent.entity.ts';
import { Store } from './store.entity.ts';

export type EmailState = 'pending' | 'sent' | 'failed' | 'bounced' | 'complained';

export const EmailMessageSchema = defineEntity({
  name: 'EmailMessage',
  tableName: 'email_message',
  properties: {
    /** `eml_…`, the provider's idempotency key. */
    id: p.text().primary(),
    /** The template. */
    kind: p.text().$type<EmailKind>(),
    /** The subject, as an id or a key made of ids. The same subject, kind and recipient get one e-mail. */
    subjectId: p.text(),
    recipient: p.text(),
    store: () => p.manyToOne(Store).nullable(),
    intent: () => p.manyToOne(CheckoutIntent).nullable(),
    locale: p.text().default('en'),
    /** The template's data; amounts as decimal strings. Emptied after sending when it contains a secret link. */
    data: p.json<EmailData[EmailKind]>(),
    state: p.text().$type<EmailState>().default('pending'),
    /** Stored when first rendered: every retry sends the same bytes. */
    subjectLine: p.text().nullable(),
    html: p.text().nullable(),
    plainText: p.text().nullable(),
    transport: p.text().nullable(),
    /** The provider's id of the message. */
    providerId: p.text().nullable(),
    attempts: p.integer().default(0),
    lastError: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    sentAt: p.datetime().nullable(),
    updatedAt: p.datetime().defaultRaw('now()'),
    /** Sent by a workflow of its own, and not by the order's (decision 0068). */
    ownWorkflow: p.boolean().default(true),
  },
  checks: [
    { name: 'email_state_check', expression: "state in ('pending', 'sent', 'failed', 'bounced', 'complained')" },
  ],
  uniques: [{ name: 'email_unique', properties: ['subjectId', 'kind', 'recipient'] }],
  indexes: [
    { name: 'email_intent_index', properties: ['intent'] },
    { name: 'email_store_index', properties: ['store', 'createdAt'] },
    { name: 'email_created_index', properties: ['createdAt'] },
    { name: 'email_provider_index', properties: ['providerId'] },
    {
      name: 'email_pending_index',
      expression: `create index "email_pending_index" on "email_message" ("created_at") where state = 'pending'`,
    },
    {
      name: 'email_suppressed_index',
      expression: `create index "email_suppressed_index" on "email_message" ("store_id", lower("recipient")) where state in ('bounced', 'complained')`,
    },
  ],
});
export class EmailMessage extends EmailMessageSchema.class {}
EmailMessageSchema.setClass(EmailMessage);

/** An e-mail address that a visitor named, for a day's count. Hashes only. Deleted after two days. */
export const VisitorEmailSchema = defineEntity({
  name: 'VisitorEmail',
  tableName: 'visitor_email',
  properties: {
    /** What the e-mail is about. The same subject and recipient count once. */
    subject: p.text().primary(),
    recipientHash: p.text().primary(),
    clientHash: p.text(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [
    { name: 'visitor_email_recipient_index', properties: ['recipientHash', 'createdAt'] },
    { name: 'visitor_email_client_index', properties: ['clientHash', 'createdAt'] },
    { name: 'visitor_email_created_index', properties: ['createdAt'] },
  ],
});
export class VisitorEmail extends VisitorEmailSchema.class {}
VisitorEmailSchema.setClass(VisitorEmail);

/** When a rate-limited transport may send next. All workers share this row. */
export const EmailPaceSchema = defineEntity({
  name: 'EmailPace',
  tableName: 'email_pace',
  properties: {
    transport: p.text().primary(),
    nextAt: p.datetime(),
  },
});
export class EmailPace extends EmailPaceSchema.class {}
EmailPaceSchema.setClass(EmailPace);

/** Messages that the transport `mailbox` received (development only). */
export const MailboxMessageSchema = defineEntity({
  name: 'MailboxMessage',
  tableName: 'mailbox_message',
  properties: {
    /** The message's own id. */
    id: p.text().primary(),
    recipient: p.text(),
    subjectLine: p.text(),
    html: p.text(),
    plainText: p.text(),
    /** The whole message, as sent by SMTP. */
    source: p.text(),
    receivedAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'mailbox_received_index', properties: ['receivedAt'] }],
});
export class MailboxMessage extends MailboxMessageSchema.class {}
MailboxMessageSchema.setClass(MailboxMessage);

export const ReportSchema = defineEntity({
  name: 'Report',
  tableName: 'report',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    store: () => p.manyToOne(Store),
    kind: p.text().$type<ReportKind>(),
    /** The local day or month: `2026-11-22` or `2026-11`. */
    period: p.text(),
    timeZone: p.text(),
    /** Start and end of the period; the end is exclusive. */
    startsAt: p.datetime(),
    endsAt: p.datetime(),
    /** Figures that the pages and e-mails show; amounts as decimal strings. */
    totals: p.json<ReportTotals>(),
    orderCount: p.integer(),
    /** Of the CSV file: a repeated run writes the same bytes. */
    csvSha256: p.text(),
    csvBytes: p.integer(),
    /** The content of the file (domain/report-csv.ts). The default is the only content that older reports had. */
    csvFormat: p.smallint().$type<ReportCsvFormat>().default(1),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'report_kind_check', expression: "kind in ('daily', 'monthly')" },
    { name: 'report_period_check', expression: 'starts_at < ends_at' },
  ],
  uniques: [
    { name: 'report_unique', properties: ['store', 'kind', 'period'] },
    // Each period starts where another ended, and no two start at the same end: periods cannot overlap.
    { name: 'report_chain_unique', properties: ['store', 'kind', 'startsAt'] },
  ],
  indexes: [{ name: 'report_store_index', properties: ['store', 'startsAt'] }],
});
export class Report extends ReportSchema.class {}
ReportSchema.setClass(Report);

/** An e-mail address that unsubscribed from a store's reports by the link in them. */
export const ReportOptOutSchema = defineEntity({
  name: 'ReportOptOut',
  tableName: 'report_opt_out',
  properties: {
    store: () => p.manyToOne(Store).primary(),
    recipient: p.text().primary(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});
export class ReportOptOut extends ReportOptOutSchema.class {}
ReportOptOutSchema.setClass(ReportOptOut);
