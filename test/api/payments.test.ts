// GET /v1/checkout_intents/{id}/payments: what came, in every status, and what is due.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Address, toChecksumAddress } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import { paymentsPayload } from '#web/api/payment-schemas.ts';
import { success } from '#web/api/schemas.ts';
import { type ApiServer, startApiServer } from './api-server.ts';

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => await server?.close());

const hex = (bytes: number) => `0x${randomBytes(bytes).toString('hex')}`;
const address = (): Address => toChecksumAddress(hex(20));
const tokenAt = (chain: number, coin: 1 | 2): string => tokenOf(chainById(chain), coin)?.address ?? '';

interface Sent {
  coins: number;
  chain?: number;
  coin?: 1 | 2;
  state?: 'seen' | 'confirmed' | 'orphaned';
  /** Minutes after the order's deadline. */
  late?: number;
  block?: number;
  inPayment?: boolean;
}

const newOrder = async (more: object = {}): Promise<string> =>
  (await server.store.post('/v1/checkout_intents/', { stable_coin: 1, amount_cents: 1000, ...more })).json.payload
    .allscale_checkout_intent_id;

/** @returns the transfer's id */
const send = async (id: string, sent: Sent): Promise<string> => {
  const { coins, chain = 31337, coin = 1, state = 'seen', late, block = 1, inPayment = false } = sent;
  const [row] = await server.query<{ id: string }>(
    `insert into token_transfer (chain_id, block_number, block_hash, block_time, tx_hash, log_index, token, coin, from_address, to_address,
      amount_base_units, amount_units, intent_id, state, in_payment)
     select ?, ?, ?, coalesce(i.expires_at + make_interval(mins => ?), now()), ?, 0, ?, ?, ?, i.deposit_address, ?, ?, i.id, ?, ?
     from checkout_intent i where i.id = ? returning id`,
    [
      ...[chain, block, hex(32), late ?? null, hex(32), tokenAt(chain, coin), coin, address()],
      ...[coins * 1e6, String(BigInt(Math.round(coins * 1e6)) * 10n ** 12n), state, inPayment, id],
    ],
  );
  return row?.id ?? '';
};

const review = (id: string, transfer: string, kind: string, outcome: string | null = null) =>
  server.query(
    `insert into review_item (intent_id, transfer_id, kind, state, found, outcome, resolved_at) values (?, ?, ?, ?, '{}', ?, ?)`,
    [id, transfer, kind, outcome ? 'resolved' : 'open', outcome, outcome ? new Date() : null],
  );
const setStatus = (id: string, status: number) =>
  server.query('update checkout_intent set status = ? where id = ?', [status, id]);

const read = async (id: string) => {
  const response = await server.store.get(`/v1/checkout_intents/${id}/payments`);
  expect(response.status, response.text).toBe(200);
  return success(paymentsPayload).parse(response.json).payload;
};

test('nothing yet: the price is due in each accepted coin', async () => {
  const id = await newOrder({ accepted_stable_coins: [1, 2] });
  expect(await read(id)).toMatchObject({
    ...{ all_scale_checkout_intent_id: id, status: 1, amount_coins: '10.0000', received_coins: '0.0000' },
    ...{ missing_coins: '10.0000', received: [], transfers: [] },
    due: [
      { stable_coin_type: 1, coin_symbol: 'USDT', amount_coins: '10.0000' },
      { stable_coin_type: 2, coin_symbol: 'USDC', amount_coins: '10.0000' },
    ],
  });
  expect((await server.store.get(`/v1/checkout_intents/${id}/payments/`)).status).toBe(200);
});

test('a part in status 1, which the order itself does not show', async () => {
  const id = await newOrder({ accepted_stable_coins: [1, 2] });
  await server.query(
    `insert into chain_cursor (chain_id, block_number, block_hash, block_time, final_block_number, head_number, head_seen_at)
     values (31337, 9, '0x', now(), 9, 10, now()) on conflict (chain_id) do update set head_number = 10`,
  );
  await send(id, { coins: 4, block: 8 });
  await send(id, { coins: 2.5, chain: 31338, coin: 2, state: 'confirmed' });
  const payments = await read(id);
  expect(payments).toMatchObject({
    ...{ status: 1, received_coins: '6.5000', missing_coins: '3.5000' },
    due: [{ amount_coins: '3.5000' }, { amount_coins: '3.5000' }],
  });
  expect(payments.received).toMatchObject([
    {
      chain_id: 31337,
      stable_coin_type: 1,
      received_coins: '4.0000',
      confirmed_coins: '0.0000',
      counted_coins: '4.0000',
    },
    {
      chain_id: 31338,
      stable_coin_type: 2,
      received_coins: '2.5000',
      confirmed_coins: '2.5000',
      surplus_coins: '0.0000',
    },
  ]);
  expect(payments.transfers).toMatchObject([
    { transfer_status: 1, confirmations: 3, confirmations_required: 2, is_counted: true, review_type: null },
    { transfer_status: 2, is_counted: true },
  ]);
  const { json } = await server.store.get(`/v1/checkout_intents/${id}`);
  expect(json.payload).toMatchObject({ status: 1, tx_hash: null, actual_paid_amount: null });
});

test('enough by the store’s tolerance: nothing is missing or due', async () => {
  const id = await newOrder();
  await send(id, { coins: 9.96 });
  expect(await read(id)).toMatchObject({ received_coins: '9.9600', missing_coins: '0.0000', due: [] });
});

test('past the deadline nothing is due; short at the end: what was short is told', async () => {
  const id = await newOrder();
  const transfer = await send(id, { coins: 4, state: 'confirmed' });
  await server.query(`update checkout_intent set expires_at = now() - interval '1 second' where id = ?`, [id]);
  await server.query(`update token_transfer set block_time = now() - interval '1 minute' where id = ?`, [transfer]);
  expect(await read(id)).toMatchObject({ received_coins: '4.0000', missing_coins: '6.0000', due: [] });
  await setStatus(id, -3);
  await review(id, transfer, 'underpaid');
  expect(await read(id)).toMatchObject({
    ...{ status: -3, received_coins: '4.0000', missing_coins: '6.0000', due: [] },
    transfers: [{ is_counted: true, review_type: 2, review_status: 1 }],
  });
});

test('money that waits for a person is shown and does not count until it is accepted', async () => {
  const id = await newOrder();
  const late = await send(id, { coins: 10, state: 'confirmed', late: 5 });
  await setStatus(id, 4);
  await review(id, late, 'late');
  expect(await read(id)).toMatchObject({
    ...{ status: 4, received_coins: '0.0000', missing_coins: '10.0000', due: [] },
    received: [{ received_coins: '10.0000', confirmed_coins: '10.0000', counted_coins: '0.0000' }],
    transfers: [{ is_counted: false, review_type: 1, review_status: 1 }],
  });
  await server.query(
    `update review_item set state = 'resolved', outcome = 'accepted', resolved_at = now() where intent_id = ?`,
    [id],
  );
  expect(await read(id)).toMatchObject({
    ...{ received_coins: '10.0000', missing_coins: '0.0000' },
    transfers: [{ is_counted: true, review_status: 2 }],
  });
});

test.each([
  ['a coin that is not accepted', { coin: 2 as const }, 3],
  ['a transfer that a reorganisation removed', { state: 'orphaned' as const }, 3],
  ['money to a canceled order', {}, -4],
])('%s does not count', async (_, sent, status) => {
  const id = await newOrder();
  await send(id, { coins: 10, ...sent });
  await setStatus(id, status);
  const payments = await read(id);
  expect(payments).toMatchObject({ received_coins: '0.0000', missing_coins: '10.0000' });
  expect(payments.transfers).toMatchObject([{ is_counted: false }]);
  if ('state' in sent)
    expect(payments).toMatchObject({
      received: [{ received_coins: '0.0000' }],
      transfers: [{ transfer_status: -1, confirmations: 0 }],
    });
});

test('an unknown order, a malformed id and another store’s order', async () => {
  const id = await newOrder();
  const other = await server.newStore();
  for (const response of [
    await other.get(`/v1/checkout_intents/${id}/payments`),
    await server.store.get(`/v1/checkout_intents/${'0'.repeat(24)}/payments`),
    await server.store.get('/v1/checkout_intents/nonsense/payments'),
    await server.store.get(`/v1/checkout_intents/${id.toUpperCase()}x/payments`),
  ])
    expect([response.status, response.json.code]).toEqual([404, 50001]);
});
