// Deliveries to webhook endpoints as their workflow reads and writes them: the counterpart of db/delivery/webhook-delivery.ts, which is
// about the store's webhook URL. A delivery has the id and the bytes of its event, and the endpoint's own secret signs it.
import { LockMode } from '@mikro-orm/core';
import {
  type BegunAttempt,
  type FinishedAttempt,
  mailFailingReceiver,
  type Progress,
} from '../delivery/webhook-delivery.ts';
import { EndpointAttempt, EndpointDelivery, WebhookEndpoint } from '../entities/webhook-endpoint.entity.ts';
import { WORKER, writeAudit } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { testEventOf } from './endpoint-actions.ts';
import { mailGone } from './endpoint-mails.ts';
import { signingSecretOf } from './endpoint-secrets.ts';

export const isEndpointDelivery = (id: string): boolean => id.startsWith('whd_');

/** Null when there is no such delivery. */
export const beginEndpointAttempt = async (
  entityManager: Em,
  deliveryId: string,
  attemptKey: string,
): Promise<BegunAttempt | null> => {
  const em = entityManager.fork();
  const delivery = await em.findOne(EndpointDelivery, deliveryId, { populate: ['event', 'endpoint'] });
  if (!delivery) return null;
  const { event, endpoint } = delivery;
  const { eventId, body } = event ? { eventId: event.id, body: event.body } : testEventOf(deliveryId);
  // A stopped endpoint gets tests: its people try it before they start it again.
  const isOn = endpoint.deletedAt == null && (!event || (endpoint.enabled && body !== ''));
  const isRepeated = (await em.count(EndpointAttempt, { delivery: deliveryId, attemptKey })) > 0;
  return {
    delivery: {
      eventId,
      storeId: endpoint.store.id,
      endpointId: endpoint.id,
      isTest: !event,
      body,
      url: isOn ? endpoint.url : null,
      key: { id: endpoint.id, sealedSecret: await signingSecretOf(em, endpoint, new Date()) },
    },
    earlier: isRepeated ? progressOf(delivery) : null,
  };
};

type Delivery = Pick<EndpointDelivery, 'state' | 'nextAttemptAt' | 'deliveredAt'>;

const progressOf = ({ state, nextAttemptAt }: Delivery): Progress => ({
  state,
  nextAttemptAt: nextAttemptAt ?? null,
});

/** What was delivered once stays delivered, even when a redelivery fails. */
const takeResult = (delivery: Delivery, { state, nextAttemptAt }: Progress, now: Date): void => {
  delivery.state = state === 'failed' && delivery.deliveredAt ? 'delivered' : state;
  delivery.nextAttemptAt = nextAttemptAt;
  if (state === 'delivered') delivery.deliveredAt ??= now;
};

const lockDelivery = (em: Em, id: string): Promise<EndpointDelivery> =>
  em.findOneOrFail(EndpointDelivery, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });

/** Stores an attempt and its effects. Safe to run twice. A response 410 stops the endpoint that was called. */
export const recordEndpointAttempt = (entityManager: Em, attempt: FinishedAttempt): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const delivery = await lockDelivery(em, attempt.eventId);
    if (await em.count(EndpointAttempt, { delivery, attemptKey: attempt.attemptKey })) return;
    const { state, nextAttemptAt: _next, eventId: _, ...row } = attempt;
    em.create(EndpointAttempt, { ...row, delivery });
    const now = new Date();
    takeResult(delivery, attempt, now);
    const endpointId = delivery.endpoint.id;
    if (state === 'disabled') await stopGone(em, endpointId, attempt.url, now);
    // A test tells its people by itself.
    if (state === 'delivered' || state === 'disabled' || !delivery.event) return;
    const { store } = await em.findOneOrFail(WebhookEndpoint, endpointId);
    const attempts = await em.count(EndpointAttempt, { delivery, attemptKey: { $ne: attempt.attemptKey } });
    const { createdAt } = delivery;
    const of = { storeId: store.id, endpointId, eventId: delivery.event.id, createdAt, attempts: attempts + 1 };
    await mailFailingReceiver(em, of, attempt, now);
  });

/** Only the URL that sent the 410: a new one may have been set meanwhile. Of several 410s the first tells. */
const stopGone = async (em: Em, id: string, url: string, now: Date): Promise<void> => {
  const values = { enabled: false, goneAt: now, updatedAt: now };
  const isStopped = (await em.nativeUpdate(WebhookEndpoint, { id, url, enabled: true, deletedAt: null }, values)) > 0;
  if (!isStopped) return;
  const { store } = await em.findOneOrFail(WebhookEndpoint, id, { populate: ['store'] });
  await writeAudit(em, {
    actor: WORKER,
    action: 'endpoint.gone',
    subjectKind: 'webhook_endpoint',
    subjectId: id,
    merchantId: store.merchant.id,
    storeId: store.id,
    data: { url },
  });
  await mailGone(em, store.id, id, url, now);
};

/** Ends a delivery without an attempt: its endpoint is stopped or deleted. */
export const disableEndpointDelivery = (entityManager: Em, id: string): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const delivery = await lockDelivery(em, id);
    delivery.state = 'disabled';
    delivery.nextAttemptAt = null;
  });
