// What people do with webhooks: send a test, deliver events again, and switch a receiver on that was switched off.

import { randomBytes } from 'node:crypto';
import { LockMode } from '@mikro-orm/core';
import type { AuditAction } from '#domain/audit-actions.ts';
import { UserError } from '#domain/errors.ts';
import { makeId } from '#domain/ids.ts';
import { TEST_EVENT, TEST_EVENT_TYPES, testWebhookBody } from '#domain/webhook-body.ts';
import { WebhookEvent } from '../entities/delivery.entity.ts';
import { TimelineEvent } from '../entities/intent.entity.ts';
import { Store } from '../entities/store.entity.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import { findStore } from '../merchants/find-store.ts';
import type { Em } from '../orm.ts';
import { queueRedeliveries, queueWebhook } from './queue-webhooks.ts';

const auditWebhooks = (
  em: Em,
  actor: Actor,
  store: Store,
  action: AuditAction<'webhook'>,
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

/** Sends a test event to the store's webhook URL: one attempt, signed and stored like any other. @returns its id. Throws UserError. */
export const sendTestEvent = (em: Em, storeId: string, actor: Actor): Promise<string> =>
  em.fork().transactional(async (fork) => {
    const store = await findStore(fork, storeId);
    if (!store.webhookUrl) throw new UserError('no_webhook_url', 'Set a webhook URL first.');
    if (store.webhookDisabledAt) {
      throw new UserError('webhook_disabled', 'Deliveries are switched off: switch them on again first.');
    }
    const id = makeId('evt', randomBytes(16));
    const transactionId = makeId('txn', randomBytes(16));
    await queueWebhook(fork, {
      id,
      transactionId,
      storeId,
      intentId: null,
      eventType: TEST_EVENT,
      body: testWebhookBody(id, transactionId),
      createdAt: new Date(),
    });
    await auditWebhooks(fork, actor, store, 'webhook.test', { webhook_id: id, url: store.webhookUrl });
    return id;
  });

/** Whose events, and who requests it; the operator's commands name neither. */
export interface RedeliveryScope {
  storeId?: string;
  actor?: Actor;
}

/**
 * Requests a delivery of an event in any state: at once, and by the whole schedule when that fails. Goes through the outbox, so it
 * works while Temporal is down. Throws UserError when there is no such event.
 */
export const requestRedelivery = (em: Em, eventId: string, { storeId, actor }: RedeliveryScope = {}): Promise<void> =>
  em.fork().transactional(async (fork) => {
    const where = { id: eventId, ...(storeId ? { store: storeId } : {}) };
    const event = await fork.findOne(WebhookEvent, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!event) throw new UserError('webhook_not_found', `There is no webhook event ${eventId}.`);
    if (event.body === '') {
      throw new UserError('webhook_erased', 'This webhook is too old: its content was erased with old personal data.');
    }
    event.state = 'pending';
    event.nextAttemptAt = new Date();
    if (actor && event.intent) {
      fork.create(TimelineEvent, {
        intent: event.intent,
        kind: 'webhook_redelivered',
        data: { webhookId: eventId, by: actor.email ?? actor.id },
      });
    }
    await queueRedeliveries(fork, [{ ...event, intentId: event.intent?.id ?? null }]);
    if (!actor) return;
    const store = await fork.findOneOrFail(Store, event.store.id);
    await writeAudit(fork, {
      actor,
      action: 'webhook.redeliver',
      subjectKind: 'webhook_event',
      subjectId: eventId,
      merchantId: store.merchant.id,
      storeId: store.id,
    });
  });

const RESEND_LIMIT = 1_000;

/** Delivers failed events again that were created since a time: the oldest first, at most a thousand. @returns how many */
export const resendFailedSince = (em: Em, storeId: string, since: Date, actor: Actor): Promise<number> =>
  em.fork().transactional(async (fork) => {
    const store = await findStore(fork, storeId);
    const events = await fork.find(
      WebhookEvent,
      {
        store,
        state: { $in: ['failed', 'disabled'] },
        createdAt: { $gte: since },
        eventType: { $nin: TEST_EVENT_TYPES },
      },
      {
        orderBy: { createdAt: 'asc', id: 'asc' },
        limit: RESEND_LIMIT,
        lockMode: LockMode.PESSIMISTIC_WRITE,
        fields: ['id', 'ownWorkflow', 'intent'],
      },
    );
    if (events.length === 0) return 0;
    const ids = events.map(({ id }) => id);
    await fork.nativeUpdate(WebhookEvent, { id: { $in: ids } }, { state: 'pending', nextAttemptAt: new Date() });
    await queueRedeliveries(
      fork,
      events.map(({ id, ownWorkflow, intent }) => ({ id, ownWorkflow, intentId: intent?.id ?? null })),
    );
    await auditWebhooks(fork, actor, store, 'webhook.redeliver_failed', {
      since: since.toISOString(),
      count: ids.length,
    });
    return ids.length;
  });

/** Switches deliveries on again after the receiver ended them (410). */
export const enableWebhook = (em: Em, storeId: string, actor: Actor): Promise<void> =>
  em.fork().transactional(async (fork) => {
    const store = await findStore(fork, storeId);
    if (!store.webhookDisabledAt) return;
    store.webhookDisabledAt = null;
    store.updatedAt = new Date();
    await auditWebhooks(fork, actor, store, 'webhook.enable', { url: store.webhookUrl ?? null });
  });
