// Webhook events as their delivery reads and writes them. Each attempt is a row with a key of its own. Its effects on event, store
// and timeline are written in the same transaction.
import { LockMode } from '@mikro-orm/core';
import type { IntentId } from '#domain/ids.ts';
import { isTestEvent, NO_RECEIVER, type WebhookEventType } from '#domain/webhook-body.ts';
import type { DeliveryState } from '#domain/webhook-response.ts';
import { describeResponse } from '#domain/webhook-response.ts';
import { WebhookEvent } from '../entities/delivery.entity.ts';
import { CheckoutIntent, TimelineEvent } from '../entities/intent.entity.ts';
import { Store } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { inTransaction, type Sql, sqlOf } from '../pool.ts';
import { statement } from '../sql.ts';
import { queueStoreEmails } from './queue-emails.ts';

export interface WebhookDelivery {
  eventId: string;
  storeId: string;
  /** The endpoint that gets it; null: the store's webhook URL. */
  endpointId: string | null;
  /** A test gets one attempt, even when that fails. */
  isTest: boolean;
  /** The exact text that is sent. */
  body: string;
  /** The store's webhook URL as configured now; null when there is none or it is disabled. */
  url: string | null;
  /** The key that signs; null when the store has no live key. */
  key: { id: string; sealedSecret: string } | null;
}

/** What an attempt begins with. */
export interface BegunAttempt {
  delivery: WebhookDelivery;
  /** The result of the attempt with the same key, if there was one: a retried activity must not send again. */
  earlier: Progress | null;
}

interface BegunRow extends Progress {
  storeId: string;
  eventType: WebhookEventType;
  body: string;
  url: string | null;
  keyId: string | null;
  sealedSecret: string | null;
  isRepeated: boolean;
}

// The key that created the order signs while it lives, else the store's newest. A secret that waits must not speak for orders of other keys.
const BEGIN = `
  select e.store_id as "storeId", e.event_type as "eventType", e.body, e.state, e.next_attempt_at as "nextAttemptAt",
    case when s.webhook_disabled_at is null then s.webhook_url end as url, k.id as "keyId", k.sealed_secret as "sealedSecret",
    exists (select from webhook_attempt a where a.event_id = e.id and a.attempt_key = $2) as "isRepeated"
  from webhook_event e join store s on s.id = e.store_id left join checkout_intent i on i.id = e.intent_id
  left join lateral (
    select k.id, k.sealed_secret from api_key k
    where k.store_id = e.store_id and (k.id = i.api_key_id or k.signs_for_others)
      and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
    order by k.id = i.api_key_id desc nulls last, k.created_at desc, k.id desc limit 1) k on true
  where e.id = $1`;

/** Null when there is no such event: the database was restored from before it. */
export const beginWebhookAttempt = async (
  em: Em,
  eventId: string,
  attemptKey: string,
): Promise<BegunAttempt | null> => {
  const { rows } = await sqlOf({ em }).query<BegunRow>({
    name: 'webhook-begin',
    text: BEGIN,
    values: [eventId, attemptKey],
  });
  const [row] = rows;
  if (!row) return null;
  const { storeId, eventType, body, url, keyId, sealedSecret, isRepeated, state, nextAttemptAt } = row;
  return {
    delivery: {
      eventId,
      storeId,
      endpointId: null,
      isTest: isTestEvent(eventType),
      body,
      url,
      key: keyId !== null && sealedSecret !== null ? { id: keyId, sealedSecret } : null,
    },
    earlier: isRepeated ? { state, nextAttemptAt } : null,
  };
};

export interface FinishedAttempt extends Progress {
  /** Of the webhook event, or of the delivery to an endpoint. */
  eventId: string;
  attemptKey: string;
  url: string;
  startedAt: Date;
  durationMs: number;
  responseStatus: number | null;
  responseExcerpt: string | null;
  error: string | null;
  /** With the signature masked. */
  requestHeaders: Record<string, string>;
}

/** How a delivery stands after an attempt. */
export interface Progress {
  state: DeliveryState;
  nextAttemptAt: Date | null;
}

/** Stores an attempt and its effects. Safe to run twice: the second time nothing is written. */
export const recordWebhookAttempt = async (em: Em, attempt: FinishedAttempt): Promise<void> => {
  // Almost every attempt: one statement, which commits by itself.
  if (attempt.state === 'delivered') await storeAttempt(sqlOf({ em }), attempt);
  else await em.fork().transactional((fork) => inTransaction(fork, (sql) => recordFailure(fork, sql, attempt)));
};

interface StoredAttempt {
  storeId: string;
  intentId: IntentId | null;
  eventType: WebhookEventType;
  createdAt: Date;
  /** With this one. */
  attempts: number;
}

// The event's row is locked first, so that two attempts at once are stored one after the other.
const STORE = statement<
  Omit<FinishedAttempt, 'requestHeaders' | 'startedAt'> & { requestHeaders: string; startedAt: Date }
>(
  'webhook-attempt',
  `
  with event as (select * from webhook_event where id = :eventId for update),
  stored as (
    insert into webhook_attempt (event_id, attempt_key, url, started_at, duration_ms, response_status, response_excerpt, error, request_headers)
    select id, :attemptKey, :url, :startedAt, :durationMs, :responseStatus, :responseExcerpt, :error, :requestHeaders::jsonb from event
    on conflict (event_id, attempt_key) do nothing returning event_id),
  changed as (
    update webhook_event e set next_attempt_at = :nextAttemptAt,
      state = case when :state = 'failed' and e.delivered_at is not null then 'delivered' else :state end,
      delivered_at = case when :state = 'delivered' then coalesce(e.delivered_at, now()) else e.delivered_at end
    from stored where e.id = stored.event_id
    returning e.id, e.store_id, e.intent_id, e.event_type, e.created_at),
  noted as (
    insert into timeline_event (intent_id, kind, data)
    select intent_id, 'webhook_delivered', jsonb_build_object('webhook_id', id, 'response_status', :responseStatus::int)
    from changed where intent_id is not null and :state = 'delivered')
  select store_id as "storeId", intent_id as "intentId", event_type as "eventType", created_at as "createdAt",
    (select count(*)::int + 1 from webhook_attempt where event_id = :eventId) as attempts from changed`,
);

/** @returns nothing when the attempt was stored before */
const storeAttempt = async (sql: Sql, attempt: FinishedAttempt): Promise<StoredAttempt | undefined> => {
  const { rows } = await sql.query<StoredAttempt>(
    STORE({ ...attempt, requestHeaders: JSON.stringify(attempt.requestHeaders) }),
  );
  return rows[0];
};

const recordFailure = async (em: Em, sql: Sql, attempt: FinishedAttempt): Promise<void> => {
  const { eventId, state } = attempt;
  const stored = await storeAttempt(sql, attempt);
  if (!stored) return;
  const { storeId, intentId, attempts } = stored;
  const now = new Date();
  if (state === 'disabled') {
    // Only the URL that sent the 410: a new one may have been set meanwhile.
    const disabled = await em.nativeUpdate(
      Store,
      { id: storeId, webhookUrl: attempt.url, webhookDisabledAt: null },
      { webhookDisabledAt: now, updatedAt: now },
    );
    if (intentId) noteDisabled(em, intentId, { webhook_id: eventId, store_disabled: disabled > 0 });
    if (disabled > 0) await mailDisabled(em, storeId, eventId, attempt.url);
  } else if (!isTestEvent(stored.eventType)) {
    const createdAt = new Date(stored.createdAt);
    await mailFailingReceiver(em, { storeId, eventId, createdAt, attempts }, attempt, now);
  }
};

/** A failure is mailed to the merchant from this attempt on, and not in the first minutes: shops restart, and several attempts come early. */
const FAILURES_BEFORE_MAIL = 3;
const QUIET_MS = 4 * 60_000;

interface FailingDelivery {
  storeId: string;
  /** Absent for the store's webhook URL. */
  endpointId?: string;
  eventId: string;
  createdAt: Date;
  /** With the one that failed now. */
  attempts: number;
}

/** At most one e-mail a day for each receiver (the store's URL, or an endpoint), for any number of events. */
export const mailFailingReceiver = async (
  em: Em,
  { storeId, endpointId, eventId, createdAt, attempts }: FailingDelivery,
  attempt: FinishedAttempt,
  now: Date,
): Promise<void> => {
  const isEarly = attempts < FAILURES_BEFORE_MAIL || now.getTime() - createdAt.getTime() < QUIET_MS;
  if (isEarly && attempt.state !== 'failed') return;
  await queueStoreEmails(em, 'attention', {
    kind: 'receiver_failing',
    subjectId: `${endpointId ?? storeId}:${now.toISOString().slice(0, 10)}`,
    storeId,
    data: {
      url: attempt.url,
      ...(endpointId ? { endpointId } : {}),
      webhookId: eventId,
      attempts,
      responseStatus: attempt.responseStatus,
      lastError: attempt.error ?? describeResponse(attempt.responseStatus),
    },
  });
};

const mailDisabled = (em: Em, storeId: string, eventId: string, url: string): Promise<void> =>
  queueStoreEmails(em, 'attention', { kind: 'receiver_disabled', subjectId: eventId, storeId, data: { url } });

/** Ends a delivery without an attempt: the store has no webhook URL. */
export const disableWebhookEvent = (entityManager: Em, eventId: string): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
    const event = await em.findOneOrFail(WebhookEvent, eventId, lock);
    if (event.state === 'disabled') return;
    event.state = 'disabled';
    event.nextAttemptAt = null;
    if (event.intent) noteDisabled(em, event.intent.id, { webhook_id: event.id, reason: NO_RECEIVER });
  });

const noteDisabled = (em: Em, intentId: IntentId, data: Record<string, unknown>): void => {
  const intent = em.getReference(CheckoutIntent, intentId as IntentId);
  em.create(TimelineEvent, { intent, kind: 'webhook_disabled', data, statusFrom: null, statusTo: null });
};
