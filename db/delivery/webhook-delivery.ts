// Webhook events as their delivery reads and writes them. Each attempt is a row with a key of its own. Its effects on event, store
// and timeline are written in the same transaction.
import { LockMode } from '@mikro-orm/core';
import { isTestEvent } from '#domain/webhook-body.ts';
import { isEnded } from '../api/api-keys.ts';
import { WebhookAttempt, WebhookEvent, type WebhookState } from '../entities/delivery.entity.ts';
import { TimelineEvent } from '../entities/intent.entity.ts';
import { ApiKey, Store } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
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
    endpointId: null,
    isTest: isTestEvent(event.eventType),
    body: event.body,
    url: store.webhookDisabledAt ? null : (store.webhookUrl ?? null),
    key: key && { id: key.id, sealedSecret: key.sealedSecret },
  };
};

const newestLiveKey = (em: Em, store: Store): Promise<ApiKey | null> =>
  em.findOne(
    ApiKey,
    // A secret that waits must not speak for orders of other keys.
    { store, revokedAt: null, signsForOthers: true, $or: [{ expiresAt: null }, { expiresAt: { $gt: new Date() } }] },
    { orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] },
  );

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
  state: WebhookState;
  nextAttemptAt: Date | null;
}

/** The result of the attempt with this key, or null when there was none. A retried activity must not send again. */
export const readAttempt = async (entityManager: Em, eventId: string, attemptKey: string): Promise<Progress | null> => {
  const attempt = await entityManager
    .fork()
    .findOne(WebhookAttempt, { event: eventId, attemptKey }, { populate: ['event'] });
  return attempt && progressOf(attempt.event);
};

type Delivery = Pick<WebhookEvent, 'state' | 'nextAttemptAt' | 'deliveredAt'>;

export const progressOf = ({ state, nextAttemptAt }: Delivery): Progress => ({
  state,
  nextAttemptAt: nextAttemptAt ?? null,
});

/** What was delivered once stays delivered, even when a redelivery fails. */
export const takeResult = (delivery: Delivery, { state, nextAttemptAt }: Progress, now: Date): void => {
  delivery.state = state === 'failed' && delivery.deliveredAt ? 'delivered' : state;
  delivery.nextAttemptAt = nextAttemptAt;
  if (state === 'delivered') delivery.deliveredAt ??= now;
};

/** Stores an attempt and its effects. Safe to run twice: the second time nothing is written. */
export const recordWebhookAttempt = (entityManager: Em, attempt: FinishedAttempt): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const event = await lockEvent(em, attempt.eventId);
    if (await em.count(WebhookAttempt, { event, attemptKey: attempt.attemptKey })) return;
    const { state, nextAttemptAt: _next, eventId: _, ...row } = attempt;
    em.create(WebhookAttempt, { ...row, event });
    const now = new Date();
    takeResult(event, attempt, now);
    if (state === 'delivered')
      note(em, event, 'webhook_delivered', { webhook_id: event.id, response_status: attempt.responseStatus }, now);
    if (state === 'disabled') {
      // Only the URL that sent the 410: a new one may have been set meanwhile.
      const disabled = await em.nativeUpdate(
        Store,
        { id: event.store.id, webhookUrl: attempt.url, webhookDisabledAt: null },
        { webhookDisabledAt: now, updatedAt: now },
      );
      note(em, event, 'webhook_disabled', { webhook_id: event.id, store_disabled: disabled > 0 }, now);
      if (disabled > 0) await mailDisabled(em, event, attempt.url);
    }
    const isFailing = state === 'pending' || state === 'failed';
    if (!isFailing || isTestEvent(event.eventType)) return;
    const earlier = await em.count(WebhookAttempt, { event: event.id, attemptKey: { $ne: attempt.attemptKey } });
    const of = { storeId: event.store.id, eventId: event.id, createdAt: event.createdAt, attempts: earlier + 1 };
    await mailFailingReceiver(em, of, attempt, now);
  });

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
      lastError: attempt.error ?? `the receiver answered ${attempt.responseStatus}`,
    },
  });
};

const mailDisabled = (em: Em, event: WebhookEvent, url: string): Promise<void> =>
  queueStoreEmails(em, 'attention', {
    kind: 'receiver_disabled',
    subjectId: event.id,
    storeId: event.store.id,
    data: { url },
  });

/** Ends a delivery without an attempt: the store has no webhook URL. */
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
