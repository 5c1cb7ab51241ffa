// Asking for refunds over the API: whose money is meant, how much is left, repeats with a key, and only for the own store.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import { recordRefund } from '#db/refunds/refunds.ts';
import type { IntentId } from '#domain/ids.ts';
import { ZERO } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { refundPayload, refundsPayload } from '#web/api/refund-schemas.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { closedOrder as closedOrderOf, randomPayer, SENT_TOKEN } from './closed-order.ts';

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => await server.close());

const address = randomPayer;
const USDT = SENT_TOKEN;
const closedOrder = (sent: Parameters<typeof closedOrderOf>[2], status?: number): Promise<IntentId> =>
  closedOrderOf(server, server.store, sent, status);

test('two tokens of one coin from one payer on one chain are told apart by their contract', async () => {
  const [payer, other] = [address(), address()];
  const id = await closedOrder([
    { from: payer, coins: 6 },
    { from: payer, coins: 4, token: other },
  ]);
  const { refundable } = refundsPayload.parse(await list(id));
  expect(refundable.map(({ coin_contract, remaining_coins }) => [coin_contract, remaining_coins])).toEqual([
    [USDT, '6.0000'],
    [other, '4.0000'],
  ]);
  expect(await reasonOf(ask(id, { payer }))).toEqual([400, 10001, 'coin_contract', 'ambiguous']);
  for (const coin_contract of ['0x12', 7, `${other}0`])
    expect((await reasonOf(ask(id, { coin_contract }))).slice(0, 3)).toEqual([400, 10001, 'coin_contract']);
  expect(await reasonOf(ask(id, { coin_contract: address() }))).toEqual([400, 10001, 'amount_coins', 'nothing_left']);
  // In any spelling of the address.
  const { json } = await ask(id, { coin_contract: other.toLowerCase() });
  expect(json.payload).toMatchObject({ coin_contract: other, amount_coins: '4.0000', payer });
  expect((await ask(id)).json.payload).toMatchObject({ coin_contract: USDT, amount_coins: '6.0000' });
});

const ask = (id: string, body: unknown = {}, key?: string) =>
  server.store.post(`/v1/checkout_intents/${id}/refunds`, body, key ? { headers: { 'Idempotency-Key': key } } : {});
const list = async (id: string) => (await server.store.get(`/v1/checkout_intents/${id}/refunds`)).json.payload;
const reasonOf = async (response: ReturnType<typeof ask>) => {
  const { status, json } = await response;
  return [status, json.code, json.error?.details?.field, json.error?.details?.reason];
};

test('asks for all that is left, to the payer, and reads it back', async () => {
  const payer = address();
  const id = await closedOrder([{ from: payer, coins: 10 }]);
  const { status, json } = await ask(id, { reason: 'Sold out' });
  expect(status).toBe(200);
  expect(refundPayload.parse(json.payload)).toMatchObject({
    ...{ refund_status: 1, amount_coins: '10.0000', payer, to: payer, chain_id: 31337, coin_symbol: 'USDT' },
    ...{ payer_gets_coins: null, merchant_bears_fee: false, reason: 'Sold out', tx_hash: null },
  });
  const read = refundsPayload.parse(await list(id));
  expect(read.refunds).toEqual([json.payload]);
  expect(read.refundable).toMatchObject([
    { received_coins: '10.0000', refunded_coins: '0.0000', remaining_coins: '10.0000' },
  ]);
  expect(await reasonOf(ask(id))).toEqual([400, 10001, 'amount_coins', 'nothing_left']);
});

test('parts add up to what was sent, open requests included', async () => {
  const id = await closedOrder([{ from: address(), coins: 10 }]);
  expect((await ask(id, { amount_coins: '4.5' })).json.code).toBe(0);
  expect(await reasonOf(ask(id, { amount_coins: '5.500001' }))).toEqual([400, 10001, 'amount_coins', 'more_than_left']);
  expect((await ask(id, { amount_coins: '5.5' })).json.payload.amount_coins).toBe('5.5000');
});

test('several payers or chains must be named; a stranger has nothing', async () => {
  const [a, b] = [address(), address()];
  const id = await closedOrder([
    { from: a, coins: 3 },
    { from: b, coins: 4 },
    { from: b, coins: 5, chain: 31338 },
  ]);
  expect(await reasonOf(ask(id))).toEqual([400, 10001, 'chain_id', 'ambiguous']);
  expect(await reasonOf(ask(id, { chain_id: 31337 }))).toEqual([400, 10001, 'payer', 'ambiguous']);
  expect((await ask(id, { chain_id: 31338 })).json.payload).toMatchObject({ payer: b, amount_coins: '5.0000' });
  expect(await reasonOf(ask(id, { payer: address() }))).toEqual([400, 10001, 'amount_coins', 'nothing_left']);
});

test('an idempotency key gives the same refund; with another body it is rejected', async () => {
  const id = await closedOrder([{ from: address(), coins: 10 }]);
  const all = await Promise.all(Array.from({ length: 5 }, () => ask(id, { amount_coins: '2' }, 'same')));
  expect(new Set(all.map(({ json }) => json.payload.refund_id)).size).toBe(1);
  expect((await list(id)).refunds).toHaveLength(1);
  expect(await reasonOf(ask(id, { amount_coins: '3' }, 'same'))).toEqual([400, 10001, 'Idempotency-Key', 'reused']);
});

test.each([
  [{ amount_coins: '-1' }, 'amount_coins', 'not_an_amount'],
  [{ amount_coins: 4 }, 'amount_coins', 'not_a_string'],
  [{ amount_coins: '0.0000001' }, 'amount_coins', 'too_fine'],
  [{ to: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed' }, 'to', 'not_an_address'],
  [{ to: USDT }, 'to', 'unusable'],
  [{ stable_coin: 3 }, 'stable_coin', 'unknown_coin'],
  [{ merchant_bears_fee: 'yes' }, 'merchant_bears_fee', 'not_a_boolean'],
  [{ amount_coins: '0' }, 'amount_coins', 'not_an_amount'],
  [{ amount_coins: '0.000' }, 'amount_coins', 'not_an_amount'],
  [{ amount_coins: 'all' }, 'amount_coins', 'not_an_amount'],
  [{ amount_coins: '1e3' }, 'amount_coins', 'not_an_amount'],
  [{ amount_coins: '0x10' }, 'amount_coins', 'not_an_amount'],
  [{ amount_coins: '1,5' }, 'amount_coins', 'not_an_amount'],
  [{ amount_coins: '10.000001' }, 'amount_coins', 'more_than_left'],
  [{ amount_coins: '9'.repeat(60) }, 'amount_coins', 'not_an_amount'],
  [{ stable_coin: 2 }, 'amount_coins', 'nothing_left'],
  [{ chain_id: 31338 }, 'amount_coins', 'nothing_left'],
  [{ chain_id: '31337' }, 'chain_id', 'not_an_integer'],
  [{ payer: 'somebody' }, 'payer', 'not_an_address'],
  [{ payer: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed' }, 'payer', 'not_an_address'],
  [{ to: `0x${'0'.repeat(39)}` }, 'to', 'not_an_address'],
  [{ coin_contract: 'USDT' }, 'coin_contract', 'not_an_address'],
  [{ reason: 'x'.repeat(1_001) }, 'reason', 'too_long'],
  [{ reason: 'a\u0000b' }, 'reason', 'bad_text'],
  [{ reason: 'a\u202eb' }, 'reason', 'bad_text'],
  [{ reason: '\ud800' }, 'reason', 'bad_text'],
])('%j is rejected', async (body, field, reason) => {
  const id = await closedOrder([{ from: address(), coins: 10 }]);
  expect(await reasonOf(ask(id, body))).toEqual([400, 10001, field, reason]);
  // Nothing was asked for.
  expect((await list(id)).refunds).toEqual([]);
});

test('an order that waits for its payment, an unknown order and another store’s order', async () => {
  const open = await closedOrder([{ from: address(), coins: 1 }], 3);
  expect(await reasonOf(ask(open))).toEqual([400, 10001, 'id', 'still_open']);
  const id = await closedOrder([{ from: address(), coins: 1 }]);
  const other = await server.newStore();
  for (const response of [
    await other.post(`/v1/checkout_intents/${id}/refunds`, {}),
    await other.get(`/v1/checkout_intents/${id}/refunds`),
    await ask('0'.repeat(24)),
    await ask('nonsense'),
  ])
    expect([response.status, response.json.code]).toEqual([404, 50001]);
});

test('shows the refund that fulfils a request, and the status 5 meanwhile', async () => {
  const id = await closedOrder([{ from: address(), coins: 10 }]);
  const { refund_id: requestId } = (await ask(id, { amount_coins: '2' })).json.payload;
  const order = await readRefundableOrder(server.orm.em.fork(), server.store.storeId, id);
  const [share] = order?.shares ?? [];
  if (!share) throw new Error('no share');
  await recordRefund(server.orm.em, {
    ...{
      storeId: server.store.storeId,
      intentId: id,
      of: share,
      source: 'wallet',
      toAddress: knownPayable(share.payer),
    },
    ...{ feeBearer: 'payer', amountBaseUnits: 1_980_000n as never, withheldBaseUnits: 20_000n as never },
    ...{ feeBaseUnits: ZERO, reviewItemId: null, requestId, orderDigest: null, callData: '0x', fromBlock: 1n },
    ...{ deadline: new Date(), reason: 'As asked', actor: { kind: 'member', id: 'm', email: 'o@shop.example' } },
  });
  expect((await list(id)).refunds).toMatchObject([
    { refund_id: requestId, refund_status: 2, amount_coins: '2.0000', payer_gets_coins: '1.9800' },
  ]);
  expect((await server.store.get(`/v1/checkout_intents/${id}/status`)).json.payload).toBe(5);
});
