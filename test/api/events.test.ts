// GET /v1/events: pages by number, the bytes of the bodies, one store only, and bad input.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import type { IntentId } from '#domain/ids.ts';
import { eventsPayload } from '#web/api/event-schemas.ts';
import { success } from '#web/api/schemas.ts';
import { type ApiServer, startApiServer, type TestStore } from './api-server.ts';

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => await server?.close());

const canceledOrder = async (store: TestStore, extra = '{}'): Promise<string> => {
  const body = `{"stable_coin":1,"amount_cents":500,"order_id":"Ä","extra":${extra}}`;
  const id = (await store.post('/v1/checkout_intents/', body)).json.payload.allscale_checkout_intent_id as IntentId;
  await changeIntent(server.orm.em.fork(), { intentId: id, actor: 'workflow', to: -4 });
  return id;
};

const read = async (store: TestStore, query = '') => {
  const response = await store.get(`/v1/events${query}`);
  expect(response.status, response.text).toBe(200);
  return { ...success(eventsPayload).parse(response.json).payload, text: response.text };
};

test('pages by number, oldest first, to the byte', async () => {
  const store = await server.newStore();
  expect(await read(store)).toMatchObject({ events: [], last_sequence: 0, has_more: false });
  const ids = [await canceledOrder(store), await canceledOrder(store, '{"n":12345678901234567890,  "s":"\\u00e4"}')];
  ids.push(await canceledOrder(store));
  const first = await read(store, '?limit=2');
  expect(first).toMatchObject({ last_sequence: 2, has_more: true });
  expect(first.text).toContain('"extra_obj":{"n":12345678901234567890,  "s":"\\u00e4"}}');
  const [event] = first.events;
  expect(event).toMatchObject({
    ...{ sequence: 1, event_type: 'checkout_intent.canceled', all_scale_checkout_intent_id: ids[0] },
    data: { webhook_id: event?.event_id, event_type: 'checkout_intent.canceled', status: -4, order_id: 'Ä' },
  });
  const rest = await read(store, `?after=${first.last_sequence}`);
  expect(rest).toMatchObject({ last_sequence: 3, has_more: false });
  expect([...first.events, ...rest.events].map((one) => one.all_scale_checkout_intent_id)).toEqual(ids);
  expect(await read(store, '?after=3')).toMatchObject({ events: [], last_sequence: 3, has_more: false });
  const highest = 999_999_999_999_999;
  expect(await read(store, `?after=${highest}`)).toMatchObject({ events: [], last_sequence: highest });
  expect(await read(store, '?after=&limit=')).toMatchObject({ last_sequence: 3 });
  expect((await store.get('/v1/events/?after=1')).json.payload.last_sequence).toBe(3);
});

test('another store’s events have numbers of their own and are never seen', async () => {
  const [store, other] = [await server.newStore(), await server.newStore()];
  const id = await canceledOrder(store);
  const own = await canceledOrder(other);
  expect((await read(store)).events).toMatchObject([{ sequence: 1, all_scale_checkout_intent_id: id }]);
  expect((await read(other)).events).toMatchObject([{ sequence: 1, all_scale_checkout_intent_id: own }]);
});

test.each([
  ['?after=-1', 'after', 'too_small'],
  ['?after=1.5', 'after', 'not_an_integer'],
  ['?after=evt_1', 'after', 'not_an_integer'],
  ['?after=1000000000000000', 'after', 'too_large'],
  ['?after=9999999999999999999', 'after', 'too_large'],
  ['?after=1&after=2', 'after', 'repeated'],
  ['?limit=0', 'limit', 'too_small'],
  ['?limit=101', 'limit', 'too_large'],
])('%s is rejected', async (query, field, reason) => {
  const { status, json } = await server.store.get(`/v1/events${query}`);
  expect([status, json.code, json.error?.details?.field, json.error?.details?.reason]).toEqual([
    400,
    10001,
    field,
    reason,
  ]);
});
