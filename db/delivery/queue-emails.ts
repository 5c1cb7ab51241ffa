// Queueing e-mails: each once for (subject, kind, recipient), in the transaction of its cause, with the outbox row that starts its
// delivery (decision 0040).
import { randomBytes } from 'node:crypto';
import type { EmailData, EmailKind } from '#domain/email-data.ts';
import { type IntentId, makeId } from '#domain/ids.ts';
import { DISPATCH_CHANNEL } from '../dispatch/outbox.ts';
import type { Em } from '../orm.ts';
import { inTransaction, type Sql } from '../pool.ts';
import { isOwnWorkflow } from './delivery-sql.ts';
import {
  EMAIL_COLUMNS,
  EMAIL_RETURNED,
  emailsQueued,
  NEW_EMAIL_ID,
  ORDER_RECIPIENTS,
  OWNER_RECIPIENTS,
  SHOPPER_LOCALE,
} from './email-sql.ts';

export interface NewEmail<Kind extends EmailKind> {
  kind: Kind;
  /** The id of its subject: an intent, an invitation, a report. One message for each (subject, kind, recipient). */
  subjectId: string;
  /** One address. */
  recipient: string;
  /** The store whose name, language and earlier bounces apply; absent for messages about an account. */
  storeId?: string;
  /** The order whose timeline shows it. */
  intentId?: IntentId;
  /** A language tag. When absent: in e-mails to a shopper that of `SHOPPER_LOCALE`, then the store's, else English. */
  locale?: string;
  data: EmailData[Kind];
}

const QUEUE_ONE = {
  name: 'email-queue-one',
  text: `with message as (
      insert into email_message (${EMAIL_COLUMNS})
      select $1, $2, $3, $4, $5, $6,
        coalesce($7, case when $2 like 'shopper%' then (select ${SHOPPER_LOCALE} from checkout_intent i join store s on s.id = i.store_id where i.id = $6) end,
          (select locale from store where id = $5), 'en'), $8::jsonb, ${isOwnWorkflow('$6')}
      on conflict (subject_id, kind, recipient) do nothing returning ${EMAIL_RETURNED}),
    queued as (${emailsQueued()} returning id)
    select pg_notify($9, '') from queued limit 1`,
};

/** Queues one message, unless it was queued before (then false). Runs in the transaction of `em`, when it is in one. */
export const queueEmail = <Kind extends EmailKind>(em: Em, message: NewEmail<Kind>): Promise<boolean> =>
  inTransaction(em, async (sql) => {
    const { kind, subjectId, recipient, storeId = null, intentId = null, locale = null, data } = message;
    const { rows } = await sql.query({
      ...QUEUE_ONE,
      values: [
        ...[makeId('eml', randomBytes(16)), kind, subjectId, recipient.trim(), storeId, intentId],
        ...[locale, JSON.stringify(data), DISPATCH_CHANNEL],
      ],
    });
    return rows.length > 0;
  });

const QUEUE_SHOPPER = {
  name: 'email-queue-shopper',
  text: `with message as (
      insert into email_message (${EMAIL_COLUMNS})
      select ${NEW_EMAIL_ID}, $1, $2, i.shopper_email, s.id, i.id, ${SHOPPER_LOCALE}, $4::jsonb, not i.one_workflow
      from checkout_intent i join store s on s.id = i.store_id where i.id = $3 and i.shopper_email is not null
      on conflict (subject_id, kind, recipient) do nothing returning ${EMAIL_RETURNED}),
    queued as (${emailsQueued('$6::boolean')} returning id)
    select pg_notify($5, '') from queued limit 1`,
};

type ShopperKind = Extract<EmailKind, `shopper_${string}`>;

export interface NewShopperEmail<Kind extends ShopperKind> {
  kind: Kind;
  subjectId: string;
  intentId: IntentId;
  data: EmailData[Kind];
}

/** Queues a message for the shopper of an order, in the shopper's language; none without an address. Runs in the transaction of `em`. */
export const queueShopperEmail = <Kind extends ShopperKind>(em: Em, message: NewShopperEmail<Kind>): Promise<void> =>
  inTransaction(em, (sql) => queueShopperEmailBy(sql, message));

/** The same in a transaction that has no entity manager. @param by as for `queueStoreEmailsBy` */
export const queueShopperEmailBy = async <Kind extends ShopperKind>(
  sql: Sql,
  { kind, subjectId, intentId, data }: NewShopperEmail<Kind>,
  by: Writer = 'other',
): Promise<void> => {
  const values = [kind, subjectId, intentId, JSON.stringify(data), DISPATCH_CHANNEL, by !== 'workflow'];
  await sql.query({ ...QUEUE_SHOPPER, values });
};

/** Who writes rows that are to be delivered. */
export type Writer = 'workflow' | 'other';

export interface NewStoreEmail<Kind extends EmailKind> {
  kind: Kind;
  subjectId: string;
  storeId: string;
  intentId?: IntentId;
  data: EmailData[Kind];
}

const queueFor = (isWanted: string, recipients = ORDER_RECIPIENTS): string => `
  with message as (
    insert into email_message (${EMAIL_COLUMNS})
    select ${NEW_EMAIL_ID}, $1, $2, r.recipient, s.id, $4, s.locale, $5::jsonb, ${isOwnWorkflow('$4')}
    from store s cross join lateral ${recipients} r where s.id = $3 and ${isWanted}
    on conflict (subject_id, kind, recipient) do nothing returning ${EMAIL_RETURNED}),
  queued as (${emailsQueued('$7::boolean')} returning id)
  select pg_notify($6, '') from queued limit 1`;

const STATEMENTS = {
  attention: { name: 'email-queue-attention', text: queueFor('s.emails_attention') },
  refunds: { name: 'email-queue-refunds', text: queueFor('s.emails_refunds') },
  people: { name: 'email-queue-people', text: queueFor('true') },
  owners: { name: 'email-queue-owners', text: queueFor('true', OWNER_RECIPIENTS) },
} as const;

/**
 * Queues a message for the recipients of a store: `attention` and `refunds` respect the store's switches, `people` (keys, activation) ignores it;
 * `owners` goes to the merchant's owners instead. Runs in the transaction of `em`, when it is in one.
 */
export const queueStoreEmails = <Kind extends EmailKind>(
  em: Em,
  audience: keyof typeof STATEMENTS,
  message: NewStoreEmail<Kind>,
): Promise<void> => inTransaction(em, (sql) => queueStoreEmailsBy(sql, audience, message));

/**
 * The same in a transaction that has no entity manager.
 * @param by the order's workflow reads what is due after it has written; anything else wakes it
 */
export const queueStoreEmailsBy = async <Kind extends EmailKind>(
  sql: Sql,
  audience: keyof typeof STATEMENTS,
  { kind, subjectId, storeId, intentId, data }: NewStoreEmail<Kind>,
  by: Writer = 'other',
): Promise<void> => {
  await sql.query({
    ...STATEMENTS[audience],
    values: [kind, subjectId, storeId, intentId ?? null, JSON.stringify(data), DISPATCH_CHANNEL, by !== 'workflow'],
  });
};
