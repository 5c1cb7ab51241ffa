// Totals of a store's days. Those of days that have ended are stored, because adding up two months of a large store takes half a second,
// and the orders of a day hardly change after the next. A change of an old order or booking deletes its day's totals in the same
// transaction, by a trigger (migrations 0015 and 0018), so stored totals are never older than the orders.
import type { Em } from '../orm.ts';
import { inTransaction, type Sql, sqlOf } from '../pool.ts';
import {
  hasNoTokens,
  type IdRange,
  type OrderTotals,
  rangesOf,
  readTotalsOf,
  type StoredTotals,
  TOTALS_OF_RANGE,
  totalsOfRange,
} from './order-totals.ts';

/**
 * As `readOrderTotals`. The boundaries should be the same in each call, as starts of days are.
 * @param boundaries Unix seconds, ascending, at least two
 */
export const readDayTotals = async (em: Em, storeId: string, boundaries: readonly number[]): Promise<OrderTotals[]> => {
  const ranges = rangesOf(boundaries);
  const sql = sqlOf({ em });
  const kept = await readKept(sql, storeId, ranges);
  const missing = ranges.filter((range) => !kept.has(keyOf(range)));
  for (const row of await keepEnded(em, storeId, missing)) kept.set(keyOf(row), row.totals);

  const open = [...ranges.keys()].filter((index) => !kept.has(keyOfIndex(ranges, index)));
  const openRanges = open.map((index) => ranges[index]).filter((range) => range !== undefined);
  const fresh = open.length > 0 ? await readTotalsOf(sql, storeId, openRanges, open) : [];
  const stored = [...ranges.keys()].flatMap((index) => {
    const totals = kept.get(keyOfIndex(ranges, index));
    return totals ? [totalsOfRange(index, totals)] : [];
  });
  return [...stored, ...fresh].sort((a, b) => a.range - b.range);
};

interface Kept extends IdRange {
  totals: StoredTotals;
}

const keyOf = ({ from, before }: IdRange): string => `${from}:${before}`;
const keyOfIndex = (ranges: readonly IdRange[], index: number): string => {
  const range = ranges[index];
  return range ? keyOf(range) : '';
};

const readKept = async (sql: Sql, storeId: string, ranges: readonly IdRange[]): Promise<Map<string, StoredTotals>> => {
  const { rows } = await sql.query<Kept>({
    name: 'order-day-totals',
    text: `select from_id as "from", before_id as before, totals from order_day_total
      where store_id = $1 and from_id >= $2 and before_id <= $3 and not ${hasNoTokens('totals')}`,
    values: [storeId, ranges[0]?.from, ranges.at(-1)?.before],
  });
  return new Map(rows.map((row) => [keyOf(row), row.totals]));
};

/** A day, in which a change of an order deletes no totals, and an hour for transactions that began within it. */
const ENDED_SECONDS = 25 * 3600;

/**
 * Adds up and stores the ranges that have ended, and deletes what is older than any page shows. Stores nothing while another process
 * does, or while an old order is being changed: a page never waits for either.
 */
const keepEnded = async (em: Em, storeId: string, ranges: readonly IdRange[]): Promise<Kept[]> => {
  const [first] = ranges;
  if (!first || Number.parseInt(first.before, 16) > Date.now() / 1000 - ENDED_SECONDS) return [];
  return await inTransaction(em.fork(), async (sql) => {
    // A statement of its own: the next one sees everything that was committed before the lock was taken.
    const { rows } = await sql.query<{ free: boolean }>({
      name: 'order-day-totals-lock',
      text: `select pg_try_advisory_xact_lock(hashtextextended('order_day_total ' || $1::text, 0)) as free`,
      values: [storeId],
    });
    if (!rows[0]?.free) return [];
    const { rows: kept } = await sql.query<Kept>({
      name: 'order-day-totals-keep',
      text: `with forgotten as (delete from order_day_total where store_id = $1 and from_id < $4)
        insert into order_day_total (store_id, from_id, before_id, totals)
        select $1, s.from_id, s.before_id, t.totals from unnest($2::text[], $3::text[]) as s(from_id, before_id)
        cross join lateral ${TOTALS_OF_RANGE} t
        where s.before_id <= lpad(to_hex(floor(extract(epoch from now()))::bigint - ${ENDED_SECONDS}), 8, '0')
        on conflict (store_id, from_id, before_id) do update set totals = excluded.totals
          where ${hasNoTokens('order_day_total.totals')} returning from_id as "from", before_id as before, totals`,
      values: [storeId, ranges.map(({ from }) => from), ranges.map(({ before }) => before), oldestKept()],
    });
    return kept;
  });
};

/** More than 92 days and as many before, the most that a page shows up to today. */
const oldestKept = (): string =>
  Math.floor(Date.now() / 1000 - 200 * 86_400)
    .toString(16)
    .padStart(8, '0');
