// Between reading an order's ledger and writing what follows from it, a refund begins or ends: what was decided on the old status must not
// be written. (Found by an hour of the system simulation: an order of late money stayed SEND_BACK for ever.)
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIntentActivities } from '#activities/intent.ts';
import { applyRefundUpdate } from '#db/refunds/refund-outcomes.ts';
import type { IntentId } from '#domain/ids.ts';
import { ZERO } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { type Ledger, openLedger } from '../db/intents.ts';
import { randomHash } from '../support/intents.ts';
import { prepareWalletRefund } from '../support/wallet-refund.ts';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => await ledger.close());

const { SEND_BACK, TIMEOUT, PENDING_MANUAL_OPERATION } = IntentStatus;

/** An order that ended without a payment, and late money that no reading has found yet. */
const lateOrder = async (): Promise<IntentId> => {
  const past = new Date(Date.now() - 3_600_000);
  const intentId = await ledger.newIntent({ expiresAt: past, extensionSeconds: 0 });
  await ledger.rows('update checkout_intent set status = ? where id = ?', [TIMEOUT, intentId]);
  await ledger.newTransfer(intentId, 5);
  return intentId;
};

/** Reads the ledger and writes; `meanwhile` happens once, after the first reading. */
const look = async (intentId: IntentId, meanwhile: () => Promise<unknown>): Promise<IntentStatus> => {
  let isFirst = true;
  const isDenied = async (): Promise<boolean> => {
    if (isFirst) await meanwhile();
    isFirst = false;
    return false;
  };
  const { status } = await createIntentActivities({ em: ledger.orm.em, screening: { isDenied } }).lookAndWrite(
    intentId,
  );
  expect(isFirst).toBe(false);
  return status;
};

const endRefund = (id: string) =>
  applyRefundUpdate(ledger.orm.em, id, {
    kind: 'confirmed',
    txHash: randomHash(),
    logIndex: 0,
    feeBaseUnits: ZERO,
  });

const reviewsOf = (intentId: IntentId) => ledger.rows('select kind from review_item where intent_id = ?', [intentId]);

test('a refund that ends meanwhile: the order does not go back to SEND_BACK', async () => {
  const intentId = await lateOrder();
  const refundId = await prepareWalletRefund(ledger.orm.em, ledger.storeId, intentId);
  expect(await look(intentId, () => endRefund(refundId))).toBe(PENDING_MANUAL_OPERATION);
  expect(await reviewsOf(intentId)).toEqual([{ kind: 'late' }]);
});

test('a refund that begins meanwhile: the order stays SEND_BACK until it ends, and the money is reviewed', async () => {
  const intentId = await lateOrder();
  let refundId = '';
  const begin = async (): Promise<void> => {
    refundId = await prepareWalletRefund(ledger.orm.em, ledger.storeId, intentId);
  };
  expect(await look(intentId, begin)).toBe(SEND_BACK);
  expect(await reviewsOf(intentId)).toEqual([{ kind: 'late' }]);
  await endRefund(refundId);
  expect(await look(intentId, async () => {})).not.toBe(SEND_BACK);
});
