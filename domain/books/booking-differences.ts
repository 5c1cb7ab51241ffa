// Bookings against the transfers that they stand for, and against what was settled.
import { feeOfSettlement } from '../fees.ts';
import { baseUnitsOf, fromBaseUnits, sum } from '../money.ts';
import type { BookTransfer, ChainAccount, Explanation, LedgerAccount, Report } from './book-facts.ts';

export const bookingDifferences = (ledger: LedgerAccount, chain: ChainAccount, report: Report): void => {
  checkSums(ledger, report);
  const live = ledger.transfers.filter(({ state, blockNumber }) => state !== 'orphaned' && blockNumber <= chain.block);
  const booked = sumOf(live.filter(({ bookingId }) => bookingId !== null));
  const done = ledger.settlements.filter(({ isSettled }) => isSettled);
  const settled = sum(done.flatMap(({ netBaseUnits, feeBaseUnits }) => [netBaseUnits, feeBaseUnits]));
  const refunded = sum(
    ledger.refunds
      .filter(({ source, isConfirmed }) => source === 'deposit' && isConfirmed)
      .map(({ amountBaseUnits }) => amountBaseUnits),
  );
  for (const transfer of live.filter(({ bookingId }) => bookingId === null)) {
    const [explanation, text] = whyUnbooked(transfer, ledger, settled > booked);
    report([`token_transfer ${transfer.id}`, 'booking: none'], transfer.amountBaseUnits, explanation, text);
  }
  const unsettled = booked - settled - refunded;
  if (unsettled > 0n) {
    const isOwed = ledger.settlements.some(({ isOpen }) => isOpen);
    const text = isOwed
      ? 'A settlement waits to be paid or confirmed.'
      : 'Booked, not settled, and no settlement is owed.';
    const names = ledger.bookings.map(({ id }) => id).join(', ');
    report([`booking ${names}`, 'settlements'], unsettled, isOwed ? 'settlement_pending' : null, text);
  } else checkFees(ledger, booked === settled, report);
};

const sumOf = (transfers: readonly BookTransfer[]) => sum(transfers.map(({ amountBaseUnits }) => amountBaseUnits));

/** A booking is the sum of its transfers, and its fee is what the contract takes of one settlement of it. */
const checkSums = ({ bookings, transfers, decimals, feeRateE9 }: LedgerAccount, report: Report): void => {
  const scale = fromBaseUnits(baseUnitsOf(1n), decimals);
  for (const { id, grossUnits, feeUnits } of bookings) {
    const own = transfers.filter(({ bookingId }) => bookingId === id);
    const gross = sumOf(own);
    const names = own.map((transfer) => transfer.id).join(', ') || 'none';
    const whole = baseUnitsOf(grossUnits / scale);
    report([`booking ${id}`, `token_transfer ${names}`], whole - gross, null, 'A booking is not its transfers.');
    const fee = feeOfSettlement(whole, feeRateE9);
    report(
      [`booking ${id} fee`, 'fee rate of the terms'],
      feeUnits / scale - fee,
      null,
      'The fee is not that of the terms.',
    );
    for (const lost of own.filter(({ state }) => state === 'orphaned')) {
      const text = 'A reorganisation removed it after the payment was confirmed.';
      const explanation = lost.isRemovalReviewed ? 'reorganisation_under_review' : null;
      report([`booking ${id}`, `token_transfer ${lost.id} (orphaned)`], lost.amountBaseUnits, explanation, text);
    }
  }
};

const whyUnbooked = (
  { state, inPayment, review }: BookTransfer,
  { isPaid }: LedgerAccount,
  isSwept: boolean,
): [Explanation | null, string] => {
  if (state === 'seen') return ['not_confirmed_yet', 'The chain has not confirmed it yet.'];
  if (inPayment) return [null, 'In the payment, and not booked.'];
  if (isSwept) return ['swept_by_settlement', 'Paid out with a settlement of other money.'];
  if (review?.isOpen) return ['under_review', `A person must decide (${review.kind}).`];
  if (review) return ['decided_by_review', `A person decided (${review.kind}).`];
  if (!isPaid) return ['order_open', 'The order is not paid.'];
  return ['unreviewed_money', 'Too little to review, or not reviewed yet.'];
};

/** What a reorganisation removed after it was booked: its fee stays booked until a person decides. */
const lostOf = ({ transfers }: LedgerAccount): readonly BookTransfer[] =>
  transfers.filter(({ state, bookingId }) => state === 'orphaned' && bookingId !== null);

/** The fees of the bookings without what was lost. */
const liveFees = ({ bookings, transfers, feeRateE9 }: LedgerAccount): bigint =>
  sum(
    bookings.map(({ id }) => {
      const live = transfers.filter(({ state, bookingId }) => state !== 'orphaned' && bookingId === id);
      return feeOfSettlement(baseUnitsOf(sumOf(live)), feeRateE9);
    }),
  );

const checkFees = (ledger: LedgerAccount, isSame: boolean, report: Report): void => {
  const { settlements, bookings, feeRateE9, decimals } = ledger;
  const done = settlements.filter(({ isSettled }) => isSettled);
  if (done.length === 0) return;
  const scale = fromBaseUnits(baseUnitsOf(1n), decimals);
  const taken = sum(done.map(({ feeBaseUnits }) => feeBaseUnits));
  const bookedFee = sum(bookings.map(({ feeUnits }) => feeUnits)) / scale;
  const expected = sum(done.map((one) => feeOfSettlement(baseUnitsOf(one.netBaseUnits + one.feeBaseUnits), feeRateE9)));
  const names = done.map(({ id }) => id).join(', ');
  const records = [
    `settlement ${names} fee`,
    `booking ${bookings.map(({ id }) => id).join(', ') || 'none'} fee`,
  ] as const;
  const difference = taken - bookedFee;
  const size = difference < 0n ? -difference : difference;
  if (taken !== expected) {
    const isKept = done.some(({ feeBaseUnits }) => feeBaseUnits === 0n);
    const text = isKept ? 'The fee receiver could not be paid.' : 'The contract took another fee than the terms say.';
    report(records, difference, isKept ? 'fee_not_taken' : null, text);
  } else if (lostOf(ledger).length > 0) {
    const left = taken - liveFees(ledger);
    const isExplained = (left < 0n ? -left : left) <= BigInt(done.length + bookings.length);
    const isReviewed = lostOf(ledger).every(({ isRemovalReviewed }) => isRemovalReviewed);
    const text = 'The booked fee includes that of money that a reorganisation removed after the payment was confirmed.';
    const explanation =
      isSame && isExplained && isReviewed ? 'reorganisation_under_review' : isSame ? null : 'fee_of_other_money';
    report(records, difference, explanation, text);
  } else if (!isSame)
    report(
      records,
      difference,
      'fee_of_other_money',
      'The fee of money that was settled or refunded beside the payment.',
    );
  else {
    const isRounding = size <= BigInt(done.length + bookings.length);
    const text = isRounding
      ? 'Each settlement and each booking rounds its fee down.'
      : 'The fees differ by more than rounding.';
    report(records, difference, isRounding ? 'fee_rounding' : null, text);
  }
};
