// What a store's orders come to, by stretch of time, status, network and coin: one pass, for the home page and for reports. An order
// belongs to the time when it was created, as in list and export.
import type { CoinId } from '#domain/coins.ts';
import type { Units } from '#domain/money.ts';
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

interface Row {
  stretch: number;
  status: IntentStatus;
  chainId: number | null;
  coin: CoinId | null;
  orders: number;
  gross: string;
  fee: string;
  net: string;
}

/**
 * Totals between each two neighbouring boundaries. Ids begin with their second, so ranges of ids are ranges of time.
 * @param boundaries Unix seconds, ascending, at least two; the starts of local days, which the caller knows (domain/local-days.ts)
 */
export const readOrderTotals = async (
  sql: Sql,
  storeId: string,
  boundaries: readonly number[],
): Promise<OrderTotal[]> => {
  const ids = boundaries.map(firstIdOf);
  const { rows } = await sql.query<Row>({
    name: 'order-totals',
    text: `select stretch - 1 as stretch, status, chain_id as "chainId", coin, count(*)::int as orders,
        sum(gross)::text as gross, sum(fee)::text as fee, sum(net)::text as net
      from (
        select width_bucket(i.id, $2::text[]) as stretch, i.status, i.paid_chain_id as chain_id, i.paid_coin as coin,
          coalesce(i.actual_paid_units, 0) as gross, coalesce(i.service_fee_units, 0) as fee, coalesce(i.net_income_units, 0) as net
        from checkout_intent i where i.store_id = $1 and i.id >= $3 and i.id < $4) counted
      group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    values: [storeId, ids, ids[0], ids.at(-1)],
  });
  return rows.map(({ gross, fee, net, ...row }) => ({
    ...row,
    grossUnits: BigInt(gross),
    feeUnits: BigInt(fee),
    netUnits: BigInt(net),
  }));
};
