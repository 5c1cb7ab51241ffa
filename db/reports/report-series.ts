// What was paid in each hour or day of a report: the report's own statement (`readReportFigures`), told apart by stretches of time,
// and the reports that stand beside it.
import type { Units } from '#domain/money.ts';
import type { ReportedPeriod, ReportKind } from '#domain/report-periods.ts';
import type { Sql } from '../pool.ts';

/** What was paid in one stretch. */
export interface SlotFigures {
  orders: number;
  grossUnits: Units;
  feeUnits: Units;
  netUnits: Units;
}

export const NOTHING_PAID: SlotFigures = { orders: 0, grossUnits: 0n, feeUnits: 0n, netUnits: 0n };

/**
 * Payments between each two neighbouring boundaries, by the moment of their confirmation.
 * @param boundaries ascending, at least two; the last is not included
 * @returns one for each stretch, in order
 */
export const readPaidSeries = async (
  sql: Sql,
  storeId: string,
  boundaries: readonly Date[],
): Promise<SlotFigures[]> => {
  const instants = boundaries.map((boundary) => boundary.toISOString());
  const { rows } = await sql.query<{ slot: number; orders: number; gross: string; fee: string; net: string }>({
    name: 'report-series',
    text: `select width_bucket(confirmed_at, $2::timestamptz[]) - 1 as slot, count(*)::int as orders,
        sum(actual_paid_units)::text as gross, sum(service_fee_units)::text as fee, sum(net_income_units)::text as net
      from checkout_intent where store_id = $1 and confirmed_at >= $3::timestamptz and confirmed_at < $4::timestamptz
      group by 1`,
    values: [storeId, instants, instants[0], instants.at(-1)],
  });
  const bySlot = new Map(rows.map(({ slot, ...figures }) => [slot, figures]));
  return instants.slice(0, -1).map((_, slot) => {
    const found = bySlot.get(slot);
    if (!found) return NOTHING_PAID;
    const { orders, gross, fee, net } = found;
    return { orders, grossUnits: BigInt(gross), feeUnits: BigInt(fee), netUnits: BigInt(net) };
  });
};

/** The report that ended at this moment, or null: what the one that begins then was compared with. */
export const findReportEndingAt = async (
  sql: Sql,
  storeId: string,
  kind: ReportKind,
  endsAt: Date,
): Promise<ReportedPeriod | null> => {
  const { rows } = await sql.query<{ name: string; startsAt: string; endsAt: string }>({
    name: 'report-ending-at',
    text: `select period as name, starts_at::text as "startsAt", ends_at::text as "endsAt" from report
      where store_id = $1 and kind = $2 and ends_at = $3 and starts_at < $3 order by starts_at desc limit 1`,
    values: [storeId, kind, endsAt],
  });
  const [row] = rows;
  return row ? { name: row.name, startsAt: new Date(row.startsAt), endsAt: new Date(row.endsAt) } : null;
};

/** The ids of a store's daily reports, by the name of their day. @param from, to names, both included */
export const findDailyReports = async (
  sql: Sql,
  storeId: string,
  from: string,
  to: string,
): Promise<Map<string, string>> => {
  const { rows } = await sql.query<{ period: string; id: string }>({
    name: 'report-days',
    text: `select period, id::text from report where store_id = $1 and kind = 'daily' and period between $2 and $3`,
    values: [storeId, from, to],
  });
  return new Map(rows.map(({ period, id }) => [period, id]));
};
