// The books of a store's month from the ledger alone, and the last comparison with the chains.
import { readBooksCheck } from '#db/books/books-checks.ts';
import { readStoreFigures, type StoreTokenFigures } from '#db/books/store-figures.ts';
import { readDayTotals } from '#db/orders/order-day-totals.ts';
import type { Em } from '#db/orm.ts';
import { networkName, placeName, tokenName } from '#domain/chains.ts';
import { addDays, type Day, dayOf, parseDay, startOfDay } from '#domain/local-days.ts';
import { formatUnits, sum, type Units, unitsOf } from '#domain/money.ts';

export interface BooksLine {
  network: string;
  coin: string;
  received: string;
  settled: string;
  refunded: string;
  fees: string;
  held: string;
  booked: string;
  reported: string;
  /** `0.0000` when the records agree. */
  difference: string;
}

export interface BooksView {
  /** `2026-11`. */
  month: string;
  newer: string | null;
  older: string;
  lines: BooksLine[];
  /** What the merchant's own wallet refunded, by token; not part of the lines. */
  walletRefunds: { place: string; amount: string }[];
  /** Null while the books were never compared with the chains. */
  check: {
    at: string;
    /** Chains could not be read, or there were more differences than are stored: agreement is not proven. */
    isPartial: boolean;
    differences: {
      intentId: string | null;
      place: string;
      first: string;
      second: string;
      amount: string;
      text: string;
    }[];
  } | null;
}

/** @param month `2026-11`; anything else is the current month of the store */
export const readBooksView = async (
  em: Em,
  store: { id: string; timeZone: string },
  month: string | null,
  now: number,
): Promise<BooksView> => {
  const { id, timeZone } = store;
  const current = dayOf(now, timeZone).slice(0, 7);
  const first = dayOfMonth(month ?? '') ?? dayOfMonth(current);
  if (!first) throw new RangeError(`No such month: ${current}`);
  const days = daysOf(first);
  const boundaries = days.map((day) => startOfDay(day, timeZone));
  const [figures, totals, check] = await Promise.all([
    readStoreFigures(em, id, boundaries[0] ?? 0, boundaries.at(-1) ?? 0),
    readDayTotals(em, id, boundaries),
    readBooksCheck(em),
  ]);
  const parts = totals.flatMap((day) => day.parts);
  const shown = first.slice(0, 7);
  const next = days.at(-1)?.slice(0, 7) ?? null;
  return {
    month: shown,
    newer: shown < current ? next : null,
    older: addDays(first, -1).slice(0, 7),
    lines: figures.map((one) => {
      const own = parts.filter(({ chainId, token }) => chainId === one.chainId && token === one.token);
      return lineOf(one, sum(own.map(({ grossUnits }) => grossUnits)));
    }),
    walletRefunds: figures.flatMap((one) =>
      one.walletRefundUnits > 0n ? [{ place: placeName(one), amount: formatUnits(one.walletRefundUnits) }] : [],
    ),
    check: check && {
      at: check.startedAt.toISOString(),
      isPartial: check.unverified.length > 0 || check.differences.length < check.unexplained,
      differences: check.differences
        .filter(({ storeId }) => storeId === id)
        .map(({ intentId, chainId, token, coin, records: [before, after], amount, text }) => ({
          ...{ intentId, first: before, second: after, amount, text },
          place: chainId === null || coin === null ? '' : placeName({ chainId, token, coin }),
        })),
    },
  };
};

const dayOfMonth = (month: string): Day | undefined => parseDay(`${month}-01`);

/** The days of the month, and the first of the next one. */
const daysOf = (first: Day): Day[] => {
  const days = [first];
  for (let day = first; day.slice(0, 7) === first.slice(0, 7); ) {
    day = addDays(day, 1);
    days.push(day);
  }
  return days;
};

/** @param reported what days' totals and reports say of the token */
const lineOf = (figures: StoreTokenFigures, reported: Units): BooksLine => {
  const { chainId, token, coin } = figures;
  const left = figures.receivedUnits - figures.settledUnits - figures.refundedUnits;
  // More left the addresses than came, or more or less was booked than reports say.
  const difference = figures.bookedUnits - reported + (left < 0n ? left : 0n);
  return {
    network: networkName(chainId),
    coin: tokenName(chainId, token, coin),
    received: formatUnits(figures.receivedUnits),
    settled: formatUnits(figures.settledUnits),
    refunded: formatUnits(figures.refundedUnits),
    fees: formatUnits(figures.feeUnits),
    held: formatUnits(unitsOf(left < 0n ? 0n : left)),
    booked: formatUnits(figures.bookedUnits),
    reported: formatUnits(reported),
    difference: formatUnits(unitsOf(difference)),
  };
};
