// API keys: created, rolled with an overlap, changed and revoked, each with an audit entry. The request log: authenticated requests
// with masked signatures, bounded in size. The API respects the coins and networks that a store accepts.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertRequests } from '#db/api/request-log.ts';
import { sqlOf } from '#db/pool.ts';
import { chainById } from '#domain/chains.ts';
import { type ApiServer, startApiServer, type TestStore } from '#test/api/api-server.ts';
import { asOwner } from '#test/support/database.ts';
import { updateCheckedStore } from '#test/support/payable.ts';
import { createRequestLog } from '#web/api/request-log.ts';
import { createDevelopersService } from '#web/dashboard/developers/server/developers-service.ts';
import type {
  DevelopersService,
  MadeKey,
  RequestFilterView,
} from '#web/dashboard/developers/server/developers-types.ts';
import { formOf, visitOf } from './visit.ts';

let server: ApiServer;
let developers: DevelopersService;
beforeAll(async () => {
  server = await startApiServer();
  developers = createDevelopersService({ ...server, publicUrl: 'https://pay.example.com', changeWaitMs: 3_600_000 });
});
afterAll(async () => await server?.close());

const visit = (store: TestStore) => visitOf(server.orm, store.storeId);
const make = async (store: TestStore, fields: Record<string, string>): Promise<MadeKey> => {
  const outcome = await developers.create(await visit(store), formOf(fields));
  if (!('done' in outcome)) throw new Error(JSON.stringify(outcome.result.error));
  return outcome.done;
};
const codeOf = async (store: TestStore, key: { apiKey: string; apiSecret: string }): Promise<number> =>
  (await server.as(store.storeId, key).get('/v1/test/ping')).json.code;
const eventually = { timeout: 15_000, interval: 100 };

describe('keys', () => {
  test('a new key works, is announced by e-mail and in the audit log, and its secret is not stored', async () => {
    const store = await server.newStore({ notificationEmails: ['dev@shop.test'] });
    const made = await make(store, { name: 'Plug-in', ipAllowlist: '127.0.0.1\n10.0.0.0/8' });
    expect(await codeOf(store, made)).toBe(0);
    expect((await developers.keys(store.storeId))[0]).toMatchObject({
      id: made.apiKey,
      name: 'Plug-in',
      state: 'live',
      ipAllowlist: ['127.0.0.1', '10.0.0.0/8'],
      endsAt: null,
    });
    const mails = await server.query('select kind, recipient, data from email_message where subject_id = ?', [
      made.apiKey,
    ]);
    expect(mails).toMatchObject([
      { kind: 'new_key', recipient: 'dev@shop.test', data: { createdBy: 'owner@shop.test' } },
    ]);
    const audit = await server.query('select action, subject_id, data from audit_entry where store_id = ?', [
      store.storeId,
    ]);
    // The store has a key already: the new secret waits before it signs webhooks of that key's orders (decision 0062).
    expect(audit).toMatchObject([{ action: 'key.create', subject_id: made.apiKey }, { action: 'change.request' }]);
    const kept = JSON.stringify([mails, audit, await developers.keys(store.storeId)]);
    expect(kept).not.toContain(made.apiSecret);
  });

  test.each([
    ['name', { name: ' ', ipAllowlist: '' }, /must not be empty/],
    ['name', { name: 'x'.repeat(101), ipAllowlist: '' }, /at most 100/],
    ['ipAllowlist', { name: 'x', ipAllowlist: '10.0.0.1, nonsense' }, /IPv4 or IPv6/],
    ['ipAllowlist', { name: 'x', ipAllowlist: '10.0.0.0/33' }, /IPv4 or IPv6/],
  ])('%s is rejected: %j', async (field, fields, reason) => {
    const outcome = await developers.create(await visit(server.store), formOf(fields));
    if (!('result' in outcome)) throw new Error('it was made');
    const errors = Object.entries(outcome.result.error ?? {});
    expect(errors.map(([name]) => name.split('[')[0])).toEqual([field]);
    expect(errors[0]?.[1]?.join()).toMatch(reason);
    expect(outcome.result.initialValue).toMatchObject({ name: fields.name.trim() ? fields.name : expect.anything() });
  });

  test('after a roll with an overlap both keys work until the old one ends; without an overlap the old one ends at once', async () => {
    const store = await server.newStore();
    const old = { apiKey: store.apiKey, apiSecret: store.apiSecret };
    const next = await developers.roll(await visit(store), old.apiKey, '24');
    expect(next.apiSecret).not.toBe(old.apiSecret);
    expect(Date.parse(next.oldKeyEndsAt ?? '') - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
    expect([await codeOf(store, old), await codeOf(store, next)]).toEqual([0, 0]);
    expect((await developers.keys(store.storeId)).map(({ state }) => state).sort()).toEqual(['ending', 'live']);
    await server.query("update api_key set expires_at = now() - interval '1 second' where id = ?", [old.apiKey]);
    await expect.poll(() => codeOf(store, old), eventually).toBe(20001);
    await expect(developers.roll(await visit(store), old.apiKey, '1')).rejects.toMatchObject({ code: 'api_key_ended' });

    const last = await developers.roll(await visit(store), next.apiKey, '0');
    await expect.poll(() => codeOf(store, next), eventually).toBe(20001);
    expect(await codeOf(store, last)).toBe(0);
    await expect(developers.roll(await visit(store), last.apiKey, '2')).rejects.toMatchObject({
      code: 'invalid_overlap',
    });
    const actions = await server.query(`select action from audit_entry where store_id = ? and action like 'key.%'`, [
      store.storeId,
    ]);
    expect(actions).toEqual([{ action: 'key.roll' }, { action: 'key.roll' }]);
  });

  test('the API enforces the IP list and a revocation; a key of another store cannot be changed', async () => {
    const [store, other] = [await server.newStore(), await server.newStore()];
    const change = formOf({ name: 'Shop', ipAllowlist: '203.0.113.9' });
    expect(await developers.change(await visit(store), store.apiKey, change)).toEqual({ done: true });
    await expect.poll(() => codeOf(store, store), eventually).toBe(30001);
    const strange = await visit(other);
    for (const act of [
      () => developers.change(strange, store.apiKey, change),
      () => developers.revoke(strange, store.apiKey),
      () => developers.roll(strange, store.apiKey, '1'),
    ]) {
      await expect(act()).rejects.toMatchObject({ code: 'api_key_not_found' });
    }
    await developers.revoke(await visit(store), store.apiKey);
    await expect.poll(() => codeOf(store, store), eventually).toBe(20001);
    const actions = await server.query('select action from audit_entry where store_id = ? order by id', [
      store.storeId,
    ]);
    expect(actions).toEqual([{ action: 'key.update' }, { action: 'key.revoke' }]);
  });
});

describe('the request log', () => {
  const all: RequestFilterView = { code: '', text: '', key: '' };

  test('lists authenticated requests with masked signatures and their responses, and filters them', async () => {
    const store = await server.newStore();
    await store.get('/v1/test/ping?x=1', { headers: { Cookie: 'planted-cookie=1', Authorization: 'planted-token' } });
    await store.post('/v1/checkout_intents/', { note: 'planted-body', amount_cents: 'x' });
    await store.get('/v1/test/ping', { signed: { target: '/v1/other' } });
    await expect
      .poll(async () => (await developers.requests(store.storeId, all, null)).rows.length, eventually)
      .toBe(2);
    const { rows } = await developers.requests(store.storeId, all, null);
    expect(rows).toMatchObject([
      { method: 'POST', path: '/v1/checkout_intents/', code: 10001, httpStatus: 400, apiKeyId: store.apiKey },
      { method: 'GET', path: '/v1/test/ping?x=1', code: 0, httpStatus: 200 },
    ]);
    const details = await Promise.all(rows.map(({ id }) => developers.request(store.storeId, id)));
    expect(details[0]?.body).toContain('planted-body');
    expect(details[0]?.response).toContain('"code":10001');
    expect(Object.fromEntries(details[1]?.headers ?? [])).toMatchObject({
      'x-api-key': store.apiKey,
      'x-signature': 'v1=…',
    });
    const kept = JSON.stringify(await server.query('select * from request_log where store_id = ?', [store.storeId]));
    expect(kept).not.toMatch(/planted-(cookie|token)|v1=[A-Za-z0-9+/]/);
    expect(kept).not.toContain(store.apiSecret);

    const paths = async (filter: Partial<RequestFilterView>): Promise<string[]> =>
      (await developers.requests(store.storeId, { ...all, ...filter }, null)).rows.map(({ path }) => path);
    expect(await paths({ code: 'failed' })).toEqual(['/v1/checkout_intents/']);
    expect(await paths({ code: '0' })).toEqual(['/v1/test/ping?x=1']);
    expect(await paths({ text: 'ping' })).toEqual(['/v1/test/ping?x=1']);
    expect(await paths({ text: rows[0]?.requestId ?? '' })).toEqual(['/v1/checkout_intents/']);
    expect(await paths({ key: 'st_0' })).toEqual([]);
    expect((await developers.requests(store.storeId, all, rows[0]?.id ?? null)).rows).toHaveLength(1);
    expect(await developers.request(server.store.storeId, rows[0]?.id ?? '')).toBeNull();
    await expect.poll(async () => (await developers.keys(store.storeId))[0]?.lastUsedAt, eventually).not.toBeNull();
  });

  test('is sorted newest first, also where ids get one more digit', async () => {
    await asOwner(
      server.database.url,
      `select setval(pg_get_serial_sequence('request_log', 'id'), power(10, length(max(id)::text))::bigint - 3) from request_log`,
    );
    const storeId = `sto_${randomBytes(4).toString('hex')}`;
    const request = { apiKeyId: 'st_1', method: 'GET', httpStatus: 200, code: 0, durationMs: 1, clientAddress: '::1' };
    const texts = { requestHeaders: {}, requestBody: '', responseBody: '' };
    for (const path of ['1', '2', '3', '4']) {
      const [requestId, at] = [`req_${path}`, new Date()];
      await insertRequests(sqlOf(server.orm), [{ ...request, ...texts, requestId, storeId, at, path }]);
    }
    const pageAfter = async (before: string | null) => (await developers.requests(storeId, all, before)).rows;
    const rows = await pageAfter(null);
    expect(rows.map(({ path }) => path)).toEqual(['4', '3', '2', '1']);
    expect(rows[0]?.id.length).toBeGreaterThan(rows[3]?.id.length ?? 0);
    expect((await pageAfter(rows[1]?.id ?? null)).map(({ path }) => path)).toEqual(['2', '1']);
  });

  test('drops and counts entries beyond its buffer, and truncates long ones', async () => {
    const warnings: unknown[] = [];
    const log = createRequestLog(sqlOf(server.orm), { warn: (facts: unknown) => warnings.push(facts) } as never, 2);
    const request = {
      id: 'req_full',
      method: 'POST',
      raw: { url: `/v1/${'x'.repeat(5_000)}` },
      ip: '127.0.0.1',
      headers: { 'user-agent': `a\0b${'y'.repeat(1_000)}` },
      rawBody: Buffer.from('\0\ud800'.padEnd(10_000, 'z')),
      caller: { key: { storeId: 'sto_full', apiKeyId: 'st_full' } },
    };
    const reply = { statusCode: 200, elapsedTime: 1.4 };
    for (let count = 0; count < 5; count += 1) log.add(request as never, reply as never, '{"code":0}'.padEnd(9_000));
    expect(log.dropped()).toBe(3);
    await log.flush();
    expect(warnings).toEqual([{ dropped: 3 }]);
    const rows = await server.query<Record<string, string>>("select * from request_log where store_id = 'sto_full'");
    expect(rows).toHaveLength(2);
    expect(rows[0]?.path).toHaveLength(2_049);
    expect(rows[0]?.request_body).toHaveLength(4_097);
    expect(rows[0]?.response_body).toHaveLength(4_097);
  });
});

describe('the coins and networks of a store', () => {
  const terms = async (store: TestStore, body: object) => {
    const { json } = await store.post('/v1/checkout_intents/', { currency: 1, amount_cents: 500, ...body });
    if (json.code !== 0) return json.error.details.reason;
    const [row] = await server.query(
      'select accepted_stable_coins as coins, accepted_chain_ids as chains from checkout_intent where id = ?',
      [json.payload.allscale_checkout_intent_id],
    );
    return row;
  };

  test('coins: those that store and request share, or the store’s own when the request names none', async () => {
    const store = await server.newStore({ acceptedCoins: [2] });
    expect(await terms(store, {})).toMatchObject({ coins: [2] });
    expect(await terms(store, { accepted_stable_coins: [1, 2] })).toMatchObject({ coins: [2] });
    expect(await terms(store, { accepted_stable_coins: [1] })).toBe('no_coin');
    expect(await terms(server.store, { accepted_stable_coins: [2, 1] })).toMatchObject({ coins: [2, 1] });
  });

  test('a test store accepts test networks only, whatever its list says', async () => {
    const store = await server.newStore({ isTest: true });
    expect(await terms(store, {})).toMatchObject({ chains: [31337, 31338] });
    const real = await startApiServer({ chains: [chainById(8453)] });
    try {
      await updateCheckedStore(real.orm.em, real.store.storeId, { isTest: true });
      const response = () => real.store.post('/v1/checkout_intents/', { currency: 1, amount_cents: 500 });
      await expect.poll(async () => (await response()).json.error?.details.reason, eventually).toBe('no_chain');
    } finally {
      await real.close();
    }
  });
});
