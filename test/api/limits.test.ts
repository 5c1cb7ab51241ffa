// Who may call, from which address, and how often: allowlists, suspension, revocation, rate limits (sections 2 and 7).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { revokeApiKey } from '#db/merchants/api-keys.ts';
import { updateStore } from '#db/merchants/change-store.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { isAllowedAddress } from '#web/http/ip-address.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { send } from './signed-client.ts';

describe('allowlists', () => {
  const cases: [list: string[], address: string, allowed: boolean][] = [
    [[], '203.0.113.9', true],
    [['203.0.113.9'], '203.0.113.9', true],
    [['203.0.113.9'], '203.0.113.10', false],
    [['203.0.113.9'], '::ffff:203.0.113.9', true],
    [['::ffff:203.0.113.9'], '203.0.113.9', true],
    [['203.0.113.0/24'], '203.0.113.255', true],
    [['203.0.113.0/24'], '203.0.114.0', false],
    [['203.0.113.0/24'], '::ffff:cb00:7101', true],
    [['::ffff:203.0.113.0/120'], '203.0.113.7', true],
    [['::ffff:203.0.113.0/120'], '203.0.114.7', false],
    [['0.0.0.0/0'], '203.0.113.9', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['::/0'], '2001:db8::1', true],
    [['::/0'], '203.0.113.9', false],
    [['2001:db8::1'], '2001:0DB8:0:0::0001', true],
    [['2001:db8::/32'], '2001:db8:ffff::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['10.0.0.0/8', '2001:db8::/64', '192.0.2.7'], '192.0.2.7', true],
    [['203.0.113.9'], 'not an address', false],
    [['203.0.113.9'], '', false],
  ];
  test.each(cases)('%j %s: %s', (list, address, allowed) => expect(isAllowedAddress(list, address)).toBe(allowed));
});

describe('over HTTP', () => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await startApiServer({ host: '::' });
  });
  afterAll(async () => await server.close());

  const forbidden = (reason: string) => ({ code: 30001, payload: null, error: { details: { reason } } });

  test('an address off the list: 30001, 403', async () => {
    const store = await server.newStore({}, { ipAllowlist: ['192.0.2.0/24', '2001:db8::/32'] });
    const response = await store.get('/v1/test/ping');
    expect(response.status).toBe(403);
    expect(response.json).toMatchObject(forbidden('ip_not_allowed'));
  });

  test('an address on the list: IPv4 (seen as ::ffff:127.0.0.1 on this socket), and IPv6', async () => {
    const v4 = await server.newStore({}, { ipAllowlist: ['127.0.0.0/8'] });
    expect((await v4.get('/v1/test/ping')).status).toBe(200);
    expect((await v4.get('/v1/test/ping', { localAddress: '127.0.0.2' })).status).toBe(200);
    const one = await server.newStore({}, { ipAllowlist: ['127.0.0.2'] });
    expect((await one.get('/v1/test/ping')).status).toBe(403);
    expect((await one.get('/v1/test/ping', { localAddress: '127.0.0.2' })).status).toBe(200);
  });

  test('X-Forwarded-For is ignored unless the proxy is trusted', async () => {
    const headers = { 'X-Forwarded-For': '192.0.2.7' };
    const store = await server.newStore({}, { ipAllowlist: ['192.0.2.7'] });
    expect((await store.get('/v1/test/ping', { headers })).status).toBe(403);
    const behind = await startApiServer({ trustedProxies: ['127.0.0.1'] });
    const trusted = await behind.newStore({}, { ipAllowlist: ['192.0.2.7'] });
    expect((await trusted.get('/v1/test/ping', { headers })).status).toBe(200);
    expect((await trusted.get('/v1/test/ping')).status).toBe(403);
    await behind.close();
  });

  test('a list is not revealed to a caller with a wrong signature', async () => {
    const store = await server.newStore({}, { ipAllowlist: ['192.0.2.1'] });
    expect((await store.get('/v1/test/ping', { signed: { method: 'PUT' } })).json.code).toBe(20002);
  });

  /** The cache promises a second; the machine may be busy. */
  const soon = { timeout: 10_000, interval: 50 };

  test('a suspension of a store or merchant takes effect soon and ends as fast', async () => {
    const store = await server.newStore();
    const code = async () => (await store.get('/v1/test/ping')).json.code;
    expect(await code()).toBe(0);
    await updateStore(server.orm.em, store.storeId, { status: 'suspended' });
    await expect.poll(code, soon).toBe(30001);
    expect((await store.get('/v1/test/ping')).json).toMatchObject(forbidden('store_not_active'));
    await updateStore(server.orm.em, store.storeId, { status: 'active' });
    await expect.poll(code, soon).toBe(0);
    await server.query(
      "update merchant set status = 'suspended' where id = (select merchant_id from store where id = ?)",
      [store.storeId],
    );
    await expect.poll(code, soon).toBe(30001);
  });

  test('a revocation takes effect soon', async () => {
    const store = await server.newStore();
    const code = async () => (await store.get('/v1/test/ping')).json.code;
    expect(await code()).toBe(0);
    await revokeApiKey(server.orm.em, store.apiKey);
    await expect.poll(code, soon).toBe(20001);
  });
});

describe('rate limits', () => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await startApiServer({ rateLimits: { byKey: { perMinute: 5 }, byAddress: { perMinute: 40 } } });
  });
  afterAll(async () => await server.close());

  test('by key, then by address: 40001, 429, Retry-After', async () => {
    const { store } = server;
    const statuses: number[] = [];
    for (let count = 0; count < 7; count += 1) statuses.push((await store.get('/v1/test/ping')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);

    const limited = await store.get('/v1/test/ping', { nonce: 'limited' });
    const seconds = limited.json.error.details.retry_after_seconds;
    expect(limited.json).toMatchObject({ code: 40001, payload: null, error: { details: { reason: 'key_limit' } } });
    expect(limited.headers['retry-after']).toBe(String(seconds));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    // The request had no effect, so it can be sent again unchanged.
    expect(await server.query('select 1 from api_nonce where nonce = ?', ['limited'])).toEqual([]);

    // Another key is not affected, and a wrong signature does not count against a key.
    const other = await server.newStore();
    for (let count = 0; count < 6; count += 1) await other.get('/v1/test/ping', { signed: { method: 'PUT' } });
    expect((await other.get('/v1/test/ping')).status).toBe(200);

    // By address: signed or not, known path or not.
    let rejected = await send(server.origin, { method: 'GET', target: '/v1/nope' });
    for (let count = 0; count < 40 && rejected.status !== 429; count += 1) {
      rejected = await send(server.origin, { method: 'GET', target: '/v1/nope' });
    }
    expect(rejected.json).toMatchObject({ code: 40001, error: { details: { reason: 'address_limit' } } });
    expect(Number(rejected.headers['retry-after'])).toBeGreaterThan(0);
    expect((await send(server.origin, { method: 'GET', target: '/healthz' })).status).toBe(200);
  });

  test('two servers share the limit of a key', async () => {
    const { createServer } = await import('#web/create-server.ts');
    const { chainById } = await import('#domain/chains.ts');
    const options = {
      orm: server.orm,
      masterKeys: server.masterKeys,
      chains: [chainById(31337)],
      pages: null,
      publicUrl: 'http://x',
      feeReceiver: knownPayable('0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'),
      rateLimits: { byKey: { perMinute: 5 }, byAddress: { perMinute: 1000 } },
    } as const;
    const apps = await Promise.all([createServer(options), createServer(options)]);
    const origins = await Promise.all(apps.map((app) => app.listen({ port: 0, host: '127.0.0.1' })));
    const store = await server.newStore();
    const { signatureHeaders } = await import('./signed-client.ts');
    const statuses: number[] = [];
    for (let count = 0; count < 8; count += 1) {
      const sending = { method: 'GET', target: '/v1/test/ping' };
      statuses.push((await send(origins[count % 2] ?? '', sending, signatureHeaders(store, sending))).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    await Promise.all(apps.map((app) => app.close()));
  });

  test('the default limits are enough for 500 checkouts polled every five seconds', async () => {
    const { DEFAULT_RATE_LIMITS } = await import('#web/api/rate-limit.ts');
    expect(DEFAULT_RATE_LIMITS.byKey.perMinute).toBeGreaterThan((500 * 60) / 5);
    expect(DEFAULT_RATE_LIMITS.byAddress.perMinute).toBeGreaterThanOrEqual(DEFAULT_RATE_LIMITS.byKey.perMinute);
  });
});
