// Webhook events as their delivery reads and writes them. Every attempt is a row, unique by its key; what a finished attempt
// means for event, store and timeline is written in the same transaction.
import { randomUUID } from 'node:crypto';
import { LockMode } from '@mikro-orm/core';
import { UserError } from '#domain/errors.ts';
import { TEST_EVENT } from '#domain/webhook-body.ts';
import { isEnded } from '../api/api-keys.ts';
import { DISPATCH_CHANNEL } from '../dispatch/outbox.ts';
import { WebhookAttempt, WebhookEvent } from '../entities/delivery.entity.ts';
import { Dispatch, TimelineEvent } from '../entities/intent.entity.ts';
import { ApiKey, Store } from '../entities/store.entity.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { queueStoreEmails } from './queue-emails.ts';

export interface AttemptResult {
  responseStatus: number | null;
  /** `Retry-After` of the answer in ms, or null. */
  retryAfterMs: number | null;
}

export interface WebhookDelivery {
  eventId: string;
  storeId: string;
  /** A test: one attempt, whatever comes of it. */
  isTest: boolean;
  /** The exact text that is sent. */
  body: string;
  /** The store's address as configured now; null when there is none or it was disabled. */
  url: string | null;
  /** The key that signs; null when the store has no live key. */
  key: { id: string; sealedSecret: string } | null;
}

/** Throws when there is no such event. */
export const readWebhookDelivery = async (entityManager: Em, eventId: string): Promise<WebhookDelivery> => {
  const em = entityManager.fork();
  const event = await em.findOneOrFail(WebhookEvent, eventId, { populate: ['store', 'intent.apiKey'] });
  const { store } = event;
  const created = event.intent?.apiKey;
  const key = created && !isEnded(created) ? created : await newestLiveKey(em, store);
  return {
    eventId,
    storeId: store.id,
    isTest: event.eventType === TEST_EVENT,
    body: event.body,
    url: store.webhookDisabledAt ? null : (store.webhookUrl ?? null),
    key: key && { id: key.id, sealedSecret: key.sealedSecret },
  };
};

const newestLiveKey = (em: Em, store: Store): Promise<ApiKey | null> =>
  em.findOne(
    ApiKey,
    { store, revokedAt: null, $or: [{ expiresAt: null }, { expiresAt: { $gt: new Date() } }] },
    { orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] },
  );

export interface FinishedAttempt {
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
  state: 'delivered' | 'pending' | 'failed' | 'disabled';
  nextAttemptAt: Date | null;
}

/** The state that an attempt with this key left behind, or null when there was none: a retried activity must not send again. */
export const readAttempt = async (
  entityManager: Em,
  eventId: string,
  attemptKey: string,
): Promise<{ responseStatus: number | null; state: WebhookEvent['state']; nextAttemptAt: Date | null } | null> => {
  const attempt = await entityManager
    .fork()
    .findOne(WebhookAttempt, { event: eventId, attemptKey }, { populate: ['event'] });
  if (!attempt) return null;
  const { state, nextAttemptAt } = attempt.event;
  return { responseStatus: attempt.responseStatus ?? null, state, nextAttemptAt: nextAttemptAt ?? null };
};

/** Stores an attempt and what follows from it. Safe to run twice: the second time nothing is written. */
export const recordWebhookAttempt = (entityManager: Em, attempt: FinishedAttempt): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const event = await lockEvent(em, attempt.eventId);
    if (await em.count(WebhookAttempt, { event, attemptKey: attempt.attemptKey })) return;
    const { state, nextAttemptAt, eventId: _, ...row } = attempt;
    em.create(WebhookAttempt, { ...row, event });
    const now = new Date();
    // What a receiver took once was delivered, however a redelivery by hand ends.
    event.state = state === 'failed' && event.deliveredAt ? 'delivered' : state;
    event.nextAttemptAt = nextAttemptAt;
    if (state === 'delivered') {
      event.deliveredAt ??= now;
      note(em, event, 'webhook_delivered', { webhook_id: event.id, response_status: attempt.responseStatus }, now);
    }
    if (state === 'disabled') {
      // Only the address that answered: one that was set meanwhile has not asked to be left alone.
      const disabled = await em.nativeUpdate(
        Store,
        { id: event.store.id, webhookUrl: attempt.url, webhookDisabledAt: null },
        { webhookDisabledAt: now, updatedAt: now },
      );
      note(em, event, 'webhook_disabled', { webhook_id: event.id, store_disabled: disabled > 0 }, now);
      if (disabled > 0) await tellOfDisabled(em, event, attempt.url);
    }
    const isTest = event.eventType === TEST_EVENT;
    if (!isTest && (state === 'pending' || state === 'failed')) await tellOfFailing(em, event, attempt, now);
  });

/** Attempts that may fail before the merchant hears of it: the third comes five minutes after the first. */
const FAILURES_BEFORE_MAIL = 3;

/** Once a day for a store, whatever the number of events that fail. */
const tellOfFailing = async (em: Em, event: WebhookEvent, attempt: FinishedAttempt, now: Date): Promise<void> => {
  const earlier = await em.count(WebhookAttempt, { event: event.id, attemptKey: { $ne: attempt.attemptKey } });
  const attempts = earlier + 1;
  if (attempts < FAILURES_BEFORE_MAIL && attempt.state !== 'failed') return;
  await queueStoreEmails(em, 'attention', {
    kind: 'receiver_failing',
    subjectId: `${event.store.id}:${now.toISOString().slice(0, 10)}`,
    storeId: event.store.id,
    data: {
      url: attempt.url,
      webhookId: event.id,
      attempts,
      responseStatus: attempt.responseStatus,
      lastError: attempt.error ?? `the receiver answered ${attempt.responseStatus}`,
    },
  });
};

const tellOfDisabled = (em: Em, event: WebhookEvent, url: string): Promise<void> =>
  queueStoreEmails(em, 'attention', {
    kind: 'receiver_disabled',
    subjectId: event.id,
    storeId: event.store.id,
    data: { url },
  });

/** Ends a delivery without an attempt: the store has no address to deliver to. */
export const disableWebhookEvent = (entityManager: Em, eventId: string): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const event = await lockEvent(em, eventId);
    if (event.state === 'disabled') return;
    event.state = 'disabled';
    event.nextAttemptAt = null;
    note(em, event, 'webhook_disabled', { webhook_id: event.id, reason: 'no webhook address' }, new Date());
  });

const lockEvent = (em: Em, eventId: string): Promise<WebhookEvent> =>
  em.findOneOrFail(WebhookEvent, eventId, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });

const note = (
  em: Em,
  event: WebhookEvent,
  kind: 'webhook_delivered' | 'webhook_disabled',
  data: Record<string, unknown>,
  now: Date,
): void => {
  if (!event.intent) return;
  em.create(TimelineEvent, { intent: event.intent, kind, data, statusFrom: null, statusTo: null, createdAt: now });
};

/** Whose events, and who asks; the operator's commands name neither. */
export interface RedeliveryScope {
  storeId?: string;
  actor?: Actor;
}

/**
 * Asks for a delivery by hand, of an event in any state: at once, and by the whole schedule when that fails. Goes through the
 * outbox, so it works while Temporal is down. Throws UserError when there is no such event.
 */
export const requestRedelivery = (
  entityManager: Em,
  eventId: string,
  { storeId, actor }: RedeliveryScope = {},
): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const where = { id: eventId, ...(storeId ? { store: storeId } : {}) };
    const event = await em.findOne(WebhookEvent, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!event) throw new UserError('webhook_not_found', `There is no webhook event ${eventId}.`);
    const now = new Date();
    event.state = 'pending';
    event.nextAttemptAt = now;
    await em.flush();
    await queueDeliveries(em, [eventId]);
    if (actor) {
      if (event.intent) {
        await em.execute(
          `insert into timeline_event (intent_id, kind, data) values (?, 'webhook_redelivered', ?::jsonb)`,
          [event.intent.id, JSON.stringify({ webhookId: eventId, by: actor.email ?? actor.id })],
        );
      }
      const store = await em.findOneOrFail(Store, event.store.id);
      await writeAudit(em, {
        actor,
        action: 'webhook.redeliver',
        subjectKind: 'webhook_event',
        subjectId: eventId,
        merchantId: store.merchant.id,
        storeId: store.id,
      });
    }
  });

/** Outbox rows that begin a delivery at once, within the transaction of `em`. */
export const queueDeliveries = async (em: Em, eventIds: readonly string[]): Promise<void> => {
  const now = new Date();
  for (const subjectId of eventIds) {
    em.create(Dispatch, {
      kind: 'start_webhook',
      subjectId,
      dedupeKey: `redeliver:${subjectId}:${randomUUID()}`,
      data: { redeliver: true },
      attempts: 0,
      availableAt: now,
      createdAt: now,
    });
  }
  await em.flush();
  await em.execute('select pg_notify(?, ?)', [DISPATCH_CHANNEL, '']);
};
