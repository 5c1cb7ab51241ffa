// After a restore: transfers of the lost time from a merchant's wallet, which no request asked for, from what a double of the chain shows.
// Exactly one order's refund is recorded; what may be a refund is noted on its orders; everything else is left alone (decision 0108).
import { expect, test } from 'vitest';
import { recordRefund } from '#db/refunds/refunds.ts';
import { beginAnotherLife, noteLife, readRecentRestore } from '#db/restores/database-life.ts';
import type { Address, Hex } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { TRANSFER_TOPIC, topicOfAddress } from '#domain/erc20.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, multiply, ONE_COIN, ZERO } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { RECEIVER } from '#test/db/intents.ts';
import { randomAddress } from '#test/support/intents.ts';
import { HEAD } from '#test/support/log-chain.ts';
import { createForgottenRefunds } from '#worker/forgotten-refunds.ts';
import { CHAIN, restoredWorld } from './restored-world.ts';

const TOKEN = chainById(CHAIN).tokens[0]?.address as Address;
/** Blocks, a second each: the lost time began ten minutes ago. */
const LOST_MS = 600_000;
const LOST = HEAD - 300;
const BEFORE = HEAD - 5_000;

const world = restoredWorld({ againMs: 0 });

const send = (to: Address, coins: number, { block = LOST, from = RECEIVER as Address, token = TOKEN } = {}): Hex =>
  world.chain.addLog(token, [TRANSFER_TOPIC, topicOfAddress(from), topicOfAddress(to)], [BigInt(coins * 1e6)], block);

/** An order that was paid; the fee is 2 %. */
const paidOrder = async (payer: Address, coins = 10): Promise<IntentId> => {
  const intentId = await world.ledger.newIntent({ amountUnits: multiply(ONE_COIN, BigInt(coins)), receiver: RECEIVER });
  await world.pay(intentId, payer, TOKEN, coins);
  return intentId;
};
const restore = async (): Promise<void> => {
  await beginAnotherLife(world.ledger.orm.em);
  await noteLife(world.ledger.orm.em, new Date(Date.now() - LOST_MS));
};
/** The watcher has read the chain up to here. */
const watched = async (block: number): Promise<void> => {
  await world.ledger.rows(
    `insert into chain_cursor (chain_id, block_number, block_hash, block_time, final_block_number, head_number, head_seen_at)
      values (?, ?, '0x', now(), 1, 1, now()) on conflict (chain_id) do update set block_number = excluded.block_number`,
    [CHAIN, block],
  );
};
const rejoined = async (): Promise<void> => {
  await watched(HEAD);
  await world.ledger.rows('update database_life set rejoined_at = now() where rejoined_at is null');
};
const refunds = (intentId: IntentId) =>
  world.ledger.rows(
    `select state, source, tx_hash, fee_bearer, request_id, amount_base_units::int as amount, withheld_base_units::int as withheld
      from send_back where intent_id = ? order by id`,
    [intentId],
  );
const notes = async (intentId: IntentId): Promise<string[]> => {
  const rows = await world.ledger.rows<{ text: string }>(
    `select data ->> 'text' as text from timeline_event where intent_id = ? and kind = 'note' order by id`,
    [intentId],
  );
  return rows.map(({ text }) => text);
};

test('nothing is searched for in a database that was not restored', async () => {
  const payer = randomAddress();
  const intentId = await paidOrder(payer);
  send(payer, 10);
  expect(await world.follow()).toBe(0);
  expect(await refunds(intentId)).toEqual([]);
});

test.each([
  ['merchant', 10, { amount: 10_000_000, withheld: 0 }],
  ['payer', 9.8, { amount: 9_800_000, withheld: 200_000 }],
])(
  'all that is left of one order is its refund, with the fee borne by the %s, once',
  async (bearer, coins, amounts) => {
    const payer = randomAddress();
    const intentId = await paidOrder(payer);
    const txHash = send(payer, coins);
    await restore();
    await rejoined();
    expect(await world.follow()).toBe(1);
    expect(await world.follow()).toBe(0);
    expect(await refunds(intentId)).toEqual([
      { state: 'sent', source: 'wallet', tx_hash: txHash, fee_bearer: bearer, request_id: null, ...amounts },
    ]);
    expect(await notes(intentId)).toEqual([]);
  },
);

test('what is no refund of the lost time is left alone', async () => {
  const payer = randomAddress();
  const intentId = await paidOrder(payer);
  await restore();
  await rejoined();
  send(payer, 10, { block: BEFORE });
  send(payer, 10, { from: randomAddress() });
  send(payer, 10, { token: RECEIVER });
  send(payer, 10.5);
  send(randomAddress(), 10);
  // Not confirmed yet.
  send(payer, 10, { block: HEAD });
  expect(await world.follow()).toBe(0);
  expect(await refunds(intentId)).toEqual([]);
  expect(await notes(intentId)).toEqual([]);
});

test('a part of an order, and what fits two orders, is noted on each once, and nothing is recorded', async () => {
  const payer = randomAddress();
  const [first, second] = [await paidOrder(payer), await paidOrder(payer)];
  await restore();
  await rejoined();
  const whole = send(payer, 10);
  const part = send(payer, 3);
  expect(await world.follow()).toBe(0);
  expect(await world.follow()).toBe(0);
  for (const intentId of [first, second]) {
    expect(await refunds(intentId)).toEqual([]);
    const found = await notes(intentId);
    expect(found).toEqual([expect.stringContaining(whole), expect.stringContaining(part)]);
    expect(found[1]).toContain(`3.0000 USDT went from the receiving wallet to the payer ${payer} on Local Chain A`);
  }
});

test('a transfer waits for its order and payment, which come back too', async () => {
  const payer = randomAddress();
  await restore();
  await rejoined();
  const txHash = send(payer, 10);
  expect(await world.follow()).toBe(0);
  const intentId = await world.ledger.newIntent({ amountUnits: multiply(ONE_COIN, 10n), receiver: RECEIVER });
  expect(await world.follow()).toBe(0);
  await world.pay(intentId, payer, TOKEN);
  expect(await world.follow()).toBe(1);
  expect(await refunds(intentId)).toMatchObject([{ tx_hash: txHash }]);
});

test('nothing is decided while orders come back, nor before the watcher has caught up', async () => {
  const payer = randomAddress();
  const first = await paidOrder(payer);
  await restore();
  await watched(HEAD);
  send(payer, 10);
  expect(await world.follow()).toBe(0);
  const second = await paidOrder(payer);
  await rejoined();
  await watched(HEAD - 1);
  expect(await world.follow()).toBe(0);
  await watched(HEAD);
  expect(await world.follow()).toBe(0);
  for (const intentId of [first, second]) {
    expect(await refunds(intentId)).toEqual([]);
    expect(await notes(intentId)).toHaveLength(1);
  }
});

test('what is all of one order and a part of another is the refund of the one', async () => {
  const payer = randomAddress();
  const [whole, other] = [await paidOrder(payer), await paidOrder(payer, 20)];
  await restore();
  await rejoined();
  send(payer, 10);
  expect(await world.follow()).toBe(1);
  expect(await refunds(whole)).toMatchObject([{ state: 'sent' }]);
  expect([await refunds(other), await notes(other)]).toEqual([[], []]);
});

test('a transfer that was prepared and not seen yet belongs to its record', async () => {
  const payer = randomAddress();
  const intentId = await paidOrder(payer);
  await recordRefund(world.ledger.orm.em, {
    ...{ storeId: world.ledger.storeId, intentId, of: { chainId: CHAIN, token: TOKEN, payer }, source: 'wallet' },
    ...{ toAddress: knownPayable(payer), feeBearer: 'merchant', amountBaseUnits: baseUnitsOf(4_000_000n) },
    ...{ feeBaseUnits: ZERO, withheldBaseUnits: ZERO, reviewItemId: null, requestId: null, orderDigest: null },
    ...{ callData: '0x', fromBlock: 1n, deadline: new Date(Date.now() + 60_000), reason: 'Too large' },
    actor: { kind: 'member', id: 'owner', email: 'owner@shop.example' },
  });
  await restore();
  await rejoined();
  send(payer, 4);
  expect(await world.follow()).toBe(0);
  expect(await notes(intentId)).toEqual([]);
  // Of what is left after it.
  const txHash = send(payer, 6);
  const again = createForgottenRefunds({ em: world.ledger.orm.em, logger: { info() {}, warn() {} }, againMs: 0 });
  expect(await again(CHAIN, world.chain.pool)).toBe(1);
  expect(await refunds(intentId)).toMatchObject([
    { state: 'signed', amount: 4_000_000 },
    { state: 'sent', amount: 6_000_000, tx_hash: txHash },
  ]);
});

test('the lost time begins when a watcher last heard of a chain', async () => {
  const heard = new Date(Date.now() - 3_600_000);
  const cursor = `insert into chain_cursor (chain_id, block_number, block_hash, block_time, final_block_number, head_number, head_seen_at, lease_token)
    values (?, 1, '0x', now(), 1, 1, ?, ?)`;
  await world.ledger.rows('delete from chain_cursor');
  await world.ledger.rows(cursor, [31337, heard, 7]);
  // A new network's, which nobody watches before the restore is noted.
  await world.ledger.rows(cursor, [31338, new Date(), 0]);
  await beginAnotherLife(world.ledger.orm.em);
  await noteLife(world.ledger.orm.em);
  expect((await readRecentRestore(world.ledger.orm.em))?.lostSince).toEqual(heard);
});
