// /v1/webhook_endpoints: made, read, changed and deleted over the API, told to the owners, and bad input.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rewrapSecrets } from '#db/api/master-keys.ts';
import { MAX_URL_MAILS } from '#db/endpoints/endpoint-mails.ts';
import { WebhookEndpoint } from '#db/entities/webhook-endpoint.entity.ts';
import { openSecret } from '#db/secrets.ts';
import { deletedPayload, endpointPayload, endpointsPayload, newEndpointPayload } from '#web/api/endpoint-schemas.ts';
import { success } from '#web/api/schemas.ts';
import { type ApiServer, startApiServer, type TestStore } from './api-server.ts';

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => await server?.close());

const PATH = '/v1/webhook_endpoints';
const TYPES = ['checkout_intent.seen', 'checkout_intent.late'];
let made = 0;
const newUrl = (): string => {
  made += 1;
  return `https://shop.example/hook/${made}?a=b`;
};
const body = (more: object = {}) => ({ url: newUrl(), event_types: TYPES, ...more });

const create = async (store: TestStore, more: object = {}) => {
  const response = await store.post(PATH, body(more));
  expect(response.status, response.text).toBe(200);
  return success(newEndpointPayload).parse(response.json).payload;
};
const list = async (store: TestStore) =>
  success(endpointsPayload).parse((await store.get(PATH)).json).payload.webhook_endpoints;
const patch = (store: TestStore, id: string, change: unknown) =>
  store.call({ method: 'PATCH', target: `${PATH}/${id}`, body: JSON.stringify(change) });
const remove = (store: TestStore, id: string) => store.call({ method: 'DELETE', target: `${PATH}/${id}` });
const reasonOf = ({ status, json }: Awaited<ReturnType<TestStore['get']>>) => [
  status,
  json.code,
  json.error?.details?.field,
  json.error?.details?.reason,
];

test('the secret is shown once, sealed in the database, and survives a rotation of the master key', async () => {
  const store = await server.newStore();
  const { secret, ...endpoint } = await create(store);
  expect(secret).toMatch(/^st_live_secret_[0-9a-f]{64}$/);
  expect(await list(store)).toEqual([endpoint]);
  const one = await store.get(`${PATH}/${endpoint.endpoint_id}/`);
  expect(success(endpointPayload).parse(one.json).payload).toEqual(endpoint);
  const read = () => server.orm.em.fork().findOneOrFail(WebhookEndpoint, endpoint.endpoint_id);
  const binding = { storeId: store.storeId, apiKeyId: endpoint.endpoint_id };
  expect((await read()).sealedSecret).not.toContain(secret);
  expect(openSecret(server.masterKeys, binding, (await read()).sealedSecret)).toBe(secret);

  const key = Buffer.alloc(32, 7);
  const rotated = { current: { id: 'next', key }, byId: new Map([...server.masterKeys.byId, ['next', key]]) };
  await rewrapSecrets(server.orm.em, rotated, { kind: 'command', id: 'test', email: null });
  expect((await read()).sealedSecret).toMatch(/^v1\.next\./);
  expect(openSecret(rotated, binding, (await read()).sealedSecret)).toBe(secret);
  await rewrapSecrets(
    server.orm.em,
    { ...server.masterKeys, byId: rotated.byId },
    { kind: 'command', id: 'test', email: null },
  );
});

test('the request log keeps no secret, wherever it stands', async () => {
  const store = await server.newStore();
  const { endpoint_id: id, secret } = await create(store);
  // By mistake in a path, a header and a body, where the log's cut would leave most of it.
  await store.get(`${PATH}/${store.apiSecret}?x=${secret}`, { headers: { 'X-Note': secret } });
  const note = `${'x'.repeat(4_096 - 12 - 60)}${secret}`;
  await store.post(PATH, { note });
  const rows = () =>
    server.query<{ kept: string }>(
      'select row_to_json(r)::text as kept from request_log r where store_id = ? order by id',
      [store.storeId],
    );
  await expect.poll(async () => (await rows()).length, { timeout: 10_000 }).toBe(3);
  const kept = await rows();
  expect(kept[0]?.kept).toContain(id);
  expect(kept[0]?.kept).toContain(store.apiKey);
  for (const row of kept) {
    expect(row.kept).not.toContain(secret.slice(0, 40));
    expect(row.kept).not.toContain(store.apiSecret.slice(0, 40));
  }
});

test('a change keeps what it does not name; a repeated one changes nothing', async () => {
  const store = await server.newStore();
  const { endpoint_id: id, url } = await create(store);
  const changed = await patch(store, id, {
    event_types: ['checkout_intent.review', 'checkout_intent.review'],
    url: null,
  });
  expect(success(endpointPayload).parse(changed.json).payload).toMatchObject({
    ...{ url, event_types: ['checkout_intent.review'], enabled: true },
  });
  expect((await patch(store, id, { enabled: false })).json.payload).toMatchObject({ enabled: false, url });
  expect((await patch(store, id, {})).json.payload).toMatchObject({ enabled: false });
  await patch(store, id, { enabled: false });
  const acts = await server.query<{ action: string; actor_kind: string; actor_id: string }>(
    `select action, actor_kind, actor_id from audit_entry where subject_id = ? order by id`,
    [id],
  );
  expect(acts.map(({ action }) => action)).toEqual(['endpoint.create', 'endpoint.update', 'endpoint.update']);
  expect(acts[0]).toMatchObject({ actor_kind: 'api_key', actor_id: store.apiKey });
});

const withOwner = async (): Promise<TestStore> => {
  const store = await server.newStore();
  await server.query(
    `insert into member (merchant_id, user_id, email, role, created_at)
     select merchant_id, ?, 'owner@shop.example', 'owner', now() from store where id = ?`,
    [`owner-${store.storeId}`, store.storeId],
  );
  return store;
};
const mailsOf = async (store: TestStore) => {
  const rows = await server.query<{ data: { changes: { to: string }[]; changedBy: string } }>(
    `select data from email_message where store_id = ? and kind = 'settings_changed' order by created_at`,
    [store.storeId],
  );
  return rows.map(({ data }) => data);
};

test('owners hear of each new URL, and of nothing else', async () => {
  const store = await withOwner();
  const mails = () => mailsOf(store);
  const { endpoint_id: id } = await create(store);
  await patch(store, id, { enabled: false });
  expect(await mails()).toMatchObject([
    { changedBy: store.apiKey, changes: [{ setting: 'endpoint', from: null, to: 'https://shop.example/hook…' }] },
  ]);
  await patch(store, id, { url: 'https://other.example/' });
  expect((await mails())[1]).toMatchObject({ changes: [{ setting: 'endpoint', to: 'https://other.example/' }] });
  expect(await mails()).toHaveLength(2);
});

test('a key that changes URLs in a loop does not fill the owners’ mailboxes', async () => {
  const store = await withOwner();
  const url = newUrl();
  for (let turn = 0; turn < 3; turn += 1) await remove(store, (await create(store, { url })).endpoint_id);
  expect(await mailsOf(store)).toHaveLength(1);
  const { endpoint_id: id } = await create(store, { url: 'https://a.example/' });
  for (const host of ['b', 'a', 'b', 'a']) await patch(store, id, { url: `https://${host}.example/` });
  const told = (await mailsOf(store)).map(({ changes }) => changes[0]?.to);
  expect(told).toEqual(['https://shop.example/hook…', 'https://a.example/', 'https://b.example/']);
  for (let turn = 0; turn < MAX_URL_MAILS; turn += 1) await patch(store, id, { url: newUrl() });
  expect(await mailsOf(store)).toHaveLength(MAX_URL_MAILS);
  await server.query(`update email_message set created_at = created_at - interval '61 minutes' where store_id = ?`, [
    store.storeId,
  ]);
  await patch(store, id, { url: newUrl() });
  expect(await mailsOf(store)).toHaveLength(MAX_URL_MAILS + 1);
});

test('a URL that is not taken sends no e-mail', async () => {
  const store = await withOwner();
  const { url } = await create(store);
  expect((await store.post(PATH, body({ url }))).status).toBe(400);
  expect(await mailsOf(store)).toHaveLength(1);
});

test('a deleted endpoint is gone, and its URL is free', async () => {
  const store = await server.newStore();
  const { endpoint_id: id, url } = await create(store);
  expect(success(deletedPayload).parse((await remove(store, id)).json).payload).toEqual({
    endpoint_id: id,
    deleted: true,
  });
  expect(await list(store)).toEqual([]);
  for (const response of [
    await remove(store, id),
    await patch(store, id, { enabled: true }),
    await store.get(`${PATH}/${id}`),
  ])
    expect([response.status, response.json.code]).toEqual([404, 50001]);
  expect((await create(store, { url })).endpoint_id).not.toBe(id);
});

test('one URL once, also for requests at the same moment; sixteen endpoints at most', async () => {
  const store = await server.newStore();
  const url = newUrl();
  const both = await Promise.all([store.post(PATH, body({ url })), store.post(PATH, body({ url }))]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 400]);
  expect(reasonOf(await store.post(PATH, body({ url })))).toEqual([400, 10001, 'url', 'url_taken']);
  const spelled = url.replace('https://shop', 'HTTPS://Shop');
  expect(reasonOf(await store.post(PATH, body({ url: spelled })))).toEqual([400, 10001, 'url', 'url_taken']);
  const other = await create(store);
  expect(reasonOf(await patch(store, other.endpoint_id, { url }))).toEqual([400, 10001, 'url', 'url_taken']);
  for (let index = 2; index < 16; index += 1) await create(store);
  expect(reasonOf(await store.post(PATH, body()))).toEqual([400, 10001, 'url', 'too_many_endpoints']);
});

test('another store’s endpoints are not found', async () => {
  const [store, other] = [await server.newStore(), await server.newStore()];
  const { endpoint_id: id } = await create(store);
  expect(await list(other)).toEqual([]);
  for (const response of [
    await other.get(`${PATH}/${id}`),
    await patch(other, id, { enabled: false }),
    await remove(other, id),
    await store.get(`${PATH}/nonsense`),
    await patch(store, 'whe_', { enabled: false }),
    await remove(store, '%00'),
  ])
    expect([response.status, response.json.code]).toEqual([404, 50001]);
  expect(await list(store)).toMatchObject([{ enabled: true }]);
});

/** What no endpoint takes. */
const BAD: [more: object, field: string, reason: string][] = [
  [{ url: undefined }, 'url', 'required'],
  [{ url: 7 }, 'url', 'not_a_string'],
  [{ url: 'shop.example/hook' }, 'url', 'not_a_webhook_url'],
  [{ url: 'ftp://shop.example/' }, 'url', 'not_a_webhook_url'],
  [{ url: `https://shop.example/${'x'.repeat(2_048)}` }, 'url', 'too_long'],
  [{ url: 'https://user:pass@shop.example/' }, 'url', 'not_a_webhook_url'],
  [{ url: 'https://shop.example/#x' }, 'url', 'not_a_webhook_url'],
  [{ url: 'https://shop.example/ä' }, 'url', 'not_a_webhook_url'],
  [{ url: 'http://shop.example/' }, 'url', 'not_https'],
  [{ url: 'https://192.168.0.1/x' }, 'url', 'not_public'],
  [{ url: 'https://localhost/x' }, 'url', 'not_public'],
  [{ url: 'https://[::1]/' }, 'url', 'not_public'],
  [{ url: 'https://[::ffff:169.254.169.254]/' }, 'url', 'not_public'],
  [{ event_types: undefined }, 'event_types', 'required'],
  [{ event_types: 'checkout_intent.seen' }, 'event_types', 'not_a_list'],
  [{ event_types: [] }, 'event_types', 'empty_list'],
  [{ event_types: [1] }, 'event_types', 'not_a_string'],
  [{ event_types: ['checkout_intent.confirmed'] }, 'event_types', 'unknown_event'],
  [{ event_types: ['*'] }, 'event_types', 'unknown_event'],
  [{ event_types: Array(40).fill('checkout_intent.seen') }, 'event_types', 'too_many'],
  [{ enabled: 'yes' }, 'enabled', 'not_a_boolean'],
];

test.each(BAD)('%j is rejected', async (more, field, reason) => {
  expect(reasonOf(await server.store.post(PATH, body(more)))).toEqual([400, 10001, field, reason]);
});

test('a change is rejected for the same reasons, alone and beside good members, and nothing of it is stored', async () => {
  const store = await server.newStore();
  const endpoint = await create(store);
  const { secret: _secret, ...before } = endpoint;
  for (const [more, field, reason] of BAD.filter((row) => row[2] !== 'required')) {
    for (const change of [more, { url: 'https://other.example/', event_types: ['checkout_intent.review'], ...more }]) {
      const rejected = reasonOf(await patch(store, endpoint.endpoint_id, change));
      expect([JSON.stringify(change), ...rejected]).toEqual([JSON.stringify(change), 400, 10001, field, reason]);
    }
  }
  expect(await list(store)).toEqual([before]);
});

test('an endpoint cannot move to a private address, and keeps its URL', async () => {
  const store = await server.newStore();
  const { endpoint_id: id, url } = await create(store);
  const response = await patch(store, id, { url: 'https://10.0.0.1/hook', enabled: false });
  expect(reasonOf(response)).toEqual([400, 10001, 'url', 'not_public']);
  expect(await list(store)).toMatchObject([{ url, enabled: true }]);
});

test('a body that is no object, and a method that is not there', async () => {
  expect(reasonOf(await server.store.post(PATH, []))).toEqual([400, 10001, 'body', 'not_an_object']);
  expect(reasonOf(await server.store.post(PATH, '{'))).toEqual([400, 10001, 'body', 'malformed_json']);
  const put = await server.store.call({ method: 'PUT', target: PATH, body: '{}' });
  expect([put.status, put.json.error.details.reason]).toEqual([405, 'method_not_allowed']);
});
