// A refund of a paid order: the workflow, which had ended, shows SEND_BACK, reviews money that arrives meanwhile, and ends again.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ReviewItem, WebhookEvent } from '#db/entities/delivery.entity.ts';
import { applyRefundUpdate } from '#db/refunds/refund-outcomes.ts';
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import { recordRefund } from '#db/refunds/refunds.ts';
import { baseUnitsOf, ZERO } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { IntentStatus } from '#domain/status.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { addTransfer, makeStore, type TestStore } from '#test/support/intents.ts';
import { type PaymentSystem, startPaymentSystem } from '#test/support/payment-system.ts';
import { CheckoutStatus } from '#workflows/messages.ts';

let system: PaymentSystem;
let store: TestStore;
beforeAll(async () => {
  system = await startPaymentSystem();
  store = await makeStore(system.em);
});
afterAll(() => system?.stop());

const shownStatus = async (intentId: string): Promise<string | undefined> =>
  (await system.client.workflow.getHandle(intentId).describe()).typedSearchAttributes.get(CheckoutStatus);

it('shows SEND_BACK, reviews new money, returns to CONFIRMED without a second webhook, and ends', async () => {
  const intentId = await system.startedIntent(store, { amount: '10' });
  await system.pay(intentId, { amount: '10' });
  await system.untilStatus(intentId, IntentStatus.CONFIRMED, 20_000);
  const handle = system.client.workflow.getHandle(intentId);
  await handle.result();

  const order = await readRefundableOrder(system.em.fork(), store.storeId, intentId);
  const [share] = order?.shares ?? [];
  if (!share) throw new Error('nothing to refund');
  const { id } = await recordRefund(system.em, {
    ...{
      storeId: store.storeId,
      intentId,
      of: share,
      source: 'wallet',
      toAddress: knownPayable(share.payer),
      feeBearer: 'merchant',
    },
    ...{ amountBaseUnits: baseUnitsOf(4_000_000), feeBaseUnits: ZERO, withheldBaseUnits: ZERO, reviewItemId: null },
    ...{ requestId: null, orderDigest: null, callData: '0x', fromBlock: 1n, deadline: new Date(), reason: 'Returned' },
    actor: { kind: 'member', id: 'm', email: 'owner@shop.example' },
  });
  const shows = (status: string) =>
    waitFor(async () => (await shownStatus(intentId)) === status || undefined, {
      what: `the search attribute ${status}`,
      timeoutMs: 45_000,
    });
  await shows('SEND_BACK');

  const second = await addTransfer(system.em, intentId, { state: 'confirmed', amount: '7' });
  await system.signal(intentId, 'transferConfirmed', second);
  await system.untilReviewed(intentId, 'second_payment');
  await system.untilStatus(intentId, IntentStatus.SEND_BACK, 20_000);

  await applyRefundUpdate(system.em, id, {
    ...{ kind: 'confirmed', txHash: `0x${'12'.repeat(32)}`, logIndex: 0, feeBaseUnits: ZERO },
  });
  await system.untilStatus(intentId, IntentStatus.CONFIRMED, 20_000);
  await shows('CONFIRMED');
  expect(await system.client.workflow.getHandle(intentId).result()).toBe('CONFIRMED');
  const confirmations = { intent: intentId, eventType: 'checkout_intent.confirmed' as const };
  expect(await system.em.fork().count(WebhookEvent, confirmations)).toBe(1);
  expect(await system.em.fork().count(ReviewItem, { intent: intentId })).toBe(1);
});
