// A prepared transfer that its owner withdraws: its money is free at once, and one that is sent all the same is that refund, once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import type { Actor } from '#db/merchants/audit.ts';
import {
  applyRefundUpdate,
  findPreparedTransfer,
  listOpenRefunds,
  type RefundUpdate,
} from '#db/refunds/refund-outcomes.ts';
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import { type NewRefund, noteRefundSent, recordRefund } from '#db/refunds/refunds.ts';
import { withdrawRefund } from '#db/refunds/withdrawn-refunds.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, multiply, ONE_COIN, ZERO } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { randomAddress, randomHash } from '#test/support/intents.ts';
import { type Ledger, openLedger, RECEIVER } from './intents.ts';

const PAYER = randomAddress();
const actor: Actor = { kind: 'member', id: 'm-1', email: 'owner@shop.example' };
const by = { actor, reason: null };

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => await ledger.close());

/** An order of 10 that PAYER paid. */
const paidOrder = async (): Promise<IntentId> => {
  const intentId = await ledger.newIntent({ amountUnits: multiply(ONE_COIN, 10n) });
  const transfer = await ledger.newTransfer(intentId, 10, { from: PAYER });
  const change = { intentId, actor: 'workflow' as const, to: IntentStatus.CONFIRMED, paymentTransferIds: [transfer] };
  await changeIntent(ledger.orm.em.fork(), change);
  return intentId;
};

const prepare = async (
  intentId: IntentId,
  coins: number,
  change: Partial<Pick<NewRefund, 'orderDigest' | 'feeBearer'>> & { source?: 'deposit' | 'wallet' } = {},
): Promise<string> => {
  const { id } = await recordRefund(ledger.orm.em, {
    storeId: ledger.storeId,
    intentId,
    of: { chainId: 31337, token: RECEIVER, payer: PAYER },
    source: 'wallet',
    toAddress: PAYER,
    feeBearer: 'merchant',
    amountBaseUnits: baseUnitsOf(coins * 1e6),
    feeBaseUnits: ZERO,
    withheldBaseUnits: ZERO,
    reviewItemId: null,
    requestId: null,
    orderDigest: null,
    callData: '0x',
    fromBlock: 1n,
    deadline: new Date(),
    actor,
    reason: 'The shopper asked',
    ...change,
  });
  return id;
};

const withdraw = (id: string) => withdrawRefund(ledger.orm.em, ledger.storeId, id, by);
const update = (id: string, change: RefundUpdate) => applyRefundUpdate(ledger.orm.em, id, change);
const mined = (txHash = randomHash()): RefundUpdate => ({ kind: 'mined', txHash, logIndex: 0 });
const confirmed = (txHash = randomHash()): RefundUpdate => ({
  kind: 'confirmed',
  txHash,
  logIndex: 0,
  feeBaseUnits: ZERO,
});
const orderOf = async (intentId: IntentId) => {
  const order = await readRefundableOrder(ledger.orm.em.fork(), ledger.storeId, intentId);
  if (!order) throw new Error('no order');
  return order;
};
const leftOf = async (intentId: IntentId) => Number((await orderOf(intentId)).shares[0]?.remainingBaseUnits) / 1e6;
const rowOf = async (id: string) => {
  const [row] = await ledger.rows<Record<string, unknown>>(
    `select state, is_watched, tx_hash, last_error from send_back where id = ?`,
    [id],
  );
  return row;
};
const isFollowed = async (id: string) =>
  (await listOpenRefunds(ledger.orm.em, 31337, 100)).some((refund) => refund.id === id);
const actions = async (intentId: IntentId) =>
  (await ledger.rows<{ action: string }>(`select action from audit_entry where subject_id = ? order by id`, [intentId]))
    .map(({ action }) => action)
    .filter((action) => action.startsWith('send_back.'));

test('frees its money, returns the order to what it was, and is in the audit log; once', async () => {
  const intentId = await paidOrder();
  const id = await prepare(intentId, 10);
  expect(await leftOf(intentId)).toBe(0);
  expect(await findPreparedTransfer(ledger.orm.em, ledger.storeId, id)).toMatchObject({ id, chainId: 31337 });
  await withdraw(id);
  expect(await leftOf(intentId)).toBe(10);
  expect((await orderOf(intentId)).status).toBe(IntentStatus.CONFIRMED);
  expect(await rowOf(id)).toMatchObject({ state: 'failed', is_watched: true });
  expect(await actions(intentId)).toEqual(['send_back.order', 'send_back.withdraw']);
  await expect(withdraw(id)).rejects.toMatchObject({ code: 'not_withdrawable' });
  expect(await findPreparedTransfer(ledger.orm.em, ledger.storeId, id)).toBeNull();
});

test('not one that was sent, that a deposit address pays, or of another store', async () => {
  const intentId = await paidOrder();
  const sent = await prepare(intentId, 2);
  await noteRefundSent(ledger.orm.em, ledger.storeId, sent, randomHash());
  await expect(withdraw(sent)).rejects.toMatchObject({ code: 'not_withdrawable' });
  const signed = await prepare(intentId, 2, { source: 'deposit', orderDigest: randomHash(), feeBearer: 'payer' });
  await expect(withdraw(signed)).rejects.toMatchObject({ code: 'not_withdrawable' });
  const own = await prepare(intentId, 2);
  await expect(withdrawRefund(ledger.orm.em, 'st_other', own, by)).rejects.toMatchObject({
    code: 'send_back_not_found',
  });
  for (const id of ['0', 'x', '1; drop', '9'.repeat(30)])
    await expect(withdraw(id)).rejects.toMatchObject({ code: 'send_back_not_found' });
  expect(await leftOf(intentId)).toBe(4);
});

test('one that is sent all the same is that refund again, counted once', async () => {
  const intentId = await paidOrder();
  const id = await prepare(intentId, 10);
  await withdraw(id);
  expect(await isFollowed(id)).toBe(true);
  const txHash = randomHash();
  expect(await update(id, mined(txHash))).toBe(true);
  expect(await rowOf(id)).toMatchObject({ state: 'sent', is_watched: false, tx_hash: txHash, last_error: null });
  expect((await orderOf(intentId)).status).toBe(IntentStatus.SEND_BACK);
  expect(await leftOf(intentId)).toBe(0);
  await expect(prepare(intentId, 1)).rejects.toMatchObject({ code: 'already_sent_back' });
  expect(await update(id, confirmed(txHash))).toBe(true);
  expect(await update(id, confirmed(txHash))).toBe(false);
  expect((await orderOf(intentId)).status).toBe(IntentStatus.CONFIRMED);
  expect(await leftOf(intentId)).toBe(0);
  expect(await actions(intentId)).toEqual([
    ...['send_back.order', 'send_back.withdraw', 'send_back.found', 'send_back.confirm'],
  ]);
  const signals = await ledger.rows<{ dedupe_key: string }>(
    `select dedupe_key from dispatch where subject_id = ? and dedupe_key like 'refund:%' order by id`,
    [intentId],
  );
  expect(signals.map(({ dedupe_key: key }) => key.split(':')[2])).toEqual(['begun', 'withdrawn', 'found', 'confirmed']);
});

test('one that is confirmed when it is first found is booked in one step', async () => {
  const intentId = await paidOrder();
  const id = await prepare(intentId, 4);
  await withdraw(id);
  expect(await update(id, confirmed())).toBe(true);
  expect(await rowOf(id)).toMatchObject({ state: 'confirmed', is_watched: false });
  expect(await leftOf(intentId)).toBe(6);
});

test('a newer transfer of the same money that was not sent is withdrawn when the older one is found', async () => {
  const intentId = await paidOrder();
  const older = await prepare(intentId, 10);
  await withdraw(older);
  const newer = await prepare(intentId, 9);
  expect(await update(older, confirmed())).toBe(true);
  expect(await rowOf(older)).toMatchObject({ state: 'confirmed' });
  expect(await rowOf(newer)).toMatchObject({ state: 'failed', is_watched: true });
  expect(await leftOf(intentId)).toBe(0);
});

test('when the money was refunded otherwise, a late one is in the books all the same, and the audit log says what happened', async () => {
  const intentId = await paidOrder();
  const older = await prepare(intentId, 10);
  await withdraw(older);
  const newer = await prepare(intentId, 10);
  await update(newer, confirmed());
  const txHash = randomHash();
  expect(await update(older, confirmed(txHash))).toBe(true);
  expect(await rowOf(older)).toMatchObject({ state: 'confirmed', is_watched: false, tx_hash: txHash });
  expect(await rowOf(newer)).toMatchObject({ state: 'confirmed' });
  // 20 left the wallet for the 10 that came: nothing is offered, and nothing else can be refunded.
  expect((await orderOf(intentId)).shares[0]).toMatchObject({ refundedBaseUnits: 20_000_000n, remainingBaseUnits: 0n });
  await expect(prepare(intentId, 1)).rejects.toMatchObject({ code: 'already_sent_back' });
  expect(await actions(intentId)).toContain('send_back.paid_twice');
});

test('beside a refund that is still under way a late one waits, and is the refund again when the other fails', async () => {
  const intentId = await paidOrder();
  const older = await prepare(intentId, 10);
  await withdraw(older);
  const order = await prepare(intentId, 3, { source: 'deposit', orderDigest: randomHash(), feeBearer: 'payer' });
  const txHash = randomHash();
  for (const seen of [mined(txHash), confirmed(txHash)]) {
    expect(await update(older, seen)).toBe(false);
    expect(await rowOf(older)).toMatchObject({ state: 'failed', is_watched: true, tx_hash: null });
  }
  expect(await isFollowed(older)).toBe(true);
  await update(order, { kind: 'failed', reason: 'expired' });
  expect(await update(older, confirmed(txHash))).toBe(true);
  expect(await rowOf(older)).toMatchObject({ state: 'confirmed', is_watched: false, tx_hash: txHash });
  expect(await leftOf(intentId)).toBe(0);
  expect(await actions(intentId)).not.toContain('send_back.paid_twice');
});

test('beside a confirmed refund a late one is decided when its own block is confirmed, not before', async () => {
  const intentId = await paidOrder();
  const older = await prepare(intentId, 10);
  await withdraw(older);
  await update(await prepare(intentId, 10), confirmed());
  const txHash = randomHash();
  expect(await update(older, mined(txHash))).toBe(false);
  expect(await rowOf(older)).toMatchObject({ state: 'failed', is_watched: true, tx_hash: null });
  expect(await update(older, confirmed(txHash))).toBe(true);
  expect(await actions(intentId)).toContain('send_back.paid_twice');
});

test('an open refund is offered an event before a withdrawn one', async () => {
  const intentId = await paidOrder();
  const older = await prepare(intentId, 5);
  await withdraw(older);
  const newer = await prepare(intentId, 5);
  const followed = (await listOpenRefunds(ledger.orm.em, 31337, 100)).map(({ id }) => id);
  expect(followed.indexOf(newer)).toBeLessThan(followed.indexOf(older));
});

test('the search ends when its time is over; a wallet that had it open can still name its transaction before', async () => {
  const intentId = await paidOrder();
  const id = await prepare(intentId, 10);
  await withdraw(id);
  const txHash = randomHash();
  await noteRefundSent(ledger.orm.em, ledger.storeId, id, txHash);
  expect(await rowOf(id)).toMatchObject({ state: 'failed', is_watched: true, tx_hash: txHash });
  expect(await update(id, { kind: 'failed', reason: 'expired' })).toBe(true);
  expect(await rowOf(id)).toMatchObject({ state: 'failed', is_watched: false });
  expect(await isFollowed(id)).toBe(false);
  expect(await update(id, mined())).toBe(false);
  expect(await leftOf(intentId)).toBe(10);
});
