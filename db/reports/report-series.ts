// The payments of each hour or day of a report: the statement of `readReportFigures`, grouped by slots of time.
import { type Units, unitsOf, ZERO } from '#domain/money.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';

/** The payments of one slot. */
export interface SlotFigures {
  orders: number;
  grossUnits: Units;
  feeUnits: Units;
  netUnits: Units;
}

export const NOTHING_PAID: SlotFigures = { orders: 0, grossUnits: ZERO, feeUnits: ZERO, netUnits: ZERO };

/**
 * Payments between each two neighbouring boundaries, by the moment in which they were booked.
 * @param boundaries ascending, at least two; the last is not included
 * @returns one for each slot, in order
 */
export const readPaidSeries = async (em: Em, storeId: string, boundaries: readonly Date[]): Promise<SlotFigures[]> => {
  const instants = boundaries.map((boundary) => boundary.toISOString());
  const { rows } = await sqlOf({ em }).query<{
    slot: number;
    orders: number;
    gross: string;
    fee: string;
    net: string;
  }>({
    name: 'report-series',
    text: `select width_bucket(booked_at, $2::timestamptz[]) - 1 as slot,
        count(distinct intent_id) filter (where kind = 'payment')::int as orders,
        sum(gross_units)::text as gross, sum(fee_units)::text as fee, sum(net_units)::text as net
      from booking where store_id = $1 and booked_at >= $3::timestamptz and booked_at < $4::timestamptz
      group by 1`,
    values: [storeId, instants, instants[0], instants.at(-1)],
  });
  const bySlot = new Map(rows.map(({ slot, ...figures }) => [slot, figures]));
  return instants.slice(0, -1).map((_, slot) => {
    const found = bySlot.get(slot);
    if (!found) return NOTHING_PAID;
    const { orders, gross, fee, net } = found;
    return { orders, grossUnits: unitsOf(gross), feeUnits: unitsOf(fee), netUnits: unitsOf(net) };
  });
};
