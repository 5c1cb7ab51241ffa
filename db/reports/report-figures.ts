// The figures of a report's period. Money counts in the period in which its order was confirmed, which never changes: the periods
// add up to the ledger, and a second run reads the same.
import type { CoinId } from '#domain/coins.ts';
import type { ReportSums, ReportTotals } from '#domain/email-data.ts';
import { formatUnits, sum, type Units, unitsOf } from '#domain/money.ts';
import type { IntentStatus } from '#domain/status.ts';
import { readOrderTotals } from '../orders/order-totals.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';
import { readRefundSum } from './report-refunds.ts';

export interface CoinFigures {
  coin: CoinId;
  chainId: number;
  orders: number;
  grossUnits: Units;
  feeUnits: Units;
  netUnits: Units;
}

/** The figures of a period. Sums over coins count each coin as one dollar. */
export interface ReportFigures {
  /** Orders created in it. */
  orders: number;
  paidOrders: number;
  grossUnits: Units;
  feeUnits: Units;
  netUnits: Units;
  /** What payers got back, fees included. */
  refundUnits: Units;
  /** Orders created in it, by their status when it was read. */
  byStatus: { status: IntentStatus; orders: number }[];
  byCoinAndNetwork: CoinFigures[];
}

export const readReportFigures = async (em: Em, storeId: string, from: Date, before: Date): Promise<ReportFigures> => {
  const sql = sqlOf({ em });
  const [paid, refundUnits, created] = await Promise.all([
    sql.query<{ coin: CoinId; chainId: number; orders: number; gross: string; fee: string; net: string }>({
      name: 'report-paid',
      text: `select paid_coin as coin, paid_chain_id as "chainId", count(*)::int as orders, sum(actual_paid_units)::text as gross,
          sum(service_fee_units)::text as fee, sum(net_income_units)::text as net
        from checkout_intent where store_id = $1 and confirmed_at >= $2 and confirmed_at < $3
        group by 1, 2 order by 1, 2`,
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
  const statuses = new Map<IntentStatus, number>();
  for (const { status, orders } of created) statuses.set(status, (statuses.get(status) ?? 0) + orders);
  return {
    orders: created.reduce((total, { orders }) => total + orders, 0),
    paidOrders: byCoinAndNetwork.reduce((total, { orders }) => total + orders, 0),
    grossUnits: sum(byCoinAndNetwork.map((row) => row.grossUnits)),
    feeUnits: sum(byCoinAndNetwork.map((row) => row.feeUnits)),
    netUnits: sum(byCoinAndNetwork.map((row) => row.netUnits)),
    refundUnits,
    byStatus: [...statuses].sort(([a], [b]) => a - b).map(([status, orders]) => ({ status, orders })),
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
  byCoinAndNetwork: figures.byCoinAndNetwork.map(({ coin, chainId, orders, grossUnits, feeUnits, netUnits }) => ({
    coin,
    chainId,
    orders,
    gross: formatUnits(grossUnits),
    fee: formatUnits(feeUnits),
    net: formatUnits(netUnits),
  })),
});
