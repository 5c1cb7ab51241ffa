// What the reconciler asks and repairs: open intents, waiting webhooks and e-mails that may have lost their workflow, and rows that have
// served. Every query is bounded; repairs go through the outbox, whose keys make them harmless to repeat.
import type { IntentId } from '#domain/ids.ts';
import type { Em } from '../orm.ts';
import { DISPATCH_CHANNEL, pgArray } from './outbox.ts';

/** Open intents by id, older than `minAgeSeconds`: younger ones may still be on their way to Temporal. */
export const readOpenIntents = async (
  entityManager: Em,
  afterId: string,
  limit: number,
  minAgeSeconds: number,
): Promise<IntentId[]> => {
  const rows = await entityManager.fork().execute<{ id: IntentId }[]>(
    `select id from checkout_intent
     where status in (1, 2, 3, 4, 5, 10) and id > ? and created_at < now() - make_interval(secs => ?)
     order by id limit ?`,
    [afterId, minAgeSeconds, limit],
  );
  return rows.map(({ id }) => id);
};

/** Webhook events whose next attempt is overdue by `overdueSeconds`, the longest overdue first. */
export const readOverdueWebhooks = async (
  entityManager: Em,
  limit: number,
  overdueSeconds: number,
): Promise<string[]> => {
  const rows = await entityManager.fork().execute<{ id: string }[]>(
    `select id from webhook_event
     where state = 'pending' and coalesce(next_attempt_at, created_at) < now() - make_interval(secs => ?)
     order by coalesce(next_attempt_at, created_at) limit ?`,
    [overdueSeconds, limit],
  );
  return rows.map(({ id }) => id);
};

/** A place in the queue of e-mails. */
export interface EmailCursor {
  id: string;
  /** As Postgres writes it, to the microsecond. */
  createdAt: string;
}

/** E-mails that wait, older than `minAgeSeconds`, oldest first, after a place. */
export const readWaitingEmails = (
  entityManager: Em,
  after: EmailCursor | null,
  limit: number,
  minAgeSeconds: number,
): Promise<EmailCursor[]> =>
  entityManager.fork().execute<EmailCursor[]>(
    `select id, created_at::text as "createdAt" from email_message
     where state = 'pending' and created_at < now() - make_interval(secs => ?)
       and (created_at, id) > (coalesce(?::timestamptz, '-infinity'), ?)
     order by created_at, id limit ?`,
    [minAgeSeconds, after?.createdAt ?? null, after?.id ?? '', limit],
  );

export const requeueEmails = (entityManager: Em, messageIds: readonly string[], bucket: number): Promise<number> =>
  requeue(entityManager, 'start_email', messageIds, bucket, { again: true });

/** Queues starts that assess at once. @param bucket the same start is queued once in each. @returns how many are new */
export const requeueIntents = (entityManager: Em, intentIds: readonly string[], bucket: number): Promise<number> =>
  requeue(entityManager, 'start_intent', intentIds, bucket, { assessNow: true });

export const requeueWebhooks = (entityManager: Em, eventIds: readonly string[], bucket: number): Promise<number> =>
  requeue(entityManager, 'start_webhook', eventIds, bucket, { again: true });

const requeue = async (
  entityManager: Em,
  kind: 'start_intent' | 'start_webhook' | 'start_email',
  ids: readonly string[],
  bucket: number,
  data: Record<string, unknown>,
): Promise<number> => {
  if (ids.length === 0) return 0;
  const em = entityManager.fork();
  const rows = await em.execute<unknown[]>(
    `insert into dispatch (kind, subject_id, dedupe_key, data)
     select ?, id, 'reconcile:' || ? || ':' || id || ':' || ?, ?::jsonb from unnest(?::text[]) as ids(id)
     on conflict (dedupe_key) do nothing returning id`,
    [kind, kind, String(bucket), JSON.stringify(data), pgArray(ids)],
  );
  await em.execute('select pg_notify(?, ?)', [DISPATCH_CHANNEL, '']);
  return rows.length;
};

/**
 * Nudges those of the given intents whose transfers changed after the intent did and that have had `afterSeconds` to take notice;
 * once for each transfer and state. Their signal was delivered, but to a Temporal that has lost it (restored from a backup).
 */
export const requeueUnprocessedTransfers = async (
  entityManager: Em,
  intentIds: readonly string[],
  afterSeconds: number,
): Promise<number> => {
  if (intentIds.length === 0) return 0;
  const em = entityManager.fork();
  const rows = await em.execute<unknown[]>(
    `insert into dispatch (kind, subject_id, dedupe_key, data)
     select 'signal_intent', i.id, 'reconcile:transfer:' || t.id || ':' || t.state,
       jsonb_build_object('signal', case t.state when 'seen' then 'transferSeen' when 'confirmed' then 'transferConfirmed'
         else 'transferOrphaned' end, 'transferId', t.id::text)
     from checkout_intent i join token_transfer t on t.intent_id = i.id
     where i.id = any(?::text[]) and i.updated_at < t.updated_at and t.updated_at < now() - make_interval(secs => ?)
     on conflict (dedupe_key) do nothing returning id`,
    [pgArray(intentIds), afterSeconds],
  );
  if (rows.length > 0) await em.execute('select pg_notify(?, ?)', [DISPATCH_CHANNEL, '']);
  return rows.length;
};

/**
 * Each deletes at most `limit` rows. Idempotency keys are kept for ever, as the API promises: deleting one would let a late repeat
 * create a second intent. A key costs about 0.3 kB with its indexes, a tenth of the order it belongs to.
 */
const PURGES = [
  `delete from dispatch where id in
     (select id from dispatch where done_at < now() - interval '7 days' order by done_at limit ?) returning 1`,
  `delete from api_nonce where (api_key_id, nonce) in
     (select api_key_id, nonce from api_nonce where expires_at < now() order by expires_at limit ?) returning 1`,
  // The dashboard shows seven days.
  `delete from request_log where id in
     (select id from request_log where at < now() - interval '7 days' order by at limit ?) returning 1`,
] as const;

/** Of each purge in one pass. Nonces expire as fast as requests arrive, so one batch would not be enough under load. */
const MAX_BATCHES = 40;

/**
 * Deletes expired nonces, and outbox rows and logged requests that are older than seven days. Works in batches of `limit` rows, so
 * that no transaction is long. @returns the number of deleted rows
 */
export const deleteProcessedRows = async (entityManager: Em, limit: number): Promise<number> => {
  const em = entityManager.fork();
  let deleted = 0;
  for (const statement of PURGES) {
    for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
      const { length } = await em.execute<unknown[]>(statement, [limit]);
      deleted += length;
      if (length < limit) break;
    }
  }
  return deleted;
};
