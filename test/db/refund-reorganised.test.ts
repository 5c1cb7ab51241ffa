// A reorganisation moves or removes money while its refund is under way: the refund is recorded in any case, and its money is counted
// once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import { applyRefundUpdate } from '#db/refunds/refund-outcomes.ts';
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import { createWatchLedger } from '#db/watching/watch-ledger.ts';
import { TWO_PROVIDERS_FROM } from '#domain/confirmations.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, multiply, ONE_COIN, ZERO } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { randomAddress, randomHash } from '#test/support/intents.ts';
import { prepareWalletRefund } from '#test/support/wallet-refund.ts';
import { type Ledger, openLedger } from './intents.ts';

const PAYER = randomAddress();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => await ledger.close());

const review = (intentId: IntentId, transferId: string, to?: IntentStatus) =>
  changeIntent(ledger.orm.em.fork(), {
    ...{ intentId, actor: 'workflow', reviews: [{ kind: 'late', transferId }] },
    ...(to === undefined ? {} : { to }),
  });
const reviewsOf = (intentId: IntentId) =>
  ledger.rows('select transfer_id::text as transfer, state, outcome from review_item where intent_id = ? order by id', [
    intentId,
  ]);
const statusOf = async (intentId: IntentId) =>
  (await readRefundableOrder(ledger.orm.em.fork(), ledger.storeId, intentId))?.status;

/** 3 that came too late and are refunded from the wallet, in a block that a reorganisation has removed. */
const refundOfRemoved = async () => {
  const intentId = await ledger.newIntent();
  const txHash = randomHash();
  const transferId = await ledger.newTransfer(intentId, 3, { from: PAYER, txHash });
  await review(intentId, transferId, IntentStatus.PENDING_MANUAL_OPERATION);
  const reviewItemId = await ledger.reviewOf(transferId);
  const id = await prepareWalletRefund(ledger.orm.em, ledger.storeId, intentId, { coins: 3, reviewItemId });
  await ledger.rows(`update token_transfer set state = 'orphaned' where id = ?`, [transferId]);
  return { intentId, id, txHash, transferId };
};
const confirm = (id: string) =>
  applyRefundUpdate(ledger.orm.em, id, { kind: 'confirmed', txHash: randomHash(), logIndex: 0, feeBaseUnits: ZERO });

test('mined again in another block: the refund and the decision are of the transfer there', async () => {
  const { intentId, id, txHash, transferId } = await refundOfRemoved();
  const again = await ledger.newTransfer(intentId, 3, { from: PAYER, txHash, blockNumber: 2 });
  await review(intentId, again);
  expect(await confirm(id)).toBe(true);
  expect(await ledger.rows('select state, transfer_id::text as transfer from send_back where id = ?', [id])).toEqual([
    { state: 'confirmed', transfer: again },
  ]);
  expect(await reviewsOf(intentId)).toEqual([
    { transfer: transferId, state: 'open', outcome: null },
    { transfer: again, state: 'resolved', outcome: 'sent_back' },
  ]);
  const order = await readRefundableOrder(ledger.orm.em.fork(), ledger.storeId, intentId);
  expect(order?.shares.map(({ remainingBaseUnits, parts }) => [remainingBaseUnits, parts])).toEqual([[0n, []]]);
  expect(order?.status).toBe(IntentStatus.PENDING_MANUAL_OPERATION);
});

test('mined again beside equal money of another payer: the refund is of the transfer of its payer', async () => {
  const { intentId, id, txHash } = await refundOfRemoved();
  const again = await ledger.newTransfer(intentId, 3, { from: PAYER, txHash, blockNumber: 2 });
  await ledger.newTransfer(intentId, 3, { txHash, blockNumber: 2, logIndex: 1 });
  expect(await confirm(id)).toBe(true);
  expect(await ledger.rows('select transfer_id::text as transfer from send_back where id = ?', [id])).toEqual([
    { transfer: again },
  ]);
});

test('refunded from the wallet, then mined again beside equal money of another payer: the booking follows its payer', async () => {
  const intentId = await ledger.newIntent();
  const [txHash, token] = [randomHash(), randomAddress()];
  const other = randomAddress();
  const kept = await ledger.newTransfer(intentId, 3, { from: other, txHash, token });
  const refunded = await ledger.newTransfer(intentId, 3, { from: PAYER, txHash, token, logIndex: 1 });
  await review(intentId, kept, IntentStatus.PENDING_MANUAL_OPERATION);
  await review(intentId, refunded);
  await resolveReview(ledger.orm.em.fork(), {
    reviewItemId: await ledger.reviewOf(kept),
    outcome: 'closed',
    reason: 'it stays at the address',
    actor: { kind: 'operator', id: 'op', email: null },
  });
  const reviewItemId = await ledger.reviewOf(refunded);
  const of = { coins: 3, reviewItemId, payer: PAYER };
  const id = await prepareWalletRefund(ledger.orm.em, ledger.storeId, intentId, of);
  expect(await confirm(id)).toBe(true);
  const booked = () =>
    ledger.rows(
      `select t.from_address as sender, t.state, b.transfer_id = t.id as "isRefunds" from token_transfer t
       join send_back b on b.intent_id = t.intent_id where t.intent_id = ? and t.booking_id is not null`,
      [intentId],
    );
  expect(await booked()).toEqual([{ sender: PAYER, state: 'confirmed', isRefunds: true }]);

  const [number, hash] = [2n, randomHash()];
  const block = { number, hash, parentHash: randomHash(), time: Date.now() };
  const watch = createWatchLedger(ledger.orm.em);
  await watch.begin(31337, { number: 0n, hash: block.parentHash, time: block.time });
  await watch.commit({
    ...{ chainId: 31337, cursor: block, blocks: [block], orphanAbove: 0n, finalNumber: null, held: [] },
    ...{ vouched: new Set<string>(), twoProvidersFrom: TWO_PROVIDERS_FROM, denied: new Set<string>() },
    leaseToken: (await watch.acquireLease(31337, 'test', 60_000)) ?? 0n,
    heights: { head: number, safe: null, finalized: null },
    transfers: [other, PAYER].map((from, logIndex) => ({
      ...{
        blockNumber: number,
        blockHash: hash,
        blockTime: block.time,
        txHash,
        logIndex,
        token,
        coin: 1,
        from,
        to: token,
      },
      ...{ amountBaseUnits: baseUnitsOf(3_000_000), amountUnits: multiply(ONE_COIN, 3n), intentId, state: 'seen' },
    })),
  });
  expect(await booked()).toEqual([{ sender: PAYER, state: 'seen', isRefunds: true }]);
});

test('removed for good: the refund is confirmed, and the review stays for a person', async () => {
  const { intentId, id, transferId } = await refundOfRemoved();
  expect(await confirm(id)).toBe(true);
  expect(await reviewsOf(intentId)).toEqual([{ transfer: transferId, state: 'open', outcome: null }]);
  expect(await statusOf(intentId)).toBe(IntentStatus.PENDING_MANUAL_OPERATION);
});
