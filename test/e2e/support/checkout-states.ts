// Every state of a checkout page, each created from nothing. Tests and screenshots use the same list.
import { IntentStatus } from '#domain/status.ts';
import type { CheckoutState } from './checkout-state.ts';
import { ODD_MONEY_STATES } from './odd-money-states.ts';

const ended = (name: string, phase: string, heading: string, to: IntentStatus): CheckoutState => ({
  name,
  phase,
  heading,
  make: async (world) => {
    const intentId = await world.intent();
    await world.change({ intentId, to });
    return intentId;
  },
});

export const CHECKOUT_STATES: readonly CheckoutState[] = [
  { name: 'waiting', phase: 'pay', heading: 'Send 25.0000 USDT', make: (world) => world.intent() },
  {
    name: 'waiting-usdc-with-amount',
    phase: 'pay',
    heading: 'Send 25.0000 USDC',
    make: (world) => world.intent(),
    search: '?coin=USDC&network=31338&qr=amount',
  },
  {
    name: 'last-minutes',
    phase: 'pay',
    heading: 'Send 25.0000 USDT',
    make: (world) => world.intent({ expiresAt: new Date(Date.now() + 4 * 60_000) }),
  },
  {
    name: 'long-texts',
    phase: 'pay',
    heading: 'Send 1,234,567.8912 USDT',
    make: (world) =>
      world.intent({
        amountUnits: 1_234_567_891_200_000_000_000_000n,
        orderId: 'ORDER-2026-11-22-WITH-A-VERY-LONG-NUMBER-00000000000000000000000001',
        orderDescription: `A description that a plug-in made from many lines of a cart, ${'one more item, '.repeat(12)}end.`,
      }),
  },
  {
    name: 'short',
    phase: 'pay',
    heading: 'Send the remaining 13.0000 USDT',
    make: async (world) => {
      const intentId = await world.intent();
      await world.transfer(intentId, { amount: '12', state: 'confirmed', below: 3n });
      return intentId;
    },
  },
  {
    name: 'confirming',
    phase: 'confirming',
    heading: 'Payment seen, confirming',
    make: async (world) => {
      const intentId = await world.intent();
      await world.transfer(intentId, { amount: '25' });
      await world.change({ intentId, to: IntentStatus.ON_CHAIN });
      return intentId;
    },
  },
  {
    name: 'paid',
    phase: 'paid',
    heading: 'Fund Sent',
    make: async (world) => {
      const intentId = await world.intent();
      await world.pay(intentId);
      return intentId;
    },
  },
  {
    name: 'paid-over-in-two-parts',
    phase: 'paid',
    heading: 'Fund Sent',
    make: async (world) => {
      const intentId = await world.intent();
      const first = await world.transfer(intentId, { amount: '12', state: 'confirmed', below: 9n });
      const second = await world.transfer(intentId, { amount: '14.5', state: 'confirmed', below: 3n, chainId: 31338 });
      await world.change({ intentId, to: IntentStatus.CONFIRMED, paymentTransferIds: [first, second] });
      return intentId;
    },
  },
  {
    name: 'short-in-two-coins',
    phase: 'pay',
    heading: 'Send the remaining 7.0000 USDT',
    make: async (world) => {
      const intentId = await world.intent();
      await world.transfer(intentId, { amount: '10', state: 'confirmed', below: 9n });
      await world.transfer(intentId, { amount: '8', coin: 2, state: 'confirmed', below: 3n, chainId: 31338 });
      return intentId;
    },
  },
  {
    name: 'paid-in-two-coins',
    phase: 'paid',
    heading: 'Fund Sent',
    make: async (world) => {
      const intentId = await world.intent();
      const first = await world.transfer(intentId, { amount: '10', state: 'confirmed', below: 9n });
      const second = await world.transfer(intentId, {
        ...{ amount: '16', coin: 2, state: 'confirmed', below: 3n, chainId: 31338 },
      });
      await world.change({ intentId, to: IntentStatus.CONFIRMED, paymentTransferIds: [first, second] });
      return intentId;
    },
  },
  {
    name: 'canceled-with-money',
    phase: 'canceled',
    heading: 'This checkout was canceled',
    make: async (world) => {
      const intentId = await world.intent();
      await world.change({ intentId, to: IntentStatus.CANCELED });
      await world.transfer(intentId, { amount: '18', state: 'confirmed', below: 3n });
      return intentId;
    },
  },
  {
    name: 'closing',
    phase: 'closing',
    heading: 'Time is up',
    make: (world) => world.intent({ expiresAt: new Date(Date.now() - 1_000) }),
  },
  ended('expired', 'expired', 'This checkout has expired', IntentStatus.TIMEOUT),
  ended('canceled', 'canceled', 'This checkout was canceled', IntentStatus.CANCELED),
  {
    name: 'underpaid',
    phase: 'underpaid',
    heading: 'Expired with a part of the payment',
    make: async (world) => {
      const intentId = await world.intent();
      const transferId = await world.transfer(intentId, { amount: '12', state: 'confirmed', below: 9n });
      await world.change({ intentId, to: IntentStatus.UNDERPAID, reviews: [{ kind: 'underpaid', transferId }] });
      return intentId;
    },
  },
  {
    name: 'review',
    phase: 'review',
    heading: 'This payment is in review',
    make: async (world) => {
      const intentId = await world.intent({ acceptedStableCoins: [1] });
      const transferId = await world.transfer(intentId, { amount: '25', coin: 2, state: 'confirmed', below: 9n });
      await world.change({
        intentId,
        to: IntentStatus.PENDING_MANUAL_OPERATION,
        reviews: [{ kind: 'wrong_coin', transferId }],
      });
      return intentId;
    },
  },
  {
    name: 'send-back',
    phase: 'sendBack',
    heading: 'Your money is being refunded',
    make: async (world) => {
      const intentId = await world.intent();
      await world.change({ intentId, to: IntentStatus.PENDING_MANUAL_OPERATION });
      await world.change({ intentId, to: IntentStatus.SEND_BACK });
      return intentId;
    },
  },
  ended('rejected', 'rejected', 'This payment was not accepted', IntentStatus.REJECTED),
  ended('failed', 'failed', 'Something went wrong with this checkout', IntentStatus.FAILED),
  {
    name: 'no-network',
    phase: 'noNetwork',
    heading: 'No network is available',
    make: (world) => world.intent({ acceptedChainIds: [1] }),
  },
  ...ODD_MONEY_STATES,
];
