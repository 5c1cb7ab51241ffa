// Totals of a store's orders, by time range, status, network and coin: one pass, for the home page and for reports. An order
// belongs to the time when it was created, as in list and export.
import type { CoinId } from '#domain/coins.ts';
import { type Units, unitsOf } from '#domain/money.ts';
import type { IntentStatus } from '#domain/status.ts';
import type { Sql } from '../pool.ts';
import { firstIdOf } from './order-conditions.ts';

export interface OrderTotal {
  /** Which stretch: 0 from the first boundary to the second, and so on. */
  stretch: number;
  status: IntentStatus;
  /** Where it was paid; null for what is not. */
  chainId: number | null;
  coin: CoinId | null;
  orders: number;
  /** Sums over the paid orders; zero for others. */
  grossUnits: Units;
  feeUnits: Units;
  netUnits: Units;
}

/** As the database writes them: status, network, coin, orders, gross, fee, net. */
export type TotalsRow = [IntentStatus, number | null, CoinId | null, number, string, string, string];

/** A stretch of time as ids of orders: they begin with their second. The end is not included. */
export interface IdRange {
  from: string;
  before: string;
}

/** The ranges between each two neighbouring boundaries, Unix seconds. */
export const rangesOf = (boundaries: readonly number[]): IdRange[] => {
  const ids = boundaries.map(firstIdOf);
  return ids.slice(0, -1).map((from, index) => ({ from, before: ids[index + 1] ?? from }));
};

/** Totals of the orders of store `$1` in the range `s`, as one array of `TotalsRow`. A range at a time: no look-up of the range for each row. */
export const TOTALS_OF_RANGE = `(
  select coalesce(jsonb_agg(jsonb_build_array(status, chain_id, coin, orders, gross, fee, net) order by status, chain_id, coin), '[]') as totals
  from (
    select i.status, i.paid_chain_id as chain_id, i.paid_coin as coin, count(*)::int as orders,
      coalesce(sum(i.actual_paid_units), 0)::text as gross, coalesce(sum(i.service_fee_units), 0)::text as fee,
      coalesce(sum(i.net_income_units), 0)::text as net
    from checkout_intent i where i.store_id = $1 and i.id >= s.from_id and i.id < s.before_id group by 1, 2, 3) counted)`;

/** @param stretches which stretch each range is */
export const readTotalsOf = async (
  sql: Sql,
  storeId: string,
  ranges: readonly IdRange[],
  stretches: readonly number[] = ranges.map((_, index) => index),
): Promise<OrderTotal[]> => {
  const { rows } = await sql.query<{ n: number; totals: TotalsRow[] }>({
    name: 'order-totals',
    text: `select s.n::int - 1 as n, t.totals from unnest($2::text[], $3::text[]) with ordinality as s(from_id, before_id, n)
      cross join lateral ${TOTALS_OF_RANGE} t order by s.n`,
    values: [storeId, ranges.map(({ from }) => from), ranges.map(({ before }) => before)],
  });
  return rows.flatMap(({ n, totals }) => totals.map((row) => totalOf(stretches[n] ?? n, row)));
};

export const totalOf = (stretch: number, [status, chainId, coin, orders, gross, fee, net]: TotalsRow): OrderTotal => ({
  stretch,
  status,
  chainId,
  coin,
  orders,
  grossUnits: unitsOf(gross),
  feeUnits: unitsOf(fee),
  netUnits: unitsOf(net),
});

/**
 * Totals between each two neighbouring boundaries, added up now.
 * @param boundaries Unix seconds, ascending, at least two; the starts of local days, which the caller knows (domain/local-days.ts)
 */
export const readOrderTotals = (sql: Sql, storeId: string, boundaries: readonly number[]): Promise<OrderTotal[]> =>
  readTotalsOf(sql, storeId, rangesOf(boundaries));
