// The figures of a report's period. Money counts in the period in which it was booked, which never changes: the periods
// add up to the ledger, and a second run reads the same.
import type { Address } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { ReportSums, ReportTotals } from '#domain/email-data.ts';
import { formatUnits, sum, type Units, unitsOf } from '#domain/money.ts';
import type { IntentStatus } from '#domain/status.ts';
import { readOrderTotals } from '../orders/order-totals.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';
import { readRefundSum } from './report-refunds.ts';

export interface TokenFigures {
  coin: CoinId;
  chainId: number;
  token: Address;
  /** An order that was paid in two tokens counts in both. */
  orders: number;
  grossUnits: Units;
  feeUnits: Units;
  netUnits: Units;
}

/** The figures of a period. Sums over coins count each coin as one dollar. */
export interface ReportFigures {
  /** Orders created in it. */
  orders: number;
  /** Orders whose payment was confirmed in it. */
  paidOrders: number;
  grossUnits: Units;
  feeUnits: Units;
  netUnits: Units;
  /** What payers got back, fees included. */
  refundUnits: Units;
  /** Orders created in it, by their status when it was read. */
  byStatus: { status: IntentStatus; orders: number }[];
  byCoinAndNetwork: TokenFigures[];
}

export const readReportFigures = async (em: Em, storeId: string, from: Date, before: Date): Promise<ReportFigures> => {
  const sql = sqlOf({ em });
  const [paid, paidOrders, refundUnits, created] = await Promise.all([
    sql.query<Pick<TokenFigures, 'coin' | 'chainId' | 'token' | 'orders'> & Record<'gross' | 'fee' | 'net', string>>({
      name: 'report-paid',
      text: `select coin, chain_id as "chainId", token, count(distinct intent_id)::int as orders, sum(gross_units)::text as gross,
          sum(fee_units)::text as fee, sum(net_units)::text as net
        from booking where store_id = $1 and booked_at >= $2 and booked_at < $3 group by 1, 2, 3 order by 1, 2, 3`,
      values: [storeId, from, before],
    }),
    sql.query<{ orders: number }>({
      name: 'report-paid-orders',
      text: `select count(distinct intent_id)::int as orders from booking
        where store_id = $1 and booked_at >= $2 and booked_at < $3 and kind = 'payment'`,
      values: [storeId, from, before],
    }),
    readRefundSum(em, storeId, from, before),
    readOrderTotals(sql, storeId, [from.getTime() / 1000, before.getTime() / 1000]),
  ]);
  const byCoinAndNetwork = paid.rows.map(({ gross, fee, net, ...row }) => ({
    ...row,
    grossUnits: unitsOf(gross),
    feeUnits: unitsOf(fee),
    netUnits: unitsOf(net),
  }));
  const byStatus = created.flatMap(({ statuses }) => statuses);
  return {
    orders: byStatus.reduce((total, { orders }) => total + orders, 0),
    paidOrders: paidOrders.rows[0]?.orders ?? 0,
    grossUnits: sum(byCoinAndNetwork.map((row) => row.grossUnits)),
    feeUnits: sum(byCoinAndNetwork.map((row) => row.feeUnits)),
    netUnits: sum(byCoinAndNetwork.map((row) => row.netUnits)),
    refundUnits,
    byStatus,
    byCoinAndNetwork,
  };
};

export const sumsOf = (figures: ReportFigures): ReportSums => ({
  orders: figures.orders,
  paidOrders: figures.paidOrders,
  gross: formatUnits(figures.grossUnits),
  fee: formatUnits(figures.feeUnits),
  net: formatUnits(figures.netUnits),
  refunds: formatUnits(figures.refundUnits),
});

export const totalsOf = (figures: ReportFigures, before: ReportFigures | null): ReportTotals => ({
  sums: sumsOf(figures),
  before: before && sumsOf(before),
  byStatus: figures.byStatus,
  byCoinAndNetwork: figures.byCoinAndNetwork.map(({ grossUnits, feeUnits, netUnits, ...of }) => ({
    ...of,
    gross: formatUnits(grossUnits),
    fee: formatUnits(feeUnits),
    net: formatUnits(netUnits),
  })),
});
