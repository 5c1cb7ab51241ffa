// One workflow carries an order to its end: its money, its webhooks and its e-mails (decision 0068).
import type { WorkflowHandle } from '@temporalio/client';
import { workflowMetadataQuery } from '@temporalio/workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requestRedelivery } from '#db/delivery/webhook-actions.ts';
import { queueDispatch } from '#db/dispatch/outbox.ts';
import { createEndpoint } from '#db/endpoints/webhook-endpoints.ts';
import { WebhookAttempt, WebhookEvent } from '#db/entities/delivery.entity.ts';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { Dispatch } from '#db/entities/intent.entity.ts';
import { EndpointDelivery } from '#db/entities/webhook-endpoint.entity.ts';
import { requestReceipt } from '#db/intents/shopper-email.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import {
  addTransfer,
  makeIntent,
  makeStore,
  makeWebhookEvent,
  TEST_MASTER_KEYS,
  type TestStore,
} from '#test/support/intents.ts';
import { type PaymentSystem, startPaymentSystem } from '#test/support/payment-system.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';
import { CheckoutAmount, CheckoutAttention, CheckoutCoin, CheckoutWaitingFor } from '#workflows/messages.ts';

let system: PaymentSystem;
let receiver: TestReceiver;
let store: TestStore;
beforeAll(async () => {
  [system, receiver] = await Promise.all([startPaymentSystem(), startReceiver()]);
});
afterAll(async () => {
  await system?.stop();
  await receiver?.stop();
});
beforeEach(async () => {
  receiver.received.length = 0;
  receiver.response = () => ({ status: 200 });
  store = await makeStore(system.em, receiver.url);
  await system.em.execute(`update store set notification_emails = '{shop@shop.example}' where id = ?`, [store.storeId]);
});

const emailsOf = (intentId: IntentId) =>
  system.em.fork().find(EmailMessage, { intent: intentId }, { orderBy: { createdAt: 'asc', id: 'asc' } });
const eventOf = (intentId: IntentId) => system.em.fork().findOneOrFail(WebhookEvent, { intent: intentId });
const detailsOf = async (handle: WorkflowHandle): Promise<string> =>
  (await handle.query(workflowMetadataQuery)).currentDetails ?? '';
const started = async (orderId: string): Promise<IntentId> => {
  const intentId = await makeIntent(system.em, store, { orderId });
  await waitFor(async () => (await emailsOf(intentId))[0]?.state === 'sent', {
    what: 'the e-mail about the new order',
    timeoutMs: 20_000,
  });
  return intentId;
};
/** No query meanwhile: Temporal serves it with a task of its own, whose events would count. */
const paid = async (intentId: IntentId): Promise<void> => {
  const transferId = await system.see(intentId);
  await system.untilStatus(intentId, IntentStatus.ON_CHAIN);
  await system.confirm(intentId, transferId);
};

describe('a paid order', () => {
  it('is one workflow of at most 40 events, with its webhook and two e-mails', async () => {
    const orderId = `A ${Date.now()}/7`;
    const intentId = await started(orderId);
    await paid(intentId);
    const handle = await system.handleOf(intentId);
    expect(await handle.result()).toBe('CONFIRMED');

    expect(handle.workflowId).toBe(`checkout-${orderId.replaceAll(/[ /]/g, '-')}-${intentId}`);
    expect(receiver.received).toHaveLength(1);
    expect((await emailsOf(intentId)).map(({ kind, state }) => [kind, state])).toEqual([
      ['order_created', 'sent'],
      ['order_paid', 'sent'],
    ]);
    // The start and two signals: nothing else was sent to Temporal for this order.
    expect(await system.em.fork().count(Dispatch, { subjectId: intentId })).toBe(3);
    const event = await eventOf(intentId);
    const others = [event.id, ...(await emailsOf(intentId)).map(({ id }) => id)];
    expect(await system.em.fork().count(Dispatch, { subjectId: { $in: others } })).toBe(0);
    const { events = [] } = await handle.fetchHistory();
    expect(events?.length).toBeLessThanOrEqual(40);
  });

  it('shows amount, coin, what it waits for and its story', async () => {
    receiver.response = () => null;
    const intentId = await started('B-1');
    await paid(intentId);
    await system.untilStatus(intentId, IntentStatus.CONFIRMED);
    const handle = await system.handleOf(intentId);
    await waitFor(async () => (await detailsOf(handle)).includes('E-mail order_paid: sent'), {
      what: 'the story',
      timeoutMs: 20_000,
    });
    expect((await detailsOf(handle)).split('\n')).toEqual([
      'CONFIRMED.',
      'E-mail order_created: sent.',
      'Webhook checkout_intent.confirmed: attempt 1.',
      'E-mail order_paid: sent.',
    ]);
    const { typedSearchAttributes: attributes } = await handle.describe();
    expect(attributes.get(CheckoutAmount)).toBe(10);
    expect(attributes.get(CheckoutCoin)).toBe('USDT');
    expect(attributes.get(CheckoutAttention)).toBe(false);
    expect(attributes.get(CheckoutWaitingFor) ?? []).toEqual([]);
    await handle.terminate();
  });

  it('needs attention while a person must decide', async () => {
    const intentId = await started('B-2');
    await system.see(intentId, { coin: 2 });
    await system.untilWaitingFor(intentId, 'a person');
    const query = `WorkflowId="${(await system.handleOf(intentId)).workflowId}" and CheckoutAttention=true and CheckoutWaitingFor="person"`;
    await waitFor(async () => (await system.client.workflow.count(query)).count === 1, {
      what: 'the order among those that need attention',
      timeoutMs: 45_000,
    });
  });
});

describe('deliveries', () => {
  it('what an endpoint asked for is sent there by the order’s workflow, once', async () => {
    const { endpoint } = await createEndpoint(
      system.em,
      TEST_MASTER_KEYS,
      store.storeId,
      { url: `${receiver.url}/endpoint`, eventTypes: ['checkout_intent.review'], enabled: true },
      { kind: 'api_key', id: store.apiKey, email: null },
    );
    const intentId = await started('E-1');
    await system.see(intentId, { coin: 2 });
    await waitFor(
      async () => (await system.em.fork().count(EndpointDelivery, { state: 'delivered', endpoint: endpoint.id })) === 1,
      {
        what: 'the delivery to the endpoint',
        timeoutMs: 20_000,
      },
    );
    expect(receiver.received.map(({ headers, body }) => [headers['x-api-key'], JSON.parse(body).review_type])).toEqual([
      [endpoint.id, 3],
    ]);
    expect(await detailsOf(await system.handleOf(intentId))).toContain('Webhook checkout_intent.review: delivered');
  });

  it('a dead receiver delays neither the money nor the e-mails', async () => {
    receiver.response = () => ({ status: 503 });
    const intentId = await started('C-1');
    await paid(intentId);
    await system.untilStatus(intentId, IntentStatus.CONFIRMED);
    await waitFor(async () => (await emailsOf(intentId)).every(({ state }) => state === 'sent'), {
      what: 'both e-mails',
      timeoutMs: 20_000,
    });
    const second = await addTransfer(system.em, intentId);
    await system.signal(intentId, 'transferSeen', second);
    await system.untilReviewed(intentId, 'second_payment');
    const handle = await system.handleOf(intentId);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    receiver.response = () => ({ status: 200 });
    await requestRedelivery(system.em, (await eventOf(intentId)).id);
    expect(await handle.result()).toBe('CONFIRMED');
    expect(await eventOf(intentId)).toMatchObject({ state: 'delivered' });
  });

  it('a webhook can be delivered again after the end, by a new run of the same id', async () => {
    const intentId = await started('C-2');
    await paid(intentId);
    const handle = await system.handleOf(intentId);
    await handle.result();
    const event = await eventOf(intentId);
    await requestRedelivery(system.em, event.id);
    await waitFor(() => receiver.received.length === 2, { what: 'the second delivery', timeoutMs: 20_000 });
    expect(receiver.received.map(({ headers }) => headers['x-webhook-id'])).toEqual([event.id, event.id]);
    expect(await handle.result()).toBe('CONFIRMED');
    const runs = await system.em.fork().find(WebhookAttempt, { event });
    expect(new Set(runs.map(({ attemptKey }) => attemptKey)).size).toBe(2);
  });

  it('a webhook is delivered again when that is requested during its attempt', async () => {
    const attempt = receiver.hold();
    const intentId = await started('C-4');
    await paid(intentId);
    await waitFor(attempt.isHeld, { what: 'the attempt', timeoutMs: 20_000 });
    const event = await eventOf(intentId);
    await requestRedelivery(system.em, event.id);
    const handle = await system.handleOf(intentId);
    const isSignalled = async () =>
      (await handle.fetchHistory()).events?.some(
        ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName === 'redeliverWebhook',
      );
    await waitFor(isSignalled, { what: 'the signal', timeoutMs: 20_000 });
    attempt.release();
    expect(await handle.result()).toBe('CONFIRMED');
    expect(receiver.received.map(({ headers }) => headers['x-webhook-id'])).toEqual([event.id, event.id]);
  });

  it('the e-mail about a new order is sent although money started the workflow before its start did', async () => {
    const intentId = await makeIntent(system.em, store, { queued: false });
    await system.see(intentId, { amount: '4' });
    await system.untilWaitingFor(intentId, 'the rest');
    expect(await emailsOf(intentId)).toEqual([]);
    await queueDispatch(system.em.fork(), {
      ...{ kind: 'start_intent', subjectId: intentId, dedupeKey: `start_intent:${intentId}`, data: {} },
    });
    await waitFor(async () => (await emailsOf(intentId))[0]?.state === 'sent', {
      what: 'the e-mail about the new order',
      timeoutMs: 20_000,
    });
  });

  it('a receipt that the shopper requests after the end is sent by the order’s workflow', async () => {
    const intentId = await started('C-3');
    await paid(intentId);
    const handle = await system.handleOf(intentId);
    await handle.result();
    expect(
      await requestReceipt(system.em, intentId, { email: 'a@shopper.example', language: null, clientKey: 'client' }),
    ).toBe('sent');
    await waitFor(async () => (await emailsOf(intentId)).at(-1)?.state === 'sent', {
      what: 'the receipt',
      timeoutMs: 20_000,
    });
    expect((await emailsOf(intentId)).map(({ kind }) => kind)).toEqual([
      'order_created',
      'order_paid',
      'shopper_receipt',
    ]);
    expect(await handle.result()).toBe('CONFIRMED');
  });
});

describe('beside an older release', () => {
  it('an order that it created keeps a workflow for each delivery', async () => {
    const intentId = await makeIntent(system.em, store, { isOlder: true });
    await paid(intentId);
    const handle = await system.handleOf(intentId);
    expect(handle.workflowId).toBe(intentId);
    expect(await handle.result()).toBe('CONFIRMED');
    await waitFor(() => receiver.received.length === 1, { what: 'the webhook', timeoutMs: 20_000 });
    const event = await eventOf(intentId);
    expect(await system.client.workflow.getHandle(`webhook-${event.id}`).result()).toBe('delivered');
    await waitFor(async () => (await emailsOf(intentId)).filter(({ state }) => state === 'sent').length === 2, {
      what: 'both e-mails',
      timeoutMs: 20_000,
    });
    for (const { id } of await emailsOf(intentId)) {
      expect(await system.client.workflow.getHandle(`email-${id}`).result()).toBe('sent');
    }
  });

  it('a delivery that it started for a new order is left to it', async () => {
    const intentId = await started('D-1');
    const eventId = await makeWebhookEvent(system.em, intentId);
    await system.see(intentId, { amount: '4' });
    await system.untilWaitingFor(intentId, 'the rest');
    expect(await detailsOf(await system.handleOf(intentId))).not.toContain('Webhook');
    expect(await system.em.fork().findOneOrFail(WebhookEvent, eventId)).toMatchObject({ state: 'pending' });
    expect(receiver.received).toEqual([]);
  });
});
