// A person accepts money that the rules did not: the workflow, ended or waiting, confirms the intent, announces it once and owes
// one settlement for it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Settlement } from '#db/entities/chain.entity.ts';
import { ReviewItem, WebhookEvent } from '#db/entities/delivery.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import type { IntentId } from '#domain/ids.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import type { ReviewOutcome } from '#domain/review-outcomes.ts';
import { IntentStatus } from '#domain/status.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import {
  addTransfer,
  type IntentFields,
  makeIntent,
  makeStore,
  randomAddress,
  setTransferState,
  setWatcher,
  type TestStore,
  type TransferFields,
} from '#test/support/intents.ts';
import { type PaymentSystem, startPaymentSystem } from '#test/support/payment-system.ts';

const S = IntentStatus;
const DENIED = randomAddress();
let system: PaymentSystem;
let store: TestStore;
beforeAll(async () => {
  system = await startPaymentSystem({ denyList: [DENIED] });
  store = await makeStore(system.em);
});
afterAll(() => system?.stop());

const find = async (intentId: IntentId, fields: TransferFields = {}): Promise<string> => {
  const transferId = await addTransfer(system.em, intentId, { state: 'confirmed', ...fields });
  await system.signal(intentId, 'transferConfirmed', transferId);
  return transferId;
};
const untilReview = (intentId: IntentId, kind: ReviewKind, transferId: string): Promise<string> =>
  waitFor(
    async () => {
      const item = await system.em.fork().findOne(ReviewItem, { intent: intentId, kind, transfer: BigInt(transferId) });
      return item ? String(item.id) : undefined;
    },
    { what: `a review ${kind}`, timeoutMs: 20_000 },
  );
const decide = (reviewItemId: string, outcome: ReviewOutcome = 'accepted') =>
  resolveReview(system.em, {
    reviewItemId,
    outcome,
    reason: 'agreed with the shop',
    actor: { kind: 'operator', id: 'op', email: 'op@platform.example' },
  });
const intentOf = (id: IntentId) => system.em.fork().findOneOrFail(CheckoutIntent, id);
const settlementsOf = (intentId: IntentId) => system.em.fork().find(Settlement, { intent: intentId });
const eventsOf = (intentId: IntentId) => system.em.fork().find(WebhookEvent, { intent: intentId });
const ended = async (intentId: IntentId) => (await system.handleOf(intentId)).result();
/** A checkout that ended without money. */
const timedOut = async (fields: IntentFields = {}): Promise<IntentId> => {
  const expiresAt = new Date(Date.now() - 60_000);
  await setWatcher(system.em, 31337, new Date());
  const intentId = await makeIntent(system.em, store, { expiresAt, ...fields });
  await system.untilStatus(intentId, S.TIMEOUT, 20_000);
  return intentId;
};

describe('money that a person decides on', () => {
  it('late and accepted: TIMEOUT becomes CONFIRMED with that transfer, announced once, settled once', async () => {
    const intentId = await timedOut();
    const transferId = await find(intentId, { amount: '11' });
    await decide(await untilReview(intentId, 'late', transferId));
    await system.untilStatus(intentId, S.CONFIRMED, 20_000);
    expect(await ended(intentId)).toBe('CONFIRMED');
    expect(await system.statusesOf(intentId)).toEqual(['TIMEOUT', 'PENDING_MANUAL_OPERATION', 'CONFIRMED']);
    expect(await intentOf(intentId)).toMatchObject({ actualPaidUnits: 11n * 10n ** 18n, surplusUnits: 10n ** 18n });
    expect(await eventsOf(intentId)).toHaveLength(1);
    expect(await settlementsOf(intentId)).toMatchObject([{ chainId: 31337, state: 'pending' }]);
  });

  it('short and accepted: the parts of an UNDERPAID order together, although its workflow has ended', async () => {
    const expiresAt = new Date(Date.now() - 60_000);
    await setWatcher(system.em, 31337, new Date());
    const intentId = await makeIntent(system.em, store, { expiresAt, extensionSeconds: 0, queued: false });
    const before = { state: 'confirmed', blockTime: new Date(expiresAt.getTime() - 1000) } as const;
    const first = await addTransfer(system.em, intentId, { ...before, amount: '4' });
    const second = await addTransfer(system.em, intentId, { ...before, amount: '3' });
    await system.signal(intentId, 'transferConfirmed', first);
    await system.untilStatus(intentId, S.UNDERPAID, 30_000);
    await ended(intentId);
    const reviewItemId = await untilReview(intentId, 'underpaid', first);
    await untilReview(intentId, 'underpaid', second);
    expect((await decide(reviewItemId)).resolvedIds).toHaveLength(2);
    await system.untilStatus(intentId, S.CONFIRMED, 20_000);
    expect(await intentOf(intentId)).toMatchObject({ actualPaidUnits: 7n * 10n ** 18n, surplusUnits: 0n });
    expect(await eventsOf(intentId)).toHaveLength(1);
  });

  it('accepted in a coin that the store did not ask for, while the checkout is open', async () => {
    const intentId = await makeIntent(system.em, store);
    const transferId = await find(intentId, { coin: 2 });
    await decide(await untilReview(intentId, 'wrong_coin', transferId));
    await system.untilStatus(intentId, S.CONFIRMED, 20_000);
    expect(await intentOf(intentId)).toMatchObject({ paidCoin: 2 });
    expect(await settlementsOf(intentId)).toHaveLength(1);
  });

  it('accepted by the operator from a payer denied by screening', async () => {
    const intentId = await makeIntent(system.em, store);
    const transferId = await find(intentId, { fromAddress: DENIED });
    await decide(await untilReview(intentId, 'screening', transferId));
    await system.untilStatus(intentId, S.CONFIRMED, 20_000);
    expect(await ended(intentId)).toBe('CONFIRMED');
  });

  it('a second payment accepted: the order is unchanged and one settlement is added', async () => {
    const intentId = await makeIntent(system.em, store);
    await find(intentId);
    await system.untilStatus(intentId, S.CONFIRMED, 20_000);
    const before = await intentOf(intentId);
    // In another coin: an open settlement of the same token would pay both.
    const transferId = await find(intentId, { coin: 2 });
    const reviewItemId = await untilReview(intentId, 'second_payment', transferId);
    expect(await settlementsOf(intentId)).toHaveLength(1);
    await decide(reviewItemId);
    await waitFor(async () => (await settlementsOf(intentId)).length === 2, {
      what: 'the settlement of the second payment',
      timeoutMs: 20_000,
    });
    expect(await intentOf(intentId)).toMatchObject({
      status: S.CONFIRMED,
      actualPaidUnits: before.actualPaidUnits,
      txHash: before.txHash,
    });
    expect(await eventsOf(intentId)).toHaveLength(1);
  });
});

it('closed: the previous verdict stands again, and nothing is owed', async () => {
  const intentId = await timedOut();
  const transferId = await find(intentId);
  await decide(await untilReview(intentId, 'late', transferId), 'closed');
  await system.untilStatus(intentId, S.TIMEOUT, 20_000);
  expect(await settlementsOf(intentId)).toEqual([]);
  expect(await eventsOf(intentId)).toEqual([]);
});

it('accepted, but removed by a reorganisation before the workflow reads it: not paid', async () => {
  const intentId = await timedOut();
  const transferId = await find(intentId);
  const reviewItemId = await untilReview(intentId, 'late', transferId);
  await system.em.fork().transactional(async (em) => {
    await resolveReview(em as never, {
      reviewItemId,
      outcome: 'accepted',
      reason: 'agreed',
      actor: { kind: 'operator', id: 'op', email: null },
    });
    await em.execute("update token_transfer set state = 'orphaned' where id = ?", [transferId]);
  });
  await system.untilStatus(intentId, S.TIMEOUT, 20_000);
  await setTransferState(system.em, transferId, 'confirmed');
  await system.signal(intentId, 'transferConfirmed', transferId);
  await system.untilStatus(intentId, S.CONFIRMED, 20_000);
});

it('a deleted intent ends its workflow as failed, with the reason', async () => {
  const intentId = await makeIntent(system.em, store, { queued: false });
  const handle = await system.client.workflow.start('checkoutIntentWorkflow', {
    workflowId: `gone-${intentId}`,
    taskQueue: system.queues.checkout,
    args: [{ intentId: 'f'.repeat(24), expiresAt: new Date().toISOString(), assessNow: true }],
  });
  await expect(handle.result()).rejects.toMatchObject({
    cause: { type: 'IntentMissingError', message: `There is no intent ${'f'.repeat(24)}` },
  });
});
