// Requests made from the OpenAPI document, valid and nearly so: each response is the envelope with a status below 500.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leakOf } from '#attack/leaks.ts';
import { type ApiServer, startApiServer } from '#test/api/api-server.ts';
import { send } from '#test/api/signed-client.ts';
import { hostileText, runs } from '#test/support/fuzz.ts';
import { failure } from '#web/api/schemas.ts';

interface Schema {
  type?: string | string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  additionalProperties?: Schema | boolean;
  $ref?: string;
}

interface Operation {
  requestBody?: { content: Record<string, { schema: Schema }> };
}

let server: ApiServer;
let document: { paths: Record<string, Record<string, Operation>>; components?: { schemas?: Record<string, Schema> } };
let orderId: string;

beforeAll(async () => {
  server = await startApiServer();
  document = (await send(server.origin, { method: 'GET', target: '/v1/openapi.json' })).json;
  const created = await server.store.post('/v1/checkout_intents/', { stable_coin: 1, amount_cents: 500 });
  orderId = created.json.payload.allscale_checkout_intent_id;
});
afterAll(async () => await server.close());

const json = fc.jsonValue({ maxDepth: 3, noUnicodeString: false } as object);

/** Values of a schema. */
const valuesOf = (schema: Schema, depth = 0): fc.Arbitrary<unknown> => {
  if (schema.$ref) return valuesOf(document.components?.schemas?.[schema.$ref.split('/').pop() ?? ''] ?? {}, depth + 1);
  const [choice] = [schema.anyOf ?? schema.oneOf].filter((list) => list !== undefined);
  if (choice) return fc.oneof(...choice.map((each) => valuesOf(each, depth + 1)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch ([schema.type].flat()[0]) {
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.constantFrom(1, 2, 9, 27, 72, 500, 12_345),
        fc.integer({
          min: Math.max(-(2 ** 53), schema.minimum ?? -10),
          max: Math.min(2 ** 53, schema.maximum ?? 1_000_000),
        }),
      );
    case 'string':
      return fc.oneof(
        fc.string({ maxLength: Math.min(40, schema.maxLength ?? 40) }),
        hostileText,
        fc.constant('https://shop.example/x'),
      );
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, depth + 1), { maxLength: 4 });
    case 'object':
      if (depth > 4 || !schema.properties) return fc.dictionary(hostileText, json, { maxKeys: 4 });
      return fc.record(
        Object.fromEntries(Object.entries(schema.properties).map(([name, each]) => [name, valuesOf(each, depth + 1)])),
        { requiredKeys: schema.required ?? [] },
      );
    default:
      return json;
  }
};

/** The same with one member that is wrong, missing or unknown. */
const nearly = (schema: Schema): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      valuesOf(schema),
      fc.oneof(hostileText, fc.constantFrom(...Object.keys(schema.properties ?? { x: {} }))),
      fc.oneof(json, hostileText),
    )
    .map(([value, name, wrong]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value, [name]: wrong } : wrong,
    );

const ids = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant(orderId),
    fc.constantFrom('0'.repeat(24), 'x', '%00', '%2e%2e', '%ff'),
    hostileText.map((text) => encodeURIComponent(text.toWellFormed()).slice(0, 300) || 'x'),
  );

/** What two of an order's members must be together no schema says. */
const PAYABLE = { currency: null, stable_coin: 1, amount_cents: 500, accepted_stable_coins: [1], redirect_url: null };

const bodies = (operation: Operation): fc.Arbitrary<string | undefined> => {
  const schema = operation.requestBody?.content['application/json']?.schema;
  if (!schema) return fc.oneof(fc.constant(undefined), hostileText);
  return fc.oneof(
    { weight: 4, arbitrary: valuesOf(schema).map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: valuesOf(schema).map((value) => JSON.stringify({ ...Object(value), ...PAYABLE })) },
    { weight: 4, arbitrary: nearly(schema).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: hostileText },
  );
};

const headers = fc.oneof(
  fc.constant<Record<string, string>>({}),
  fc.constantFrom<Record<string, string>>(
    ...[
      { 'Content-Type': 'text/plain' },
      { 'Content-Type': 'application/json; charset=utf-16' },
      { 'Idempotency-Key': 'fuzz' },
    ],
    ...[
      { 'Idempotency-Key': 'x'.repeat(300) },
      { Accept: 'text/html' },
      { 'X-Nonce': ' ' },
      { 'Content-Encoding': 'gzip' },
    ],
  ),
);

test('every response to a generated request is the envelope, and no fault', async () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  expect(operations.length).toBeGreaterThan(5);
  const statuses = new Map<string, number>();
  for (const { path, method, operation } of operations) {
    const request = fc.record({
      id: ids(),
      body: bodies(operation),
      headers,
      query: fc.oneof(fc.constant(''), fc.constant('?a=%00'), fc.constant('?limit=-1&x[]=1')),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ id, body, headers, query }) => {
        const target = `${path.replace('{id}', id)}${query}`;
        const response = await server.store.call({ method, target, headers, ...(body === undefined ? {} : { body }) });
        statuses.set(`${method} ${path}`, Math.min(statuses.get(`${method} ${path}`) ?? 999, response.status));
        expect(Object.keys(response.json ?? {}).sort(), target).toEqual(['code', 'error', 'payload', 'request_id']);
        if (path === '/v1/test/fail' && response.json.code === 99_999) return;
        expect([response.status >= 500, response.json.code === 90_000], `${target} ${body}`).toEqual([false, false]);
        if (response.status >= 400) expect(failure.safeParse(response.json).success, response.text).toBe(true);
        else expect([response.json.code, response.json.error]).toEqual([0, null]);
        expect(leakOf(response.text, [['the API secret', server.store.apiSecret]])).toBeNull();
      }),
      runs(60),
    );
  }
  // Some requests must get through, or the fuzzing only reached the checks of the signature.
  expect(statuses.get('POST /v1/checkout_intents/')).toBe(200);
  expect(statuses.get('GET /v1/checkout_intents/{id}')).toBe(200);
});
