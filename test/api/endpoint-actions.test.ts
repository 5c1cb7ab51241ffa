// /v1/webhook_endpoints/{id}/…: a renewed secret, test events, the list of deliveries and redelivery, and bad input.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rewrapSecrets } from '#db/api/master-keys.ts';
import { MAX_TESTS_A_MINUTE } from '#db/endpoints/endpoint-actions.ts';
import { signingSecretOf } from '#db/endpoints/endpoint-secrets.ts';
import { Dispatch } from '#db/entities/intent.entity.ts';
import { EndpointDelivery, WebhookEndpoint } from '#db/entities/webhook-endpoint.entity.ts';
import { openSecret } from '#db/secrets.ts';
import { MAX_ENDPOINT_DESCRIPTION } from '#domain/endpoint-values.ts';
import { deliveriesPayload, endpointPayload, newEndpointPayload, startedPayload } from '#web/api/endpoint-schemas.ts';
import { success } from '#web/api/schemas.ts';
import { type ApiServer, startApiServer, type TestStore } from './api-server.ts';
import { canceledOrder } from './endpoint-delivery.ts';

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => await server?.close());

const PATH = '/v1/webhook_endpoints';
const DAY = 86_400;
let made = 0;

const create = async (store: TestStore, more: object = {}) => {
  made += 1;
  const url = `https://shop.example/hooks/${made}`;
  const response = await store.post(PATH, { url, event_types: ['checkout_intent.canceled'], ...more });
  expect(response.status, response.text).toBe(200);
  return success(newEndpointPayload).parse(response.json).payload;
};
const renew = async (store: TestStore, id: string, body: object = {}) => {
  const response = await store.post(`${PATH}/${id}/secret`, body);
  expect(response.status, response.text).toBe(200);
  return success(newEndpointPayload).parse(response.json).payload;
};
const patch = (store: TestStore, id: string, change: object) =>
  store.call({ method: 'PATCH', target: `${PATH}/${id}`, body: JSON.stringify(change) });
const read = async (store: TestStore, id: string) =>
  success(endpointPayload).parse((await store.get(`${PATH}/${id}`)).json).payload;
const sendTest = (store: TestStore, id: string) => store.call({ method: 'POST', target: `${PATH}/${id}/test` });
const deliveries = async (store: TestStore, id: string, query = '') =>
  success(deliveriesPayload).parse((await store.get(`${PATH}/${id}/deliveries${query}`)).json).payload;
const reasonOf = ({ status, json }: Awaited<ReturnType<TestStore['get']>>) => [
  status,
  json.code,
  json.error?.details?.field,
  json.error?.details?.reason,
];

/** The secret that signs at a time. */
const signing = async (store: TestStore, id: string, at = new Date()): Promise<string> => {
  const em = server.orm.em.fork();
  const endpoint = await em.findOneOrFail(WebhookEndpoint, id);
  const sealed = await signingSecretOf(em, endpoint, at);
  return openSecret(server.masterKeys, { storeId: store.storeId, apiKeyId: id }, sealed);
};
const inADay = () => new Date(Date.now() + DAY * 1_000 + 1_000);
const auditOf = async (id: string) =>
  await server.query<{ action: string; data: object; actor_kind: string }>(
    'select action, data, actor_kind from audit_entry where subject_id = ? order by id',
    [id],
  );

test('a renewed secret signs at once, and the old one never again', async () => {
  const store = await server.newStore();
  const { endpoint_id: id, secret } = await create(store);
  const renewed = await renew(store, id);
  expect(renewed.secret).toMatch(/^st_live_secret_[0-9a-f]{64}$/);
  expect(renewed).toMatchObject({ endpoint_id: id, next_secret_at: null });
  expect(await signing(store, id)).toBe(renewed.secret);
  expect(renewed.secret).not.toBe(secret);
});

test('with a time the old secret signs until then; after it the old one is forgotten', async () => {
  const store = await server.newStore();
  const { endpoint_id: id, secret } = await create(store);
  const before = Date.now();
  const { secret: next, next_secret_at: at } = await renew(store, id, { after_seconds: DAY });
  expect(Date.parse(at ?? '') - before).toBeGreaterThanOrEqual(DAY * 1_000);
  expect((await read(store, id)).next_secret_at).toBe(at);
  expect(await signing(store, id)).toBe(secret);
  expect(await signing(store, id, inADay())).toBe(next);
  expect(await server.orm.em.fork().findOneOrFail(WebhookEndpoint, id)).toMatchObject({
    nextSealedSecret: null,
    nextSecretAt: null,
  });
  expect(await signing(store, id)).toBe(next);
  expect((await read(store, id)).next_secret_at).toBeNull();
});

test('a renewed secret that waits is used now, discarded, or replaced by the next one', async () => {
  const store = await server.newStore();
  const { endpoint_id: id, secret } = await create(store);
  const first = await renew(store, id, { after_seconds: DAY });
  const second = await renew(store, id, { after_seconds: DAY });
  expect((await patch(store, id, { next_secret: 'discard' })).json.payload.next_secret_at).toBeNull();
  expect(await signing(store, id, inADay())).toBe(secret);
  const third = await renew(store, id, { after_seconds: DAY });
  for (let turn = 0; turn < 2; turn += 1) {
    expect((await patch(store, id, { next_secret: 'use' })).json.payload.next_secret_at).toBeNull();
  }
  expect(await signing(store, id)).toBe(third.secret);
  expect(new Set([secret, first.secret, second.secret, third.secret]).size).toBe(4);
  const audit = await auditOf(id);
  expect(audit.map(({ action }) => action)).toEqual([
    ...['endpoint.create', 'endpoint.secret', 'endpoint.secret', 'endpoint.secret_discarded'],
    ...['endpoint.secret', 'endpoint.secret_used'],
  ]);
  // Of the three renewals one replaced a secret that waited, and says which.
  expect(audit.filter(({ action }) => action === 'endpoint.secret').map(({ data }) => data)).toEqual(
    [first, second, third].map(({ next_secret_at: signsFrom }) =>
      signsFrom === second.next_secret_at ? { signsFrom, replacedOneFrom: first.next_secret_at } : { signsFrom },
    ),
  );
});

test('a renewal at once says in the log that it replaced one that waits', async () => {
  const store = await server.newStore();
  const { endpoint_id: id } = await create(store);
  const waiting = await renew(store, id, { after_seconds: DAY });
  await renew(store, id);
  await renew(store, id);
  const [, , atOnce, again] = await auditOf(id);
  expect(atOnce?.data).toHaveProperty('replacedOneFrom', waiting.next_secret_at);
  expect(again?.data).not.toHaveProperty('replacedOneFrom');
});

test('a change with next_secret is one transaction: all of it, or nothing', async () => {
  const store = await server.newStore();
  const { endpoint_id: id } = await create(store);
  const { url: taken } = await create(store);
  const { next_secret_at: at } = await renew(store, id, { after_seconds: DAY });
  expect(reasonOf(await patch(store, id, { url: taken, next_secret: 'use' }))).toEqual([
    400,
    10001,
    'url',
    'url_taken',
  ]);
  expect((await read(store, id)).next_secret_at).toBe(at);
  await patch(store, id, { description: 'warehouse', next_secret: 'use' });
  const entries = await server.query<{ action: string; transaction: string }>(
    'select action, xmin::text as transaction from audit_entry where subject_id = ? order by id desc limit 2',
    [id],
  );
  expect(entries.map(({ action }) => action)).toEqual(['endpoint.secret_used', 'endpoint.update']);
  expect(new Set(entries.map(({ transaction }) => transaction)).size).toBe(1);
});

test('no secret is in the audit log, the request log or the database; owners hear of a renewal, once an hour', async () => {
  const store = await server.newStore();
  await server.query(
    `insert into member (merchant_id, user_id, email, role, created_at)
     select merchant_id, ?, 'owner@shop.example', 'owner', now() from store where id = ?`,
    [`owner-${store.storeId}`, store.storeId],
  );
  const { endpoint_id: id, secret } = await create(store);
  const secrets = [secret, (await renew(store, id)).secret, (await renew(store, id, { after_seconds: DAY })).secret];
  const rows = () =>
    server.query<{ kept: string }>('select row_to_json(r)::text as kept from request_log r where store_id = ?', [
      store.storeId,
    ]);
  await expect.poll(async () => (await rows()).length, { timeout: 10_000 }).toBe(3);
  const kept = [
    ...(await rows()).map((row) => row.kept),
    JSON.stringify(await auditOf(id)),
    ...(await server.query<{ kept: string }>('select row_to_json(w)::text as kept from webhook_endpoint w')).map(
      (row) => row.kept,
    ),
  ];
  for (const text of kept) for (const one of secrets) expect(text).not.toContain(one.slice(0, 40));
  const mails = await server.query<{ data: { changes: object[]; changedBy: string } }>(
    `select data from email_message where store_id = ? and kind = 'settings_changed' order by created_at`,
    [store.storeId],
  );
  expect(mails.map(({ data }) => data.changes)).toMatchObject([
    [{ setting: 'endpoint' }],
    [{ setting: 'endpoint_secret', to: 'https://shop.example/hooks…' }],
  ]);
  expect(mails[1]?.data.changedBy).toBe(store.apiKey);
});

test('a rotation of the master key takes the secret that waits too', async () => {
  const store = await server.newStore();
  const { endpoint_id: id, secret } = await create(store);
  const { secret: next } = await renew(store, id, { after_seconds: DAY });
  const key = Buffer.alloc(32, 9);
  const rotated = { current: { id: 'later', key }, byId: new Map([...server.masterKeys.byId, ['later', key]]) };
  const actor = { kind: 'command', id: 'test', email: null } as const;
  await rewrapSecrets(server.orm.em, rotated, actor);
  const { sealedSecret, nextSealedSecret } = await server.orm.em.fork().findOneOrFail(WebhookEndpoint, id);
  const binding = { storeId: store.storeId, apiKeyId: id };
  expect([sealedSecret, nextSealedSecret].map((text) => text?.slice(0, 9))).toEqual(['v1.later.', 'v1.later.']);
  expect(openSecret(rotated, binding, sealedSecret)).toBe(secret);
  expect(openSecret(rotated, binding, nextSealedSecret ?? '')).toBe(next);
  expect((await rewrapSecrets(server.orm.em, rotated, actor)).rewrapped).toBe(0);
  await rewrapSecrets(server.orm.em, { ...server.masterKeys, byId: rotated.byId }, actor);
});

test('a description is kept, changed and taken away', async () => {
  const store = await server.newStore();
  const { endpoint_id: id, description } = await create(store, { description: 'Lager – 倉庫' });
  expect(description).toBe('Lager – 倉庫');
  expect((await patch(store, id, { enabled: true })).json.payload.description).toBe('Lager – 倉庫');
  expect((await patch(store, id, { description: '' })).json.payload.description).toBeNull();
  expect((await create(store)).description).toBeNull();
});

test('a test event is a delivery of its own, to a stopped endpoint too, ten in a minute for all endpoints', async () => {
  const store = await server.newStore();
  const { endpoint_id: id } = await create(store);
  const { endpoint_id: other } = await create(store, { enabled: false });
  const response = await sendTest(store, id);
  const { delivery_id: delivery } = success(startedPayload).parse(response.json).payload;
  expect((await deliveries(store, id)).deliveries).toEqual([
    {
      delivery_id: delivery,
      event_id: delivery.replace('whd_', 'evt_'),
      event_type: 'webhook.test',
      all_scale_checkout_intent_id: null,
      state: 'pending',
      attempts: 0,
      last_attempt_at: null,
      last_status: null,
      last_error: null,
      next_attempt_at: null,
      created_at: expect.any(String),
    },
  ]);
  const em = server.orm.em.fork();
  expect(await em.count(Dispatch, { kind: 'start_webhook', subjectId: delivery })).toBe(1);
  for (let turn = 1; turn < MAX_TESTS_A_MINUTE; turn += 1) expect((await sendTest(store, other)).status).toBe(200);
  const refused = await sendTest(store, id);
  expect([...reasonOf(refused), refused.headers['retry-after']]).toEqual([429, 40001, undefined, 'test_limit', '60']);
  expect(await em.count(EndpointDelivery, { endpoint: { store: store.storeId } })).toBe(MAX_TESTS_A_MINUTE);
  await server.query(
    `update endpoint_delivery d set created_at = d.created_at - interval '61 seconds'
     from webhook_endpoint w where w.id = d.endpoint_id and w.store_id = ?`,
    [store.storeId],
  );
  expect((await sendTest(store, id)).status).toBe(200);
});

const cancelOrders = async (store: TestStore, count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) await canceledOrder(server, store);
};

test('deliveries come newest first, in pages, by state; a cursor is good for its list only', async () => {
  const store = await server.newStore();
  const { endpoint_id: id } = await create(store);
  await cancelOrders(store, 3);
  const all = await deliveries(store, id);
  expect(all.deliveries).toHaveLength(3);
  expect(all.next_cursor).toBeNull();
  const [first] = all.deliveries;
  expect(first).toMatchObject({ event_type: 'checkout_intent.canceled', state: 'pending' });
  const found: string[] = [];
  for (let cursor = ''; ; ) {
    const page = await deliveries(store, id, `?limit=2${cursor && `&cursor=${cursor}`}`);
    found.push(...page.deliveries.map((one) => one.delivery_id));
    if (!page.next_cursor) break;
    cursor = page.next_cursor;
  }
  expect(found).toEqual(all.deliveries.map((one) => one.delivery_id));
  await server.query(`update endpoint_delivery set state = 'failed' where id = ?`, [first?.delivery_id ?? '']);
  const failed = await deliveries(store, id, '?state=failed');
  expect(failed.deliveries.map((one) => one.delivery_id)).toEqual([first?.delivery_id]);

  const { next_cursor: cursor } = await deliveries(store, id, '?limit=1');
  const { endpoint_id: other } = await create(store);
  for (const query of [`${id}/deliveries?state=failed&cursor=${cursor}`, `${other}/deliveries?cursor=${cursor}`])
    expect(reasonOf(await store.get(`${PATH}/${query}`))).toEqual([400, 10001, 'cursor', 'bad_cursor']);
});

test('an event is delivered again; a test, an erased event and a stopped endpoint are not', async () => {
  const store = await server.newStore();
  const { endpoint_id: id } = await create(store);
  await cancelOrders(store, 1);
  const [one] = (await deliveries(store, id)).deliveries;
  const delivery = one?.delivery_id ?? '';
  const redeliver = (delivery_id: unknown, of = id, by = store) => by.post(`${PATH}/${of}/redeliver`, { delivery_id });
  await server.query(`update endpoint_delivery set state = 'delivered' where id = ?`, [delivery]);
  expect((await redeliver(delivery)).json.payload).toEqual({ delivery_id: delivery });
  expect((await deliveries(store, id)).deliveries).toMatchObject([{ state: 'pending' }]);
  expect((await auditOf(id)).at(-1)).toMatchObject({ action: 'endpoint.redeliver', actor_kind: 'api_key' });
  const signals = await server.query<{ data: { signal: string; eventId: string } }>(
    `select data from dispatch where kind = 'signal_intent' and data->>'signal' = 'redeliverWebhook'`,
  );
  expect(signals.filter(({ data }) => data.eventId === delivery)).toHaveLength(1);

  const { endpoint_id: other } = await create(store);
  const stranger = await server.newStore();
  for (const rejected of [
    await redeliver(`whd_${'0'.repeat(32)}`),
    await redeliver('x'),
    await redeliver(delivery, other),
    await redeliver(delivery, id, stranger),
  ])
    expect([rejected.status, rejected.json.code]).toEqual([404, 50001]);
  const testId = (await sendTest(store, id)).json.payload.delivery_id;
  expect(reasonOf(await redeliver(testId))).toEqual([400, 10001, 'delivery_id', 'test_event']);
  await patch(store, id, { enabled: false });
  expect(reasonOf(await redeliver(delivery))).toEqual([400, 10001, 'delivery_id', 'endpoint_stopped']);
  await patch(store, id, { enabled: true });
  await server.query(`update order_event set body = '' where id = ?`, [one?.event_id ?? '']);
  expect(reasonOf(await redeliver(delivery))).toEqual([400, 10001, 'delivery_id', 'erased']);
});

const BAD: [path: string, body: unknown, field: string, reason: string][] = [
  ['/secret', { after_seconds: -1 }, 'after_seconds', 'too_small'],
  ['/secret', { after_seconds: 3 * DAY + 1 }, 'after_seconds', 'too_large'],
  ['/secret', { after_seconds: 1e15 }, 'after_seconds', 'too_large'],
  ['/secret', { after_seconds: 1.5 }, 'after_seconds', 'not_an_integer'],
  ['/secret', [], 'body', 'not_an_object'],
  ['/redeliver', {}, 'delivery_id', 'required'],
  ['', { description: 'x'.repeat(MAX_ENDPOINT_DESCRIPTION + 1) }, 'description', 'too_long'],
  ['', { description: 'a\nb' }, 'description', 'bad_text'],
  ['', { description: 'a\u202eb' }, 'description', 'bad_text'],
  ['', { next_secret: 'now' }, 'next_secret', 'unknown_choice'],
];

test.each(BAD)('%s %j is rejected, and changes nothing', async (path, body, field, reason) => {
  const store = await server.newStore();
  const { endpoint_id: id, secret } = await create(store);
  const before = await read(store, id);
  const method = path === '' ? 'PATCH' : 'POST';
  const response = await store.call({ method, target: `${PATH}/${id}${path}`, body: JSON.stringify(body) });
  expect(reasonOf(response)).toEqual([400, 10001, field, reason]);
  expect(await read(store, id)).toEqual(before);
  expect(await signing(store, id, inADay())).toBe(secret);
});

test('another store’s endpoint has no secret, test and deliveries for me', async () => {
  const [store, other] = [await server.newStore(), await server.newStore()];
  const { endpoint_id: id, secret } = await create(store);
  for (const response of [
    await other.post(`${PATH}/${id}/secret`, {}),
    await sendTest(other, id),
    await other.get(`${PATH}/${id}/deliveries`),
    await patch(other, id, { next_secret: 'use' }),
  ])
    expect([response.status, response.json.code]).toEqual([404, 50001]);
  expect(await signing(store, id)).toBe(secret);
  expect((await deliveries(store, id)).deliveries).toEqual([]);
});
