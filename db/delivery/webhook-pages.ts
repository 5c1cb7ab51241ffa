// Webhooks as a store's people see them: the list with the last attempt at each, one event with all attempts, and what they may
// ask for: a test, everything that failed, and a receiver that was switched off switched on again.
import { randomBytes } from 'node:crypto';
import { UserError } from '#domain/errors.ts';
import { makeId } from '#domain/ids.ts';
import { TEST_EVENT, testWebhookBody } from '#domain/webhook-body.ts';
import { WebhookAttempt, WebhookEvent, type WebhookState } from '../entities/delivery.entity.ts';
import type { Store } from '../entities/store.entity.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import { findStore } from '../merchants/stores.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';
import { queueDeliveries } from './webhook-events.ts';

export interface WebhookListRow {
  id: string;
  eventType: string;
  state: WebhookState;
  intentId: string | null;
  orderId: string | null;
  createdAt: Date;
  nextAttemptAt: Date | null;
  attempts: number;
  lastAt: Date | null;
  /** HTTP status of the last answer; null when there was none. */
  lastStatus: number | null;
  lastError: string | null;
  lastMs: number | null;
}

export interface WebhookListFilter {
  state: WebhookState | null;
  /** The event that the page begins after, or null for the newest. */
  after: string | null;
  limit: number;
}

/** A store's events, newest first. */
export const listWebhookEvents = async (
  em: Em,
  storeId: string,
  { state, after, limit }: WebhookListFilter,
): Promise<WebhookListRow[]> => {
  const { rows } = await sqlOf({ em }).query<WebhookListRow>({
    name: 'webhook-list',
    text: `select e.id, e.event_type as "eventType", e.state, e.intent_id as "intentId", i.order_id as "orderId",
        e.created_at as "createdAt", e.next_attempt_at as "nextAttemptAt", coalesce(a.attempts, 0)::int as attempts,
        a.started_at as "lastAt", a.response_status as "lastStatus", a.error as "lastError", a.duration_ms as "lastMs"
      from webhook_event e
      left join checkout_intent i on i.id = e.intent_id
      left join lateral (
        select count(*) over () as attempts, started_at, response_status, error, duration_ms
        from webhook_attempt where event_id = e.id order by id desc limit 1) a on true
      where e.store_id = $1 and ($2::text is null or e.state = $2)
        and ($3::text is null or (e.created_at, e.id) < (select created_at, id from webhook_event where id = $3 and store_id = $1))
      order by e.created_at desc, e.id desc limit $4`,
    values: [storeId, state, after, limit],
  });
  return rows.map((row) => ({
    ...row,
    // The bare pool gives times as text.
    createdAt: new Date(row.createdAt),
    nextAttemptAt: row.nextAttemptAt && new Date(row.nextAttemptAt),
    lastAt: row.lastAt && new Date(row.lastAt),
  }));
};

/** Deliveries that wait, and those that ended without success, by state. */
export const countWebhookEvents = async (em: Em, storeId: string): Promise<Partial<Record<WebhookState, number>>> => {
  const { rows } = await sqlOf({ em }).query<{ state: WebhookState; count: number }>({
    name: 'webhook-counts',
    text: `select state, count(*)::int as count from webhook_event
      where store_id = $1 and state <> 'delivered' group by state`,
    values: [storeId],
  });
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
};

/** What could be sent again at once: how many of a store's events ended without success, tests left out, and since when. */
export const readFailedWebhooks = async (em: Em, storeId: string): Promise<{ count: number; oldest: Date | null }> => {
  const { rows } = await sqlOf({ em }).query<{ count: number; oldest: Date | null }>({
    name: 'webhook-failed',
    text: `select count(*)::int as count, min(created_at) as oldest from webhook_event
      where store_id = $1 and state in ('failed', 'disabled') and event_type <> $2`,
    values: [storeId, TEST_EVENT],
  });
  const [row] = rows;
  return { count: row?.count ?? 0, oldest: row?.oldest ? new Date(row.oldest) : null };
};

/** One event of a store with its attempts, oldest first; null when the store has none with this id. */
export const readWebhookEvent = async (
  entityManager: Em,
  storeId: string,
  eventId: string,
): Promise<{ event: WebhookEvent; attempts: WebhookAttempt[] } | null> => {
  const em = entityManager.fork();
  const event = await em.findOne(WebhookEvent, { id: eventId, store: storeId }, { populate: ['intent'] });
  if (!event) return null;
  return { event, attempts: await em.find(WebhookAttempt, { event }, { orderBy: { id: 'asc' } }) };
};

const auditWebhook = (
  em: Em,
  actor: Actor,
  store: Store,
  action: string,
  data: Record<string, unknown> = {},
): Promise<void> =>
  writeAudit(em, {
    actor,
    action,
    data,
    subjectKind: 'store',
    subjectId: store.id,
    merchantId: store.merchant.id,
    storeId: store.id,
  });

/** Sends a test event to the store's address: one attempt, signed and stored as any other. @returns its id. Throws UserError. */
export const sendTestEvent = (entityManager: Em, storeId: string, actor: Actor): Promise<string> =>
  entityManager.fork().transactional(async (em) => {
    const store = await findStore(em, storeId);
    if (!store.webhookUrl) throw new UserError('no_webhook_url', 'Set a webhook address first.');
    if (store.webhookDisabledAt) {
      throw new UserError('webhook_disabled', 'Deliveries are switched off: switch them on again first.');
    }
    const id = makeId('evt', randomBytes(16));
    const transactionId = makeId('txn', randomBytes(16));
    em.create(WebhookEvent, {
      id,
      transactionId,
      store,
      intent: null,
      eventType: TEST_EVENT,
      body: testWebhookBody(id, transactionId),
      state: 'pending',
      createdAt: new Date(),
    });
    await em.flush();
    await queueDeliveries(em, [id]);
    await auditWebhook(em, actor, store, 'webhook.test', { webhook_id: id, url: store.webhookUrl });
    return id;
  });

const RESEND_LIMIT = 1_000;

/** Delivers again what ended without success since a time, the oldest first, at most a thousand. @returns how many */
export const resendFailedSince = (entityManager: Em, storeId: string, since: Date, actor: Actor): Promise<number> =>
  entityManager.fork().transactional(async (em) => {
    const store = await findStore(em, storeId);
    const events = await em.execute<{ id: string }[]>(
      `update webhook_event set state = 'pending', next_attempt_at = now() where id in (
         select id from webhook_event where store_id = ? and state in ('failed', 'disabled') and created_at >= ?
           and event_type <> ? order by created_at, id limit ? for update)
       returning id`,
      [storeId, since, TEST_EVENT, RESEND_LIMIT],
    );
    if (events.length === 0) return 0;
    await queueDeliveries(
      em,
      events.map(({ id }) => id),
    );
    await auditWebhook(em, actor, store, 'webhook.redeliver_failed', {
      since: since.toISOString(),
      count: events.length,
    });
    return events.length;
  });

/** Deliveries go out again after the receiver asked for an end (410). */
export const enableWebhook = (entityManager: Em, storeId: string, actor: Actor): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const store = await findStore(em, storeId);
    if (!store.webhookDisabledAt) return;
    store.webhookDisabledAt = null;
    store.updatedAt = new Date();
    await auditWebhook(em, actor, store, 'webhook.enable', { url: store.webhookUrl ?? null });
  });
