// Webhooks in the dashboard: a test event is delivered once and marked, failed events are sent again within the store, and a
// switched-off receiver is enabled again.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWebhookActivities } from '#activities/webhook.ts';
import { rollApiKey } from '#db/api/api-keys.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import type { DeliveryState } from '#domain/webhook-response.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeIntent, makeStore, makeWebhookEvent, TEST_MASTER_KEYS, type TestStore } from '#test/support/intents.ts';
import { isSigned, startReceiver, type TestReceiver } from '#test/support/receiver.ts';
import { createWebhooksService } from '#web/dashboard/webhooks/server/webhooks-service.ts';
import type { WebhooksService } from '#web/dashboard/webhooks/server/webhooks-types.ts';
import { visitOf } from './visit.ts';

let database: TestDatabase;
let orm: Orm;
let receiver: TestReceiver;
let webhooks: WebhooksService;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
  receiver = await startReceiver();
  webhooks = createWebhooksService({ orm });
});
afterAll(async () => {
  await receiver?.stop();
  await orm?.close();
  await database?.drop();
});

let attempts = 0;
const deliver = (eventId: string) => {
  attempts += 1;
  return createWebhookActivities({
    em: orm.em,
    masterKeys: TEST_MASTER_KEYS,
    allowedRanges: ['127.0.0.0/8'],
    requireHttps: false,
    maxInFlightPerStore: 2,
    maxInFlightPerEndpoint: 2,
  }).deliverWebhook({ eventId, attemptKey: `try-${attempts}`, nextPauseMs: 60_000 });
};
const query = <Row>(sql: string, values: unknown[]) => orm.em.fork().execute<Row[]>(sql, values as never);
const queued = (eventId: string) =>
  query<{ data: unknown }>("select data from dispatch where kind = 'start_webhook' and subject_id = ?", [eventId]);
const eventOf = async (store: TestStore): Promise<string> =>
  await makeWebhookEvent(orm.em, await makeIntent(orm.em, store, { queued: false }));
const setState = (eventId: string, state: string) =>
  query('update webhook_event set state = ? where id = ?', [state, eventId]);

describe('a test event', () => {
  test('is signed and stored like any event, is marked as a test, and is tried once', async () => {
    const store = await makeStore(orm.em, receiver.url);
    const visit = await visitOf(orm, store.storeId);
    const id = await webhooks.sendTest(visit);
    expect(await queued(id)).toHaveLength(1);
    receiver.response = () => ({ status: 500, body: 'x'.repeat(5_000) });
    // There is time for another try, but not for a test.
    expect(await deliver(id)).toEqual({ kind: 'failed' });
    const sent = receiver.received.at(-1);
    if (!sent) throw new Error('nothing came');
    expect(isSigned(sent, store.apiSecret)).toBe(true);
    expect(JSON.parse(sent.body)).toMatchObject({ event_type: 'webhook.test', test: true, status: 1, webhook_id: id });
    const view = await webhooks.event(store.storeId, id);
    expect(view).toMatchObject({ isTest: true, state: 'failed', intentId: null, body: sent.body });
    expect(view?.attempts).toMatchObject([
      { status: 500, error: 'the receiver responded with 500', url: receiver.url },
    ]);
    expect(view?.attempts[0]?.response).toHaveLength(2_048);
    expect(Object.fromEntries(view?.attempts[0]?.headers ?? [])).toMatchObject({ 'X-Webhook-Signature': 'v1=…' });
    expect(await query('select 1 from email_message where store_id = ?', [store.storeId])).toEqual([]);
    receiver.response = () => ({ status: 204 });
    await webhooks.resend(visit, id);
    expect(await deliver(id)).toEqual({ kind: 'delivered' });
    const actions = await query('select action from audit_entry where store_id = ? order by id', [store.storeId]);
    expect(actions).toEqual([{ action: 'webhook.test' }, { action: 'webhook.redeliver' }]);
  });

  test('needs a URL and a key that has not ended', async () => {
    const bare = await makeStore(orm.em);
    await expect(webhooks.sendTest(await visitOf(orm, bare.storeId))).rejects.toMatchObject({ code: 'no_webhook_url' });
    const store = await makeStore(orm.em, receiver.url);
    const visit = await visitOf(orm, store.storeId);
    const next = await rollApiKey(orm.em, TEST_MASTER_KEYS, store.apiKey, store.storeId, 1, visit.actor);
    await query("update api_key set expires_at = now() - interval '1 second' where id = ?", [store.apiKey]);
    // As if another owner had confirmed the new key: until then it signs for its own orders only (decision 0062).
    await query('update api_key set signs_for_others = true where id = ?', [next.apiKey]);
    receiver.response = () => ({ status: 200 });
    await deliver(await eventOf(store));
    expect(receiver.received.at(-1)?.headers['x-api-key']).toBe(next.apiKey);
    expect(isSigned(receiver.received.at(-1) as never, next.apiSecret)).toBe(true);
  });
});

test('the list is sorted newest first, filtered by state, paged, and limited to the store', async () => {
  const [store, other] = [await makeStore(orm.em, receiver.url), await makeStore(orm.em, receiver.url)];
  const ids = [await eventOf(store), await eventOf(store), await eventOf(store)];
  await setState(ids[0] ?? '', 'failed');
  const idsOf = async (state: DeliveryState | null, after: string | null = null): Promise<string[]> =>
    (await webhooks.list(store.storeId, state, after)).rows.map(({ id }) => id);
  expect(await idsOf(null)).toEqual([...ids].reverse());
  expect(await idsOf('failed')).toEqual([ids[0]]);
  expect(await idsOf(null, ids[1])).toEqual([ids[0]]);
  expect((await webhooks.list(store.storeId, null, null)).counts).toEqual({ pending: 2, failed: 1 });
  expect((await webhooks.list(other.storeId, null, ids[2] ?? null)).rows).toEqual([]);
  expect(await webhooks.event(other.storeId, ids[0] ?? '')).toBeNull();
  const strange = await visitOf(orm, other.storeId);
  await expect(webhooks.resend(strange, ids[0] ?? '')).rejects.toMatchObject({ code: 'webhook_not_found' });
  expect(await queued(ids[0] ?? '')).toHaveLength(0);
});

test('events that failed since a local time are sent again; others are not', async () => {
  const [store, other] = [await makeStore(orm.em, receiver.url), await makeStore(orm.em, receiver.url)];
  await query("update store set time_zone = 'Asia/Tokyo' where id = ?", [store.storeId]);
  const [old, failed, disabled, delivered] = [
    await eventOf(store),
    await eventOf(store),
    await eventOf(store),
    await eventOf(store),
  ] as [string, string, string, string];
  const foreign = await eventOf(other);
  for (const [id, state] of [
    [old, 'failed'],
    [failed, 'failed'],
    [disabled, 'disabled'],
    [delivered, 'delivered'],
    [foreign, 'failed'],
  ] as const) {
    await setState(id, state);
  }
  // 09:00 in Tokyo is midnight UTC.
  await query("update webhook_event set created_at = '2026-01-01T23:59:00Z' where id = ?", [old]);
  await query("update webhook_event set created_at = '2026-01-02T00:01:00Z' where id = ?", [failed]);
  const visit = await visitOf(orm, store.storeId);
  const testEvent = await webhooks.sendTest(visit);
  await setState(testEvent, 'failed');
  const failing = (await webhooks.list(store.storeId, null, null)).failed;
  expect(failing).toEqual({ count: 3, oldest: '2026-01-01T23:59:00.000Z' });
  expect(webhooks.resendFrom('Asia/Tokyo', failing?.oldest ?? null)).toBe('2026-01-02T08:59');
  expect(await webhooks.resendFailed(visit, '2026-01-02T09:00')).toBe(2);
  const counts = await Promise.all(
    [old, failed, disabled, delivered, foreign].map(async (id) => (await queued(id)).length),
  );
  expect(counts).toEqual([0, 1, 1, 0, 0]);
  expect(await webhooks.resendFailed(visit, '2026-01-02T09:00')).toBe(0);
  for (const since of ['', 'yesterday', '2026-02-30T09:00', '2026-01-02T25:00']) {
    await expect(webhooks.resendFailed(visit, since)).rejects.toMatchObject({ code: 'invalid_since' });
  }
});

test('a receiver that responded with 410 is switched off, and can be enabled again', async () => {
  const store = await makeStore(orm.em, receiver.url);
  const visit = await visitOf(orm, store.storeId);
  receiver.response = () => ({ status: 410 });
  expect(await deliver(await eventOf(store))).toEqual({ kind: 'disabled' });
  expect((await webhooks.receiver(store.storeId)).disabledAt).not.toBeNull();
  await expect(webhooks.sendTest(visit)).rejects.toMatchObject({ code: 'webhook_disabled' });
  await webhooks.enable(visit);
  await webhooks.enable(visit);
  expect(await webhooks.receiver(store.storeId)).toEqual({ url: receiver.url, disabledAt: null });
  const actions = await query("select action from audit_entry where store_id = ? and action = 'webhook.enable'", [
    store.storeId,
  ]);
  expect(actions).toHaveLength(1);
});
