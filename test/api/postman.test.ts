// The Postman collection: every route once, and a signing script whose requests the real server accepts.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostmanCollection, type PostmanRequest, postmanCollection } from '#web/api/postman.ts';
import { type ApiServer, startApiServer, type TestStore } from './api-server.ts';
import { send } from './signed-client.ts';

let api: ApiServer;
let store: TestStore;
let collection: PostmanCollection;
// biome-ignore lint/suspicious/noExplicitAny: the document is JSON
let document: any;

beforeAll(async () => {
  api = await startApiServer();
  store = await api.newStore({ isTest: true });
  document = await (await fetch(`${api.origin}/v1/openapi.json`)).json();
  // As it is downloaded.
  collection = JSON.parse(JSON.stringify(postmanCollection(document, api.origin)));
});
afterAll(async () => await api?.close());

const requests = (): PostmanRequest[] => collection.item.flatMap(({ item }) => item);
const scriptOf = (listen: string): string =>
  collection.event.find((event) => event.listen === listen)?.script.exec.join('\n') ?? '';

/** What the scripts use of crypto-js. */
const cryptoJs = {
  enc: { Base64: 'base64' },
  lib: { WordArray: { random: (length: number) => randomBytes(length).toString('hex') } },
  SHA256: (text: string) => createHash('sha256').update(text).digest('hex'),
  HmacSHA256: (text: string, secret: string) => ({
    toString: (encoding: 'base64') => createHmac('sha256', secret).update(text).digest(encoding),
  }),
};

/** As Postman makes it of its parts. */
const urlOf = ({ url }: PostmanRequest['request']): string => [...url.host, ...url.path].join('/');

/** Runs the scripts around one request as Postman does. @returns the code of the response */
const run = async (
  { request }: PostmanRequest,
  variables: Record<string, string>,
  query = '',
): Promise<{ code: number; payload: unknown }> => {
  const replaceIn = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => variables[name] ?? whole);
  const headers: Record<string, string> = {};
  for (const { key, value, disabled } of request.header) if (!disabled) headers[key] = value;
  const pm = {
    variables: { replaceIn },
    collectionVariables: { set: (name: string, value: string) => Object.assign(variables, { [name]: value }) },
    request: {
      method: request.method,
      url: { toString: () => urlOf(request) + query },
      body: request.body ? { toString: () => request.body?.raw } : undefined,
      headers: {
        upsert: ({ key, value }: { key: string; value: string }) => void Object.assign(headers, { [key]: value }),
      },
    },
    response: { json: (): unknown => ({}) },
  };
  const require = (name: string) => (name === 'crypto-js' ? cryptoJs : undefined);
  runInNewContext(scriptOf('prerequest'), { pm, require });
  const target = replaceIn(urlOf(request) + query).replace(api.origin, '');
  const body = request.body ? { body: replaceIn(request.body.raw) } : {};
  const { json } = await send(api.origin, { method: request.method, target, ...body }, headers);
  pm.response.json = () => json;
  runInNewContext(scriptOf('test'), { pm });
  return json;
};

test('has every route of the OpenAPI document once, in folders by tag', () => {
  const routes = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const listed = requests().map(
    ({ request: { method, url } }) =>
      `${method} ${url.raw.replace('{{base_url}}', '').replace(/\{\{(intent|endpoint)_id\}\}/, '{id}')}`,
  );
  expect(listed.sort()).toEqual(routes.sort());
  expect(listed.length).toBeGreaterThan(12);
  expect(collection.item.map(({ name }) => name)).toContain('Checkout intents');
  expect(collection.info.schema).toContain('v2.1.0');
});

test('filters and idempotency keys are there to be ticked, and the parts of a URL are the URL', () => {
  const optional = new Map(
    requests().map(({ request: { method, url, header } }) => {
      const members = [...url.query, ...header].filter(({ disabled }) => disabled);
      return [`${method} ${url.raw.replace('{{base_url}}', '')}`, members];
    }),
  );
  const filters = optional.get('GET /v1/orders') ?? [];
  expect(filters.map(({ key }) => key)).toEqual(
    expect.arrayContaining(['cursor', 'limit', 'status', 'created_from', 'order_id', 'chain_id']),
  );
  for (const { key, description } of filters) expect([key, description]).toEqual([key, expect.stringMatching(/\w/)]);
  expect(optional.get('GET /v1/events')?.map(({ key }) => key)).toEqual(['after', 'limit']);
  for (const path of ['/v1/checkout_intents/', '/v1/checkout_intents/{{intent_id}}/refunds', '/v1/test/simulate']) {
    expect(optional.get(`POST ${path}`)?.map(({ key }) => key)).toEqual(['idempotency-key']);
  }
  for (const { request } of requests()) expect(urlOf(request)).toBe(request.url.raw);
});

describe('the signing script', () => {
  const variablesOf = (): Record<string, string> => ({
    base_url: api.origin,
    api_key: store.apiKey,
    api_secret: store.apiSecret,
    intent_id: '',
    endpoint_id: '',
  });

  test('signs every request so that the server takes it; ids of what was created are kept for the next', async () => {
    const variables = variablesOf();
    const order = ['POST', 'GET', 'PATCH', 'DELETE'];
    // Creating comes first, as a person would do it.
    const sorted = requests().toSorted((a, b) => order.indexOf(a.request.method) - order.indexOf(b.request.method));
    const create = sorted.findIndex(({ request }) => request.url.raw.endsWith('/checkout_intents/'));
    expect(create).toBeGreaterThanOrEqual(0);
    const codes = new Map<string, number>();
    for (const one of [...sorted.splice(create, 1), ...sorted]) {
      codes.set(`${one.request.method} ${one.request.url.raw}`, (await run(one, variables)).code);
    }
    expect([...codes][0]).toEqual(['POST {{base_url}}/v1/checkout_intents/', 0]);
    expect(variables.intent_id).toMatch(/^[0-9a-f]{24}$/);
    expect(variables.endpoint_id).toMatch(/^whe_/);
    const failed = [...codes]
      .filter(([, code]) => code !== 0)
      .map(([name, code]) => [name.replace('{{base_url}}', ''), code]);
    expect(failed.sort()).toEqual([
      ['GET /v1/test/fail', 99999],
      // Nothing is paid yet.
      ['POST /v1/checkout_intents/{{intent_id}}/refunds', 10001],
      // Nothing was delivered yet.
      ['POST /v1/webhook_endpoints/{{endpoint_id}}/redeliver', 50001],
    ]);
  });

  test('signs a query, and umlauts in the body', async () => {
    const variables = variablesOf();
    const list = requests().find(({ request }) => request.url.raw.endsWith('/orders')) as PostmanRequest;
    expect((await run(list, variables, '?limit=2&order_id=a%20b')).code).toBe(0);
    const echo = requests().find(({ request }) => request.url.raw.endsWith('/test/post')) as PostmanRequest;
    const body = { mode: 'raw', raw: '{"käse": "{{api_key}} ✓"}', options: { raw: { language: 'json' } } } as const;
    const { payload } = await run({ ...echo, request: { ...echo.request, body } }, variables);
    expect(payload).toEqual({ käse: `${store.apiKey} ✓` });
  });

  test('with a wrong secret it is rejected, so the test sees what is signed', async () => {
    const variables = { ...variablesOf(), api_secret: 'st_wrong' };
    expect((await run(requests()[0] as PostmanRequest, variables)).code).toBe(20002);
  });
});
