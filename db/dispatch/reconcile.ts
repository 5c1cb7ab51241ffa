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

/** Each removes at most `limit` rows that nobody will ask for again. */
const PURGES = [
  `delete from dispatch where id in
     (select id from dispatch where done_at < now() - interval '7 days' order by done_at limit ?) returning 1`,
  `delete from api_nonce where (api_key_id, nonce) in
     (select api_key_id, nonce from api_nonce where expires_at < now() order by expires_at limit ?) returning 1`,
  // A client that repeats a create does so within minutes; after a week the same key may make a new intent.
  `delete from idempotency_key where (store_id, key) in
     (select store_id, key from idempotency_key where created_at < now() - interval '7 days' order by created_at limit ?)
     returning 1`,
  // The dashboard shows seven days.
  `delete from request_log where id in
     (select id from request_log where at < now() - interval '7 days' order by at limit ?) returning 1`,
] as const;

/**
 * Removes what has served: outbox rows that were done a week ago, nonces whose window has ended, idempotency keys and logged
 * requests of more than seven days. @returns how many rows went
 */
export const deleteProcessedRows = async (entityManager: Em, limit: number): Promise<number> => {
  const em = entityManager.fork();
  let purged = 0;
  for (const statement of PURGES) purged += (await em.execute<unknown[]>(statement, [limit])).length;
  return purged;
};
