// Confirmed refunds of a period: their sum and their rows. Both use one condition, so a report's figure is the sum of its file's rows.
// A refund counts in the period in which its confirmation was written. When a reorganisation removes it afterwards, the same amount
// counts against the period in which that was learned (decision 0076): a period that has ended never changes.
import type { CoinId } from '#domain/coins.ts';
import { type Units, unitsOf } from '#domain/money.ts';
import type { RefundCsvRow } from '#domain/report-csv.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';

/** Rows of one read. */
const PAGE = 500;

/** Of store `$1`, before `$2` (not included). Refunds that are signed, sent or failed have no entry. */
const ENTRIES = `from send_back_entry e join send_back b on b.id = e.send_back_id join checkout_intent i on i.id = b.intent_id
  where e.booked_at < $2 and i.store_id = $1`;

/** Removals count against confirmations. */
const SIGN = `case e.kind when 'removed' then -1 else 1 end`;

/** What payers got back from `from` to `before` (not included), fees included; negative when more was removed than confirmed. */
export const readRefundSum = async (em: Em, storeId: string, from: Date, before: Date): Promise<Units> => {
  const { rows } = await sqlOf({ em }).query<{ units: string }>({
    name: 'report-send-back-sum',
    text: `select coalesce(sum(${SIGN} * e.amount_units), 0)::text as units ${ENTRIES} and e.booked_at >= $3`,
    values: [storeId, before, from],
  });
  return unitsOf(rows[0]?.units ?? '0');
};

export interface RefundsOfRange {
  /** Between two of the boundaries, counted from 0. */
  range: number;
  coin: CoinId;
  /** Negative when more was removed than confirmed. */
  units: Units;
}

/** The same by coin, of each range between two boundaries; none of a range without refunds. @param boundaries ascending */
export const readRefundsByRange = async (
  em: Em,
  storeId: string,
  boundaries: readonly Date[],
): Promise<RefundsOfRange[]> => {
  const { rows } = await sqlOf({ em }).query<{ range: number; coin: CoinId; units: string }>({
    name: 'report-send-back-ranges',
    text: `select width_bucket(e.booked_at, $3::timestamptz[]) - 1 as range, b.coin, sum(${SIGN} * e.amount_units)::text as units
      ${ENTRIES} and e.booked_at >= ($3::timestamptz[])[1] group by 1, 2 order by 1, 2`,
    values: [storeId, boundaries.at(-1), boundaries],
  });
  return rows.map(({ units, ...of }) => ({ ...of, units: unitsOf(units) }));
};

/** The same entries as rows, in their order, some hundreds at a time. */
export async function* readRefundRows(
  em: Em,
  storeId: string,
  from: Date,
  before: Date,
): AsyncGenerator<RefundCsvRow[]> {
  const sql = sqlOf({ em });
  // Postgres' own text: a Date would lose the microseconds.
  let after = { at: from.toISOString(), id: '0' };
  for (;;) {
    const { rows } = await sql.query<RefundCsvRow & { id: string; confirmed: string }>({
      name: 'report-send-back-rows',
      text: `select e.id::text, e.booked_at::text as confirmed, e.kind, i.id as "intentId",
          (extract(epoch from i.created_at) * 1000)::float8 as "createdAt", i.order_id as "orderId",
          i.order_description as description, i.user_id as "userId", i.user_name as "userName",
          i.deposit_address as "depositAddress", (extract(epoch from e.booked_at) * 1000)::float8 as "confirmedAt",
          b.chain_id as "chainId", b.coin, b.token, (${SIGN} * e.amount_units)::text as "amountUnits",
          (${SIGN} * e.fee_units)::text as "feeUnits", e.tx_hash as "txHash",
          coalesce(b.from_address, case b.source when 'wallet' then i.receiver else i.deposit_address end) as "from", b.to_address as "to",
          coalesce((select r.kind from review_item r where r.id = b.review_item_id),
            case when b.is_surplus then 'surplus' else 'payment' end) as "of"
        ${ENTRIES} and (e.booked_at, e.id) > ($3::timestamptz, $4::bigint) order by e.booked_at, e.id limit ${PAGE}`,
      values: [storeId, before, after.at, after.id],
    });
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    if (rows.length < PAGE) return;
    after = { at: last.confirmed, id: last.id };
  }
}
