// Every verdict on observed money (architecture.md section 5): enough, short, over, late, wrong coin, wrong chain, parts,
// tolerance, reorganisations before and after, the clock's one extension, and what comes after a verdict.
import { describe, expect, test } from 'vitest';
import { ONE_COIN } from '#domain/money.ts';
import {
  type Assessment,
  assessPayment,
  DUST_UNITS,
  minimumUnits,
  misfitOf,
  type ObservedTransfer,
  type PaymentTerms,
  type ReviewKind,
} from '#domain/payment-rules.ts';
import { canTransition, INTENT_STATUSES, IntentStatus, isAwaitingPayment, isTerminal } from '#domain/status.ts';

const S = IntentStatus;
const T = 1_700_000_000_000;
const EXTENSION = 600_000;
const PRICE = 100n * ONE_COIN;

const terms = (change: Partial<PaymentTerms> = {}): PaymentTerms => ({
  requiredUnits: PRICE,
  toleranceBps: 50,
  expiresAt: T,
  extended: false,
  extensionMs: EXTENSION,
  acceptedCoins: [1, 2],
  acceptedChainIds: [1, 56],
  payerDenied: false,
  dustUnits: DUST_UNITS,
  closedAs: null,
  ...change,
});

let made = 0;
const transfer = (coins: number | bigint, change: Partial<ObservedTransfer> = {}): ObservedTransfer => {
  made += 1;
  const amountUnits = typeof coins === 'bigint' ? coins : BigInt(Math.round(coins * 1e6)) * 10n ** 12n;
  return {
    id: `t${made}`,
    chainId: 1,
    coin: 1,
    txHash: `0x${made}`,
    amountUnits,
    blockTime: T - 1000,
    state: 'confirmed',
    senderDenied: false,
    inPayment: false,
    reviews: [],
    ...change,
  };
};
const reviewed = (kind: ReviewKind, resolved = false) => ({ reviews: [{ kind, resolved }] });

const OPEN = [S.CREATED, S.PAYING, S.TEMP_WALLET_RECEIVED] as const;
const CLOSED = [S.TIMEOUT, S.CANCELED, S.UNDERPAID, S.REJECTED, S.FAILED] as const;

describe('enough', () => {
  test.each([...OPEN, S.ON_CHAIN, S.PENDING_MANUAL_OPERATION])(
    'from status %i: CONFIRMED, clock stopped, payment named',
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
    'from status %i, seen but not confirmed: ON_CHAIN, clock stopped, whatever the time',
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

  test('in several parts, coins, chains, added up', () => {
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

  test('confirmed parts are enough: what is only seen is not in the payment', () => {
    const [confirmed, seen] = [transfer(100), transfer(5, { state: 'seen' })];
    const verdict = assessPayment(S.ON_CHAIN, terms(), [confirmed, seen], false);
    expect(verdict).toMatchObject({ status: S.CONFIRMED, paymentTransferIds: [confirmed.id], surplusUnits: 0n });
  });

  test('over: CONFIRMED with the surplus', () =>
    expect(assessPayment(S.PAYING, terms(), [transfer(60), transfer(45)], false)).toMatchObject({
      status: S.CONFIRMED,
      receivedUnits: 105n * ONE_COIN,
      surplusUnits: 5n * ONE_COIN,
      reviews: [],
    }));

  test('on the deadline itself is in time', () =>
    expect(assessPayment(S.PAYING, terms(), [transfer(100, { blockTime: T })], true).status).toBe(S.CONFIRMED));
});

describe('tolerance', () => {
  test.each([
    [50, 99_500_000_000_000_000_000n],
    [0, PRICE],
    [1, 99_990_000_000_000_000_000n],
    [1000, 90n * ONE_COIN],
  ])('%i basis points ask for %s', (toleranceBps, minimum) =>
    expect(minimumUnits(terms({ toleranceBps }))).toBe(minimum),
  );

  test('a fraction of a unit is never given away', () =>
    expect(minimumUnits({ requiredUnits: 199n, toleranceBps: 50 })).toBe(199n));

  test('the last unit decides', () => {
    const minimum = minimumUnits(terms());
    expect(assessPayment(S.PAYING, terms(), [transfer(minimum)], false)).toMatchObject({
      status: S.CONFIRMED,
      surplusUnits: 0n,
      receivedUnits: minimum,
    });
    expect(assessPayment(S.PAYING, terms(), [transfer(minimum - 1n)], false).status).toBe(S.PAYING);
  });
});

describe('short', () => {
  test('a part, seen or confirmed, extends the clock, once', () => {
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

  test('at the end: UNDERPAID, each part a review row', () => {
    const parts = [transfer(40), transfer(20, { state: 'seen' })];
    expect(assessPayment(S.PAYING, terms({ extended: true }), parts, true)).toMatchObject({
      status: S.UNDERPAID,
      extendTo: null,
      receivedUnits: 60n * ONE_COIN,
      reviews: parts.map(({ id }) => ({ kind: 'underpaid', transferId: id })),
    });
  });

  test('the rest within the extension pays it', () => {
    const parts = [transfer(40), transfer(60, { blockTime: T + EXTENSION })];
    expect(assessPayment(S.PAYING, terms({ extended: true, expiresAt: T + EXTENSION }), parts, true).status).toBe(
      S.CONFIRMED,
    );
  });
});

describe('nothing', () => {
  test.each(OPEN)('from status %i: waits for the deadline, and for the watchers to be past it', (status) => {
    expect(assessPayment(status, terms(), [], false)).toMatchObject({
      status,
      wakeAt: T,
      extendTo: null,
      reviews: [],
      waitingFor: 'a payment',
    });
    expect(assessPayment(status, terms(), [], true)).toMatchObject({ status: S.TIMEOUT, wakeAt: null, reviews: [] });
  });

  test('a watcher that is behind delays UNDERPAID too', () =>
    expect(assessPayment(S.PAYING, terms({ extended: true }), [transfer(40)], false).status).toBe(S.PAYING));
});

describe('money that does not fit', () => {
  const misfits: [ReviewKind, Partial<ObservedTransfer>, Partial<PaymentTerms>][] = [
    ['late', { blockTime: T + 1 }, {}],
    ['wrong_coin', { coin: 2 }, { acceptedCoins: [1] }],
    ['wrong_chain', { chainId: 10 }, {}],
    ['wrong_chain', { chainId: 10, coin: 2, blockTime: T + 1 }, { acceptedCoins: [1] }],
    ['wrong_coin', { coin: 2, blockTime: T + 1 }, { acceptedCoins: [1] }],
  ];
  test.each(misfits)('%s: a person decides, with one review row', (kind, change, termChange) => {
    for (const state of ['seen', 'confirmed'] as const) {
      const money = transfer(100, { ...change, state });
      expect(misfitOf(terms(termChange), money)).toBe(kind);
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
    '%s beside a full payment: CONFIRMED, and still reviewed; while unconfirmed, ON_CHAIN',
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

  test('a row that exists is not written again', () => {
    const money = transfer(100, { blockTime: T + 1, ...reviewed('late') });
    expect(assessPayment(S.PENDING_MANUAL_OPERATION, terms(), [money], true)).toMatchObject({
      status: S.PENDING_MANUAL_OPERATION,
      reviews: [],
    });
  });

  test('a part is no misfit: with it beside a misfit, the person decides, and nothing expires meanwhile', () => {
    const verdict = assessPayment(S.PAYING, terms(), [transfer(40), transfer(60, { chainId: 10 })], true);
    expect(verdict).toMatchObject({ status: S.PENDING_MANUAL_OPERATION, extendTo: null, wakeAt: null });
  });

  test('what a person has decided neither counts nor holds the intent', () => {
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

  test('takes the intent back to waiting, with the clock extended once', () =>
    expect(assessPayment(S.ON_CHAIN, terms(), [lost()], false)).toMatchObject({
      status: S.TEMP_WALLET_RECEIVED,
      receivedUnits: 0n,
      extendTo: T + EXTENSION,
      wakeAt: T + EXTENSION,
      waitingFor: 'a payment',
    }));

  test('extends even when the watchers are past the deadline, so that it can be mined again', () =>
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

  test('past the extended deadline: first back to waiting, then TIMEOUT', () => {
    const [first, then] = settle(S.ON_CHAIN, terms({ extended: true }), [lost()]);
    expect([first?.status, then?.status]).toEqual([S.TEMP_WALLET_RECEIVED, S.TIMEOUT]);
  });

  test('of one part of two: the rest is waited for', () =>
    expect(assessPayment(S.ON_CHAIN, terms(), [lost(60), transfer(40)], false)).toMatchObject({
      status: S.TEMP_WALLET_RECEIVED,
      receivedUnits: 40n * ONE_COIN,
      waitingFor: 'the rest of the payment',
    }));

  test('of money that did not fit: the manual case is over, the clock runs as before', () =>
    expect(
      assessPayment(S.PENDING_MANUAL_OPERATION, terms(), [transfer(100, { chainId: 10, state: 'orphaned' })], false),
    ).toMatchObject({
      status: S.TEMP_WALLET_RECEIVED,
      extendTo: null,
      wakeAt: T,
    }));
});

describe('after a verdict', () => {
  test.each(CLOSED)('status %i: money waits for a person, whatever it would have paid in time', (status) => {
    const [inTime, late] = [transfer(100), transfer(1, { blockTime: T + 1 })];
    const verdict = assessPayment(status, terms(), [inTime, late], true);
    expect(verdict).toMatchObject({ status: S.PENDING_MANUAL_OPERATION, paymentTransferIds: [] });
    expect(verdict.reviews).toEqual([inTime, late].map(({ id }) => ({ kind: 'late', transferId: id })));
    expect(canTransition(status, verdict.status)).toBe(true);
  });

  test.each(CLOSED)('status %i: nothing new, nothing changes', (status) => {
    for (const transfers of [[], [transfer(5, { state: 'orphaned' })], [transfer(5, reviewed('late', true))]]) {
      expect(assessPayment(status, terms(), transfers, true)).toMatchObject({
        status,
        reviews: [],
        wakeAt: null,
        extendTo: null,
      });
    }
  });

  test('the parts of UNDERPAID do not reopen it; more money does', () => {
    const part = transfer(40, reviewed('underpaid'));
    expect(assessPayment(S.UNDERPAID, terms({ extended: true }), [part], true)).toMatchObject({
      status: S.UNDERPAID,
      reviews: [],
    });
    const more = transfer(60, { blockTime: T + 5 });
    expect(assessPayment(S.UNDERPAID, terms({ extended: true }), [part, more], true)).toMatchObject({
      status: S.PENDING_MANUAL_OPERATION,
      reviews: [{ kind: 'late', transferId: more.id }],
    });
  });

  test.each(CLOSED)(
    'reopened from %i: never paid by itself, and the verdict returns when the money vanishes or is decided',
    (closedAs) => {
      const reopened = terms({ closedAs });
      const money = transfer(100, reviewed('late'));
      const status = S.PENDING_MANUAL_OPERATION;
      expect(assessPayment(status, reopened, [money], true)).toMatchObject({
        status,
        paymentTransferIds: [],
        reviews: [],
      });
      for (const gone of [
        { ...money, state: 'orphaned' as const },
        { ...money, ...reviewed('late', true) },
      ]) {
        expect(assessPayment(status, reopened, [gone], true)).toMatchObject({ status: closedAs, reviews: [] });
      }
      expect(canTransition(status, closedAs)).toBe(true);
    },
  );

  test('a refund that is under way is left alone', () => {
    const verdict = assessPayment(S.SEND_BACK, terms(), [transfer(100), transfer(5, { state: 'orphaned' })], true);
    expect(verdict).toMatchObject({ status: S.SEND_BACK, reviews: [], paymentTransferIds: [], wakeAt: null });
  });
});

describe('after CONFIRMED, which never changes', () => {
  const payment = (change: Partial<ObservedTransfer> = {}) => transfer(100, { inPayment: true, ...change });

  test('its own payment is no news', () =>
    expect(assessPayment(S.CONFIRMED, terms(), [payment()], true)).toMatchObject({
      status: S.CONFIRMED,
      reviews: [],
      paymentTransferIds: [],
    }));

  test('a second payment is a review row, once, and no part of the payment', () => {
    const second = transfer(100, { blockTime: T + 9 });
    const kind = 'second_payment' as const;
    expect(assessPayment(S.CONFIRMED, terms(), [payment(), second], true)).toMatchObject({
      status: S.CONFIRMED,
      reviews: [{ kind, transferId: second.id }],
      paymentTransferIds: [],
    });
    expect(assessPayment(S.CONFIRMED, terms(), [payment(), { ...second, ...reviewed(kind) }], true).reviews).toEqual(
      [],
    );
  });

  test('a misfit that was reviewed before is no second payment', () =>
    expect(
      assessPayment(S.CONFIRMED, terms(), [payment(), transfer(5, { chainId: 10, ...reviewed('wrong_chain') })], true)
        .reviews,
    ).toEqual([]));

  test('a reorganisation is an alarm for the operator', () => {
    const lost = payment({ state: 'orphaned' });
    expect(assessPayment(S.CONFIRMED, terms(), [lost], true)).toMatchObject({
      status: S.CONFIRMED,
      reviews: [{ kind: 'reorg_after_confirmed', transferId: lost.id }],
    });
  });

  test('mined again: the new transfer joins the payment and is no second one', () => {
    const lost = payment({ state: 'orphaned', ...reviewed('reorg_after_confirmed') });
    const again = transfer(100, { txHash: lost.txHash });
    expect(assessPayment(S.CONFIRMED, terms(), [lost, again], true)).toMatchObject({
      status: S.CONFIRMED,
      reviews: [],
      paymentTransferIds: [again.id],
    });
  });

  test('another transaction, chain or coin is not the same money mined again', () => {
    const lost = payment({ state: 'orphaned', ...reviewed('reorg_after_confirmed') });
    for (const other of [
      transfer(100),
      transfer(100, { txHash: lost.txHash, chainId: 56 }),
      transfer(100, { txHash: lost.txHash, coin: 2 }),
      transfer(99, { txHash: lost.txHash }),
    ]) {
      expect(assessPayment(S.CONFIRMED, terms(), [lost, other], true)).toMatchObject({
        paymentTransferIds: [],
        reviews: [{ kind: 'second_payment', transferId: other.id }],
      });
    }
  });
});

/** Assesses until the status stands, writing down what the system would; every step must be a move that the table allows. */
function settle(
  start: IntentStatus,
  given: PaymentTerms,
  observed: readonly ObservedTransfer[],
  passed = true,
): Assessment[] {
  const steps: Assessment[] = [];
  let status = start;
  let current = given;
  let transfers = observed;
  for (let count = 0; count < 6; count += 1) {
    const step = assessPayment(status, current, transfers, passed);
    if (step.status === status && step.extendTo === null && step.reviews.length === 0) return steps;
    expect(step.status === status || canTransition(status, step.status), `${status} → ${step.status}`).toBe(true);
    transfers = transfers.map((one) => ({
      ...one,
      inPayment: one.inPayment || step.paymentTransferIds.includes(one.id),
      reviews: [
        ...one.reviews,
        ...step.reviews
          .filter(({ transferId }) => transferId === one.id)
          .map(({ kind }) => ({ kind, resolved: false })),
      ],
    }));
    if (step.extendTo !== null) current = { ...current, expiresAt: step.extendTo, extended: true };
    if (isTerminal(status) && step.status !== status) current = { ...current, closedAs: status };
    status = step.status;
    steps.push(step);
  }
  throw new Error(`${start} does not come to rest: ${steps.map((step) => step.status).join(' → ')}`);
}

test('whatever is observed, in whatever status: only allowed moves, rest within six steps, and no CONFIRMED without the money', () => {
  const states = ['seen', 'confirmed', 'orphaned'] as const;
  const single = states.flatMap((state) =>
    [40, 100, 130].flatMap((coins) =>
      [{}, { chainId: 10 }, { blockTime: T + 1 }, reviewed('late'), reviewed('late', true), { inPayment: true }].map(
        (change) => transfer(coins, { ...change, state }),
      ),
    ),
  );
  const sets = [
    [],
    ...single.map((one) => [one]),
    ...single.flatMap((one, index) => single.slice(index + 1).map((two) => [one, two])),
  ];
  let confirmed = 0;
  for (const status of INTENT_STATUSES) {
    for (const transfers of sets) {
      for (const passed of [false, true]) {
        const steps = settle(status, terms(), transfers, passed);
        const verdict = steps.find((step) => step.status === S.CONFIRMED);
        if (status === S.CONFIRMED || !verdict) continue;
        confirmed += 1;
        const paid = transfers.filter(({ id }) => verdict.paymentTransferIds.includes(id));
        expect(paid.every(({ state, chainId }) => state === 'confirmed' && chainId === 1)).toBe(true);
        expect(paid.reduce((sum, { amountUnits }) => sum + amountUnits, 0n)).toBeGreaterThanOrEqual(
          minimumUnits(terms()),
        );
        expect(isAwaitingPayment(status) || status === S.ON_CHAIN || status === S.PENDING_MANUAL_OPERATION).toBe(true);
      }
    }
  }
  expect(confirmed).toBeGreaterThan(1000);
});

describe('money that a person accepted', () => {
  const taken = (kind: ReviewKind): Partial<ObservedTransfer> => ({
    reviews: [{ kind, resolved: true, accepted: true }],
  });

  test.each([...OPEN, S.ON_CHAIN])(
    'pays an open checkout from status %i, whatever is wrong with it or short of it',
    (status) => {
      for (const money of [transfer(100, { coin: 3 as never, ...taken('wrong_coin') }), transfer(3, taken('late'))]) {
        expect(assessPayment(status, terms(), [money], false)).toMatchObject({
          status: S.CONFIRMED,
          paymentTransferIds: [money.id],
          receivedUnits: money.amountUnits,
          surplusUnits: 0n,
          reviews: [],
        });
      }
    },
  );

  test.each(CLOSED)('reopens the verdict %i, and then pays', (verdict) => {
    const money = transfer(104, { blockTime: T + 1, ...taken('late') });
    expect(assessPayment(verdict, terms(), [money], true)).toMatchObject({
      status: S.PENDING_MANUAL_OPERATION,
      paymentTransferIds: [],
    });
    expect(assessPayment(S.PENDING_MANUAL_OPERATION, terms({ closedAs: verdict }), [money], true)).toMatchObject({
      status: S.CONFIRMED,
      paymentTransferIds: [money.id],
      surplusUnits: 4n * ONE_COIN,
    });
  });

  test('takes along what counts by the rules, and nothing that a person decided otherwise or has not decided', () => {
    const money = transfer(40, taken('underpaid'));
    const other = transfer(30, taken('underpaid'));
    const counting = transfer(20);
    const sentBack = transfer(50, reviewed('underpaid', true));
    const undecided = transfer(50, reviewed('late'));
    const unconfirmed = transfer(10, { state: 'seen' });
    const all = [money, other, counting, sentBack, undecided, unconfirmed];
    const verdict = assessPayment(S.PENDING_MANUAL_OPERATION, terms({ closedAs: S.UNDERPAID }), all, true);
    expect(verdict.status).toBe(S.CONFIRMED);
    expect(verdict.paymentTransferIds).toEqual([money.id, other.id, counting.id]);
  });

  test('is no payment while it may vanish, when it has vanished, or beside money of a refused payer', () => {
    for (const state of ['seen', 'orphaned'] as const) {
      const money = transfer(100, { state, blockTime: T + 1, ...taken('late') });
      expect(assessPayment(S.TIMEOUT, terms(), [money], true)).toMatchObject({
        status: S.TIMEOUT,
        paymentTransferIds: [],
      });
    }
    const money = transfer(100, { blockTime: T + 1, ...taken('late') });
    const refused = transfer(1, { senderDenied: true });
    for (const status of [...OPEN, ...CLOSED]) {
      expect(assessPayment(status, terms(), [money, refused], true)).toMatchObject({
        status: S.PENDING_MANUAL_OPERATION,
        paymentTransferIds: [],
        reviews: [{ kind: 'screening', transferId: refused.id }],
      });
    }
  });

  test('after CONFIRMED joins the payment once, and the status stands', () => {
    const paid = transfer(100, { inPayment: true });
    const second = transfer(100, taken('second_payment'));
    expect(assessPayment(S.CONFIRMED, terms(), [paid, second], true)).toMatchObject({
      status: S.CONFIRMED,
      paymentTransferIds: [second.id],
      reviews: [],
    });
    const settled = { ...second, inPayment: true };
    expect(assessPayment(S.CONFIRMED, terms(), [paid, settled], true).paymentTransferIds).toEqual([]);
  });

  test('refused money that the operator accepted pays like any other', () => {
    const money = transfer(100, { senderDenied: true, ...taken('screening') });
    expect(assessPayment(S.PENDING_MANUAL_OPERATION, terms(), [money], false).status).toBe(S.CONFIRMED);
  });
});

describe('dust that does not fit', () => {
  const misfits: Partial<ObservedTransfer>[] = [
    { coin: 3 as never },
    { chainId: 10 },
    { blockTime: T + 1 },
    { senderDenied: true },
  ];
  const dust = (change: Partial<ObservedTransfer>) => transfer(0.009, change);

  test.each(misfits)('moves nothing: %o', (change) => {
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

  test('a hundredth of a coin is money, and so is a heap of dust', () => {
    for (const found of [
      [transfer(0.01, { coin: 3 as never })],
      Array.from({ length: 112 }, () => dust({ senderDenied: true })),
    ]) {
      expect(assessPayment(S.PAYING, terms(), found, false).status).toBe(S.PENDING_MANUAL_OPERATION);
    }
  });

  test('what a person has been asked about stays theirs, and dust of the right coin counts', () => {
    const asked = dust({ coin: 3 as never, ...reviewed('wrong_coin') });
    expect(assessPayment(S.PENDING_MANUAL_OPERATION, terms(), [asked], false).status).toBe(S.PENDING_MANUAL_OPERATION);
    expect(assessPayment(S.PAYING, terms({ requiredUnits: ONE_COIN / 200n }), [dust({})], false).status).toBe(
      S.CONFIRMED,
    );
  });

  test('in a history from before the rule, it is what it was', () =>
    expect(assessPayment(S.PAYING, terms({ dustUnits: 0n }), [dust({ coin: 3 as never })], false).status).toBe(
      S.PENDING_MANUAL_OPERATION,
    ));
});
