// Signed responses (section 10): off unless the store enables them, over the exact bytes, errors included.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiServer, startApiServer, type TestStore } from './api-server.ts';
import { type ApiResponse, hmac, type Sending } from './signed-client.ts';

let server: ApiServer;
let store: TestStore;
beforeAll(async () => {
  server = await startApiServer();
  store = await server.newStore({ signsResponses: true });
});
afterAll(async () => await server.close());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const SIGNED = ['x-response-timestamp', 'x-response-nonce', 'x-request-nonce', 'x-response-signature'];

const expectSigned = (response: ApiResponse, sending: Sending, nonce: string): void => {
  const { headers } = response;
  const timestamp = String(headers['x-response-timestamp']);
  const path = sending.target.split('?')[0] ?? '';
  const body = typeof sending.body === 'string' ? sending.body : '';
  const lines = [
    response.status,
    path,
    nonce,
    sha256(body),
    timestamp,
    headers['x-response-nonce'],
    sha256(response.text),
  ];
  expect(headers['x-response-signature']).toBe(`v1=${hmac(store.apiSecret, lines.map(String))}`);
  expect(headers['x-request-nonce']).toBe(nonce);
  expect(headers['x-request-id']).toBe(response.json.request_id);
  expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(5);
};

const CASES: [number, Sending][] = [
  [200, { method: 'GET', target: '/v1/test/ping?a=1&b=2' }],
  [200, { method: 'POST', target: '/v1/test/post', body: '{"x":"é"}' }],
  [200, { method: 'POST', target: '/v1/checkout_intents/', body: '{"stable_coin":1,"amount_cents":500}' }],
  [400, { method: 'POST', target: '/v1/checkout_intents/', body: '{"stable_coin":3,"amount_cents":500}' }],
  [400, { method: 'POST', target: '/v1/checkout_intents/', body: '{' }],
  [404, { method: 'GET', target: '/v1/checkout_intents/65b2f3d0d2d9c0a1b2c3d4e5/' }],
  [500, { method: 'GET', target: '/v1/test/fail' }],
];
test.each(CASES)('%i %j', async (status, sending) => {
  const nonce = sha256(JSON.stringify(sending));
  const response = await store.call({ ...sending, nonce });
  expect(response.status).toBe(status);
  expectSigned(response, sending, nonce);
});

test('a rejected replay and a forbidden address get signed responses, because the caller is known', async () => {
  const sending: Sending = { method: 'GET', target: '/v1/test/ping' };
  await store.call({ ...sending, nonce: 'replayed' });
  const replay = await store.call({ ...sending, nonce: 'replayed' });
  expect(replay.json.code).toBe(20002);
  expectSigned(replay, sending, 'replayed');
});

test('each response has its own nonce', async () => {
  const nonces = await Promise.all(
    [1, 2, 3].map(async () => (await store.get('/v1/test/ping')).headers['x-response-nonce']),
  );
  expect(new Set(nonces).size).toBe(3);
});

test('responses are unsigned for an unknown caller, and for a store that did not enable signing', async () => {
  const wrong = await store.get('/v1/test/ping', { signed: { method: 'PUT' } });
  const off = await server.store.get('/v1/test/ping');
  for (const { headers } of [wrong, off]) for (const name of SIGNED) expect(headers[name]).toBeUndefined();
});
