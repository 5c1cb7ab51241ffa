// Queueing webhooks: an event with its exact bytes, and the outbox row that starts its delivery, in the transaction that causes it.
import { randomUUID } from 'node:crypto';
import type { IntentId } from '#domain/ids.ts';
import type { WebhookEventType } from '#domain/webhook-body.ts';
import { DISPATCH_CHANNEL } from '../dispatch/outbox.ts';
import { Dispatch } from '../entities/intent.entity.ts';
import type { Em } from '../orm.ts';
import { inTransaction } from '../pool.ts';
import { notify } from '../sql.ts';
import { deliveriesQueued, isOwnWorkflow } from './delivery-sql.ts';

export interface NewWebhook {
  /** `evt_…` */
  id: string;
  /** `txn_…` */
  transactionId: string;
  storeId: string;
  /** Null for an event that is about no order. */
  intentId: IntentId | null;
  eventType: WebhookEventType;
  /** The exact text that is sent. */
  body: string;
  createdAt: Date;
}

type Parameter = `$${number}` | `:${string}`;

/**
 * Two parts of a WITH clause, `event` and `started`, which write the event and its outbox row. A statement that already writes
 * something queues its webhook with it, in one round trip.
 * @param at the parameter of each value, such as `$1` or `:eventId`
 * @param wakes an expression; false in what the order's workflow itself writes
 */
export const webhookQueuedBy = (at: Record<keyof NewWebhook, Parameter>, wakes?: string): string => {
  const { createdAt } = at;
  const started = deliveriesQueued({ source: 'event', start: 'start_webhook', data: "'{}'::jsonb", wakes, createdAt });
  return `event as (${insertEvent(at)}), started as (${started})`;
};

const insertEvent = (at: Record<keyof NewWebhook, Parameter>): string => `
    insert into webhook_event (id, transaction_id, store_id, intent_id, event_type, body, state, created_at, own_workflow)
    values (${at.id}, ${at.transactionId}, ${at.storeId}, ${at.intentId}, ${at.eventType}, ${at.body}, 'pending', ${at.createdAt},
      ${isOwnWorkflow(at.intentId)}) returning id, intent_id, own_workflow`;

const QUEUE_ONE = {
  name: 'webhook-queue-one',
  text: `with ${webhookQueuedBy({
    id: '$1',
    transactionId: '$2',
    storeId: '$3',
    intentId: '$4',
    eventType: '$5',
    body: '$6',
    createdAt: '$7',
  })} select pg_notify($8, '')`,
};

/** Queues one event. Runs in the transaction of `em`, when it is in one. */
export const queueWebhook = (em: Em, event: NewWebhook): Promise<void> =>
  inTransaction(em, async (sql) => {
    const { id, transactionId, storeId, intentId, eventType, body, createdAt } = event;
    const values = [id, transactionId, storeId, intentId, eventType, body, createdAt, DISPATCH_CHANNEL];
    await sql.query({ ...QUEUE_ONE, values });
  });

/** An event as its redelivery needs it. */
export interface RedeliveredEvent {
  id: string;
  ownWorkflow: boolean;
  intentId: IntentId | null;
}

/** Outbox rows that deliver events again at once, in the transaction of `em`. */
export const queueRedeliveries = async (em: Em, events: readonly RedeliveredEvent[]): Promise<void> => {
  for (const { id, ownWorkflow, intentId } of events) {
    const dedupeKey = `redeliver:${id}:${randomUUID()}`;
    if (ownWorkflow || intentId === null) {
      em.create(Dispatch, { kind: 'start_webhook', subjectId: id, dedupeKey, data: { redeliver: true } });
    } else {
      const data = { signal: 'redeliverWebhook', eventId: id };
      em.create(Dispatch, { kind: 'signal_intent', subjectId: intentId, dedupeKey, data });
    }
  }
  await em.flush();
  await notify(em, DISPATCH_CHANNEL);
};
