// Request signing, section 2 of the Open API, tested with an independent client.
import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiServer, startApiServer } from './api-server.ts';
import { hmac, type Sending, send, signatureHeaders } from './signed-client.ts';

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => await server.close());

const PING: Sending = { method: 'GET', target: '/v1/test/ping' };
const now = () => Math.floor(Date.now() / 1000);
const UNKNOWN_KEY = `st_${'0'.repeat(32)}`;

const ping = async (sending: Partial<Sending>, headers: Record<string, string | undefined> = {}) => {
  const full = { ...PING, ...sending };
  const signed: Record<string, string | undefined> = { ...signatureHeaders(server.store, full), ...headers };
  const kept = Object.entries(signed).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return await send(server.origin, full, Object.fromEntries(kept));
};

describe('a right signature is accepted, however the request is sent', () => {
  const cases: [string, Partial<Sending>][] = [
    ['as documented', {}],
    ['with a query string, order kept', { target: '/v1/test/ping?b=2&a=1&b=%20+x' }],
    ['with an empty query', { target: '/v1/test/ping?' }],
    ['with a question mark inside the query', { target: '/v1/test/ping?a=b?c' }],
    ['with Content-Type on a GET without body', { headers: { 'Content-Type': 'application/json' } }],
    [
      'with Content-Type and Content-Length: 0',
      { headers: { 'Content-Type': 'application/json', 'Content-Length': '0' } },
    ],
    ['with any user agent', { headers: { 'User-Agent': 'WooCommerce/9 (PHP 5.6)' } }],
    ['with a body on a GET', { body: '{}' }],
    ['with a nonce of 128 characters', { nonce: 'n'.repeat(128) }],
  ];
  test.each(cases)('%s', async (_name, sending) => {
    const response = await ping({ ...sending, nonce: sending.nonce ?? `${Math.random()}` });
    expect(response.json).toMatchObject({ code: 0, payload: { pong: 'ok' } });
    expect(response.status).toBe(200);
  });

  test.each([-590, 590])('signed %i s from our clock', async (seconds) => {
    const response = await ping({ timestamp: now() + seconds, nonce: `${Math.random()}` });
    expect(response.json).toMatchObject({ code: 0, payload: { pong: 'ok' } });
  });

  test('with header names in any case', async () => {
    for (const spell of [(name: string) => name.toLowerCase(), (name: string) => name.toUpperCase()]) {
      const headers = Object.entries(signatureHeaders(server.store, PING)).map(([name, value]) => [spell(name), value]);
      expect((await send(server.origin, PING, Object.fromEntries(headers))).status).toBe(200);
    }
  });

  test('over a reused connection, also after errors', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const statuses: number[] = [];
    for (const nonce of ['reuse-1', 'reuse-1', 'reuse-2', 'reuse-3'])
      statuses.push((await ping({ agent, nonce })).status);
    expect(statuses).toEqual([200, 401, 200, 200]);
    agent.destroy();
  });

  const bodies: [string, string | Buffer][] = [
    ['plain', '{"a":1}'],
    ['escaped slashes', '{"u":"http:\\/\\/x"}'],
    ['escaped unicode', '{"u":"\\u00e9\\ud83d\\ude00"}'],
    ['raw unicode', '{"u":"é😀"}'],
    ['spaces and line breaks', '{ "a" : 1 ,\r\n\t"b": [ ] }\n'],
    ['numbers that do not survive parsing', '{"n":12345678901234567890,"f":1.0,"e":1E+2}'],
    ['a repeated member', '{"a":1,"a":2}'],
    ['a list', '[1,2,3]'],
    ['a bare string', '"x"'],
    ['null', 'null'],
    ['deep nesting', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ];
  test.each(bodies)('over the raw bytes of the body, returned unchanged: %s', async (_name, body) => {
    const response = await server.store.call({ method: 'POST', target: '/v1/test/post', body });
    expect(response.status).toBe(200);
    const { request_id } = { request_id: response.headers['x-request-id'] };
    expect(response.text).toBe(`{"code":0,"payload":${body},"error":null,"request_id":"${request_id}"}`);
  });

  test('over the path as sent: percent-encoding and trailing slash are part of it', async () => {
    const { json } = await server.store.post('/v1/checkout_intents/', { stable_coin: 1, amount_cents: 500 });
    const id: string = json.payload.allscale_checkout_intent_id;
    const encoded = `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`;
    for (const target of [
      `/v1/checkout_intents/${id}`,
      `/v1/checkout_intents/${id}/`,
      `/v1/checkout_intents/${encoded}`,
    ]) {
      expect((await server.store.get(target)).json.payload.all_scale_checkout_intent_id).toBe(id);
    }
    const decodedButSigned = await server.store.get(`/v1/checkout_intents/${encoded}`, {
      signed: { target: `/v1/checkout_intents/${id}` },
    });
    expect(decodedButSigned.json).toMatchObject({ code: 20002, error: { details: { reason: 'wrong_signature' } } });
  });
});

describe('missing headers and unknown keys: 20001', () => {
  test.each(['X-API-Key', 'X-Timestamp', 'X-Nonce', 'X-Signature'])('without %s', async (name) => {
    for (const value of [undefined, '']) {
      const response = await ping({}, { [name]: value });
      expect(response.status).toBe(401);
      expect(response.json).toMatchObject({ code: 20001, payload: null });
      expect(response.json.error.details).toEqual({ reason: 'missing_headers', headers: [name] });
    }
  });

  test('without all of them, the message names each one', async () => {
    const response = await send(server.origin, PING);
    expect(response.json.error.details.headers).toEqual(['X-API-Key', 'X-Timestamp', 'X-Nonce', 'X-Signature']);
  });

  test.each([UNKNOWN_KEY, 'st_', 'x', `${'k'.repeat(5000)}`, "'; drop table api_key; --"])('key %s', async (apiKey) => {
    const response = await ping({}, { 'X-API-Key': apiKey });
    expect(response.status).toBe(401);
    expect(response.json).toMatchObject({ code: 20001, error: { details: { reason: 'unknown_key' } } });
  });

  test('a revoked key is unknown', async () => {
    const store = await server.newStore();
    await server.query('update api_key set revoked_at = now() where id = ?', [store.apiKey]);
    const response = await store.get('/v1/test/ping');
    expect(response.json).toMatchObject({ code: 20001, error: { details: { reason: 'unknown_key' } } });
  });
});

describe('a request that differs from what was signed: 20002, wrong_signature', () => {
  const cases: [string, Partial<Sending>][] = [
    ['another method', { signed: { method: 'POST' } }],
    ['a lower-case method', { signed: { method: 'get' } }],
    ['another path', { signed: { target: '/v1/test/pong' } }],
    ['a trailing slash', { signed: { target: '/v1/test/ping/' } }],
    ['a query that was not sent', { signed: { target: '/v1/test/ping?a=1' } }],
    ['a query in another order', { target: '/v1/test/ping?a=1&b=2', signed: { target: '/v1/test/ping?b=2&a=1' } }],
    ['a query without its encoding', { target: '/v1/test/ping?a=%20', signed: { target: '/v1/test/ping?a= ' } }],
    ['another body', { body: '{"a":1}', signed: { body: '{"a": 1}' } }],
    ['no body', { body: '{}', signed: { body: '' } }],
    ['a body that was not sent', { signed: { body: '{}' } }],
  ];
  test.each(cases)('%s', async (_name, sending) => {
    const response = await ping(sending);
    expect(response.status).toBe(401);
    expect(response.json).toMatchObject({
      code: 20002,
      payload: null,
      error: { details: { reason: 'wrong_signature' } },
    });
  });

  const spoilt: [string, (signature: string) => string][] = [
    ['without v1=', (signature) => signature.slice(3)],
    ['with v2=', (signature) => signature.replace('v1=', 'v2=')],
    ['with another letter case of the version', (signature) => signature.replace('v1=', 'V1=')],
    ['in hex', (signature) => `v1=${Buffer.from(signature.slice(3), 'base64').toString('hex')}`],
    [
      'in base64url without padding',
      (signature) => `v1=${Buffer.from(signature.slice(3), 'base64').toString('base64url')}-`,
    ],
    ['cut short', (signature) => signature.slice(0, -4)],
    ['longer', (signature) => `${signature}AAAA`],
    [
      'with one bit flipped',
      (signature) => signature.replace(/^v1=./, (start) => `v1=${start.endsWith('A') ? 'B' : 'A'}`),
    ],
  ];
  test.each(spoilt)('a signature %s', async (_name, spoil) => {
    const headers = signatureHeaders(server.store, PING);
    const response = await send(server.origin, PING, {
      ...headers,
      'X-Signature': spoil(headers['X-Signature'] ?? ''),
    });
    expect(response.json).toMatchObject({ code: 20002, error: { details: { reason: 'wrong_signature' } } });
  });

  test('a wrong secret, another store’s secret, or a nonce or timestamp that was not signed', async () => {
    const other = await server.newStore();
    const wrong = [
      signatureHeaders({ ...server.store, apiSecret: 'st_wrong' }, PING),
      signatureHeaders({ ...server.store, apiSecret: other.apiSecret }, PING),
      { ...signatureHeaders(server.store, PING), 'X-Nonce': 'another' },
      { ...signatureHeaders(server.store, PING), 'X-Timestamp': String(now() - 1) },
    ];
    for (const headers of wrong) {
      const response = await send(server.origin, PING, headers);
      expect(response.json).toMatchObject({ code: 20002, error: { details: { reason: 'wrong_signature' } } });
    }
  });
});

test('the response contains the text that the server signed, so that the sender can compare it', async () => {
  const response = await ping({
    method: 'POST',
    target: '/v1/test/post?a=1',
    body: '{"a": 1}',
    signed: { body: '{"a":1}' },
  });
  const hash = createHash('sha256').update('{"a": 1}').digest('hex');
  const { canonical } = response.json.error.details;
  expect(canonical).toMatch(new RegExp(`^POST\\n/v1/test/post\\na=1\\n\\d{10}\\n[^\\n]+\\n${hash}$`));
});

describe('timestamps', () => {
  test.each([
    ['too old', () => now() - 605],
    ['too far ahead', () => now() + 605],
    ['in milliseconds', () => Date.now()],
    ['zero', () => 0],
    ['with a fraction', () => `${now()}.5`],
    ['in another notation', () => '1e9'],
    ['a word', () => 'now'],
  ])('%s: 20002, stale_timestamp', async (_name, timestamp) => {
    const response = await ping({ timestamp: timestamp() });
    expect(response.status).toBe(401);
    expect(response.json).toMatchObject({ code: 20002, error: { details: { reason: 'stale_timestamp' } } });
  });

  test('a store can set a smaller window', async () => {
    const store = await server.newStore({ replayWindowSeconds: 30 });
    expect((await store.get('/v1/test/ping', { timestamp: now() - 20 })).status).toBe(200);
    const stale = await store.get('/v1/test/ping', { timestamp: now() - 40 });
    const { server_timestamp: ours, ...details } = stale.json.error.details;
    expect(details).toEqual({ reason: 'stale_timestamp', window_seconds: 30 });
    expect(Math.abs(ours - now())).toBeLessThan(30);
  });
});

describe('nonces', () => {
  const spent = { code: 20002, error: { details: { reason: 'spent_nonce' } } };

  test('a second use is 20002 on any route', async () => {
    const nonce = 'twice';
    expect((await ping({ nonce })).status).toBe(200);
    const again = await ping({ nonce });
    expect(again.status).toBe(401);
    expect(again.json).toMatchObject(spent);
    const create = await server.store.post('/v1/checkout_intents/', { stable_coin: 1, amount_cents: 500 }, { nonce });
    expect(create.json).toMatchObject(spent);
  });

  test('of ten requests at once with one nonce, exactly one succeeds', async () => {
    for (const target of ['/v1/test/ping', '/v1/checkout_intents/']) {
      const nonce = `at-once ${target}`;
      const body = JSON.stringify({ stable_coin: 1, amount_cents: 500, order_id: nonce });
      const sending = target.endsWith('ping') ? PING : { method: 'POST', target, body };
      const sent = { ...sending, nonce, timestamp: now() };
      const responses = await Promise.all(Array.from({ length: 10 }, () => server.store.call(sent)));
      expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const response of responses.filter(({ status }) => status !== 200))
        expect(response.json).toMatchObject(spent);
      const written = await server.query('select id from checkout_intent where order_id = ?', [nonce]);
      expect(written).toHaveLength(target.endsWith('ping') ? 0 : 1);
    }
  });

  test('a wrong signature, a stale timestamp or a forbidden address does not use up the nonce', async () => {
    const nonce = 'unspent';
    expect((await ping({ nonce, signed: { method: 'PUT' } })).status).toBe(401);
    expect((await ping({ nonce, timestamp: now() - 9999 })).status).toBe(401);
    const stranger = await server.newStore({}, { ipAllowlist: ['192.0.2.1'] });
    expect((await stranger.get('/v1/test/ping', { nonce })).status).toBe(403);
    expect(await server.query('select 1 from api_nonce where nonce = ?', [nonce])).toEqual([]);
    expect((await ping({ nonce })).status).toBe(200);
  });

  test('a right signature uses up the nonce, whatever the result', async () => {
    const failing: [string, Sending][] = [
      ['invalid body', { method: 'POST', target: '/v1/checkout_intents/', body: '{"amount_cents":"x"}' }],
      ['malformed body', { method: 'POST', target: '/v1/checkout_intents/', body: '{' }],
      ['too small', { method: 'POST', target: '/v1/checkout_intents/', body: '{"stable_coin":1,"amount_cents":1}' }],
      ['not found', { method: 'GET', target: '/v1/checkout_intents/000000000000000000000000' }],
      ['test failure', { method: 'GET', target: '/v1/test/fail' }],
    ];
    for (const [name, sending] of failing) {
      const first = await server.store.call({ ...sending, nonce: name });
      expect(first.json.code, name).not.toBe(20002);
      expect(first.json.code, name).not.toBe(0);
      expect((await server.store.call({ ...sending, nonce: name })).json, name).toMatchObject(spent);
    }
  });

  test('keys do not share nonces', async () => {
    const other = await server.newStore();
    expect((await server.store.get('/v1/test/ping', { nonce: 'shared' })).status).toBe(200);
    expect((await other.get('/v1/test/ping', { nonce: 'shared' })).status).toBe(200);
  });

  test('a nonce is kept as long as its timestamp is accepted, and can be used again later', async () => {
    const timestamp = now() + 590;
    await ping({ nonce: 'kept', timestamp });
    const rows = await server.query<{ until: string }>(
      'select extract(epoch from expires_at)::bigint as until from api_nonce where nonce = ?',
      ['kept'],
    );
    expect(Number(rows[0]?.until)).toBeGreaterThan(timestamp + 600);
    await server.query("update api_nonce set expires_at = now() - interval '1 second' where nonce = ?", ['kept']);
    expect((await ping({ nonce: 'kept' })).status).toBe(200);
    expect((await ping({ nonce: 'kept' })).json).toMatchObject(spent);
  });

  test('a nonce longer than 128 characters is rejected', async () => {
    const response = await ping({ nonce: 'n'.repeat(129) });
    expect(response.json).toMatchObject({ code: 20002, error: { details: { reason: 'malformed_nonce' } } });
  });
});

test('the client of these tests signs by the documented formula', () => {
  // Computed once with: printf 'GET\n/v1/test/ping\n\n1700000000\nabc\n<sha256 of nothing>' | openssl dgst -sha256 -hmac st_secret -binary | base64
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  expect(hmac('st_secret', ['GET', '/v1/test/ping', '', '1700000000', 'abc', empty])).toBe(OPENSSL_SIGNATURE);
});
const OPENSSL_SIGNATURE = 'fO6NQYoxze9T07G223CH19vuEEJ772In3MASb0m+FMA=';
