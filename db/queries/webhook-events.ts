// Webhook events as their delivery reads and writes them. Every attempt is a row, unique by its key; what a finished attempt
// means for event, store and timeline is written in the same transaction.
import { randomUUID } from 'node:crypto';
import { LockMode } from '@mikro-orm/core';
import { UserError } from '#domain/errors.ts';
import { WebhookAttempt, WebhookEvent } from '../entities/delivery.entity.ts';
import { Dispatch, TimelineEvent } from '../entities/intent.entity.ts';
import { ApiKey, Store } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { DISPATCH_CHANNEL } from './dispatch.ts';

export interface AttemptResult {
  responseStatus: number | null;
  /** `Retry-After` of the answer in ms, or null. */
  retryAfterMs: number | null;
}

export interface WebhookDelivery {
  eventId: string;
  storeId: string;
  intentId: string;
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
  const created = event.intent.apiKey;
  const key = created.revokedAt
    ? await em.findOne(ApiKey, { store, revokedAt: null }, { orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] })
    : created;
  return {
    eventId,
    storeId: store.id,
    intentId: event.intent.id,
    body: event.body,
    url: store.webhookDisabledAt ? null : (store.webhookUrl ?? null),
    key: key && { id: key.id, sealedSecret: key.sealedSecret },
  };
};

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
    event.state = state;
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
    }
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
  em.create(TimelineEvent, { intent: event.intent, kind, data, statusFrom: null, statusTo: null, createdAt: now });
};

/**
 * Asks for a delivery by hand, of an event in any state: at once, and by the whole schedule when that fails. Goes through the
 * outbox, so it works while Temporal is down. Throws UserError when there is no such event.
 */
export const requestRedelivery = (entityManager: Em, eventId: string): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const event = await em.findOne(WebhookEvent, eventId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!event) throw new UserError('webhook_not_found', `There is no webhook event ${eventId}.`);
    const now = new Date();
    event.state = 'pending';
    event.nextAttemptAt = now;
    em.create(Dispatch, {
      kind: 'start_webhook',
      subjectId: eventId,
      dedupeKey: `redeliver:${eventId}:${randomUUID()}`,
      data: { redeliver: true },
      attempts: 0,
      availableAt: now,
      createdAt: now,
    });
    await em.flush();
    await em.execute('select pg_notify(?, ?)', [DISPATCH_CHANNEL, '']);
  });
