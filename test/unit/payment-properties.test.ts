// Properties of the payment rules that hold for any order of transfers, confirmations, reorganisations, deadlines and decisions.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sum, unitsOf } from '#domain/money.ts';
import { assessPayment, minimumUnits, type ObservedTransfer, type PaymentTerms } from '#domain/payment-rules.ts';
import { canTransition, IntentStatus, isTerminal } from '#domain/status.ts';
import { EXTENSION, PRICE, T, terms } from './payment-facts.ts';

type Event =
  | {
      kind: 'seen';
      percent: number;
      chainId: number;
      coin: 1 | 2;
      lateness: number;
      confirmed: boolean;
      senderDenied: boolean;
    }
  | { kind: 'confirmed' | 'orphaned' | 'minedAgain'; index: number }
  | { kind: 'resolved'; index: number; accepted: boolean }
  | { kind: 'expired' };

const index = fc.nat({ max: 7 });
const events: fc.Arbitrary<Event[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('seen' as const),
        // Shares of the price; 0.005 % of it is dust.
        percent: fc.constantFrom(0.005, 1, 30, 50, 99, 99.5, 100, 130),
        chainId: fc.constantFrom(1, 56, 10),
        coin: fc.constantFrom(1 as const, 2 as const),
        lateness: fc.constantFrom(-1000, 0, 1, EXTENSION, EXTENSION + 1),
        confirmed: fc.boolean(),
        senderDenied: fc.integer({ min: 0, max: 9 }).map((value) => value === 0),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('confirmed' as const), index }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('orphaned' as const, 'minedAgain' as const), index }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('resolved' as const), index, accepted: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'expired' as const }) },
  ),
  { maxLength: 16 },
);

interface World {
  status: IntentStatus;
  terms: PaymentTerms;
  transfers: ObservedTransfer[];
  watchersPassed: boolean;
  /** Every review that was written, as "transfer:kind". */
  reviews: string[];
}

const change = (world: World, at: number, by: (transfer: ObservedTransfer) => ObservedTransfer): void => {
  const chosen = world.transfers[at % Math.max(world.transfers.length, 1)];
  if (chosen) world.transfers = world.transfers.map((one) => (one === chosen ? by(one) : one));
};

const apply = (world: World, event: Event): void => {
  switch (event.kind) {
    case 'seen':
      world.transfers = [
        ...world.transfers,
        {
          id: `t${world.transfers.length}`,
          chainId: event.chainId,
          coin: event.coin,
          txHash: `0x${world.transfers.length}`,
          amountUnits: unitsOf((PRICE * BigInt(event.percent * 1000)) / 100_000n),
          blockTime: T + event.lateness,
          state: event.confirmed ? 'confirmed' : 'seen',
          senderDenied: event.senderDenied,
          inPayment: false,
          reviews: [],
        },
      ];
      return;
    case 'confirmed':
      change(world, event.index, (one) => (one.state === 'seen' ? { ...one, state: 'confirmed' } : one));
      return;
    case 'orphaned':
      change(world, event.index, (one) => ({ ...one, state: 'orphaned' }));
      return;
    case 'minedAgain': {
      const lost = world.transfers[event.index % Math.max(world.transfers.length, 1)];
      if (lost?.state !== 'orphaned') return;
      const id = `t${world.transfers.length}`;
      world.transfers = [...world.transfers, { ...lost, id, state: 'seen', inPayment: false, reviews: [] }];
      return;
    }
    case 'resolved':
      change(world, event.index, (one) => ({
        ...one,
        reviews: one.reviews.map((review) => ({ ...review, resolved: true, accepted: event.accepted })),
      }));
      return;
    case 'expired':
      world.watchersPassed = true;
  }
};

/** Assesses until the status is stable, writes what the system would, and checks every step. */
const settle = (world: World): void => {
  for (let round = 0; round < 8; round += 1) {
    const before = world.status;
    const step = assessPayment(before, world.terms, world.transfers, world.watchersPassed);
    const isAccepted = ({ reviews }: ObservedTransfer) => reviews.some(({ accepted }) => accepted);
    const byPerson = world.transfers.some(isAccepted);
    if (step.status !== before) {
      expect(canTransition(before, step.status), `${before} → ${step.status}`).toBe(true);
    }
    if (step.status === IntentStatus.CONFIRMED && before !== IntentStatus.CONFIRMED) {
      const paid = world.transfers.filter(({ id }) => step.paymentTransferIds.includes(id));
      expect(paid.every(({ state }) => state === 'confirmed')).toBe(true);
      if (!byPerson) {
        expect(sum(paid.map(({ amountUnits }) => amountUnits))).toBeGreaterThanOrEqual(minimumUnits(world.terms));
        expect(paid.some(({ senderDenied }) => senderDenied)).toBe(false);
        expect(world.terms.closedAs, 'a verdict is only overturned by a person').toBeNull();
      }
    }
    const isSame = step.status === before && step.extendTo === null && step.reviews.length === 0;
    if (isSame && !step.paymentTransferIds.some((id) => world.transfers.some((one) => one.id === id && !one.inPayment)))
      return;
    world.reviews.push(...step.reviews.map(({ transferId, kind }) => `${transferId}:${kind}`));
    world.transfers = world.transfers.map((one) => ({
      ...one,
      inPayment: one.inPayment || step.paymentTransferIds.includes(one.id),
      reviews: [
        ...one.reviews,
        ...step.reviews
          .filter(({ transferId }) => transferId === one.id)
          .map(({ kind }) => ({ kind, resolved: false })),
      ],
    }));
    if (step.extendTo !== null) {
      world.terms = { ...world.terms, expiresAt: step.extendTo, extended: true };
      world.watchersPassed = false;
    }
    if (isTerminal(before) && step.status !== before) world.terms = { ...world.terms, closedAs: before };
    world.status = step.status;
  }
  throw new Error(`the status did not converge: ${world.status}`);
};

const start = fc.constantFrom(
  IntentStatus.CREATED,
  IntentStatus.PAYING,
  IntentStatus.TEMP_WALLET_RECEIVED,
  IntentStatus.TIMEOUT,
  IntentStatus.CANCELED,
  IntentStatus.UNDERPAID,
);

test('any order of events: only allowed transitions, no CONFIRMED below the minimum, final verdicts, each review written once', () => {
  fc.assert(
    fc.property(start, events, (status, list) => {
      const world: World = { status, terms: terms(), transfers: [], watchersPassed: false, reviews: [] };
      for (const event of list) {
        const before = world.status;
        apply(world, event);
        settle(world);
        if (before === IntentStatus.CONFIRMED) expect(world.status).toBe(IntentStatus.CONFIRMED);
      }
      expect(new Set(world.reviews).size).toBe(world.reviews.length);
    }),
    { numRuns: 2_000 },
  );
});

test('the order of the transfers changes neither status nor sums', () => {
  fc.assert(
    fc.property(start, events, (status, list) => {
      const world: World = { status, terms: terms(), transfers: [], watchersPassed: false, reviews: [] };
      for (const event of list) apply(world, event);
      const assess = (transfers: ObservedTransfer[]) => {
        const { status: next, extendTo, receivedUnits } = assessPayment(status, world.terms, transfers, true);
        return { next, extendTo, receivedUnits };
      };
      expect(assess(world.transfers.toReversed())).toEqual(assess(world.transfers));
    }),
  );
});
