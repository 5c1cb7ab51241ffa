// What people and shops do with deliveries to endpoints: send a test event, and deliver an event again.
import { randomBytes } from 'node:crypto';
import { LockMode } from '@mikro-orm/core';
import { UserError } from '#domain/errors.ts';
import { makeId } from '#domain/ids.ts';
import { testWebhookBody } from '#domain/webhook-body.ts';
import { queueRedeliveries } from '../delivery/queue-webhooks.ts';
import { TimelineEvent } from '../entities/intent.entity.ts';
import { EndpointDelivery } from '../entities/webhook-endpoint.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Actor } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { secondsAgo } from '../sql.ts';
import { changeEndpoint } from './change-endpoint.ts';

/** Test events of a store in a minute, to all of its endpoints: a URL can be a stranger's. */
export const MAX_TESTS_A_MINUTE = 10;

/** A test event has no row beside its delivery: its ids follow from the delivery's, and its body from them. */
export const testEventOf = (deliveryId: string): { eventId: string; body: string } => {
  const digits = deliveryId.replace(/^whd_/, '');
  const eventId = `evt_${digits}`;
  return { eventId, body: testWebhookBody(eventId, `txn_${digits}`) };
};

/**
 * Sends a test event: one attempt, signed and stored like any other; to a stopped endpoint too.
 * @returns the delivery's id; null when the store has no such endpoint. Throws UserError `too_many_tests`.
 */
export const sendEndpointTest = async (
  entityManager: Em,
  storeId: string,
  endpointId: string,
  actor: Actor,
): Promise<string | null> => {
  const id = makeId('whd', randomBytes(16));
  const endpoint = await changeEndpoint(entityManager, storeId, endpointId, actor, async (em, found) => {
    if ((await recentTests(em, storeId)) >= MAX_TESTS_A_MINUTE) {
      throw new UserError('too_many_tests', `A store can send ${MAX_TESTS_A_MINUTE} test events in a minute.`);
    }
    em.create(EndpointDelivery, {
      id,
      event: null,
      intent: null,
      endpoint: found,
      state: 'pending',
      ownWorkflow: true,
    });
    await queueRedeliveries(em, [{ id, ownWorkflow: true, intentId: null }]);
    return [{ verb: 'test', data: { deliveryId: id } }];
  });
  return endpoint && id;
};

const recentTests = async (em: Em, storeId: string): Promise<number> => {
  const { count } = await kyselyOf(em)
    .selectFrom('WebhookEndpoint as w')
    .innerJoin('EndpointDelivery as d', 'd.endpoint', 'w.id')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('w.store', '=', storeId)
    .where('d.createdAt', '>', secondsAgo(60))
    .where('d.event', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
};

/**
 * Delivers an event to its endpoint again, at once, and by the whole schedule when that fails. Goes through the outbox.
 * @returns whether the endpoint had this delivery. Throws UserError `endpoint_stopped`, `test_event` or `webhook_erased`.
 */
export const redeliverToEndpoint = async (
  entityManager: Em,
  storeId: string,
  endpointId: string,
  deliveryId: string,
  actor: Actor,
): Promise<boolean> => {
  let isFound = false;
  await changeEndpoint(entityManager, storeId, endpointId, actor, async (em, found) => {
    const where = { id: deliveryId, endpoint: found };
    const delivery = await em.findOne(EndpointDelivery, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!delivery) return [];
    isFound = true;
    await em.populate(delivery, ['event']);
    const { event, intent } = delivery;
    if (!event || !intent) throw new UserError('test_event', 'A test event is sent once: send another one.');
    if (!found.enabled) throw new UserError('endpoint_stopped', 'This endpoint is stopped: start it first.');
    if (event.body === '') {
      throw new UserError('webhook_erased', 'This event is too old: its content was erased with old personal data.');
    }
    delivery.state = 'pending';
    delivery.nextAttemptAt = new Date();
    const data = { webhookId: event.id, endpointId, by: actor.email ?? actor.id };
    em.create(TimelineEvent, { intent, kind: 'webhook_redelivered', data });
    const { ownWorkflow } = delivery;
    await queueRedeliveries(em, [{ id: deliveryId, ownWorkflow, intentId: intent.id }]);
    return [{ verb: 'redeliver', data: { deliveryId, webhookId: event.id } }];
  });
  return isFound;
};
