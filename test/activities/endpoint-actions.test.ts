// Deliveries on demand to webhook endpoints: test events, a renewed secret, redelivery, and how receivers do.
import { expect, test } from 'vitest';
import { readOrderDue } from '#db/delivery/order-deliveries.ts';
import { redeliverToEndpoint, sendEndpointTest } from '#db/endpoints/endpoint-actions.ts';
import { renewSecret } from '#db/endpoints/endpoint-secrets.ts';
import { readReceiverHealth } from '#db/endpoints/receiver-health.ts';
import { deleteEndpoint, updateEndpoint } from '#db/endpoints/webhook-endpoints.ts';
import { EndpointAttempt, EndpointDelivery, WebhookEndpoint } from '#db/entities/webhook-endpoint.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { makeIntent, makeStore, makeWebhookEvent, TEST_MASTER_KEYS, type TestStore } from '#test/support/intents.ts';
import { isSigned } from '#test/support/receiver.ts';
import { deliver, endpointBy, orm, receiver, withEndpoints } from './endpoint-stage.ts';

withEndpoints();

const ACTOR = { kind: 'member', id: 'ada', email: 'ada@shop.example' } as const;
const made = endpointBy(ACTOR);
const endpoint = async (...args: Parameters<typeof made>) => {
  const { endpoint: row, secret } = await made(...args);
  return { id: row.id, secret };
};
const dueOf = async (store: TestStore): Promise<string> => {
  const intentId = await makeIntent(orm.em, store, { queued: false });
  await changeIntent(orm.em.fork(), { intentId, actor: 'workflow', to: -4 });
  const [due] = (await readOrderDue(orm.em, intentId)).due.filter(({ kind }) => kind === 'webhook');
  return due?.id ?? '';
};
const testOf = async (store: TestStore, id: string) => (await sendEndpointTest(orm.em, store.storeId, id, ACTOR)) ?? '';
const only = <Item>(items: readonly Item[]): Item => {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`${items.length} in place of one`);
  return item;
};
const deliveryOf = (id: string) => orm.em.fork().findOneOrFail(EndpointDelivery, id);

test('a test event is signed with the endpoint’s secret, says that nothing is paid, and is tried once', async () => {
  const store = await makeStore(orm.em, receiver.url);
  const { id, secret } = await endpoint(store, '/x');
  const sent = await testOf(store, id);
  expect(await deliver(sent)).toEqual({ kind: 'delivered' });
  const webhook = only(receiver.received);
  expect(isSigned(webhook, secret)).toBe(true);
  const eventId = sent.replace('whd_', 'evt_');
  expect(webhook.headers).toMatchObject({ 'x-api-key': id, 'x-webhook-id': eventId });
  expect(JSON.parse(webhook.body)).toMatchObject({
    ...{ event_type: 'webhook.test', webhook_id: eventId, status: 1, test: true, order_id: null },
  });
  const attempt = only(await orm.em.fork().find(EndpointAttempt, { delivery: sent }));
  expect(attempt.requestHeaders).toMatchObject({ 'X-API-Key': id, 'X-Webhook-Signature': 'v1=…' });
  expect(JSON.stringify(attempt)).not.toContain(webhook.headers['x-webhook-signature']);

  receiver.response = () => ({ status: 500 });
  const failed = await testOf(store, id);
  expect(await deliver(failed)).toEqual({ kind: 'failed' });
  expect(await deliveryOf(failed)).toMatchObject({ state: 'failed', nextAttemptAt: null });
  const mails = await orm.em.fork().execute('select kind from email_message where store_id = ?', [store.storeId]);
  expect(mails).toEqual([]);
});

test('a stopped endpoint gets tests, a deleted one gets none', async () => {
  const store = await makeStore(orm.em, receiver.url);
  const stopped = await endpoint(store, '/stopped', { enabled: false });
  expect(await deliver(await testOf(store, stopped.id))).toEqual({ kind: 'delivered' });
  const deleted = await endpoint(store, '/deleted');
  const late = await testOf(store, deleted.id);
  await deleteEndpoint(orm.em, store.storeId, deleted.id, ACTOR);
  expect(await deliver(late)).toEqual({ kind: 'disabled' });
  expect(await testOf(store, deleted.id)).toBe('');
  expect(receiver.received).toHaveLength(1);
});

test('the old secret signs until its time, and the new one from then on', async () => {
  const store = await makeStore(orm.em, receiver.url);
  const { id, secret } = await endpoint(store, '/x');
  const renewed = await renewSecret(orm.em, TEST_MASTER_KEYS, store.storeId, id, 3_600, ACTOR);
  const signedBy = async (): Promise<boolean[]> => {
    receiver.received.length = 0;
    await deliver(await dueOf(store));
    const webhook = only(receiver.received);
    return [isSigned(webhook, secret), isSigned(webhook, renewed?.secret ?? '')];
  };
  expect(await signedBy()).toEqual([true, false]);
  await orm.em.fork().nativeUpdate(WebhookEndpoint, { id }, { nextSecretAt: new Date(Date.now() - 1_000) });
  expect(await signedBy()).toEqual([false, true]);
  expect(await signedBy()).toEqual([false, true]);
  const row = await orm.em.fork().findOneOrFail(WebhookEndpoint, id);
  expect(row).toMatchObject({ nextSealedSecret: null, nextSecretAt: null });
});

test('a renewal after the wait of another one is over keeps the one that signs', async () => {
  const store = await makeStore(orm.em, receiver.url);
  const { id } = await endpoint(store, '/x');
  const first = await renewSecret(orm.em, TEST_MASTER_KEYS, store.storeId, id, 60, ACTOR);
  await orm.em.fork().nativeUpdate(WebhookEndpoint, { id }, { nextSecretAt: new Date(Date.now() - 1_000) });
  await renewSecret(orm.em, TEST_MASTER_KEYS, store.storeId, id, 3_600, ACTOR);
  await deliver(await testOf(store, id));
  expect(isSigned(only(receiver.received), first?.secret ?? '')).toBe(true);
});

test('what failed is delivered again on demand; what was delivered stays delivered', async () => {
  const store = await makeStore(orm.em, receiver.url);
  const { id } = await endpoint(store, '/x');
  receiver.response = () => ({ status: 500 });
  const delivery = await dueOf(store);
  await deliver(delivery, null);
  expect(await deliveryOf(delivery)).toMatchObject({ state: 'failed' });
  receiver.response = () => ({ status: 200 });
  for (let turn = 0; turn < 2; turn += 1) {
    expect(await redeliverToEndpoint(orm.em, store.storeId, id, delivery, ACTOR)).toBe(true);
    expect(await deliveryOf(delivery)).toMatchObject({ state: 'pending' });
    expect(await deliver(delivery)).toEqual({ kind: 'delivered' });
  }
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  await redeliverToEndpoint(orm.em, store.storeId, id, delivery, ACTOR);
  receiver.response = () => ({ status: 500 });
  await deliver(delivery, null);
  expect(await deliveryOf(delivery)).toMatchObject({ state: 'delivered' });
});

test('each receiver has its last attempt, and since when it fails at its present URL', async () => {
  const store = await makeStore(orm.em, `${receiver.url}/contract`);
  const { id } = await endpoint(store, '/x');
  const health = async () =>
    Object.fromEntries((await readReceiverHealth(orm.em, store.storeId)).map((row) => [row.endpointId, row]));
  expect(await health()).toEqual({});
  await deliver(await dueOf(store));
  expect((await health())[id]).toMatchObject({ lastStatus: 200, lastError: null, failingSince: null });
  receiver.response = () => ({ status: 503 });
  const failing = await dueOf(store);
  await deliver(failing);
  const since = (await health())[id]?.failingSince;
  expect(since).toBeInstanceOf(Date);
  await deliver(failing);
  await deliver(await testOf(store, id));
  expect((await health())[id]).toMatchObject({ lastStatus: 503, failingSince: since });
  const payment = await makeWebhookEvent(orm.em, await makeIntent(orm.em, store, { queued: false }));
  await deliver(payment);
  expect((await health()).null).toMatchObject({ lastStatus: 503, failingSince: expect.any(Date) });
  receiver.response = () => ({ status: 409 });
  await deliver(failing);
  expect((await health())[id]).toMatchObject({ lastStatus: 409, failingSince: null });
  await updateEndpoint(orm.em, store.storeId, id, { url: `${receiver.url}/moved` }, ACTOR);
  expect(Object.keys(await health())).toEqual(['null']);
  expect(await readReceiverHealth(orm.em, (await makeStore(orm.em, receiver.url)).storeId)).toEqual([]);
});
