// POST /v1/checkout_intents/: the response, every field as sent, and what is written (sections 4, 7, 8 and 12).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { depositAddress } from '#domain/deposit-address.ts';
import type { ContractId, IntentId } from '#domain/ids.ts';
import { type ApiServer, FEE_RECEIVER, PUBLIC_URL, RECEIVER, startApiServer } from './api-server.ts';

const CREATE = '/v1/checkout_intents/';
const NATIVE = { stable_coin: 1, amount_cents: 500 };

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => await server.close());

const create = (body: unknown) => server.store.post(CREATE, body);
const created = async (body: unknown) => {
  const response = await create(body);
  expect(response.json, response.text).toMatchObject({ code: 0 });
  const id: string = response.json.payload.allscale_checkout_intent_id;
  const read = await server.store.get(`/v1/checkout_intents/${id}`);
  return { id, response: response.json.payload, intent: read.json.payload, text: read.text };
};

describe('the response', () => {
  test('native pricing, with and without the trailing slash', async () => {
    for (const target of [CREATE, CREATE.slice(0, -1)]) {
      const { status, json, headers } = await server.store.post(target, NATIVE);
      expect(status).toBe(200);
      expect(Object.keys(json)).toEqual(['code', 'payload', 'error', 'request_id']);
      expect(json).toMatchObject({ code: 0, error: null, request_id: headers['x-request-id'] });
      const id = json.payload.allscale_checkout_intent_id;
      expect(json.payload).toEqual({
        checkout_url: `${PUBLIC_URL}/checkout/${id}`,
        allscale_checkout_intent_id: id,
        amount_coins: '5.0000',
        stable_coin_type: 1,
        rate: null,
        accepted_stable_coins: [1],
      });
      expect(id).toMatch(/^[0-9a-f]{24}$/);
      expect(Math.abs(Number.parseInt(id.slice(0, 8), 16) - Date.now() / 1000)).toBeLessThan(5);
    }
  });

  // Static rates: USD 1, AUD 0.6512, CAD 0.7134, CNY 0.1407, EUR 1.1585, GBP 1.3142, HKD 0.1286, JPY 0.0067113, SGD 0.7719.
  test.each([
    [1, 'USD', 1999, '1.0000', '19.9900'],
    [9, 'AUD', 1000, '0.6512', '6.5120'],
    [27, 'CAD', 1001, '0.7134', '7.1412'],
    [31, 'CNY', 999, '0.1407', '1.4056'],
    [44, 'EUR', 1000, '1.1585', '11.5850'],
    [48, 'GBP', 1, '1.3142', null],
    [48, 'GBP', 100, '1.3142', '1.3142'],
    [57, 'HKD', 123456, '0.1286', '158.7645'],
    [72, 'JPY', 150000, '0.0067113', '10.0670'],
    [126, 'SGD', 7777, '0.7719', '60.0307'],
  ])('fiat pricing: %i %s, %i hundredths at %s are %s', async (currency, symbol, amount_cents, rate, coins) => {
    const { json } = await create({ currency, amount_cents });
    if (coins === null) {
      expect(json).toMatchObject({ code: 50002, error: { details: { reason: 'amount_too_small' } } });
      return;
    }
    expect(json.payload).toMatchObject({ rate, amount_coins: coins, stable_coin_type: 1, accepted_stable_coins: [1] });
    const read = await server.store.get(`/v1/checkout_intents/${json.payload.allscale_checkout_intent_id}`);
    const fiat = { currency, currency_symbol: symbol, currency_rate: rate, amount_cents, amount_coins: coins };
    expect(read.json.payload).toMatchObject(fiat);
  });

  test('fiat pricing is in the first accepted coin; order is kept and repetitions are dropped', async () => {
    const { response, intent } = await created({
      currency: 1,
      amount_cents: 500,
      accepted_stable_coins: [2, 1, 2],
    });
    expect(response).toMatchObject({ stable_coin_type: 2, accepted_stable_coins: [2, 1] });
    expect(intent).toMatchObject({ stable_coin_type: 2, coin_symbol: 'USDC' });
  });

  test('native pricing in USDC', async () => {
    const { response } = await created({ stable_coin: 2, amount_cents: 12, accepted_stable_coins: [2] });
    expect(response).toMatchObject({
      amount_coins: '0.1200',
      stable_coin_type: 2,
      rate: null,
      accepted_stable_coins: [2],
    });
  });
});

describe('fields are returned as sent', () => {
  const full = {
    order_id: 'A-1',
    order_description: 'Two mugs',
    user_id: 'u1',
    user_name: 'Ada',
    redirect_url: 'https://shop.example/done?x=1#y',
  };
  test('every text field', async () => expect((await created({ ...NATIVE, ...full })).intent).toMatchObject(full));

  test('null and empty strings are ignored in every optional field', async () => {
    const absent = Object.fromEntries(Object.keys(full).map((name) => [name, null]));
    for (const empty of [null, '']) {
      const { intent } = await created({
        ...NATIVE,
        ...Object.fromEntries(Object.keys(full).map((name) => [name, empty])),
        currency: empty,
        accepted_stable_coins: empty,
        extra: empty,
      });
      expect(intent).toMatchObject({
        ...absent,
        extra: null,
        currency: null,
        currency_symbol: null,
        currency_rate: null,
      });
    }
  });

  test.each([
    ['emoji, at the limit', { order_id: '😀'.repeat(255) }],
    ['right to left, combining marks, line breaks', { order_description: 'שלום\n\u0065\u0301\t“x”\u2028' }],
    ['markup', { user_name: '<script>alert(1)</script>' }],
    ['a description of 1,000 characters', { order_description: 'd'.repeat(1000) }],
    ['a URL of 2,048 characters', { redirect_url: `http://localhost:3000/${'p'.repeat(2048 - 22)}` }],
    ['only spaces', { order_id: '  ' }],
  ])('%s', async (_name, fields) => expect((await created({ ...NATIVE, ...fields })).intent).toMatchObject(fields));

  test('order ids can repeat', async () => {
    const [a, b] = [await created({ ...NATIVE, order_id: 'same' }), await created({ ...NATIVE, order_id: 'same' })];
    expect(a.id).not.toBe(b.id);
  });

  test.each([
    '{"return_url":"https://x.example","n":12345678901234567890,"f":1.0,"e":1E+2,"10":1,"2":2,"a":"\\u00e9\\/","a":"b"}',
    '{ "spaced" : [ 1 , { "x" : "}]\\"" } ] }',
    '{}',
    '{"__proto__":{"x":1},"constructor":null}',
  ])('extra, byte for byte: %s', async (extra) => {
    const { text } = await created(
      `{"extra":{"first":"is overruled"},"stable_coin":1,"amount_cents":500,"extra":${extra}}`,
    );
    expect(text).toContain(`"extra":${extra},"created_at"`);
  });

  test('unknown members are ignored', async () => {
    await created({ ...NATIVE, whatever: { currency: 'x' }, customer: [1] });
  });

  test('1e3 and 500.0 are whole numbers in JSON', async () => {
    const { intent } = await created('{"stable_coin":1.0,"amount_cents":1e3}');
    expect(intent).toMatchObject({ amount_cents: 1000, amount_coins: '10.0000' });
  });

  test('a byte order mark is accepted', async () => {
    await created(`\uFEFF${JSON.stringify(NATIVE)}`);
  });

  test.each([
    undefined,
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/vnd.shop+json',
  ])('media type %s is JSON', async (type) => {
    const { json } = await server.store.post(CREATE, NATIVE, { headers: { 'Content-Type': type } });
    expect(json.code).toBe(0);
  });

  test('extra.return_url is used in place of redirect_url when it is valid', async () => {
    const cases: [unknown, unknown, string | null][] = [
      [undefined, 'https://old.example/back', 'https://old.example/back'],
      [null, 'https://old.example/back', 'https://old.example/back'],
      ['', 'https://old.example/back', 'https://old.example/back'],
      ['https://new.example/', 'https://old.example/back', 'https://new.example/'],
      [undefined, 'javascript:alert(1)', null],
      [undefined, 42, null],
    ];
    for (const [redirect_url, return_url, expected] of cases) {
      const { intent } = await created({ ...NATIVE, redirect_url, extra: { return_url } });
      expect(intent.redirect_url).toBe(expected);
      expect(intent.extra).toEqual({ return_url });
    }
  });
});

describe('what is written', () => {
  interface Row {
    [column: string]: unknown;
  }
  const rowOf = async (id: string) =>
    (await server.query<Row>('select * from checkout_intent where id = ?', [id]))[0] as Row;

  test('intent, nonce, first timeline event and outbox row are written together', async () => {
    const response = await server.store.post(CREATE, NATIVE, { nonce: 'written' });
    const id = response.json.payload.allscale_checkout_intent_id;
    expect(await rowOf(id)).toMatchObject({
      store_id: server.store.storeId,
      api_key_id: server.store.apiKey,
      status: 1,
      stable_coin: 1,
      tolerance_bps: 50,
      amount_units: '5000000000000000000',
      rate_e10: null,
      accepted_chain_ids: [31337, 31338],
      receiver: RECEIVER,
      fee_receiver: FEE_RECEIVER,
    });
    expect(
      await server.query('select kind, status_from, status_to from timeline_event where intent_id = ?', [id]),
    ).toEqual([{ kind: 'created', status_from: null, status_to: 1 }]);
    expect(
      await server.query(
        'select kind, subject_id, dedupe_key, data, attempts, done_at from dispatch where subject_id = ?',
        [id],
      ),
    ).toEqual([
      { kind: 'start_intent', subject_id: id, dedupe_key: `start_intent:${id}`, data: {}, attempts: 0, done_at: null },
    ]);
    expect(await server.query('select 1 as spent from api_nonce where nonce = ?', ['written'])).toEqual([{ spent: 1 }]);
  });

  test('the deposit address follows from the terms; the fee is the share, the minimum, or the store’s own', async () => {
    const cheap = await server.newStore({ feeBps: 0, minFeeUnits: 0n });
    // 60 bps of 1,000 coins; 0.10 of 5 coins is 2 %; no fee.
    const cases = [
      [server.store, 100_000, 6_000_000n],
      [server.store, 500, 20_000_000n],
      [cheap, 500, 0n],
    ] as const;
    for (const [store, amount_cents, rate] of cases) {
      const { json } = await store.post(CREATE, { stable_coin: 1, amount_cents });
      const id = json.payload.allscale_checkout_intent_id as IntentId;
      const row = await rowOf(id);
      const contractId = row?.contract_id as ContractId;
      // What stands on-chain has nothing of what opens the checkout.
      expect(contractId).toMatch(/^[0-9a-f]{24}$/);
      expect(contractId.slice(0, 8)).not.toBe(id.slice(0, 8));
      expect(contractId.slice(8)).not.toBe(id.slice(8));
      const terms = { receiver: RECEIVER, feeReceiver: FEE_RECEIVER, feeRateE9: rate, contractId } as const;
      expect(row).toMatchObject({
        factory: FACTORY_ADDRESS,
        fee_rate_e9: String(rate),
        deposit_address: depositAddress(FACTORY_ADDRESS, terms),
      });
    }
  });

  test('the intent takes deadline, tolerance, extension and networks from its store', async () => {
    const store = await server.newStore({
      checkoutTtlSeconds: 120,
      toleranceBps: 7,
      extensionSeconds: 60,
      acceptedChainIds: [31338, 1],
    });
    const { json } = await store.post(CREATE, NATIVE);
    const id = json.payload.allscale_checkout_intent_id;
    expect(await rowOf(id)).toMatchObject({ tolerance_bps: 7, extension_seconds: 60, accepted_chain_ids: [31338] });
    const { created_at, expires_at } = (await store.get(`/v1/checkout_intents/${id}`)).json.payload;
    expect(Date.parse(expires_at) - Date.parse(created_at)).toBe(120_000);
  });
});

test('the dispatcher is notified within a moment, at most once in 50 ms', async () => {
  const { default: pg } = await import('pg');
  const client = new pg.Client(server.database.url);
  await client.connect();
  let notifications = 0;
  client.on('notification', () => {
    notifications += 1;
  });
  await client.query('listen dispatch_added');
  const started = performance.now();
  await Promise.all(Array.from({ length: 60 }, () => create(NATIVE)));
  await expect.poll(() => notifications).toBeGreaterThan(0);
  const windows = Math.ceil((performance.now() - started) / 50) + 1;
  expect(notifications).toBeLessThanOrEqual(windows);
  expect(notifications).toBeLessThan(60);
  await client.end();
});
