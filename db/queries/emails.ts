// Queueing e-mails: each once for (subject, kind, recipient), in the transaction that causes it, with the outbox row that starts
// its delivery (decision 0040).
import { randomBytes } from 'node:crypto';
import type { EmailData, EmailKind } from '#domain/email-data.ts';
import { makeId } from '#domain/ids.ts';
import type { Em } from '../orm.ts';
import { DISPATCH_CHANNEL } from './dispatch.ts';

export interface NewEmail<Kind extends EmailKind> {
  kind: Kind;
  /** What it is about: an intent's id, an invitation's, a report's. With kind and recipient, it is sent once. */
  subjectId: string;
  /** One address. */
  recipient: string;
  /** Whose name and language it bears, and whose bounces count; absent for what concerns an account. */
  storeId?: string;
  /** On whose timeline it is shown. */
  intentId?: string;
  /** A language tag; the store's when absent, else English. */
  locale?: string;
  data: EmailData[Kind];
}

/** Queues one message; nothing happens when it was queued before. Runs in the transaction of `em`, when it is in one. */
export const queueEmail = async <Kind extends EmailKind>(em: Em, message: NewEmail<Kind>): Promise<void> => {
  const { kind, subjectId, recipient, storeId = null, intentId = null, locale = null, data } = message;
  await em.execute(
    `with message as (
       insert into email_message (id, kind, subject_id, recipient, store_id, intent_id, locale, data)
       select ?, ?, ?, ?, ?, ?, coalesce(?, (select locale from store where id = ?), 'en'), ?::jsonb
       on conflict (subject_id, kind, recipient) do nothing returning id),
     queued as (
       insert into dispatch (kind, subject_id, dedupe_key, data)
       select 'start_email', id, 'start_email:' || id, '{}' from message returning id)
     select pg_notify(?, '') from queued`,
    [
      ...[makeId('eml', randomBytes(16)), kind, subjectId, recipient.trim(), storeId, intentId],
      ...[locale, storeId, JSON.stringify(data), DISPATCH_CHANNEL],
    ],
  );
};
