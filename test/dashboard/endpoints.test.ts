// Webhook endpoints in the dashboard, with a real receiver: made and changed by the form's rules, tested, paused, delivered again, their
// secrets renewed with an overlap, and listed for the webhook log. Nothing of it reaches another store's endpoint.
import { beforeEach, describe, expect, test } from 'vitest';
import { EndpointDelivery } from '#db/entities/webhook-endpoint.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { createReceiverCheck } from '#network/receiver-check.ts';
import { deliver, orm, receiver, withEndpoints } from '#test/activities/endpoint-stage.ts';
import { makeIntent, makeStore, TEST_MASTER_KEYS, type TestStore } from '#test/support/intents.ts';
import { isSigned } from '#test/support/receiver.ts';
import type { DashboardVisit } from '#web/access/store-access-types.ts';
import { createEndpointsService } from '#web/dashboard/endpoints/server/endpoints-service.ts';
import type { EndpointsService, MadeSecret } from '#web/dashboard/endpoints/server/endpoints-types.ts';
import { formOf, visitOf } from './visit.ts';

/** Of a development system: its receivers are on this machine, without TLS. */
const RECEIVERS = { allowedRanges: ['127.0.0.0/8'], requireHttps: false };

withEndpoints();

let endpoints: EndpointsService;
let store: TestStore;
let visit: DashboardVisit;

beforeEach(async () => {
  const receivers = createReceiverCheck(RECEIVERS);
  endpoints = createEndpointsService({ orm, masterKeys: TEST_MASTER_KEYS, receivers });
  store = await makeStore(orm.em);
  visit = await visitOf(orm, store.storeId);
});

const create = (path: string, changed: Parameters<typeof formOf>[0] = {}) =>
  endpoints.create(
    visit,
    formOf({ url: receiver.url + path, description: '', eventTypes: 'checkout_intent.canceled', ...changed }),
  );
const made = async (path: string): Promise<MadeSecret> => {
  const outcome = await create(path);
  if (!('done' in outcome)) throw new Error(JSON.stringify(outcome.result.error));
  return outcome.done;
};
const cancelOrder = async (orderId: string): Promise<void> => {
  const intentId = await makeIntent(orm.em, store, { queued: false, orderId });
  await changeIntent(orm.em.fork(), { intentId, actor: 'workflow', to: -4 });
};
const rowsOf = async (endpointId: string | null, state: string | null = null) =>
  (await endpoints.deliveries(visit.store.id, endpointId, state, null)).rows;
const lastReceived = () => {
  const webhook = receiver.received.at(-1);
  if (!webhook) throw new Error('nothing was received');
  return webhook;
};
const secretTimePasses = () =>
  orm.em.fork().execute('update webhook_endpoint set next_secret_at = now() where next_secret_at is not null');

describe('the form', () => {
  test('adds an endpoint, calls it once, and says what it met; its secret is in no view', async () => {
    receiver.response = () => ({ status: 418 });
    const { endpointId, url, secret, receiver: met } = await made('/shop');
    expect({ url, met }).toEqual({ url: `${receiver.url}/shop`, met: 'status-418' });
    expect(receiver.received.map(({ body }) => body)).toEqual(['{}']);
    const views = [await endpoints.endpoint(visit.store.id, endpointId), await endpoints.receivers(visit.store.id)];
    expect(views[0]).toMatchObject({ id: endpointId, enabled: true, goneAt: null, nextSecretAt: null, health: null });
    expect(JSON.stringify(views)).not.toContain(secret);
  });

  test.each([
    ['no URL', { url: ' ' }, 'url', 'is needed'],
    ['a private address', { url: 'http://10.0.0.1/hook' }, 'url', 'leads to a private network address'],
    ['no event', { eventTypes: [] }, 'eventTypes', 'select at least one event'],
    ['an unknown event', { eventTypes: 'order.made' }, 'eventTypes', ''],
  ])('rejects %s at its field, and stores nothing', async (_name, changed, field, problem) => {
    const outcome = await create('/rejected', changed);
    expect(outcome).toMatchObject({ result: { error: { [field]: [expect.stringContaining(problem)] } } });
    expect(await endpoints.names(visit.store.id)).toEqual([]);
  });

  test('rejects the URL of another endpoint, when it adds and when it changes one', async () => {
    await made('/taken');
    const { endpointId } = await made('/mine');
    const taken = { result: { error: { url: ['is the URL of another endpoint of this store'] } } };
    expect(await create('/taken')).toMatchObject(taken);
    const form = formOf({ url: `${receiver.url}/taken`, eventTypes: 'checkout_intent.seen' });
    expect(await endpoints.change(visit, endpointId, form)).toMatchObject(taken);
    expect(await endpoints.endpoint(visit.store.id, endpointId)).toMatchObject({
      eventTypes: ['checkout_intent.canceled'],
    });
  });

  test('a change calls a new URL only', async () => {
    const { endpointId, url } = await made('/first');
    const change = (to: string) =>
      endpoints.change(visit, endpointId, formOf({ url: to, description: 'ERP', eventTypes: 'checkout_intent.seen' }));
    receiver.received.length = 0;
    expect(await change(url)).toEqual({ done: { receiver: null } });
    expect(receiver.received).toEqual([]);
    expect(await change(`${receiver.url}/second`)).toEqual({ done: { receiver: 'status-200' } });
    expect(await endpoints.endpoint(visit.store.id, endpointId)).toMatchObject({
      ...{ description: 'ERP', url: `${receiver.url}/second`, eventTypes: ['checkout_intent.seen'] },
    });
  });
});

test('a test event reaches a paused endpoint, signed, and is not sent again', async () => {
  const { endpointId, secret } = await made('/tested');
  await endpoints.setEnabled(visit, endpointId, false);
  const id = await endpoints.sendTest(visit, endpointId);
  expect(await deliver(id)).toEqual({ kind: 'delivered' });
  expect(isSigned(lastReceived(), secret)).toBe(true);
  const view = await endpoints.delivery(visit.store.id, endpointId, id);
  expect(view).toMatchObject({ isTest: true, state: 'delivered', orderId: null, body: lastReceived().body });
  // What the signature debugger starts from.
  expect(Object.fromEntries(view?.attempts[0]?.headers ?? [])).toMatchObject({
    ...{ 'X-API-Key': endpointId, 'X-Webhook-Id': view?.eventId, 'X-Webhook-Signature': 'v1=…' },
  });
  await expect(endpoints.redeliver(visit, endpointId, id)).rejects.toMatchObject({ code: 'test_event' });
});

test('a failed delivery is sent again with the same bytes; a paused endpoint gets neither it nor new events', async () => {
  const { endpointId } = await made('/orders');
  await cancelOrder('A-1');
  const [row] = await rowsOf(endpointId);
  if (!row) throw new Error('no delivery');
  receiver.response = () => ({ status: 503 });
  expect(await deliver(row.id)).toMatchObject({ kind: 'retry' });
  const { body } = lastReceived();
  expect(await endpoints.endpoint(visit.store.id, endpointId)).toMatchObject({
    health: { lastStatus: 503, failingSince: expect.any(String) },
  });
  await endpoints.setEnabled(visit, endpointId, false);
  await cancelOrder('A-2');
  await expect(endpoints.redeliver(visit, endpointId, row.id)).rejects.toMatchObject({ code: 'endpoint_stopped' });
  await endpoints.setEnabled(visit, endpointId, true);
  receiver.response = () => ({ status: 200 });
  await endpoints.redeliver(visit, endpointId, row.id);
  expect(await deliver(row.id)).toEqual({ kind: 'delivered' });
  expect(lastReceived().body).toBe(body);
  expect(await rowsOf(endpointId)).toMatchObject([
    { orderId: 'A-1', state: 'delivered', attempts: 2, lastStatus: 200 },
  ]);
  expect(await endpoints.endpoint(visit.store.id, endpointId)).toMatchObject({ health: { failingSince: null } });
});

describe('a renewed secret', () => {
  const signedBy = async (endpointId: string, secrets: Record<string, string>): Promise<string[]> => {
    await deliver(await endpoints.sendTest(visit, endpointId));
    return Object.keys(secrets).filter((name) => isSigned(lastReceived(), secrets[name] ?? ''));
  };

  test('waits while the old one signs, then signs itself', async () => {
    const { endpointId, secret: old } = await made('/secret');
    const { secret: renewed, signsFrom } = await endpoints.renew(visit, endpointId, '24');
    expect(await endpoints.endpoint(visit.store.id, endpointId)).toMatchObject({ nextSecretAt: signsFrom });
    expect(await signedBy(endpointId, { old, renewed })).toEqual(['old']);
    await secretTimePasses();
    expect(await signedBy(endpointId, { old, renewed })).toEqual(['renewed']);
    expect(await endpoints.endpoint(visit.store.id, endpointId)).toMatchObject({ nextSecretAt: null });
  });

  test('is used before its time, discarded, or signs at once', async () => {
    const { endpointId, secret: old } = await made('/by-hand');
    const discarded = (await endpoints.renew(visit, endpointId, '72')).secret;
    await endpoints.endSecretWait(visit, endpointId, 'discard');
    await secretTimePasses();
    expect(await signedBy(endpointId, { old, discarded })).toEqual(['old']);
    const used = (await endpoints.renew(visit, endpointId, '1')).secret;
    await endpoints.endSecretWait(visit, endpointId, 'use');
    expect(await signedBy(endpointId, { old, discarded, used })).toEqual(['used']);
    const atOnce = await endpoints.renew(visit, endpointId, '0');
    expect(atOnce.signsFrom).toBeNull();
    expect(await signedBy(endpointId, { used, atOnce: atOnce.secret })).toEqual(['atOnce']);
  });

  test.each(['', '2', '-1', '1e1', '24 '])('cannot wait for “%s” hours', async (hours) => {
    const { endpointId } = await made('/wait');
    await expect(endpoints.renew(visit, endpointId, hours)).rejects.toMatchObject({ code: 'invalid_wait' });
  });
});

test('the log lists one endpoint or all, by state, deleted ones last in the choice and still in the list', async () => {
  const [one, two] = [await made('/one'), await made('/two')];
  await cancelOrder('B-1');
  const [delivery] = await rowsOf(two.endpointId);
  await orm.em.fork().nativeUpdate(EndpointDelivery, { id: delivery?.id ?? '' }, { state: 'failed' });
  expect(await rowsOf(one.endpointId)).toMatchObject([{ url: one.url, orderId: 'B-1', state: 'pending' }]);
  expect((await rowsOf(null)).map(({ url }) => url).toSorted()).toEqual([one.url, two.url]);
  expect(await rowsOf(null, 'failed')).toMatchObject([{ url: two.url }]);
  expect(await rowsOf(one.endpointId, 'failed')).toEqual([]);
  await endpoints.remove(visit, one.endpointId);
  expect(await endpoints.names(visit.store.id)).toEqual([
    { id: two.endpointId, name: two.url },
    { id: one.endpointId, name: `${one.url}, deleted` },
  ]);
  expect(await rowsOf(one.endpointId)).toHaveLength(1);
  expect((await endpoints.newest(visit.store.id)).map(({ url }) => url).toSorted()).toEqual([one.url, two.url]);
});

test('nothing reads or changes the endpoint of another store, or a deleted one', async () => {
  const { endpointId } = await made('/theirs');
  await cancelOrder('C-1');
  const [delivery] = await rowsOf(endpointId);
  const deliveryId = delivery?.id ?? '';
  const owner = visit;
  const gone = { code: 'no_endpoint' };
  const rejectedFor = async (by: DashboardVisit): Promise<void> => {
    const form = formOf({ url: `${receiver.url}/theirs`, eventTypes: 'checkout_intent.seen' });
    await expect(endpoints.change(by, endpointId, form)).rejects.toMatchObject(gone);
    await expect(endpoints.setEnabled(by, endpointId, false)).rejects.toMatchObject(gone);
    await expect(endpoints.remove(by, endpointId)).rejects.toMatchObject(gone);
    await expect(endpoints.sendTest(by, endpointId)).rejects.toMatchObject(gone);
    await expect(endpoints.redeliver(by, endpointId, deliveryId)).rejects.toMatchObject(gone);
    await expect(endpoints.renew(by, endpointId, '0')).rejects.toMatchObject(gone);
    await expect(endpoints.endSecretWait(by, endpointId, 'use')).rejects.toMatchObject(gone);
    expect(await endpoints.endpoint(by.store.id, endpointId)).toBeNull();
  };
  visit = await visitOf(orm, (await makeStore(orm.em)).storeId);
  await rejectedFor(visit);
  expect(await rowsOf(endpointId)).toEqual([]);
  expect(await endpoints.delivery(visit.store.id, endpointId, deliveryId)).toBeNull();
  expect(await endpoints.endpoint(owner.store.id, endpointId)).toMatchObject({ enabled: true });
  await endpoints.remove(owner, endpointId);
  await rejectedFor(owner);
});
