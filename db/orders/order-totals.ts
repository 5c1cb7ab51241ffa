// Totals of a store's orders by time range: how many have which status, and what was booked by token. One pass, for the home
// page and for reports. An order belongs to the time when it was created, as in list and export.
import type { Address } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import { type Units, unitsOf } from '#domain/money.ts';
import type { IntentStatus } from '#domain/status.ts';
import type { Sql } from '../pool.ts';
import { firstIdOf } from './order-conditions.ts';

export interface OrderTotals {
  /** Index of the range: 0 from the first boundary to the second, and so on. */
  range: number;
  statuses: { status: IntentStatus; orders: number }[];
  /** Orders with a payment, whatever their status is now. Money of an unpaid order that its wallet refunded is booked, and is no payment. */
  paidOrders: number;
  /** What was booked for the range's orders in each token. An order that was paid in two counts in both. */
  parts: TokenTotals[];
}

export interface TokenTotals {
  chainId: number;
  token: Address;
  coin: CoinId;
  orders: number;
  grossUnits: Units;
  feeUnits: Units;
  netUnits: Units;
}

/** Totals as the database writes and stores them. */
export interface StoredTotals {
  statuses: [IntentStatus, number][];
  paid: number;
  /** Network, coin, orders, gross, fee, net, token. The token is last: an older release, which adds up by coin, reads these too. */
  parts: [number, CoinId, number, string, string, string, Address][];
}

/** An older release did not tell tokens of one coin apart: what it stored is added up again. `totals` is a column. */
export const hasNoTokens = (totals: string): string =>
  `jsonb_path_exists(${totals}, 'strict $.parts[*] ? (@.size() < 7)', '{}', true)`;

/** A range of time as ids of orders, which begin with their second. The end is not included. */
export interface IdRange {
  from: string;
  before: string;
}

/** The ranges between each two neighbouring boundaries, Unix seconds. */
export const rangesOf = (boundaries: readonly number[]): IdRange[] => {
  const ids = boundaries.map(firstIdOf);
  return ids.slice(0, -1).map((from, index) => ({ from, before: ids[index + 1] ?? from }));
};

/** Totals of the orders of store `$1` in the range `s`, as one `StoredTotals`. Reads one range at a time, from indexes. */
export const TOTALS_OF_RANGE = `(
  select jsonb_build_object(
    'statuses', (
      select coalesce(jsonb_agg(jsonb_build_array(status, orders) order by status), '[]') from (
        select i.status, count(*)::int as orders from checkout_intent i
        where i.store_id = $1 and i.id >= s.from_id and i.id < s.before_id group by 1) counted),
    'paid', (
      select count(distinct b.intent_id)::int from booking b
      where b.store_id = $1 and b.intent_id >= s.from_id and b.intent_id < s.before_id and b.kind = 'payment'),
    'parts', (
      select coalesce(jsonb_agg(jsonb_build_array(chain_id, coin, orders, gross, fee, net, token)
          order by chain_id, coin, token), '[]') from (
        select b.chain_id, b.coin, b.token, count(distinct b.intent_id)::int as orders, sum(b.gross_units)::text as gross,
          sum(b.fee_units)::text as fee, sum(b.net_units)::text as net
        from booking b where b.store_id = $1 and b.intent_id >= s.from_id and b.intent_id < s.before_id group by 1, 2, 3) summed)
  ) as totals)`;

/** @param indexes the index of each range among the caller's */
export const readTotalsOf = async (
  sql: Sql,
  storeId: string,
  ranges: readonly IdRange[],
  indexes: readonly number[] = ranges.map((_, index) => index),
): Promise<OrderTotals[]> => {
  const { rows } = await sql.query<{ n: number; totals: StoredTotals }>({
    name: 'order-totals',
    text: `select s.n::int - 1 as n, t.totals from unnest($2::text[], $3::text[]) with ordinality as s(from_id, before_id, n)
      cross join lateral ${TOTALS_OF_RANGE} t order by s.n`,
    values: [storeId, ranges.map(({ from }) => from), ranges.map(({ before }) => before)],
  });
  return rows.map(({ n, totals }) => totalsOfRange(indexes[n] ?? n, totals));
};

export const totalsOfRange = (range: number, { statuses, paid, parts }: StoredTotals): OrderTotals => ({
  range,
  statuses: statuses.map(([status, orders]) => ({ status, orders })),
  paidOrders: paid,
  parts: parts.map(([chainId, coin, orders, gross, fee, net, token]) => ({
    ...{ chainId, token, coin, orders },
    ...{ grossUnits: unitsOf(gross), feeUnits: unitsOf(fee), netUnits: unitsOf(net) },
  })),
});

/**
 * Totals between each two neighbouring boundaries, added up now: one for each range, in order.
 * @param boundaries Unix seconds, ascending, at least two; the starts of local days, which the caller knows (domain/local-days.ts)
 */
export const readOrderTotals = (sql: Sql, storeId: string, boundaries: readonly number[]): Promise<OrderTotals[]> =>
  readTotalsOf(sql, storeId, rangesOf(boundaries));
