// GET /v1/orders: pages that hold while orders arrive, filters, cursors bound to store and filter, and bad input.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listPayload } from '#web/api/list-schemas.ts';
import { success } from '#web/api/schemas.ts';
import { type ApiServer, startApiServer, type TestStore } from './api-server.ts';

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => await server?.close());

const create = async (store: TestStore, more: object = {}): Promise<string> =>
  (await store.post('/v1/checkout_intents/', { stable_coin: 1, amount_cents: 500, ...more })).json.payload
    .allscale_checkout_intent_id;

const list = async (store: TestStore, query = '') => {
  const response = await store.get(`/v1/orders${query}`);
  expect(response.status, response.text).toBe(200);
  return { ...success(listPayload).parse(response.json).payload, text: response.text };
};
const idsOf = ({ checkout_intents }: Awaited<ReturnType<typeof list>>): string[] =>
  checkout_intents.map(({ all_scale_checkout_intent_id: id }) => id);
const setStatus = (id: string, status: number) =>
  server.query('update checkout_intent set status = ? where id = ?', [status, id]);
test('newest first, each to the byte as the order itself', async () => {
  const store = await server.newStore();
  const ids = [await create(store), await create(store, { order_id: 'Ä', extra: { big: 1, z: [] } })];
  const body = '{"stable_coin":1,"amount_cents":500,"extra":{"n":12345678901234567890,  "s":"\\u00e4"}}';
  ids.push((await store.post('/v1/checkout_intents/', body)).json.payload.allscale_checkout_intent_id);
  const page = await list(store);
  expect(idsOf(page).toSorted()).toEqual(ids.toSorted());
  expect(page.next_cursor).toBeNull();
  const one = async (id: string): Promise<string> =>
    /"payload":(.*),"error"/.exec((await store.get(`/v1/checkout_intents/${id}`)).text)?.[1] ?? '';
  for (const id of ids) expect(page.text).toContain(await one(id));
  expect(page.text).toContain('12345678901234567890,  "s":"\\u00e4"');
  expect(idsOf(await list(store))).toEqual(idsOf(page).toSorted().toReversed());
});

test('pages have no gaps and no repeats while orders come in', async () => {
  const store = await server.newStore();
  const before: string[] = [];
  for (let index = 0; index < 11; index += 1) before.push(await create(store));
  const seen: string[] = [];
  for (let query = '?limit=2'; query !== ''; ) {
    const page = await list(store, query);
    seen.push(...idsOf(page));
    await create(store);
    query = page.next_cursor === null ? '' : `?limit=2&cursor=${page.next_cursor}`;
  }
  // An order of the same second as the cursor may fall behind it; it is new.
  expect(seen.filter((id) => before.includes(id))).toEqual(before.toSorted().toReversed());
  expect(new Set(seen).size).toBe(seen.length);
});

test('filters: status, order id, time', async () => {
  const store = await server.newStore();
  const [paying, timedOut, canceled] = [await create(store), await create(store), await create(store)];
  await setStatus(paying, 2);
  await setStatus(timedOut, -5);
  await setStatus(canceled, -4);
  expect(idsOf(await list(store, '?status=-5'))).toEqual([timedOut]);
  expect(idsOf(await list(store, '?status=2,-4')).toSorted()).toEqual([paying, canceled].toSorted());
  expect(idsOf(await list(store, '?status=20'))).toEqual([]);

  const twice = [await create(store, { order_id: 'A+1 %' }), await create(store, { order_id: 'A+1 %' })];
  await create(store, { order_id: 'A+1 %2' });
  expect(idsOf(await list(store, `?order_id=${encodeURIComponent('A+1 %')}`)).toSorted()).toEqual(twice.toSorted());
  expect(idsOf(await list(store, `?order_id=${encodeURIComponent('A+1 %')}&status=-5`))).toEqual([]);
  expect(idsOf(await list(store, '?order_id=unknown'))).toEqual([]);

  const all = idsOf(await list(store));
  const [found] = (await list(store, `?order_id=${encodeURIComponent('A+1 %2')}`)).checkout_intents;
  const second = Math.floor(Date.parse(found?.created_at ?? '') / 1000) * 1000;
  const iso = (ms: number) => encodeURIComponent(new Date(ms).toISOString().replace('Z', '+00:00'));
  expect(idsOf(await list(store, `?created_before=${iso(second + 999)}`)).length).toBeLessThan(all.length);
  expect(idsOf(await list(store, `?created_from=${iso(second + 999)}&created_before=${iso(second + 1000)}`))).toContain(
    all[0],
  );
  expect(idsOf(await list(store, `?created_from=${iso(second + 60_000)}`))).toEqual([]);
});

const reasonOf = async (store: TestStore, query: string) => {
  const { status, json } = await store.get(`/v1/orders${query}`);
  return [status, json.code, json.error?.details?.field, json.error?.details?.reason];
};

test('a cursor is good for its store and its filter only', async () => {
  const [store, other] = [await server.newStore(), await server.newStore()];
  for (const each of [store, other]) for (let index = 0; index < 3; index += 1) await create(each);
  const { next_cursor: cursor } = await list(store, '?limit=1&status=1');
  const rejected = [400, 10001, 'cursor', 'bad_cursor'];
  expect(await reasonOf(other, `?limit=1&status=1&cursor=${cursor}`)).toEqual(rejected);
  expect(await reasonOf(store, `?limit=1&cursor=${cursor}`)).toEqual(rejected);
  expect(await reasonOf(store, `?limit=1&status=1,2&cursor=${cursor}`)).toEqual(rejected);
  expect(await reasonOf(store, `?status=1&cursor=${cursor}=`)).toEqual(rejected);
  expect(await reasonOf(store, `?status=1&cursor=${cursor?.slice(1)}`)).toEqual(rejected);
  expect(await reasonOf(store, '?cursor=abc')).toEqual(rejected);
  // Another page size is no other list.
  expect(idsOf(await list(store, `?limit=50&status=1&cursor=${cursor}`))).toHaveLength(2);
  expect(idsOf(await list(store, `?status=1,1&cursor=${cursor}`))).toHaveLength(2);
});

test.each([
  ['?limit=0', 'limit', 'too_small'],
  ['?limit=-1', 'limit', 'too_small'],
  ['?limit=101', 'limit', 'too_large'],
  ['?limit=1.5', 'limit', 'not_an_integer'],
  ['?limit=ten', 'limit', 'not_an_integer'],
  ['?limit=1&limit=2', 'limit', 'repeated'],
  ['?status=PAID', 'status', 'not_an_integer'],
  ['?status=6', 'status', 'unknown_status'],
  ['?status=20,', 'status', 'not_an_integer'],
  ['?created_from=yesterday', 'created_from', 'not_a_time'],
  ['?created_from=2026-01-25', 'created_from', 'not_a_time'],
  ['?created_from=2026-13-25T00:00:00Z', 'created_from', 'not_a_time'],
  ['?created_before=1769383000', 'created_before', 'not_a_time'],
  ['?order_id=%00', 'order_id', 'bad_text'],
  [`?order_id=${'x'.repeat(256)}`, 'order_id', 'too_long'],
  ['?stable_coin=3', 'stable_coin', 'unknown_coin'],
  ['?stable_coin=USDT', 'stable_coin', 'not_an_integer'],
  ['?chain_id=2', 'chain_id', 'unknown_chain'],
])('%s is rejected', async (query, field, reason) => {
  expect(await reasonOf(server.store, query)).toEqual([400, 10001, field, reason]);
});

test('empty and unknown members are ignored; another store’s orders are never listed', async () => {
  const store = await server.newStore();
  expect(await list(store, '?status=&limit=&cursor=&foo=%00&x[]=1')).toMatchObject({ checkout_intents: [] });
  expect((await store.get('/v1/orders/')).status).toBe(200);
});

test('the paths of the contract are as they were: no list where an intent is created or an empty id is read', async () => {
  for (const target of ['/v1/checkout_intents', '/v1/checkout_intents/']) {
    const { status, json, headers } = await server.store.get(target);
    expect([status, json.code, headers.allow]).toEqual([405, 10001, 'POST']);
  }
  expect((await server.store.get('/v1/checkout_intents/payments')).json.code).toBe(50001);
});
