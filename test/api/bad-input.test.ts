// Bad input to every route, made from the OpenAPI document: each member of a body and of a query with values of every other type, bodies that
// are none, ids that are none, and keys that cannot be stored. Each rejection names the member and the reason. What only one route rejects
// (amounts, events, URLs) is in the test file of that route.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VALIDATION_SENTENCES, type ValidationReason } from '#domain/validation-reasons.ts';
import { postmanCollection } from '#web/api/postman.ts';
import { type ApiServer, startApiServer, type TestStore } from './api-server.ts';
import type { ApiResponse, Sending } from './signed-client.ts';

interface Schema {
  type?: string | string[];
  format?: string;
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
}

interface Operation {
  parameters?: { name: string; in: 'query' | 'header' | 'path'; schema: Schema }[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
}

interface Route {
  name: string;
  method: string;
  path: string;
  operation: Operation;
  /** The document's example of the body; undefined without a body. */
  example: Record<string, unknown> | undefined;
}

let server: ApiServer;
let store: TestStore;
let routes: Route[];
let ids: Record<'intent' | 'endpoint', string>;

beforeAll(async () => {
  server = await startApiServer();
  store = await server.newStore({ isTest: true });
  const document = await (await fetch(`${server.origin}/v1/openapi.json`)).json();
  const examples = new Map(
    postmanCollection(document, '').item.flatMap(({ item }) =>
      item.map(({ request }) => [
        `${request.method} ${request.url.raw.replace('{{base_url}}', '').replace(/\{\{\w+\}\}/, '{id}')}`,
        request.body && JSON.parse(request.body.raw),
      ]),
    ),
  );
  routes = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const name = `${method.toUpperCase()} ${path}`;
      return { name, method: method.toUpperCase(), path, operation, example: examples.get(name) };
    }),
  );
  ids = await idsOf(store);
});
afterAll(async () => await server?.close());

const idsOf = async (of: TestStore): Promise<typeof ids> => {
  const order = await of.post('/v1/checkout_intents/', { stable_coin: 1, amount_cents: 500 });
  const endpoint = { url: 'https://shop.example/hook', event_types: ['checkout_intent.seen'] };
  const made = await of.post('/v1/webhook_endpoints', endpoint);
  return { intent: order.json.payload.allscale_checkout_intent_id, endpoint: made.json.payload.endpoint_id };
};

const kindOf = (path: string): keyof typeof ids => (path.includes('/webhook_endpoints/') ? 'endpoint' : 'intent');
const targetOf = ({ path }: Route, id = ids[kindOf(path)]): string => path.replace(/\{\w+\}/, id);

const bodyOf = (example: Record<string, unknown>, change: object = {}): string => {
  const intent = 'checkout_intent_id' in example ? { checkout_intent_id: ids.intent } : {};
  return JSON.stringify({ ...example, ...intent, ...change });
};

const send = (route: Route, more: Partial<Sending> = {}): Promise<ApiResponse> =>
  store.call({ method: route.method, target: targetOf(route), ...more });

const rejection = ({ status, json }: ApiResponse) => [
  status,
  json.code,
  json.error?.details?.field,
  json.error?.details?.reason,
];

/** Of a member that may also be null. */
const withoutNull = (schema: Schema): Schema => schema.anyOf?.find(({ type }) => type !== 'null') ?? schema;
const typeOf = ({ type }: Schema): string | undefined => [type].flat().find((one) => one !== 'null');

/** Values of every other type than a schema's, with the reason for which each is rejected. */
const wrongValues = (given: Schema): [value: unknown, reason: ValidationReason][] => {
  const schema = withoutNull(given);
  const all = (reason: ValidationReason, values: unknown[]) =>
    values.map((value): [unknown, ValidationReason] => [value, reason]);
  switch (typeOf(schema)) {
    case 'string':
      return all('not_a_string', [7, true, false, [], ['x'], {}]);
    case 'integer':
    case 'number':
      return all('not_an_integer', ['1', 'one', 1.5, true, false, [], [1], {}]);
    case 'boolean':
      return all('not_a_boolean', ['yes', 'true', 0, 1, [], {}]);
    case 'object':
      return all('not_an_object', ['x', 7, true, [], [{}]]);
    case 'array':
      return [
        ...all('not_a_list', ['x', 7, true, {}]),
        ...wrongValues(schema.items ?? {}).map(([value, reason]): [unknown, ValidationReason] => [[value], reason]),
      ];
    default:
      throw new Error(`no wrong value is known for ${JSON.stringify(given)}`);
  }
};

/** The echo takes any JSON. */
const withMembers = () => routes.filter(({ path, example }) => example !== undefined && path !== '/v1/test/post');
const withBody = () => routes.filter(({ example }) => example !== undefined);

test('every member of every body: values of another type', async () => {
  const tried: string[] = [];
  for (const route of withMembers()) {
    const { schema } = route.operation.requestBody?.content['application/json'] ?? { schema: {} };
    for (const [member, of] of Object.entries(schema.properties ?? {})) {
      for (const [value, reason] of wrongValues(of)) {
        const response = await send(route, { body: bodyOf(route.example ?? {}, { [member]: value }) });
        const what = `${route.name} ${member}: ${JSON.stringify(value)}`;
        expect([what, ...rejection(response)]).toEqual([what, 400, 10001, member, reason]);
        expect(response.json.error.message).toBe(
          `The request is not valid: ${member} ${VALIDATION_SENTENCES[reason]}.`,
        );
      }
      tried.push(`${route.name} ${member}`);
    }
  }
  expect(tried).toEqual(
    expect.arrayContaining([
      ...['url', 'event_types', 'enabled', 'description', 'next_secret'].map(
        (member) => `PATCH /v1/webhook_endpoints/{id} ${member}`,
      ),
      'POST /v1/webhook_endpoints/{id}/secret after_seconds',
      'POST /v1/webhook_endpoints/{id}/redeliver delivery_id',
      ...['amount_coins', 'stable_coin', 'chain_id', 'payer', 'to', 'reason'].map(
        (member) => `POST /v1/checkout_intents/{id}/refunds ${member}`,
      ),
      'POST /v1/test/simulate scenario',
      'POST /v1/checkout_intents/ extra',
    ]),
  );
});

test('every body: what is no object, no JSON, no UTF-8 and no body', async () => {
  const tried = withMembers();
  expect(tried.map(({ name }) => name).sort()).toEqual([
    'PATCH /v1/webhook_endpoints/{id}',
    'POST /v1/checkout_intents/',
    'POST /v1/checkout_intents/{id}/refunds',
    'POST /v1/test/simulate',
    'POST /v1/webhook_endpoints',
    'POST /v1/webhook_endpoints/{id}/redeliver',
    'POST /v1/webhook_endpoints/{id}/secret',
  ]);
  for (const route of withBody()) {
    const cases: [string | Buffer, ValidationReason][] = [
      ['', 'required'],
      ['{', 'malformed_json'],
      ['{"a":1,}', 'malformed_json'],
      [Buffer.from([0x22, 0xff, 0x22]), 'not_utf8'],
      ...(tried.includes(route)
        ? ['[]', '[{}]', '"x"', '7', 'null', 'true'].map((body): [string, ValidationReason] => [body, 'not_an_object'])
        : []),
    ];
    for (const [body, reason] of cases) {
      const what = `${route.name}: ${body}`;
      expect([what, ...rejection(await send(route, { body }))]).toEqual([what, 400, 10001, 'body', reason]);
    }
    const text = await send(route, { body: '{}', headers: { 'Content-Type': 'text/plain' } });
    expect([route.name, text.status, text.json.code]).toEqual([route.name, 415, 10001]);
  }
});

/** Members that name something: a number that is none of them. */
const TOO_HIGH: Readonly<Record<string, ValidationReason>> = { stable_coin: 'unknown_coin', chain_id: 'unknown_chain' };

test('every member of every query: given twice, and of another type', async () => {
  const tried: string[] = [];
  for (const route of routes) {
    for (const { name, in: place, schema } of route.operation.parameters ?? []) {
      if (place !== 'query') continue;
      const cases: [query: string, reason: ValidationReason][] = [[`${name}=1&${name}=1`, 'repeated']];
      if (typeOf(schema) === 'integer') {
        for (const value of ['one', '1.5', '1e3', '0x1', '%201', '1,2'])
          cases.push([`${name}=${value}`, 'not_an_integer']);
        // A whole number it is, so the reason is another.
        for (const digits of [16, 400]) cases.push([`${name}=${'9'.repeat(digits)}`, TOO_HIGH[name] ?? 'too_large']);
      }
      if (schema.format === 'date-time') {
        for (const value of ['now', '1769383000', '2026-01-25', '2026-01-25T00:00:00', '2026-13-01T00:00:00Z'])
          cases.push([`${name}=${value}`, 'not_a_time']);
      }
      for (const [query, reason] of cases) {
        const response = await send(route, { target: `${targetOf(route)}?${query}` });
        const what = `${route.name}?${query}`;
        expect([what, ...rejection(response)]).toEqual([what, 400, 10001, name, reason]);
      }
      tried.push(`${route.path} ${name}`);
    }
  }
  expect(tried.sort()).toEqual([
    ...['/v1/events after', '/v1/events limit'],
    ...['chain_id', 'created_before', 'created_from', 'cursor', 'limit', 'order_id', 'stable_coin', 'status'].map(
      (name) => `/v1/orders ${name}`,
    ),
    ...['cursor', 'limit', 'state'].map((name) => `/v1/webhook_endpoints/{id}/deliveries ${name}`),
  ]);
});

describe('ids', () => {
  test('that are none, unknown ones and those of another store are not found, on every route', async () => {
    const others = await idsOf(await server.newStore({ isTest: true }));
    const withId = routes.filter(({ path }) => path.includes('{'));
    expect(withId.length).toBeGreaterThanOrEqual(8);
    for (const route of withId) {
      const kind = kindOf(route.path);
      const unknown = kind === 'endpoint' ? `whe_${'0'.repeat(32)}` : '0'.repeat(24);
      const wrongKind = ids[kind === 'endpoint' ? 'intent' : 'endpoint'];
      const own = ids[kind];
      const wrong = [
        others[kind],
        unknown,
        wrongKind,
        'x',
        '%00',
        '%F0%9F%9A%80',
        `${own}0`,
        own.slice(1),
        own.toUpperCase(),
      ];
      for (const id of wrong) {
        const body = route.example ? { body: bodyOf(route.example) } : {};
        const { status, json } = await send(route, { target: targetOf(route, id), ...body });
        expect([route.name, id, status, json.code]).toEqual([route.name, id, 404, 50001]);
      }
    }
    // What was not found was not changed either.
    expect((await store.get(`/v1/webhook_endpoints/${ids.endpoint}`)).json.payload.enabled).toBe(true);
  });
});

test('an idempotency key that cannot be kept is rejected on every route that takes one', async () => {
  const withKey = routes.filter(({ operation }) =>
    operation.parameters?.some(({ name, in: place }) => place === 'header' && name === 'idempotency-key'),
  );
  expect(withKey.map(({ name }) => name).sort()).toEqual([
    'POST /v1/checkout_intents/',
    'POST /v1/checkout_intents/{id}/refunds',
    'POST /v1/test/simulate',
  ]);
  for (const route of withKey) {
    for (const [key, reason] of [
      ['x'.repeat(256), 'too_long'],
      ['a\tb', 'bad_characters'],
      ['schlüssel', 'bad_characters'],
    ]) {
      const sent = { body: bodyOf(route.example ?? {}), headers: { 'Idempotency-Key': key } };
      expect([route.name, ...rejection(await send(route, sent))]).toEqual([
        ...[route.name, 400, 10001, 'Idempotency-Key', reason],
      ]);
    }
  }
});

test('a method that a path does not have is 405 with those that it has', async () => {
  const paths = Map.groupBy(routes, ({ path }) => path);
  for (const [path, own] of paths) {
    const methods = own.map(({ method }) => method);
    for (const method of ['PUT', 'DELETE', 'PATCH'].filter((one) => !methods.includes(one))) {
      const [route] = own;
      if (!route) continue;
      const { status, json, headers } = await send(route, { method });
      expect([method, path, status, json.error.details.reason]).toEqual([method, path, 405, 'method_not_allowed']);
      for (const known of methods) expect(headers.allow).toContain(known);
    }
  }
});
