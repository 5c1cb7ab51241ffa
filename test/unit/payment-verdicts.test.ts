// The rules after a verdict (docs/architecture.md section 5): late money, second payments, reorganisations after CONFIRMED, and money
// that a person accepted. Only allowed transitions are made, whatever is observed.
import { describe, expect, test } from 'vitest';
import { ONE_COIN } from '#domain/money.ts';
import { assessPayment, minimumUnits, type ObservedTransfer } from '#domain/payment-rules.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import { canTransition, INTENT_STATUSES, IntentStatus, isAwaitingPayment } from '#domain/status.ts';
import { CLOSED, OPEN, reviewed, settle, T, terms, transfer } from './payment-facts.ts';

const S = IntentStatus;

describe('after a verdict', () => {
  test.each(CLOSED)(
    'status %i: new money waits for a person, even an amount that would have paid in time',
    (status) => {
      const [inTime, late] = [transfer(100), transfer(1, { blockTime: T + 1 })];
      const verdict = assessPayment(status, terms(), [inTime, late], true);
      expect(verdict).toMatchObject({ status: S.PENDING_MANUAL_OPERATION, paymentTransferIds: [] });
      expect(verdict.reviews).toEqual([inTime, late].map(({ id }) => ({ kind: 'late', transferId: id })));
      expect(canTransition(status, verdict.status)).toBe(true);
    },
  );

  test.each(CLOSED)('status %i: without new money nothing changes', (status) => {
    for (const transfers of [[], [transfer(5, { state: 'orphaned' })], [transfer(5, reviewed('late', true))]]) {
      expect(assessPayment(status, terms(), transfers, true)).toMatchObject({
        status,
        reviews: [],
        wakeAt: null,
        extendTo: null,
      });
    }
  });

  test('the parts of UNDERPAID do not reopen it, more money does', () => {
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
    'reopened from %i: never paid without a person, and the verdict returns when the money vanishes or is decided',
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

  const afterwards = { blockTime: T + 9 };
  test.each([
    [S.CONFIRMED, [transfer(100, { inPayment: true }), transfer(7, afterwards)], ['second_payment'], []],
    [S.TIMEOUT, [transfer(100, { blockTime: T + 9_000_000_000 })], ['late'], []],
    [S.UNDERPAID, [transfer(5, { ...reviewed('underpaid') }), transfer(7, afterwards)], ['late'], []],
    [S.PENDING_MANUAL_OPERATION, [transfer(5, { chainId: 10 })], ['wrong_chain'], []],
  ] as const)(
    'money that arrives while %i is being refunded is reviewed; the status stays',
    (stood, money, kinds, paid) => {
      const verdict = assessPayment(S.SEND_BACK, { ...terms(), refundingFrom: stood }, money, true);
      expect(verdict.reviews.map(({ kind }) => kind)).toEqual(kinds);
      expect(verdict).toMatchObject({ status: S.SEND_BACK, wakeAt: null, extendTo: null, paymentTransferIds: paid });
    },
  );

  test('what was accepted of an unpaid order waits for the refund to end', () => {
    const money = [transfer(100, { blockTime: T + 9_000_000_000, ...reviewed('late', true, true) })];
    const stood = { ...terms({ closedAs: S.TIMEOUT }), refundingFrom: S.PENDING_MANUAL_OPERATION };
    expect(assessPayment(S.SEND_BACK, stood, money, true)).toMatchObject({
      status: S.SEND_BACK,
      paymentTransferIds: [],
    });
    expect(assessPayment(S.PENDING_MANUAL_OPERATION, stood, money, true).status).toBe(S.CONFIRMED);
  });

  test('a refund that is under way is not changed', () => {
    const verdict = assessPayment(S.SEND_BACK, terms(), [transfer(100), transfer(5, { state: 'orphaned' })], true);
    expect(verdict).toMatchObject({ status: S.SEND_BACK, reviews: [], paymentTransferIds: [], wakeAt: null });
  });
});

describe('after CONFIRMED, which never changes', () => {
  const payment = (change: Partial<ObservedTransfer> = {}) => transfer(100, { inPayment: true, ...change });

  test('its own payment changes nothing', () =>
    expect(assessPayment(S.CONFIRMED, terms(), [payment()], true)).toMatchObject({
      status: S.CONFIRMED,
      reviews: [],
      paymentTransferIds: [],
    }));

  test('a second payment gets one review and does not join the payment', () => {
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

  test('a misfit that was reviewed before is not a second payment', () =>
    expect(
      assessPayment(S.CONFIRMED, terms(), [payment(), transfer(5, { chainId: 10, ...reviewed('wrong_chain') })], true)
        .reviews,
    ).toEqual([]));

  test('a reorganisation raises an alarm for the operator', () => {
    const lost = payment({ state: 'orphaned' });
    expect(assessPayment(S.CONFIRMED, terms(), [lost], true)).toMatchObject({
      status: S.CONFIRMED,
      reviews: [{ kind: 'reorg_after_confirmed', transferId: lost.id }],
    });
  });

  test('mined again: the new transfer joins the payment and is not a second one', () => {
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

  test('of several transfers in the transaction that was mined again, the one of the same sender and token joins', () => {
    const own = { sender: 1, token: 'USDT' };
    const lost = payment({ state: 'orphaned', ...own, ...reviewed('reorg_after_confirmed') });
    const stranger = transfer(100, { txHash: lost.txHash, ...own, sender: 2 });
    const other = transfer(100, { txHash: lost.txHash, ...own, token: 'USDT0' });
    const again = transfer(100, { txHash: lost.txHash, ...own });
    expect(assessPayment(S.CONFIRMED, terms(), [lost, stranger, other, again], true)).toMatchObject({
      paymentTransferIds: [again.id],
      reviews: [
        { kind: 'second_payment', transferId: stranger.id },
        { kind: 'second_payment', transferId: other.id },
      ],
    });
  });

  test('a lost transfer is mined again once: what the transaction pays beside it is a second payment', () => {
    const lost = payment({ state: 'orphaned', ...reviewed('reorg_after_confirmed') });
    const [again, more] = [transfer(100, { txHash: lost.txHash }), transfer(100, { txHash: lost.txHash })];
    const second = { paymentTransferIds: [again.id], reviews: [{ kind: 'second_payment', transferId: more.id }] };
    expect(assessPayment(S.CONFIRMED, terms(), [lost, again, more], true)).toMatchObject(second);

    const facts = [{ ...lost, isBooked: false }, { ...again, inPayment: true, isBooked: true }, more];
    expect(assessPayment(S.CONFIRMED, terms(), facts, true)).toMatchObject({ ...second, paymentTransferIds: [] });
  });
});

test('any facts in any status: only allowed transitions, stable within six steps, no CONFIRMED without the money', () => {
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

  test.each([...OPEN, S.ON_CHAIN])('pays an open checkout from status %i, whatever was wrong or missing', (status) => {
    for (const money of [transfer(100, { coin: 3 as never, ...taken('wrong_coin') }), transfer(3, taken('late'))]) {
      expect(assessPayment(status, terms(), [money], false)).toMatchObject({
        status: S.CONFIRMED,
        paymentTransferIds: [money.id],
        receivedUnits: money.amountUnits,
        surplusUnits: 0n,
        reviews: [],
      });
    }
  });

  test.each(CLOSED)('reopens the verdict %i and then pays', (verdict) => {
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

  test('includes money that counts by the rules, and none that a person decided otherwise or has not decided', () => {
    const money = transfer(40, taken('underpaid'));
    const other = transfer(30, taken('underpaid'));
    const counting = transfer(20);
    const refunded = transfer(50, reviewed('underpaid', true));
    const undecided = transfer(50, reviewed('late'));
    const unconfirmed = transfer(10, { state: 'seen' });
    const all = [money, other, counting, refunded, undecided, unconfirmed];
    const verdict = assessPayment(S.PENDING_MANUAL_OPERATION, terms({ closedAs: S.UNDERPAID }), all, true);
    expect(verdict.status).toBe(S.CONFIRMED);
    expect(verdict.paymentTransferIds).toEqual([money.id, other.id, counting.id]);
  });

  test('does not pay while it may vanish, after it vanished, or beside money of a denied payer', () => {
    for (const state of ['seen', 'orphaned'] as const) {
      const money = transfer(100, { state, blockTime: T + 1, ...taken('late') });
      expect(assessPayment(S.TIMEOUT, terms(), [money], true)).toMatchObject({
        status: S.TIMEOUT,
        paymentTransferIds: [],
      });
    }
    const money = transfer(100, { blockTime: T + 1, ...taken('late') });
    const rejected = transfer(1, { senderDenied: true });
    for (const status of [...OPEN, ...CLOSED]) {
      expect(assessPayment(status, terms(), [money, rejected], true)).toMatchObject({
        status: S.PENDING_MANUAL_OPERATION,
        paymentTransferIds: [],
        reviews: [{ kind: 'screening', transferId: rejected.id }],
      });
    }
  });

  test('joins the payment once after CONFIRMED, and the status stays', () => {
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

  test('money of a denied payer that the operator accepted pays like any other', () => {
    const money = transfer(100, { senderDenied: true, ...taken('screening') });
    expect(assessPayment(S.PENDING_MANUAL_OPERATION, terms(), [money], false).status).toBe(S.CONFIRMED);
  });
});
