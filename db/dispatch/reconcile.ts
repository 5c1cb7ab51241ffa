// Reads and repairs for the reconciler: open intents, waiting webhooks and e-mails that may have lost their workflow, and processed
// rows. Every query is bounded. Repairs go through the outbox, whose keys make a repeated repair harmless.
import type { IntentId, OrderRef } from '#domain/ids.ts';
import { OPEN_STATUSES } from '#domain/status.ts';
import { VISITOR_EMAIL_SECONDS } from '../delivery/visitor-emails.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { anyText, now, secondsAgo } from '../sql.ts';
import { type NewDispatch, queueDispatch } from './outbox.ts';

/** Open intents by id, older than `minAgeSeconds`: younger ones may still be on their way to Temporal. */
export const readOpenIntents = (
  entityManager: Em,
  afterId: string,
  limit: number,
  minAgeSeconds: number,
): Promise<OrderRef[]> =>
  kyselyOf(entityManager.fork())
    .selectFrom('CheckoutIntent')
    .select(['id', 'orderId', 'oneWorkflow'])
    .where('status', 'in', OPEN_STATUSES)
    .where('id', '>', afterId as IntentId)
    .where('createdAt', '<', secondsAgo(minAgeSeconds))
    .orderBy('id')
    .limit(limit)
    .execute();

export const requeueEmails = (entityManager: Em, messageIds: readonly string[], bucket: number): Promise<number> =>
  requeue(entityManager, 'start_email', messageIds, bucket, { again: true });

/** Queues starts that assess at once. @param bucket the same start is queued once in each bucket @returns how many are new */
export const requeueIntents = (entityManager: Em, intentIds: readonly string[], bucket: number): Promise<number> =>
  requeue(entityManager, 'start_intent', intentIds, bucket, { assessNow: true });

export const requeueWebhooks = (entityManager: Em, eventIds: readonly string[], bucket: number): Promise<number> =>
  requeue(entityManager, 'start_webhook', eventIds, bucket, { again: true });

/** Wakes the workflows of orders, or starts them: something of theirs is due. */
export const requeueDeliveries = (entityManager: Em, intentIds: readonly string[], bucket: number): Promise<number> =>
  requeue(entityManager, 'signal_intent', [...new Set(intentIds)], bucket, { signal: 'deliveriesDue' });

const requeue = (
  entityManager: Em,
  kind: NewDispatch['kind'],
  ids: readonly string[],
  bucket: number,
  data: Record<string, unknown>,
): Promise<number> =>
  queueDispatch(
    entityManager.fork(),
    ...ids.map((id) => ({ kind, subjectId: id, dedupeKey: `reconcile:${kind}:${id}:${bucket}`, data })),
  );

const SIGNAL_OF = { seen: 'transferSeen', confirmed: 'transferConfirmed', orphaned: 'transferOrphaned' } as const;

/**
 * Signals those of the given intents whose transfers changed after the intent did, `afterSeconds` ago or earlier; once for each
 * transfer and state. Their signal was delivered, but to a Temporal that lost it (restored from a backup).
 */
export const requeueUnprocessedTransfers = async (
  entityManager: Em,
  intentIds: readonly IntentId[],
  afterSeconds: number,
): Promise<number> => {
  if (intentIds.length === 0) return 0;
  const em = entityManager.fork();
  const transfers = await kyselyOf(em)
    .selectFrom('CheckoutIntent as i')
    .innerJoin('TokenTransfer as t', 't.intent', 'i.id')
    .select(['i.id as intentId', 't.id', 't.state'])
    .where('i.id', '=', anyText(intentIds))
    .whereRef('i.updatedAt', '<', 't.updatedAt')
    .where('t.updatedAt', '<', secondsAgo(afterSeconds))
    .execute();
  return await queueDispatch(
    em,
    ...transfers.map(({ intentId, id, state }) => ({
      kind: 'signal_intent' as const,
      subjectId: intentId,
      dedupeKey: `reconcile:transfer:${id}:${state}`,
      data: { signal: SIGNAL_OF[state], transferId: String(id) },
    })),
  );
};

const WEEK_SECONDS = 7 * 86_400;

/** Two days after its partition should be gone: only rows that lie in none remain (db/api/request-log.ts). */
const REQUESTS_SECONDS = WEEK_SECONDS + 2 * 86_400;

/** Each deletes at most `limit` rows. */
const PURGES: readonly ((em: Em, limit: number) => Promise<{ numDeletedRows: bigint }>)[] = [
  (em, limit) =>
    kyselyOf(em)
      .deleteFrom('Dispatch')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('Dispatch')
          .select('id')
          .where('doneAt', '<', secondsAgo(WEEK_SECONDS))
          .orderBy('doneAt')
          .limit(limit),
      )
      .executeTakeFirst(),
  (em, limit) =>
    kyselyOf(em)
      .deleteFrom('ApiNonce')
      .where((eb) =>
        eb(
          eb.refTuple('apiKeyId', 'nonce'),
          'in',
          eb
            .selectFrom('ApiNonce')
            .select(['apiKeyId', 'nonce'])
            .where('expiresAt', '<', now)
            .orderBy('expiresAt')
            .limit(limit)
            .$asTuple('apiKeyId', 'nonce'),
        ),
      )
      .executeTakeFirst(),
  (em, limit) =>
    kyselyOf(em)
      .deleteFrom('RequestLog')
      .where('at', '<', secondsAgo(REQUESTS_SECONDS))
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('RequestLog')
          .select('id')
          .where('at', '<', secondsAgo(REQUESTS_SECONDS))
          .orderBy('at')
          .limit(limit),
      )
      .executeTakeFirst(),
  (em, limit) =>
    kyselyOf(em)
      .deleteFrom('VisitorEmail')
      .where((eb) =>
        eb(
          eb.refTuple('subject', 'recipientHash'),
          'in',
          eb
            .selectFrom('VisitorEmail')
            .select(['subject', 'recipientHash'])
            .where('createdAt', '<', secondsAgo(2 * VISITOR_EMAIL_SECONDS))
            .orderBy('createdAt')
            .limit(limit)
            .$asTuple('subject', 'recipientHash'),
        ),
      )
      .executeTakeFirst(),
];

/** Of each purge in one pass. Nonces expire as fast as requests arrive, so one batch would not be enough under load. */
const MAX_BATCHES = 40;

/**
 * Deletes expired nonces, outbox rows that are older than seven days, logged requests that lie in no day of their own, and past counts of visitors' e-mails. Works in batches of `limit` rows, so
 * that no transaction is long. @returns the number of deleted rows
 */
export const deleteProcessedRows = async (entityManager: Em, limit: number): Promise<number> => {
  const em = entityManager.fork();
  let deleted = 0;
  for (const purge of PURGES) {
    for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
      const count = Number((await purge(em, limit)).numDeletedRows);
      deleted += count;
      if (count < limit) break;
    }
  }
  return deleted;
};
