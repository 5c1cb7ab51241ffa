// GET an intent and its status: every member in every state, and only for its own store (sections 5 and 9).
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bookPayment } from '#test/support/bookings.ts';
import { type ApiServer, PUBLIC_URL, startApiServer } from './api-server.ts';

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => await server.close());

const TOKEN = '0xdAC17F958D2ee523a2206206994597C13D831ec7';
const FROM = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const TO = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';
const TX = `0x${'ab'.repeat(32)}`;

const create = async (body: Record<string, unknown> = { stable_coin: 1, amount_cents: 500 }): Promise<string> =>
  (await server.store.post('/v1/checkout_intents/', body)).json.payload.allscale_checkout_intent_id;
const read = async (id: string) => (await server.store.get(`/v1/checkout_intents/${id}`)).json.payload;

const MEMBERS = [
  'all_scale_checkout_intent_id',
  'checkout_url',
  'status',
  'currency',
  'currency_symbol',
  'currency_rate',
  'amount_cents',
  'amount_coins',
  'stable_coin_type',
  'coin_symbol',
  'coin_contract',
  'chain_id',
  'tx_hash',
  'tx_from',
  'tx_to',
  'payment_method_type',
  'actual_paid_amount',
  'service_fee_amount',
  'net_income_amount',
  'order_id',
  'order_description',
  'user_id',
  'user_name',
  'redirect_url',
  'extra',
  'created_at',
  'updated_at',
  'expires_at',
  'confirmed_at',
];

test('a new intent, with and without the trailing slash', async () => {
  const id = await create();
  for (const target of [`/v1/checkout_intents/${id}`, `/v1/checkout_intents/${id}/`]) {
    const { status, json } = await server.store.get(target);
    expect(status).toBe(200);
    expect(Object.keys(json.payload)).toEqual(MEMBERS);
    const { created_at, updated_at, expires_at, ...rest } = json.payload;
    for (const time of [created_at, updated_at, expires_at]) expect(new Date(time).toISOString()).toBe(time);
    expect(rest).toEqual({
      all_scale_checkout_intent_id: id,
      checkout_url: `${PUBLIC_URL}/checkout/${id}`,
      status: 1,
      currency: null,
      currency_symbol: null,
      currency_rate: null,
      amount_cents: 500,
      amount_coins: '5.0000',
      stable_coin_type: 1,
      coin_symbol: 'USDT',
      coin_contract: null,
      chain_id: null,
      tx_hash: null,
      tx_from: null,
      tx_to: null,
      payment_method_type: 0,
      actual_paid_amount: null,
      service_fee_amount: null,
      net_income_amount: null,
      order_id: null,
      order_description: null,
      user_id: null,
      user_name: null,
      redirect_url: null,
      extra: null,
      confirmed_at: null,
    });
  }
});

test('a paid intent: received amount, fee, net, and the coin that was paid', async () => {
  const id = await create({ currency: 44, amount_cents: 1000, accepted_stable_coins: [2, 1], extra: { a: 1 } });
  const at = new Date('2026-11-22T10:00:00.123Z');
  const amounts = { grossUnits: 11585000000000000001n, feeUnits: 115850000000000001n };
  await bookPayment(server.query, {
    ...{ intentId: id, chainId: 31337, coin: 1, token: TOKEN, txHash: TX, at },
    ...amounts,
  });
  await server.query(
    `update checkout_intent set status = 20, confirmed_at = '2026-11-22T10:00:00.123Z', paid_chain_id = 31337, paid_coin = 1, paid_token = ?,
      tx_hash = ?, tx_from = ?, tx_to = ?, payment_method_type = 1, actual_paid_units = 11585000000000000001, service_fee_units = 115850000000000001,
      net_income_units = 11469150000000000000 where id = ?`,
    [TOKEN, TX, FROM, TO, id],
  );
  expect(await read(id)).toMatchObject({
    status: 20,
    currency: 44,
    currency_symbol: 'EUR',
    currency_rate: '1.1585',
    amount_cents: 1000,
    amount_coins: '11.5850',
    stable_coin_type: 1,
    coin_symbol: 'USDT',
    coin_contract: TOKEN,
    chain_id: 31337,
    tx_hash: TX,
    tx_from: FROM,
    tx_to: TO,
    payment_method_type: 1,
    actual_paid_amount: '11.585000000000000001',
    service_fee_amount: '0.115850000000000001',
    net_income_amount: '11.46915',
    extra: { a: 1 },
    confirmed_at: '2026-11-22T10:00:00.123Z',
  });
});

describe('status is a bare integer', () => {
  test.each([-5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 10, 20])('%i', async (status) => {
    const id = await create();
    if (status === 20) {
      const txHash = `0x${id}`;
      await bookPayment(server.query, {
        ...{ intentId: id, chainId: 1, coin: 1, token: TOKEN, txHash, grossUnits: 1n, feeUnits: 0n, at: new Date() },
      });
    }
    const paid = `confirmed_at = now(), tx_hash = 'x', paid_chain_id = 1, paid_token = 'x', actual_paid_units = 1, service_fee_units = 0, net_income_units = 1`;
    await server.query(`update checkout_intent set status = ? ${status === 20 ? `, ${paid}` : ''} where id = ?`, [
      status,
      id,
    ]);
    for (const slash of ['', '/']) {
      const { text, headers } = await server.store.get(`/v1/checkout_intents/${id}/status${slash}`);
      expect(text).toBe(`{"code":0,"payload":${status},"error":null,"request_id":"${headers['x-request-id']}"}`);
    }
    expect((await read(id)).status).toBe(status);
  });
});

describe('unknown, malformed and foreign ids get the same response', () => {
  const notFound = (response: { status: number; json: unknown }) => {
    expect(response.status).toBe(404);
    expect(response.json).toEqual({
      code: 50001,
      payload: null,
      error: { message: 'This payment was not found.', details: null },
      request_id: expect.any(String),
    });
  };
  const strange = [
    randomBytes(12).toString('hex'),
    '0',
    'x',
    'A'.repeat(24),
    '65B2F3D0D2D9C0A1B2C3D4E5',
    `${'0'.repeat(23)}g`,
    '0'.repeat(25),
    '%00',
    "';drop table checkout_intent;--",
    '😀',
    '..',
    'status',
  ].map((id) => (id.startsWith('%') ? id : encodeURIComponent(id)));
  test.each(strange)('%s', async (id) => {
    notFound(await server.store.get(`/v1/checkout_intents/${id}`));
    notFound(await server.store.get(`/v1/checkout_intents/${id}/status`));
  });

  test('an intent of another store is unknown, and its own store can read it', async () => {
    const id = await create();
    const other = await server.newStore();
    for (const target of [`/v1/checkout_intents/${id}`, `/v1/checkout_intents/${id}/status`]) {
      notFound(await other.get(target));
      expect((await server.store.get(target)).status).toBe(200);
    }
  });

  test('two stores of one merchant do not see each other’s intents', async () => {
    const email = `${randomBytes(4).toString('hex')}@two.example`;
    const [a, b] = [await server.newStore({ email }), await server.newStore({ email })];
    const { json } = await a.post('/v1/checkout_intents/', { stable_coin: 1, amount_cents: 500 });
    notFound(await b.get(`/v1/checkout_intents/${json.payload.allscale_checkout_intent_id}`));
  });
});
