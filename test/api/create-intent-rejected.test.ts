// What Create rejects: each reason with its field, and what could not be created for a reason of ours.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiServer, startApiServer } from './api-server.ts';

const CREATE = '/v1/checkout_intents/';
const NATIVE = { stable_coin: 1, amount_cents: 500 };

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => await server.close());

const create = (body: unknown) => server.store.post(CREATE, body);
const created = async (body: unknown) => {
  const { json, text } = await create(body);
  expect(json, text).toMatchObject({ code: 0 });
  return json.payload;
};

const deep = (levels: number): string => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
const raw = (fields: string): string => `{"stable_coin":1,"amount_cents":500,${fields}}`;

describe('10001 names the field and the reason', () => {
  const cases: [body: unknown, field: string, reason: string][] = [
    ['', 'body', 'required'],
    ['{', 'body', 'malformed_json'],
    ["{'amount_cents':500}", 'body', 'malformed_json'],
    ['{"stable_coin":1,"amount_cents":500,}', 'body', 'malformed_json'],
    ['{"stable_coin":1,"amount_cents":NaN}', 'body', 'malformed_json'],
    ['{"stable_coin":1,"amount_cents":0500}', 'body', 'malformed_json'],
    ['[]', 'body', 'not_an_object'],
    ['null', 'body', 'not_an_object'],
    ['"{}"', 'body', 'not_an_object'],
    ['5', 'body', 'not_an_object'],
    [{}, 'amount_cents', 'required'],
    [{ stable_coin: 1 }, 'amount_cents', 'required'],
    [{ stable_coin: 1, amount_cents: null }, 'amount_cents', 'required'],
    [{ stable_coin: 1, amount_cents: '' }, 'amount_cents', 'required'],
    ...['500', '5.00', true, false, 1.5, [], [500], {}].map((amount_cents): [unknown, string, string] => [
      { stable_coin: 1, amount_cents },
      'amount_cents',
      'not_an_integer',
    ]),
    ['{"stable_coin":1,"amount_cents":1e400}', 'amount_cents', 'not_an_integer'],
    [{ stable_coin: 1, amount_cents: 10_000_000_000_001 }, 'amount_cents', 'too_large'],
    ['{"stable_coin":1,"amount_cents":99999999999999999999}', 'amount_cents', 'too_large'],
    [{ amount_cents: 500 }, 'currency', 'not_exactly_one'],
    [{ amount_cents: 500, currency: null, stable_coin: null }, 'currency', 'not_exactly_one'],
    [{ amount_cents: 500, currency: 1, stable_coin: 1 }, 'currency', 'not_exactly_one'],
    ...['1', 'USD', true, 1.5, [1], {}].map((currency): [unknown, string, string] => [
      { currency, amount_cents: 500 },
      'currency',
      'not_an_integer',
    ]),
    ...[0, 2, -1, 73, 840, 978, 127].map((currency): [unknown, string, string] => [
      { currency, amount_cents: 500 },
      'currency',
      'unknown_currency',
    ]),
    ...['1', 'USDT', true, 1.5, [1]].map((stable_coin): [unknown, string, string] => [
      { stable_coin, amount_cents: 500 },
      'stable_coin',
      'not_an_integer',
    ]),
    [{ stable_coin: 3, amount_cents: 500 }, 'stable_coin', 'disabled_coin'],
    ...[0, 4, -1].map((stable_coin): [unknown, string, string] => [
      { stable_coin, amount_cents: 500 },
      'stable_coin',
      'unknown_coin',
    ]),
    ...[1, '1', '[1]', true, {}].map((accepted): [unknown, string, string] => [
      { ...NATIVE, accepted_stable_coins: accepted },
      'accepted_stable_coins',
      'not_a_list',
    ]),
    [{ ...NATIVE, accepted_stable_coins: [] }, 'accepted_stable_coins', 'empty_list'],
    [{ ...NATIVE, accepted_stable_coins: Array(17).fill(1) }, 'accepted_stable_coins', 'too_many'],
    ...['1', 1.5, null, true].map((coin): [unknown, string, string] => [
      { ...NATIVE, accepted_stable_coins: [1, coin] },
      'accepted_stable_coins',
      'not_an_integer',
    ]),
    [{ ...NATIVE, accepted_stable_coins: [1, 3] }, 'accepted_stable_coins', 'disabled_coin'],
    [{ ...NATIVE, accepted_stable_coins: [9] }, 'accepted_stable_coins', 'unknown_coin'],
    ...['order_id', 'order_description', 'user_id', 'user_name', 'redirect_url'].flatMap((field) => [
      ...[1, 0, true, {}, ['x']].map((value): [unknown, string, string] => [
        { ...NATIVE, [field]: value },
        field,
        'not_a_string',
      ]),
      [raw(`"${field}":"http://x/\\u0000"`), field, 'bad_text'] as [unknown, string, string],
      [raw(`"${field}":"http://x/\\ud800"`), field, 'bad_text'] as [unknown, string, string],
      [raw(`"${field}":"http://x/\\udc00x"`), field, 'bad_text'] as [unknown, string, string],
    ]),
    ...['order_id', 'order_description', 'user_id', 'user_name'].flatMap((field) =>
      ['202a', '202b', '202c', '202d', '202e', '2066', '2067', '2068', '2069', '200e', '200f', '061c']
        .concat(['0001', '0007', '0008', '000b', '001b', '007f', '0080', '0085', '009f'])
        .map((code): [unknown, string, string] => [raw(`"${field}":"a\\u${code}b"`), field, 'bad_text']),
    ),
    ...['order_id', 'user_id', 'user_name'].flatMap((field) =>
      ['0009', '000a', '000d', '2028', '2029'].map((code): [unknown, string, string] => [
        raw(`"${field}":"a\\u${code}b"`),
        field,
        'bad_text',
      ]),
    ),
    ...['order_id', 'user_id', 'user_name'].map((field): [unknown, string, string] => [
      { ...NATIVE, [field]: 'x'.repeat(256) },
      field,
      'too_long',
    ]),
    [{ ...NATIVE, order_description: 'x'.repeat(1001) }, 'order_description', 'too_long'],
    [{ ...NATIVE, redirect_url: `https://x.example/${'x'.repeat(2048)}` }, 'redirect_url', 'too_long'],
    ...[
      'shop.example',
      '/done',
      '//shop.example',
      'ftp://shop.example',
      'javascript:alert(1)',
      'data:text/html,x',
      'http://',
      'https:///x',
      'https://shop.example/a b',
      'https://shop.example/\tx',
      ' https://shop.example',
      'https:\\\\shop.example',
      'https://u:p@shop.example/',
      'java\nscript:alert(1)',
      'http:shop.example',
      'mailto:a@b.co',
    ].map((redirect_url): [unknown, string, string] => [{ ...NATIVE, redirect_url }, 'redirect_url', 'not_http_url']),
    ...[1, true, 'x', '{}', [], [1]].map((extra): [unknown, string, string] => [
      { ...NATIVE, extra },
      'extra',
      'not_an_object',
    ]),
    [raw('"extra":{"a":"\\u0000"}'), 'extra', 'bad_text'],
    [raw('"extra":{"a":[{"b":"\\ud800"}]}'), 'extra', 'bad_text'],
    [raw('"extra":{"\\udfff":1}'), 'extra', 'bad_text'],
    [raw(`"extra":{"a":"${'x'.repeat(16_384)}"}`), 'extra', 'too_long'],
    [raw(`"extra":${deep(33)}`), 'extra', 'too_deep'],
    [raw(`"extra":{"a":${'['.repeat(8000)}${']'.repeat(8000)}}`), 'extra', 'too_deep'],
  ];
  test.each(
    cases.map(([body, field, reason]) => [
      (typeof body === 'string' ? body : JSON.stringify(body)).slice(0, 90),
      body,
      field,
      reason,
    ]),
  )('%s', async (_shown, body, field, reason) => {
    const response = await create(body);
    expect(response.status).toBe(400);
    expect(response.json).toMatchObject({ code: 10001, payload: null });
    expect(response.json.error.details).toEqual({ field, reason });
    expect(Object.keys(response.json.error)).toEqual(['message', 'details']);
    expect(response.json.error.message).toMatch(/^The request is not valid: .+\.$/);
  });

  test('bytes that are not UTF-8 are rejected', async () => {
    const body = Buffer.from('{"stable_coin":1,"amount_cents":500,"order_id":"\xff"}', 'latin1');
    const { json } = await server.store.call({ method: 'POST', target: CREATE, body });
    expect(json.error.details).toEqual({ field: 'body', reason: 'not_utf8' });
  });

  test('limits are exact', async () => {
    await created(raw(`"extra":${deep(32)}`));
    await created(raw(`"extra":{"a":"${'x'.repeat(16_384 - 8)}"}`));
    await created({ stable_coin: 1, amount_cents: 10_000_000_000_000 });
  });

  test('nothing is written for any of these requests', async () => {
    const count = async () => (await server.query<{ n: string }>('select count(*) as n from checkout_intent'))[0]?.n;
    const before = await count();
    await create({ stable_coin: 3, amount_cents: 500 });
    expect(await count()).toBe(before);
  });
});

describe('50002: the intent could not be created', () => {
  test.each([10, 9, 0, -500, -0])('rejects an amount of at most 0.1 coin: %i hundredths', async (amount_cents) => {
    const { status, json } = await create({ stable_coin: 1, amount_cents });
    expect(status).toBe(400);
    expect(json).toMatchObject({
      code: 50002,
      error: { details: { field: 'amount_cents', reason: 'amount_too_small' } },
    });
  });

  test('accepts amounts above 0.1: 11 hundredths, and fiat worth 0.1001', async () => {
    expect((await created({ stable_coin: 1, amount_cents: 11 })).amount_coins).toBe('0.1100');
    // 14.93 JPY × 0.0067113 = 0.10020, 14.89 × … = 0.09994, rounded up to 0.1000.
    expect((await created({ currency: 72, amount_cents: 1493 })).amount_coins).toBe('0.1002');
    expect((await create({ currency: 72, amount_cents: 1489 })).json.code).toBe(50002);
  });

  test('a store without a receiving address', async () => {
    const store = await server.newStore({ receiver: null });
    const { status, json } = await store.post(CREATE, NATIVE);
    expect([status, json.code, json.error.details]).toEqual([400, 50002, { reason: 'no_receiver' }]);
  });

  test('a store with all networks off', async () => {
    const store = await server.newStore({ acceptedChainIds: [1, 56] });
    const { json } = await store.post(CREATE, NATIVE);
    expect([json.code, json.error.details]).toEqual([50002, { reason: 'no_chain' }]);
  });

  test('a missing rate or one older than an hour; native pricing needs no rate', async () => {
    const other = await startApiServer();
    try {
      await other.query("update fiat_rate set fetched_at = now() - interval '59 minutes' where currency = 44");
      await other.query("update fiat_rate set fetched_at = now() - interval '61 minutes' where currency = 48");
      await other.query('delete from fiat_rate where currency = 72');
      const codeOf = async (body: unknown) => (await other.store.post(CREATE, body)).json;
      expect((await codeOf({ currency: 44, amount_cents: 500 })).code).toBe(0);
      for (const currency of [48, 72]) {
        const rejected = { code: 50002, error: { details: { field: 'currency', reason: 'rate_unavailable' } } };
        expect(await codeOf({ currency, amount_cents: 500 })).toMatchObject(rejected);
      }
      expect((await codeOf(NATIVE)).code).toBe(0);
    } finally {
      await other.close();
    }
  });
});
