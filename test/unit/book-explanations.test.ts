// Every way in which ledger and chain may differ although nothing is wrong, and the same records without the reason: then the
// difference is not explained, and `books verify` fails.
import { describe, expect, test } from 'vitest';
import type { Address, Hex } from '#domain/address.ts';
import type {
  BookRefund,
  BookTransfer,
  ChainAccount,
  Explanation,
  LedgerAccount,
  Payout,
} from '#domain/books/book-facts.ts';
import { checkAccount } from '#domain/books/check-account.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, unitsOf } from '#domain/money.ts';

const address = (last: string): Address => `0x${last.padStart(40, '0')}` as Address;
const hash = (last: string): Hex => `0x${last.padStart(64, '0')}`;
const [DEPOSIT, RECEIVER, FEES, TOKEN, PAYER] = ['d', 'e', 'f', 'a', 'b'].map(address) as [
  Address,
  Address,
  Address,
  Address,
  Address,
];
const BLOCK = 100n;
const coins = (amount: bigint) => baseUnitsOf(amount * 1_000_000n);
const units = (base: bigint) => unitsOf(base * 10n ** 12n);

const transfer = (change: Partial<BookTransfer> = {}): BookTransfer => ({
  ...{ id: '1', txHash: hash('1'), logIndex: 0, blockNumber: 50n, blockHash: hash('50'), amountBaseUnits: coins(10n) },
  ...{ state: 'confirmed', inPayment: false, bookingId: null, review: null, isRemovalReviewed: false },
  ...change,
});
const BOOKED = transfer({ inPayment: true, bookingId: '7' });
/** Two percent of ten coins. */
const BOOKING = { id: '7', grossUnits: units(coins(10n)), feeUnits: units(200_000n) };
const SETTLEMENT = {
  ...{ id: '3', isSettled: true, isOpen: false, netBaseUnits: baseUnitsOf(9_800_000n) },
  ...{ feeBaseUnits: baseUnitsOf(200_000n), event: `${hash('5e')}:2` },
};
const SETTLED: Payout = {
  ...{ kind: 'settled', deposit: DEPOSIT, token: TOKEN, to: null, paidBaseUnits: baseUnitsOf(9_800_000n) },
  ...{ feeBaseUnits: baseUnitsOf(200_000n), txHash: hash('5e'), logIndex: 2, blockNumber: 60n },
};
const RELEASED: Payout = { ...SETTLED, kind: 'released', to: PAYER };
const REFUND: BookRefund = {
  ...{ id: '4', source: 'deposit', isConfirmed: true, from: DEPOSIT, to: PAYER, amountBaseUnits: coins(10n) },
  ...{ txHash: hash('5e'), logIndex: 2 },
};
const settlement = (change: Partial<typeof SETTLEMENT>) => ({ ...SETTLEMENT, ...change });
const payout = (paid: bigint, fee: bigint, change: Partial<Payout> = {}): Payout => ({
  ...{ ...SETTLED, paidBaseUnits: baseUnitsOf(paid), feeBaseUnits: baseUnitsOf(fee) },
  ...change,
});

type Book = Partial<LedgerAccount>;
type OnChain = Partial<Pick<ChainAccount, 'payouts' | 'balance' | 'foundRefunds' | 'inbound'>>;

/** The chain has each live transfer, and every payout's own token logs, unless the case says otherwise. */
const check = (book: Book, onChain: OnChain = {}) => {
  const ledger: LedgerAccount = {
    ...{ storeId: 'store', intentId: 'intent' as IntentId, isPaid: true, chainId: 31337, token: TOKEN, coin: 1 },
    ...{ decimals: 6, depositAddress: DEPOSIT, receiver: RECEIVER, feeReceiver: FEES, feeRateE9: 20_000_000n },
    ...{ transfers: [BOOKED], settlements: [], refunds: [], bookings: [], heldTxHashes: [] },
    ...book,
  };
  const inbound =
    onChain.inbound ??
    ledger.transfers
      .filter(({ state, blockNumber }) => state !== 'orphaned' && blockNumber <= BLOCK)
      .map((one) => ({ ...one, token: TOKEN, from: PAYER, to: DEPOSIT }));
  const payouts = onChain.payouts ?? [];
  const outbound = payouts.flatMap((one) =>
    [
      { to: one.to ?? RECEIVER, amountBaseUnits: one.paidBaseUnits },
      { to: FEES, amountBaseUnits: one.feeBaseUnits },
    ].map((log) => ({ ...one, ...log, from: DEPOSIT, blockHash: hash('60') })),
  );
  const came = inbound.reduce((total, { amountBaseUnits }) => total + amountBaseUnits, 0n);
  const left = payouts
    .filter(({ blockNumber }) => blockNumber <= BLOCK)
    .reduce((total, { paidBaseUnits, feeBaseUnits }) => total + paidBaseUnits + feeBaseUnits, 0n);
  return checkAccount(ledger, {
    ...{ block: BLOCK, balance: onChain.balance ?? baseUnitsOf(came - left), payouts, inbound, outbound },
    ...{ isInboundComplete: onChain.inbound !== undefined, foundRefunds: onChain.foundRefunds ?? new Set() },
  }).differences.map(({ explanation, records, amount }) => ({ explanation, records, amount }));
};

interface Case {
  explanation: Explanation;
  /** `without`: the same difference, with nothing that explains it. */
  book: Book;
  without: Book;
  chain?: OnChain;
  chainWithout?: OnChain;
  amount: string;
}

const CASES: readonly Case[] = [
  {
    explanation: 'not_confirmed_yet',
    book: { transfers: [transfer({ state: 'seen', inPayment: true })] },
    without: { transfers: [transfer({ state: 'confirmed', inPayment: true })] },
    amount: '10.0000',
  },
  {
    explanation: 'order_open',
    book: { transfers: [transfer()], isPaid: false },
    without: { transfers: [transfer({ inPayment: true })], isPaid: false },
    amount: '10.0000',
  },
  {
    explanation: 'under_review',
    book: { transfers: [transfer({ review: { kind: 'late', isOpen: true } })] },
    without: { transfers: [transfer({ inPayment: true, review: { kind: 'late', isOpen: true } })] },
    amount: '10.0000',
  },
  {
    explanation: 'decided_by_review',
    book: { transfers: [transfer({ review: { kind: 'late', isOpen: false } })] },
    without: { transfers: [transfer({ inPayment: true, review: { kind: 'late', isOpen: false } })] },
    amount: '10.0000',
  },
  {
    explanation: 'unreviewed_money',
    book: { transfers: [transfer({ amountBaseUnits: baseUnitsOf(9n) })] },
    without: { transfers: [transfer({ amountBaseUnits: baseUnitsOf(9n), inPayment: true })] },
    amount: '0.000009',
  },
  {
    explanation: 'swept_by_settlement',
    book: { transfers: [transfer({ review: { kind: 'late', isOpen: false } })] },
    without: { transfers: [BOOKED], bookings: [BOOKING] },
    chain: { payouts: [SETTLED] },
    chainWithout: { payouts: [SETTLED] },
    amount: '-10.0000',
  },
  {
    explanation: 'settlement_pending',
    book: { bookings: [BOOKING], settlements: [settlement({ isSettled: false, isOpen: true })] },
    without: { bookings: [BOOKING], settlements: [] },
    amount: '10.0000',
  },
  {
    explanation: 'refund_pending',
    book: {
      transfers: [transfer({ review: { kind: 'late', isOpen: true } })],
      refunds: [{ ...REFUND, isConfirmed: false }],
    },
    without: { transfers: [transfer({ review: { kind: 'late', isOpen: true } })], refunds: [] },
    chain: { payouts: [RELEASED] },
    chainWithout: { payouts: [RELEASED] },
    amount: '-10.0000',
  },
  {
    explanation: 'release_closed_settlement',
    book: { bookings: [BOOKING], refunds: [REFUND], settlements: [SETTLEMENT] },
    without: { bookings: [BOOKING], refunds: [], settlements: [settlement({ event: `${hash('9')}:2` })] },
    chain: { payouts: [RELEASED] },
    chainWithout: { payouts: [RELEASED] },
    amount: '10.0000',
  },
  {
    explanation: 'fee_rounding',
    book: {
      ...{
        transfers: [
          { ...BOOKED, amountBaseUnits: baseUnitsOf(99n) },
          { ...BOOKED, id: '2', logIndex: 1, bookingId: '8', amountBaseUnits: baseUnitsOf(1n) },
        ],
      },
      bookings: [
        { id: '7', grossUnits: units(99n), feeUnits: units(1n) },
        { id: '8', grossUnits: units(1n), feeUnits: units(0n) },
      ],
      settlements: [settlement({ netBaseUnits: baseUnitsOf(98n), feeBaseUnits: baseUnitsOf(2n) })],
    },
    without: {
      transfers: [BOOKED],
      bookings: [{ ...BOOKING, feeUnits: units(199_990n) }],
      settlements: [SETTLEMENT],
    },
    chain: { payouts: [payout(98n, 2n)] },
    chainWithout: { payouts: [SETTLED] },
    amount: '0.000001',
  },
  {
    explanation: 'fee_of_other_money',
    book: {
      transfers: [BOOKED, transfer({ id: '2', logIndex: 1 })],
      bookings: [BOOKING],
      settlements: [settlement({ netBaseUnits: baseUnitsOf(19_600_000n), feeBaseUnits: baseUnitsOf(400_000n) })],
    },
    without: {
      bookings: [BOOKING],
      settlements: [settlement({ feeBaseUnits: baseUnitsOf(300_000n), netBaseUnits: baseUnitsOf(9_700_000n) })],
    },
    chain: { payouts: [payout(19_600_000n, 400_000n)] },
    chainWithout: { payouts: [payout(9_700_000n, 300_000n)] },
    amount: '0.2000',
  },
  {
    explanation: 'fee_not_taken',
    book: {
      bookings: [BOOKING],
      settlements: [settlement({ netBaseUnits: coins(10n), feeBaseUnits: baseUnitsOf(0n) })],
    },
    without: {
      bookings: [BOOKING],
      settlements: [settlement({ netBaseUnits: baseUnitsOf(9_999_999n), feeBaseUnits: baseUnitsOf(1n) })],
    },
    chain: { payouts: [payout(10_000_000n, 0n)] },
    chainWithout: { payouts: [payout(9_999_999n, 1n)] },
    amount: '-0.2000',
  },
  {
    explanation: 'reorganisation_under_review',
    book: {
      transfers: [{ ...BOOKED, state: 'orphaned', isRemovalReviewed: true }],
      bookings: [BOOKING],
    },
    without: { transfers: [{ ...BOOKED, state: 'orphaned' }], bookings: [BOOKING] },
    amount: '10.0000',
  },
  {
    explanation: 'refund_from_wallet',
    book: { transfers: [], refunds: [{ ...REFUND, source: 'wallet', from: RECEIVER }] },
    without: { transfers: [], refunds: [{ ...REFUND, source: 'wallet', from: RECEIVER }] },
    chain: { foundRefunds: new Set(['4']) },
    amount: '10.0000',
  },
  {
    explanation: 'held_token',
    book: { transfers: [], heldTxHashes: [hash('1')] },
    without: { transfers: [], heldTxHashes: [] },
    chain: { inbound: [{ ...transfer(), token: TOKEN, from: PAYER, to: DEPOSIT }] },
    chainWithout: { inbound: [{ ...transfer(), token: TOKEN, from: PAYER, to: DEPOSIT }] },
    amount: '-10.0000',
  },
];

describe.each(CASES)('$explanation', ({ explanation, book, without, chain, chainWithout, amount }) => {
  test('with its record, it explains the difference', () => {
    const found = check(book, chain);
    expect(found.filter((one) => one.explanation === null)).toEqual([]);
    expect(found).toContainEqual({ explanation, records: expect.any(Array), amount });
  });

  test('without its record, the difference is not explained', () => {
    const found = check(without, chainWithout);
    expect(found.map((one) => one.explanation)).not.toContain(explanation);
    expect(found.map((one) => one.explanation)).toContain(null);
  });
});
