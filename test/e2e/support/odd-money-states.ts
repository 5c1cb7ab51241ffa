// States of a checkout with money that did not simply pay the order: removed by the network, late, of another network, beside the payment,
// decided, refunded. Made by the functions that the workflow, the dashboard and the follower of refunds call.
import { TokenTransfer } from '#db/entities/chain.entity.ts';
import { ReviewItem } from '#db/entities/delivery.entity.ts';
import { applyRefundUpdate } from '#db/refunds/refund-outcomes.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, ZERO } from '#domain/money.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import { IntentStatus as S } from '#domain/status.ts';
import { randomHash } from '#test/support/intents.ts';
import { prepareWalletRefund } from '#test/support/wallet-refund.ts';
import type { CheckoutState } from './checkout-state.ts';
import type { CheckoutWorld } from './checkout-world.ts';

const OWNER = { kind: 'member', id: 'm', email: 'owner@shop.example' } as const;

const orphan = async (world: CheckoutWorld, intent: IntentId): Promise<void> => {
  await world.orm.em.fork().nativeUpdate(TokenTransfer, { intent }, { state: 'orphaned' });
};

/** Expired, then 25 coins, which wait for a decision. @returns the order and its transfer */
const inReview = async (world: CheckoutWorld, kind: ReviewKind = 'late', chainId = 31337) => {
  const intentId = await world.intent({ acceptedChainIds: [31337] });
  await world.change({ intentId, to: S.TIMEOUT });
  const transferId = await world.transfer(intentId, { amount: '25', state: 'confirmed', below: 3n, chainId });
  await world.change({ intentId, to: S.PENDING_MANUAL_OPERATION, reviews: [{ kind, transferId }] });
  return { intentId, transferId };
};

const reviewOf = async (world: CheckoutWorld, intent: IntentId): Promise<string> =>
  String((await world.orm.em.fork().findOneOrFail(ReviewItem, { intent })).id);

/** Of whole coins, as the dashboard prepares it. @returns its id */
export const refund = async (world: CheckoutWorld, intentId: IntentId, coins: number): Promise<string> => {
  const review = await world.orm.em.fork().findOne(ReviewItem, { intent: intentId, state: 'open' });
  const reviewItemId = review && String(review.id);
  return await prepareWalletRefund(world.orm.em.fork(), world.storeId, intentId, { coins, reviewItemId });
};

export const confirmRefund = (world: CheckoutWorld, id: string) =>
  applyRefundUpdate(world.orm.em, id, {
    ...{ kind: 'confirmed', txHash: randomHash(), logIndex: 0, feeBaseUnits: baseUnitsOf(ZERO) },
  });

/** Leaves the money at the address; the workflow then restores what stood. */
export const close = async (world: CheckoutWorld, intentId: IntentId): Promise<void> => {
  const reviewItemId = await reviewOf(world, intentId);
  await resolveReview(world.orm.em.fork(), { reviewItemId, outcome: 'closed', reason: 'No such order', actor: OWNER });
};

export const paidTwice = async (world: CheckoutWorld): Promise<IntentId> => {
  const intentId = await world.intent();
  await world.pay(intentId);
  const transferId = await world.transfer(intentId, { amount: '25', state: 'confirmed', below: 1n });
  await world.change({ intentId, reviews: [{ kind: 'second_payment', transferId }] });
  return intentId;
};

const paidAndRefunding = async (world: CheckoutWorld, coins: number) => {
  const intentId = await world.intent();
  await world.pay(intentId);
  return { intentId, refundId: await refund(world, intentId, coins) };
};

export const removed = async (world: CheckoutWorld): Promise<IntentId> => {
  const intentId = await world.intent();
  await world.transfer(intentId, { amount: '25' });
  await orphan(world, intentId);
  return intentId;
};

export const ODD_MONEY_STATES: readonly CheckoutState[] = [
  { name: 'removed', phase: 'pay', heading: 'The network removed your payment', make: removed },
  {
    ...{ name: 'removed-expired', phase: 'expired', heading: 'This checkout has expired' },
    make: async (world) => {
      const intentId = await removed(world);
      await world.change({ intentId, to: S.TIMEOUT });
      return intentId;
    },
  },
  {
    ...{ name: 'wrong-coin-seen', phase: 'pay', heading: 'Send 25.0000 USDT' },
    make: async (world) => {
      const intentId = await world.intent({ acceptedStableCoins: [1] });
      await world.transfer(intentId, { amount: '25', coin: 2 });
      return intentId;
    },
  },
  {
    ...{ name: 'late', phase: 'review', heading: 'This payment is in review' },
    make: async (world) => (await inReview(world)).intentId,
  },
  {
    ...{ name: 'wrong-network', phase: 'review', heading: 'This payment is in review' },
    make: async (world) => (await inReview(world, 'wrong_chain', 31338)).intentId,
  },
  {
    ...{ name: 'screened', phase: 'review', heading: 'This payment is in review' },
    make: async (world) => (await inReview(world, 'screening')).intentId,
  },
  {
    ...{ name: 'late-left', phase: 'expired', heading: 'This checkout has expired' },
    make: async (world) => {
      const { intentId } = await inReview(world);
      await close(world, intentId);
      await world.change({ intentId, to: S.TIMEOUT });
      return intentId;
    },
  },
  {
    ...{ name: 'late-refunding', phase: 'sendBack', heading: 'Your money is being refunded' },
    make: async (world) => {
      const { intentId } = await inReview(world);
      await refund(world, intentId, 25);
      return intentId;
    },
  },
  {
    ...{ name: 'late-refunded', phase: 'expired', heading: 'This checkout has expired' },
    make: async (world) => {
      const { intentId } = await inReview(world);
      await confirmRefund(world, await refund(world, intentId, 25));
      await world.change({ intentId, to: S.TIMEOUT });
      return intentId;
    },
  },
  { name: 'paid-twice', phase: 'paid', heading: 'Fund Sent', make: paidTwice },
  {
    ...{ name: 'paid-twice-left', phase: 'paid', heading: 'Fund Sent' },
    make: async (world) => {
      const intentId = await paidTwice(world);
      await close(world, intentId);
      return intentId;
    },
  },
  {
    ...{ name: 'paid-refunding', phase: 'paid', heading: 'Fund Sent' },
    make: async (world) => (await paidAndRefunding(world, 4)).intentId,
  },
  {
    ...{ name: 'paid-refunded-in-part', phase: 'paid', heading: 'Fund Sent' },
    make: async (world) => {
      const { intentId, refundId } = await paidAndRefunding(world, 4);
      await confirmRefund(world, refundId);
      return intentId;
    },
  },
  {
    ...{ name: 'paid-refunded', phase: 'paid', heading: 'Refunded' },
    make: async (world) => {
      const { intentId, refundId } = await paidAndRefunding(world, 25);
      await confirmRefund(world, refundId);
      return intentId;
    },
  },
  {
    ...{ name: 'paid-removed', phase: 'paid', heading: 'Fund Sent' },
    make: async (world) => {
      const intentId = await world.intent();
      await world.pay(intentId);
      await orphan(world, intentId);
      return intentId;
    },
  },
];
