// Webhooks through a real Temporal server: from a confirmed payment to the receiver, and a dead receiver beside a healthy one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestRedelivery } from '#db/delivery/webhook-actions.ts';
import { WebhookEvent } from '#db/entities/delivery.entity.ts';
import { IntentStatus } from '#domain/status.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { addTransfer, makeIntent, makeStore, makeWebhookEvent } from '#test/support/intents.ts';
import { type PaymentSystem, startPaymentSystem } from '#test/support/payment-system.ts';
import { isSigned, startReceiver, type TestReceiver } from '#test/support/receiver.ts';
import { webhookWorkflowId } from '#workflows/messages.ts';

let system: PaymentSystem;
let healthy: TestReceiver;
let dead: TestReceiver;

beforeAll(async () => {
  [system, healthy, dead] = await Promise.all([
    startPaymentSystem({ maxInFlightPerStore: 2, deliveriesAtOnce: 6 }),
    startReceiver(),
    startReceiver(),
  ]);
});
afterAll(async () => {
  await dead?.stop();
  await system?.stop();
  await healthy?.stop();
});

/** Queues the delivery of a new event, as a confirmed payment does. */
const queueEvent = async (store: Awaited<ReturnType<typeof makeStore>>): Promise<string> => {
  const eventId = await makeWebhookEvent(system.em, await makeIntent(system.em, store, { queued: false }));
  await system.em.execute(
    `insert into dispatch (kind, subject_id, dedupe_key, data) values ('start_webhook', ?, ?, '{}')`,
    [eventId, `start_webhook:${eventId}`],
  );
  await system.em.execute("select pg_notify('dispatch_added', '')");
  return eventId;
};

describe('a webhook', () => {
  it('follows a confirmed payment, and can be redelivered after its run has ended', async () => {
    const store = await makeStore(system.em, healthy.url);
    const intentId = await makeIntent(system.em, store, { queued: false });
    const transferId = await addTransfer(system.em, intentId, { state: 'confirmed' });
    await system.signal(intentId, 'transferConfirmed', transferId);
    await system.untilStatus(intentId, IntentStatus.CONFIRMED);
    await waitFor(() => healthy.received.length === 1, { what: 'the webhook', timeoutMs: 45_000 });
    const [webhook] = healthy.received;
    if (!webhook) throw new Error('nothing was received');
    expect(isSigned(webhook, store.apiSecret)).toBe(true);
    const body = JSON.parse(webhook.body) as Record<string, unknown>;
    expect(body).toMatchObject({ all_scale_checkout_intent_id: intentId, event_type: 'checkout_intent.confirmed' });
    const untilDelivered = () =>
      waitFor(async () => (await system.em.fork().find(WebhookEvent, { intent: intentId, state: 'delivered' }))[0], {
        what: 'the delivered event',
        timeoutMs: 45_000,
      });
    const event = await untilDelivered();

    await requestRedelivery(system.em, event.id);
    await waitFor(() => healthy.received.length === 2, { what: 'the second delivery', timeoutMs: 45_000 });
    expect(healthy.received[1]?.headers['x-webhook-id']).toBe(event.id);
    expect(healthy.received[1]?.headers['x-webhook-nonce']).not.toBe(webhook.headers['x-webhook-nonce']);
    await untilDelivered();
  });

  it('is delivered again when that is requested during its last attempt', async () => {
    healthy.received.length = 0;
    const attempt = healthy.hold();
    const eventId = await queueEvent(await makeStore(system.em, healthy.url));
    await waitFor(attempt.isHeld, { what: 'the attempt', timeoutMs: 20_000 });
    await requestRedelivery(system.em, eventId);
    const handle = system.client.workflow.getHandle(webhookWorkflowId(eventId));
    const isSignalled = async () =>
      (await handle.fetchHistory()).events?.some((event) => event.workflowExecutionSignaledEventAttributes);
    await waitFor(isSignalled, { what: 'the signal', timeoutMs: 20_000 });
    attempt.release();
    expect(await handle.result()).toBe('delivered');
    expect(healthy.received.map(({ headers }) => headers['x-webhook-id'])).toEqual([eventId, eventId]);
    healthy.response = () => ({ status: 200 });
  });

  it('of a healthy store is not delayed by a store with a dead receiver', async () => {
    dead.response = () => null;
    healthy.received.length = 0;
    const deadStore = await makeStore(system.em, dead.url);
    const healthyStore = await makeStore(system.em, healthy.url);
    // Five times as many as there are slots. Without a share for each store they would fill all slots for 75 s.
    for (let count = 0; count < 30; count += 1) await queueEvent(deadStore);
    await waitFor(() => dead.received.length === 2, { what: 'the dead receiver at its share', timeoutMs: 20_000 });
    for (let count = 0; count < 3; count += 1) await queueEvent(healthyStore);
    await waitFor(() => healthy.received.length === 3, { what: 'the healthy deliveries', timeoutMs: 25_000 });
    expect(dead.received.length).toBeLessThanOrEqual(4);
  });
});
