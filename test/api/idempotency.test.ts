// The optional header Idempotency-Key, an addition of ours: the same key and body always return the same intent.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleteProcessedRows } from '#db/dispatch/reconcile.ts';
import { type ApiServer, startApiServer, type TestStore } from './api-server.ts';

const CREATE = '/v1/checkout_intents/';
const BODY = { currency: 44, amount_cents: 1000, order_id: 'i', accepted_stable_coins: [2, 1] };

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => await server.close());

const create = (key: string, body: unknown = BODY, store: TestStore = server.store, nonce?: string) =>
  store.post(CREATE, body, { headers: { 'Idempotency-Key': key }, ...(nonce ? { nonce } : {}) });

test('the same key and body: the same response, one intent, one outbox row', async () => {
  const [first, second] = [await create('again'), await create('again')];
  expect(first.json.code).toBe(0);
  expect(second.json.payload).toEqual(first.json.payload);
  expect(second.json.request_id).not.toBe(first.json.request_id);
  const id = first.json.payload.allscale_checkout_intent_id;
  expect(await server.query('select 1 as one from dispatch where subject_id = ?', [id])).toHaveLength(1);
});

test('a key is kept for ever: a repeat after a year and every purge creates no second intent', async () => {
  const body = { ...BODY, order_id: 'late repeat' };
  const first = await create('late', body);
  await server.query("update idempotency_key set created_at = now() - interval '1 year' where key = 'late'");
  await server.query("update dispatch set done_at = now() - interval '1 year'");
  expect(await deleteProcessedRows(server.orm.em, 100)).toBeGreaterThan(0);
  expect((await create('late', body)).json.payload).toEqual(first.json.payload);
  expect(await server.query("select id from checkout_intent where order_id = 'late repeat'")).toHaveLength(1);
});

test('twenty requests at once create one intent and get the same response', async () => {
  const body = { ...BODY, order_id: 'at once' };
  const responses = await Promise.all(Array.from({ length: 20 }, () => create('at once', body)));
  expect(new Set(responses.map(({ json }) => JSON.stringify([json.code, json.payload]))).size).toBe(1);
  expect(responses[0]?.json.code).toBe(0);
  expect(await server.query("select id from checkout_intent where order_id = 'at once'")).toHaveLength(1);
});

test('the same key with another body, even by one space, is 10001', async () => {
  await create('other body');
  for (const body of [{ ...BODY, amount_cents: 1001 }, `${JSON.stringify(BODY)} `]) {
    const { status, json } = await create('other body', body);
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 10001, error: { details: { field: 'Idempotency-Key', reason: 'reused' } } });
  }
});

test('of two bodies at once under one key, one is created and the other rejected', async () => {
  const responses = await Promise.all([1, 2, 3, 4].map((n) => create('race', { ...BODY, order_id: `race ${n % 2}` })));
  expect(responses.map(({ json }) => json.code).sort()).toEqual([0, 0, 10001, 10001]);
  expect(await server.query("select id from checkout_intent where order_id like 'race %'")).toHaveLength(1);
});

test('a key belongs to its store and is shared by the store’s API keys', async () => {
  const other = await server.newStore();
  const [mine, theirs] = [await create('scoped'), await create('scoped', BODY, other)];
  expect(theirs.json.payload.allscale_checkout_intent_id).not.toBe(mine.json.payload.allscale_checkout_intent_id);
});

test('a repeated request uses up its nonce like any other', async () => {
  await create('nonce', BODY, server.store, 'idem-1');
  expect((await create('nonce', BODY, server.store, 'idem-2')).json.code).toBe(0);
  const replay = await create('nonce', BODY, server.store, 'idem-2');
  expect(replay.json).toMatchObject({ code: 20002, error: { details: { reason: 'spent_nonce' } } });
});

test('a rejected create does not use the key up; a created intent is returned even when no new one could be created', async () => {
  const store = await server.newStore({ receiver: null });
  expect((await create('later', BODY, store)).json.code).toBe(50002);
  expect((await create('later', { ...BODY, amount_cents: 'x' }, store)).json.code).toBe(10001);
  await server.query("update store set receiver = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' where id = ?", [
    store.storeId,
  ]);
  await expect.poll(async () => (await create('later', BODY, store)).json.code).toBe(0);
  await server.query('update store set receiver = null where id = ?', [store.storeId]);
  await expect.poll(async () => (await store.post(CREATE, BODY)).json.code).toBe(50002);
  expect((await create('later', BODY, store)).json.code).toBe(0);
});

test.each([
  ['k'.repeat(256), 'too_long'],
  ['sch\u00f6n', 'bad_characters'],
])('the key %s is rejected', async (key, reason) => {
  const { json } = await create(key);
  expect(json).toMatchObject({ code: 10001, error: { details: { field: 'Idempotency-Key', reason } } });
});

test('an empty header is ignored; 255 characters are allowed', async () => {
  const [a, b] = [await create(''), await create('')];
  expect(a.json.payload.allscale_checkout_intent_id).not.toBe(b.json.payload.allscale_checkout_intent_id);
  expect((await create('k'.repeat(255))).json.code).toBe(0);
});
