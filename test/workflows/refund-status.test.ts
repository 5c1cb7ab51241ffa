// A refund of a paid order: the workflow, which had ended, shows SEND_BACK, reviews money that arrives meanwhile, and ends again.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ReviewItem, WebhookEvent } from '#db/entities/delivery.entity.ts';
import { applyRefundUpdate } from '#db/refunds/refund-outcomes.ts';
import type { IntentId } from '#domain/ids.ts';
import { ZERO } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { addTransfer, makeStore, type TestStore } from '#test/support/intents.ts';
import { type PaymentSystem, startPaymentSystem } from '#test/support/payment-system.ts';
import { prepareWalletRefund } from '#test/support/wallet-refund.ts';
import { CheckoutStatus } from '#workflows/messages.ts';

let system: PaymentSystem;
let store: TestStore;
beforeAll(async () => {
  system = await startPaymentSystem();
  store = await makeStore(system.em);
});
afterAll(() => system?.stop());

const shownStatus = async (intentId: IntentId): Promise<string | undefined> =>
  (await (await system.handleOf(intentId)).describe()).typedSearchAttributes.get(CheckoutStatus);

it('shows SEND_BACK, reviews new money, returns to CONFIRMED without a second webhook, and ends', async () => {
  const intentId = await system.startedIntent(store, { amount: '10' });
  await system.pay(intentId, { amount: '10' });
  await system.untilStatus(intentId, IntentStatus.CONFIRMED, 20_000);
  const handle = await system.handleOf(intentId);
  await handle.result();

  const id = await prepareWalletRefund(system.em, store.storeId, intentId);
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
  expect(await (await system.handleOf(intentId)).result()).toBe('CONFIRMED');
  const confirmations = { intent: intentId, eventType: 'checkout_intent.confirmed' as const };
  expect(await system.em.fork().count(WebhookEvent, confirmations)).toBe(1);
  expect(await system.em.fork().count(ReviewItem, { intent: intentId })).toBe(1);
});
