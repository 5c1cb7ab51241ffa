// Every response under /v1 has the same four members (section 1), whether our code, Fastify or Node's HTTP parser makes it.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asOwner } from '#test/support/database.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { type ApiResponse, type Sending, send } from './signed-client.ts';

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => await server.close());

const expectFailure = (
  response: Pick<ApiResponse, 'status' | 'json' | 'headers'>,
  status: number,
  code: number,
  details: unknown,
) => {
  expect(response.status).toBe(status);
  expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(Object.keys(response.json)).toEqual(['code', 'payload', 'error', 'request_id']);
  expect(response.json).toMatchObject({ code, payload: null, error: { details } });
  expect(Object.keys(response.json.error)).toEqual(['message', 'details']);
  expect(response.json.request_id).toMatch(/^req_[0-9a-f]{32}$/);
  expect(response.headers['x-request-id']).toBe(response.json.request_id);
};

test('success: the four members in order, and a request id that the client cannot choose', async () => {
  const responses = await Promise.all(
    [1, 2].map(() => server.store.get('/v1/test/ping', { headers: { 'X-Request-Id': 'mine', 'Request-Id': 'mine' } })),
  );
  for (const response of responses) {
    expect(response.text).toBe(
      `{"code":0,"payload":{"pong":"ok"},"error":null,"request_id":"${response.headers['x-request-id']}"}`,
    );
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(response.json.request_id).toMatch(/^req_[0-9a-f]{32}$/);
  }
  expect(responses[0]?.json.request_id).not.toBe(responses[1]?.json.request_id);
});

test('GET /v1/test/fail always fails', async () => {
  expectFailure(await server.store.get('/v1/test/fail'), 500, 99999, { reason: 'test_failure' });
});

describe('unknown paths: 404, signed or not', () => {
  const unknown = [
    '/v1',
    '/v1/',
    '/v1/nope',
    '/v1/test',
    '/v1/test/ping/',
    '/v1/checkout_intents/x/y',
    '/v1/test/PING',
    '/v1?x=1',
  ];
  test.each(unknown)('%s', async (target) => {
    const expected = [404, 10001, { field: 'path', reason: 'unknown_path' }] as const;
    expectFailure(await send(server.origin, { method: 'GET', target }), ...expected);
    expectFailure(await server.store.post(target, {}), ...expected);
  });
});

describe('wrong methods: 405 with Allow', () => {
  const paths: [string, string][] = [
    ['/v1/test/ping', 'GET'],
    ['/v1/test/fail', 'GET'],
    ['/v1/test/post', 'POST'],
    ['/v1/checkout_intents', 'POST'],
    ['/v1/checkout_intents/', 'POST'],
    ['/v1/checkout_intents/65b2f3d0d2d9c0a1b2c3d4e5', 'GET'],
    ['/v1/checkout_intents/65b2f3d0d2d9c0a1b2c3d4e5/', 'GET'],
    ['/v1/checkout_intents/65b2f3d0d2d9c0a1b2c3d4e5/status', 'GET'],
  ];
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
  const cases = paths.flatMap(([target, allowed]) =>
    methods.filter((method) => method !== allowed).map((method) => [method, target, allowed] as const),
  );
  test.each(cases)('%s %s', async (method, target, allowed) => {
    const response = await send(server.origin, { method, target });
    expectFailure(response, 405, 10001, { field: 'method', reason: 'method_not_allowed' });
    expect(response.headers.allow?.split(', ')).toContain(allowed);
  });

  test('a method that the server does not know', async () => {
    const response = await send(server.origin, { method: 'PROPFIND', target: '/v1/test/ping' });
    expect(response.status).toBeGreaterThanOrEqual(404);
    expect(Object.keys(response.json)).toEqual(['code', 'payload', 'error', 'request_id']);
  });
});

describe('rejected before the body is read', () => {
  test('a body above 64 kB: 413', async () => {
    const target = '/v1/test/post';
    const tooLarge = await server.store.post(target, `"${'x'.repeat(65_536)}"`);
    expectFailure(tooLarge, 413, 10001, { field: 'body', reason: 'too_large' });
    expect((await server.store.post(target, `"${'x'.repeat(65_534)}"`)).status).toBe(200);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'nonsense',
  ])('media type %s: 415', async (type) => {
    const response = await server.store.post('/v1/test/post', '{}', { headers: { 'Content-Type': type } });
    expectFailure(response, 415, 10001, { field: 'Content-Type', reason: 'not_json' });
  });

  test.each(['/v1/%zz', '/v1/checkout_intents/%ff%fe', '/v1/%'])('a malformed path: %s', async (target) => {
    const response = await server.store.get(target);
    expect([400, 404]).toContain(response.status);
    expect(Object.keys(response.json)).toEqual(['code', 'payload', 'error', 'request_id']);
    expect(response.headers['x-request-id']).toBe(response.json.request_id);
  });

  test('malformed JSON on a test route: 400', async () => {
    for (const body of ['{', 'undefined', "{'a':1}", '']) {
      const reason = body === '' ? 'required' : 'malformed_json';
      expectFailure(await server.store.post('/v1/test/post', body), 400, 10001, { field: 'body', reason });
    }
  });

  /** Sends raw bytes to the port, and returns what came back until it closed. */
  const speak = (bytes: string): Promise<ApiResponse> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(server.origin).port), '127.0.0.1', () => socket.write(bytes));
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('error', reject);
      socket.on('close', () => {
        const [head = '', body = ''] = text.split('\r\n\r\n');
        const lines = head
          .split('\r\n')
          .slice(1)
          .map((line) => line.split(': '));
        const headers = Object.fromEntries(lines.map(([name = '', value = '']) => [name.toLowerCase(), value]));
        resolve({ status: Number(head.split(' ')[1]), headers, text: body, json: JSON.parse(body) });
      });
    });

  test('headers too large: 431', async () => {
    const response = await speak(`GET /v1/test/ping HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(40_000)}\r\n\r\n`);
    expectFailure(response, 431, 10001, { field: 'headers', reason: 'too_large' });
  });

  test.each(['no http at all\r\n\r\n', 'GET /v1/test/ping HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n'])(
    'bytes that are not HTTP: %j',
    async (bytes) => expectFailure(await speak(bytes), 400, 10001, { reason: 'malformed_request' }),
  );
});

test('an unexpected error reveals only the request id', async () => {
  const other = await startApiServer();
  try {
    await asOwner(other.database.url, 'alter table checkout_intent rename to elsewhere');
    const failing: Sending[] = [
      { method: 'POST', target: '/v1/checkout_intents/', body: '{"stable_coin":1,"amount_cents":500}' },
      { method: 'GET', target: '/v1/checkout_intents/65b2f3d0d2d9c0a1b2c3d4e5' },
      { method: 'GET', target: '/v1/checkout_intents/65b2f3d0d2d9c0a1b2c3d4e5/status' },
    ];
    for (const sending of failing) {
      const response = await other.store.call(sending);
      expectFailure(response, 500, 90000, null);
      expect(response.text).not.toMatch(/checkout_intent|relation|sql|stack|at /i);
    }
  } finally {
    await other.close();
  }
});

test('health reports whether the database replies', async () => {
  const other = await startApiServer();
  expect(await send(other.origin, { method: 'GET', target: '/healthz' })).toMatchObject({
    status: 200,
    json: { status: 'ok' },
  });
  await other.database.drop();
  expect((await send(other.origin, { method: 'GET', target: '/healthz' })).status).toBe(503);
  await other.close();
});
