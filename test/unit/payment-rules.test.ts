// The rules for money that arrives at an open checkout (docs/architecture.md section 5): enough, short, over, late, wrong coin, wrong
// chain, parts, tolerance, dust, reorganisations before CONFIRMED, and the one extension of the deadline.
import { describe, expect, test } from 'vitest';
import { ONE_COIN, unitsOf, ZERO } from '#domain/money.ts';
import {
  assessPayment,
  minimumUnits,
  misfitOf,
  type ObservedTransfer,
  type PaymentTerms,
} from '#domain/payment-rules.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import { IntentStatus } from '#domain/status.ts';
import { CLOSED, EXTENSION, OPEN, PRICE, reviewed, settle, T, terms, transfer } from './payment-facts.ts';

const S = IntentStatus;

describe('enough money', () => {
  test.each([...OPEN, S.ON_CHAIN, S.PENDING_MANUAL_OPERATION])(
    'from status %i: CONFIRMED, deadline cleared, payment recorded',
    (status) => {
      const paid = transfer(100);
      for (const passed of [false, true]) {
        expect(assessPayment(status, terms(), [paid], passed)).toMatchObject({
          status: S.CONFIRMED,
          paymentTransferIds: [paid.id],
          receivedUnits: PRICE,
          surplusUnits: 0n,
          reviews: [],
          wakeAt: null,
          extendTo: null,
        });
      }
    },
  );

  test.each([...OPEN, S.ON_CHAIN])(
    'from status %i, seen but not confirmed: ON_CHAIN, deadline cleared, at any time',
    (status) => {
      for (const passed of [false, true]) {
        const verdict = assessPayment(status, terms(), [transfer(100, { state: 'seen' })], passed);
        expect(verdict).toMatchObject({
          status: S.ON_CHAIN,
          paymentTransferIds: [],
          wakeAt: null,
          extendTo: null,
          waitingFor: 'confirmations of the payment',
        });
      }
    },
  );

  test('parts in several coins and on several chains are added up', () => {
    const parts = [transfer(30), transfer(30.5, { coin: 2 }), transfer(39.5, { chainId: 56 })];
    expect(assessPayment(S.PAYING, terms(), parts, false)).toMatchObject({
      status: S.CONFIRMED,
      paymentTransferIds: parts.map(({ id }) => id),
    });
    const waiting = [parts[0], parts[1], transfer(39.5, { state: 'seen' })] as ObservedTransfer[];
    expect(assessPayment(S.PAYING, terms(), waiting, false)).toMatchObject({
      status: S.ON_CHAIN,
      receivedUnits: PRICE,
    });
  });

  test('when the confirmed parts are enough, a part that is only seen is not in the payment', () => {
    const [confirmed, seen] = [transfer(100), transfer(5, { state: 'seen' })];
    const verdict = assessPayment(S.ON_CHAIN, terms(), [confirmed, seen], false);
    expect(verdict).toMatchObject({ status: S.CONFIRMED, paymentTransferIds: [confirmed.id], surplusUnits: 0n });
  });

  test('too much: CONFIRMED with the surplus', () =>
    expect(assessPayment(S.PAYING, terms(), [transfer(60), transfer(45)], false)).toMatchObject({
      status: S.CONFIRMED,
      receivedUnits: 105n * ONE_COIN,
      surplusUnits: 5n * ONE_COIN,
      reviews: [],
    }));

  test('a payment exactly at the deadline is in time', () =>
    expect(assessPayment(S.PAYING, terms(), [transfer(100, { blockTime: T })], true).status).toBe(S.CONFIRMED));
});

describe('tolerance', () => {
  test.each([
    [50, 99_500_000_000_000_000_000n],
    [0, PRICE],
    [1, 99_990_000_000_000_000_000n],
    [1000, 90n * ONE_COIN],
  ])('%i basis points require %s', (toleranceBps, minimum) =>
    expect(minimumUnits(terms({ toleranceBps }))).toBe(minimum),
  );

  test('the minimum rounds up to a whole unit', () =>
    expect(minimumUnits({ requiredUnits: unitsOf(199n), toleranceBps: 50 })).toBe(199n));

  test('one unit below the minimum is too little', () => {
    const minimum = minimumUnits(terms());
    expect(assessPayment(S.PAYING, terms(), [transfer(minimum)], false)).toMatchObject({
      status: S.CONFIRMED,
      surplusUnits: 0n,
      receivedUnits: minimum,
    });
    expect(assessPayment(S.PAYING, terms(), [transfer(minimum - 1n)], false).status).toBe(S.PAYING);
  });
});

describe('too little money', () => {
  test('a part, seen or confirmed, extends the deadline once', () => {
    for (const state of ['seen', 'confirmed'] as const) {
      for (const passed of [false, true]) {
        const verdict = assessPayment(S.TEMP_WALLET_RECEIVED, terms(), [transfer(40, { state })], passed);
        expect(verdict).toMatchObject({
          status: S.TEMP_WALLET_RECEIVED,
          extendTo: T + EXTENSION,
          wakeAt: T + EXTENSION,
          waitingFor: 'the rest of the payment',
        });
      }
    }
    const again = assessPayment(S.TEMP_WALLET_RECEIVED, terms({ extended: true }), [transfer(40)], false);
    expect(again).toMatchObject({
      status: S.TEMP_WALLET_RECEIVED,
      extendTo: null,
      wakeAt: T,
      waitingFor: 'the rest of the payment',
    });
  });

  test('at the deadline: UNDERPAID, with a review for each part', () => {
    const parts = [transfer(40), transfer(20, { state: 'seen' })];
    expect(assessPayment(S.PAYING, terms({ extended: true }), parts, true)).toMatchObject({
      status: S.UNDERPAID,
      extendTo: null,
      receivedUnits: 60n * ONE_COIN,
      reviews: parts.map(({ id }) => ({ kind: 'underpaid', transferId: id })),
    });
  });

  test('the rest within the extension completes the payment', () => {
    const parts = [transfer(40), transfer(60, { blockTime: T + EXTENSION })];
    expect(assessPayment(S.PAYING, terms({ extended: true, expiresAt: T + EXTENSION }), parts, true).status).toBe(
      S.CONFIRMED,
    );
  });
});

describe('no money', () => {
  test.each(OPEN)('from status %i: waits until deadline and watchers have passed', (status) => {
    expect(assessPayment(status, terms(), [], false)).toMatchObject({
      status,
      wakeAt: T,
      extendTo: null,
      reviews: [],
      waitingFor: 'a payment',
    });
    expect(assessPayment(status, terms(), [], true)).toMatchObject({ status: S.TIMEOUT, wakeAt: null, reviews: [] });
  });

  test('a watcher that is behind also delays UNDERPAID', () =>
    expect(assessPayment(S.PAYING, terms({ extended: true }), [transfer(40)], false).status).toBe(S.PAYING));
});

describe('misfits', () => {
  const misfits: [ReviewKind, Partial<ObservedTransfer>, Partial<PaymentTerms>][] = [
    ['late', { blockTime: T + 1 }, {}],
    ['wrong_coin', { coin: 2 }, { acceptedCoins: [1] }],
    ['wrong_chain', { chainId: 10 }, {}],
    ['wrong_chain', { chainId: 10, coin: 2, blockTime: T + 1 }, { acceptedCoins: [1] }],
    ['wrong_coin', { coin: 2, blockTime: T + 1 }, { acceptedCoins: [1] }],
  ];
  test.each(misfits)('%s: a person decides, with one review', (kind, change, termChange) => {
    for (const state of ['seen', 'confirmed'] as const) {
      const money = transfer(100, { ...change, state });
      expect(misfitOf(terms(termChange), { ...money, isUnwantedToken: false })).toBe(kind);
      for (const status of OPEN) {
        expect(assessPayment(status, terms(termChange), [money], false)).toMatchObject({
          status: S.PENDING_MANUAL_OPERATION,
          reviews: [{ kind, transferId: money.id }],
          receivedUnits: 0n,
          paymentTransferIds: [],
          wakeAt: null,
        });
      }
    }
  });

  test.each(misfits)(
    '%s beside a full payment: CONFIRMED with a review; ON_CHAIN while unconfirmed',
    (kind, change, termChange) => {
      const [odd, full] = [transfer(7, change), transfer(100)];
      expect(assessPayment(S.ON_CHAIN, terms(termChange), [odd, full], false)).toMatchObject({
        status: S.CONFIRMED,
        paymentTransferIds: [full.id],
        surplusUnits: 0n,
        reviews: [{ kind, transferId: odd.id }],
      });
      expect(assessPayment(S.PAYING, terms(termChange), [odd, { ...full, state: 'seen' }], false)).toMatchObject({
        status: S.ON_CHAIN,
        reviews: [{ kind, transferId: odd.id }],
      });
    },
  );

  test('a manual case stays one until the full payment is confirmed', () => {
    const odd = transfer(7, { chainId: 10, ...reviewed('wrong_chain') });
    const full = transfer(100, { state: 'seen' });
    expect(assessPayment(S.PENDING_MANUAL_OPERATION, terms(), [odd, full], false)).toMatchObject({
      status: S.PENDING_MANUAL_OPERATION,
      waitingFor: 'confirmations of the payment',
      reviews: [],
    });
    expect(
      assessPayment(S.PENDING_MANUAL_OPERATION, terms(), [odd, { ...full, state: 'confirmed' }], false).status,
    ).toBe(S.CONFIRMED);
  });

  test('an existing review is not written again', () => {
    const money = transfer(100, { blockTime: T + 1, ...reviewed('late') });
    expect(assessPayment(S.PENDING_MANUAL_OPERATION, terms(), [money], true)).toMatchObject({
      status: S.PENDING_MANUAL_OPERATION,
      reviews: [],
    });
  });

  test('a part beside a misfit: the person decides, and nothing expires meanwhile', () => {
    const verdict = assessPayment(S.PAYING, terms(), [transfer(40), transfer(60, { chainId: 10 })], true);
    expect(verdict).toMatchObject({ status: S.PENDING_MANUAL_OPERATION, extendTo: null, wakeAt: null });
  });

  test('money that a person has decided does not count and does not hold the intent', () => {
    const decided = transfer(100, { chainId: 10, ...reviewed('wrong_chain', true) });
    expect(assessPayment(S.PENDING_MANUAL_OPERATION, terms(), [decided], false)).toMatchObject({
      status: S.TEMP_WALLET_RECEIVED,
      reviews: [],
      wakeAt: T,
    });
    const inTime = transfer(100, reviewed('late', true));
    expect(assessPayment(S.PAYING, terms(), [inTime], true)).toMatchObject({ status: S.TIMEOUT, receivedUnits: 0n });
  });
});

describe('a reorganisation before CONFIRMED', () => {
  const lost = (coins = 100) => transfer(coins, { state: 'orphaned' });

  test('sets the intent back to waiting and extends the deadline once', () =>
    expect(assessPayment(S.ON_CHAIN, terms(), [lost()], false)).toMatchObject({
      status: S.TEMP_WALLET_RECEIVED,
      receivedUnits: 0n,
      extendTo: T + EXTENSION,
      wakeAt: T + EXTENSION,
      waitingFor: 'a payment',
    }));

  test('extends even when the watchers are past the deadline, so that the payment can be mined again', () =>
    expect(assessPayment(S.ON_CHAIN, terms(), [lost()], true)).toMatchObject({
      status: S.TEMP_WALLET_RECEIVED,
      extendTo: T + EXTENSION,
    }));

  test('mined again: ON_CHAIN, then CONFIRMED by the new transfer alone', () => {
    const old = lost();
    const again = transfer(100, { txHash: old.txHash, state: 'seen' });
    expect(assessPayment(S.TEMP_WALLET_RECEIVED, terms({ extended: true }), [old, again], false).status).toBe(
      S.ON_CHAIN,
    );
    const verdict = assessPayment(
      S.ON_CHAIN,
      terms({ extended: true }),
      [old, { ...again, state: 'confirmed' }],
      false,
    );
    expect(verdict).toMatchObject({ status: S.CONFIRMED, paymentTransferIds: [again.id], receivedUnits: PRICE });
  });

  test('after the extended deadline: first back to waiting, then TIMEOUT', () => {
    const [first, then] = settle(S.ON_CHAIN, terms({ extended: true }), [lost()]);
    expect([first?.status, then?.status]).toEqual([S.TEMP_WALLET_RECEIVED, S.TIMEOUT]);
  });

  test('of one part of two: waits for the rest', () =>
    expect(assessPayment(S.ON_CHAIN, terms(), [lost(60), transfer(40)], false)).toMatchObject({
      status: S.TEMP_WALLET_RECEIVED,
      receivedUnits: 40n * ONE_COIN,
      waitingFor: 'the rest of the payment',
    }));

  test('of a misfit: ends the manual case, and the deadline applies again', () =>
    expect(
      assessPayment(S.PENDING_MANUAL_OPERATION, terms(), [transfer(100, { chainId: 10, state: 'orphaned' })], false),
    ).toMatchObject({
      status: S.TEMP_WALLET_RECEIVED,
      extendTo: null,
      wakeAt: T,
    }));
});
describe('dust misfits', () => {
  const misfits: Partial<ObservedTransfer>[] = [
    { coin: 3 as never },
    { chainId: 10 },
    { blockTime: T + 1 },
    { senderDenied: true },
  ];
  const dust = (change: Partial<ObservedTransfer>) => transfer(0.009, change);

  test.each(misfits)('change nothing: %o', (change) => {
    expect(assessPayment(S.PAYING, terms(), [dust(change)], false)).toMatchObject({ status: S.PAYING, reviews: [] });
    expect(assessPayment(S.PAYING, terms(), [dust(change)], true).status).toBe(S.TIMEOUT);
    for (const verdict of CLOSED) {
      expect(assessPayment(verdict, terms(), [dust(change)], true)).toMatchObject({ status: verdict, reviews: [] });
    }
    const paid = transfer(100, { inPayment: true });
    expect(assessPayment(S.CONFIRMED, terms(), [paid, dust(change)], true).reviews).toEqual([]);
    expect(assessPayment(S.ON_CHAIN, terms(), [transfer(100), dust(change)], false)).toMatchObject({
      status: S.CONFIRMED,
      reviews: [],
    });
  });

  test('a hundredth of a coin is not dust, and neither is a large sum of dust', () => {
    for (const found of [
      [transfer(0.01, { coin: 3 as never })],
      Array.from({ length: 112 }, () => dust({ senderDenied: true })),
    ]) {
      expect(assessPayment(S.PAYING, terms(), found, false).status).toBe(S.PENDING_MANUAL_OPERATION);
    }
  });

  test('a review that exists stays with the person, and dust of the right coin counts', () => {
    const dustInReview = dust({ coin: 3 as never, ...reviewed('wrong_coin') });
    expect(assessPayment(S.PENDING_MANUAL_OPERATION, terms(), [dustInReview], false).status).toBe(
      S.PENDING_MANUAL_OPERATION,
    );
    expect(assessPayment(S.PAYING, terms({ requiredUnits: unitsOf(ONE_COIN / 200n) }), [dust({})], false).status).toBe(
      S.CONFIRMED,
    );
  });

  test('histories recorded before the dust rule keep their result', () =>
    expect(assessPayment(S.PAYING, terms({ dustUnits: ZERO }), [dust({ coin: 3 as never })], false).status).toBe(
      S.PENDING_MANUAL_OPERATION,
    ));
});
