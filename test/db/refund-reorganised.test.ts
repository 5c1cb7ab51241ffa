// A reorganisation moves or removes money while its refund is under way: the refund is recorded in any case, and its money is counted
// once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import { applyRefundUpdate } from '#db/refunds/refund-outcomes.ts';
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import type { IntentId } from '#domain/ids.ts';
import { ZERO } from '#domain/money.ts';
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

test('removed for good: the refund is confirmed, and the review stays for a person', async () => {
  const { intentId, id, transferId } = await refundOfRemoved();
  expect(await confirm(id)).toBe(true);
  expect(await reviewsOf(intentId)).toEqual([{ transfer: transferId, state: 'open', outcome: null }]);
  expect(await statusOf(intentId)).toBe(IntentStatus.PENDING_MANUAL_OPERATION);
});
