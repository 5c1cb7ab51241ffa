// Settlements after they were recorded: found in another block, with other figures, or in none; and what somebody else had paid out
// before. What the ledger says is paid is what the chain has, and the rest is owed once.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import {
  listShortSettlements,
  listUnfinalSettlements,
  markSettlementsFinal,
  recordPaidBefore,
  recordSettlementMoved,
  recordSettlementRemoved,
} from '#db/settlements/confirmed-settlements.ts';
import { readRecordedPayouts } from '#db/settlements/settlement-account.ts';
import { createSettlementLedger } from '#db/settlements/settlement-ledger.ts';
import type { Address, Hex } from '#domain/address.ts';
import { type IntentId, makeContractId } from '#domain/ids.ts';
import { baseUnitsOf } from '#domain/money.ts';
import type { PaymentByOthers } from '#domain/settlements.ts';
import { IntentStatus } from '#domain/status.ts';
import { randomHash } from '#test/support/intents.ts';
import { type Ledger, openLedger, RECEIVER } from './intents.ts';

const CHAIN = 31337;
const RELAYER = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC' as Address;
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => await ledger.close());

interface Place {
  txHash?: Hex;
  logIndex?: number;
  block?: bigint;
}

const payout = (coins: number, { txHash = randomHash(), logIndex = 0, block = 10n }: Place = {}): PaymentByOthers => ({
  paid: {
    ...{ contractId: makeContractId(randomBytes(12)), token: RECEIVER, txHash, logIndex },
    ...{ netBaseUnits: baseUnitsOf(coins * 1e6 - 1), feeBaseUnits: baseUnitsOf(1) },
    ...{ blockNumber: block, blockHash: randomHash() },
  },
  by: 'anyone',
});

const confirmed = async (coins = 5): Promise<IntentId> => {
  const intentId = await ledger.newIntent();
  const paymentTransferIds = [await ledger.newTransfer(intentId, coins)];
  const to = IntentStatus.CONFIRMED;
  await changeIntent(ledger.orm.em.fork(), { intentId, actor: 'workflow', to, paymentTransferIds });
  return intentId;
};

const rowsOf = (intentId: IntentId) =>
  ledger.rows<{ id: string; state: string; paid: string | null; removals: number }>(
    `select id::text, state, ((net_base_units + fee_base_units) / 1000000)::float8 as paid, removals from settlement
     where intent_id = ? order by id`,
    [intentId],
  );
const statesOf = async (intentId: IntentId) => (await rowsOf(intentId)).map(({ state, paid }) => [state, paid]);
const idOf = async (intentId: IntentId, state = 'settled'): Promise<string> =>
  String((await rowsOf(intentId)).find((row) => row.state === state)?.id);

const pay = async (intentId: IntentId, payment: PaymentByOthers): Promise<string> => {
  const relayer = createSettlementLedger(ledger.orm.em);
  const lease = await relayer.acquireLease(CHAIN, RELAYER, 'test', 60_000);
  if (!lease) throw new Error('no lease');
  const id = await idOf(intentId, 'pending');
  await relayer.recordPaid(lease, id, [payment]);
  return id;
};
const paid = async (coins = 5, place: Place = {}) => {
  const intentId = await confirmed(coins);
  const payment = payout(coins, place);
  const id = await pay(intentId, payment);
  return { intentId, id, block: { number: payment.paid.blockNumber, hash: payment.paid.blockHash }, payment };
};
const watched = async (id: string) =>
  (await listUnfinalSettlements(ledger.orm.em, CHAIN, 1_000)).find((one) => one.id === id);
const timeline = async (intentId: IntentId) =>
  (
    await ledger.rows<{ text: string }>(
      `select concat_ws(' ', kind, data ->> 'net') as text from timeline_event
       where intent_id = ? and kind like 'settle%' order by id`,
      [intentId],
    )
  ).map(({ text }) => text);

test('it is watched until its block is final, by the hash that was seen', async () => {
  const { id, block } = await paid();
  expect((await watched(id))?.block).toEqual(block);
  const seen = await watched(id);
  if (!seen) throw new Error('not watched');
  expect(await markSettlementsFinal(ledger.orm.em, [{ ...seen, block: { ...block, hash: randomHash() } }])).toBe(0);
  expect(await markSettlementsFinal(ledger.orm.em, [seen])).toBe(1);
  expect(await watched(id)).toBeUndefined();
  expect(await recordSettlementMoved(ledger.orm.em, id, payout(5))).toBe(false);
  expect(await recordSettlementRemoved(ledger.orm.em, id, block)).toBe(false);
});

test('in no block: it is owed again, once, and by the settlement that is open already where there is one', async () => {
  const { intentId, id, block } = await paid();
  expect(await recordSettlementRemoved(ledger.orm.em, id, { ...block, hash: randomHash() })).toBe(false);
  expect(await recordSettlementRemoved(ledger.orm.em, id, block)).toBe(true);
  expect(await recordSettlementRemoved(ledger.orm.em, id, block)).toBe(false);
  expect(await rowsOf(intentId)).toEqual([{ id, state: 'pending', paid: null, removals: 1 }]);
  await pay(intentId, payout(5));
  expect(await statesOf(intentId)).toEqual([['settled', 5]]);
  expect(await timeline(intentId)).toEqual(['settled 4999999', 'settlement_removed 4999999', 'settled 4999999']);

  const again = await listUnfinalSettlements(ledger.orm.em, CHAIN, 1_000);
  const { block: second } = again.find((one) => one.id === id) ?? { block: null };
  await ledger.rows(`insert into settlement (intent_id, chain_id, token, state) values (?, ?, ?, 'pending')`, [
    ...[intentId, CHAIN, RECEIVER],
  ]);
  expect(await recordSettlementRemoved(ledger.orm.em, id, second)).toBe(true);
  expect(await rowsOf(intentId)).toEqual([
    { id: expect.not.stringMatching(`^${id}$`), state: 'pending', paid: null, removals: 2 },
  ]);
});

test('in no block, and nothing is left to pay: it is no settlement any more', async () => {
  const { intentId, id } = await paid();
  // Another record has all of the money.
  await ledger.rows(`insert into settlement (intent_id, chain_id, token, state) values (?, ?, ?, 'pending')`, [
    ...[intentId, CHAIN, RECEIVER],
  ]);
  await pay(intentId, payout(5, { block: 11n }));
  const seen = await watched(id);
  expect(await recordSettlementRemoved(ledger.orm.em, id, seen?.block ?? null)).toBe(true);
  expect(await statesOf(intentId)).toEqual([['settled', 5]]);
});

test('in another block it stays settled, and nothing is told; with other figures they are told, and the rest is owed', async () => {
  const { intentId, id, payment } = await paid();
  const { txHash } = payment.paid;
  expect(await recordSettlementMoved(ledger.orm.em, id, payout(5, { txHash, logIndex: 4, block: 12n }))).toBe(true);
  expect((await watched(id))?.block?.number).toBe(12n);
  expect(await timeline(intentId)).toEqual(['settled 4999999']);

  expect(await recordSettlementMoved(ledger.orm.em, id, payout(3, { txHash, block: 13n }))).toBe(true);
  // Of what arrived before it, somebody else must have paid out 2: that is searched for before anything is owed.
  expect(await statesOf(intentId)).toEqual([['settled', 3]]);
  expect(await timeline(intentId)).toEqual(['settled 4999999', 'settlement_removed 4999999', 'settled 2999999']);
  expect((await listShortSettlements(ledger.orm.em, CHAIN, 100)).map((one) => one.id)).toContain(id);
  const seen = await watched(id);
  if (!seen) throw new Error('not watched');
  await recordPaidBefore(ledger.orm.em, seen, [payout(2, { block: 9n })]);
  expect(await statesOf(intentId)).toEqual([
    ['settled', 3],
    ['settled', 2],
  ]);
});

test('money that came after its new place is owed by a settlement of its own', async () => {
  const intentId = await confirmed(5);
  const later = await ledger.newTransfer(intentId, 2, { blockNumber: 20 });
  await ledger.rows('update token_transfer set in_payment = true where id = ?', [later]);
  const id = await pay(intentId, payout(7, { block: 25n }));
  await recordSettlementMoved(ledger.orm.em, id, payout(5, { block: 15n }));
  expect(await statesOf(intentId)).toEqual([
    ['settled', 5],
    ['pending', null],
  ]);
});

test('events of one transaction that changed places are both found', async () => {
  const txHash = randomHash();
  const first = await paid(5, { txHash, logIndex: 1 });
  const second = await paid(7, { txHash, logIndex: 3 });
  // In a block behind another transaction.
  expect(await recordSettlementMoved(ledger.orm.em, first.id, payout(5, { txHash, logIndex: 3, block: 11n }))).toBe(
    true,
  );
  expect((await watched(second.id))?.block).toBeNull();
  expect(await recordSettlementMoved(ledger.orm.em, second.id, payout(7, { txHash, logIndex: 5, block: 11n }))).toBe(
    true,
  );
  expect(await statesOf(first.intentId)).toEqual([['settled', 5]]);
  expect(await statesOf(second.intentId)).toEqual([['settled', 7]]);
});

test('until it is final, its whole transaction is recorded: the event may be at another place of it', async () => {
  const { intentId, id, payment } = await paid();
  const { txHash } = payment.paid;
  const account = { intentId, chainId: CHAIN, token: RECEIVER };
  const em = ledger.orm.em.fork();
  expect(await readRecordedPayouts(em, account)).toEqual(new Set([txHash]));
  expect(await readRecordedPayouts(em, account, { id, txHash, lost: [id] })).toEqual(new Set());
  expect(await readRecordedPayouts(em, account, { id: '0', txHash: randomHash(), lost: [id] })).toEqual(
    new Set([txHash]),
  );
  const seen = await watched(id);
  await markSettlementsFinal(ledger.orm.em, seen ? [seen] : []);
  expect(await readRecordedPayouts(em, account)).toEqual(new Set([`${txHash}:0`]));
});
