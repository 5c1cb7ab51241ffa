// Rows of orders, or their transfers, in any number: read page by page by keyset, so that a slow reader holds no more memory than two
// pages, and neither a connection nor a snapshot. For export and reports.
import type { IntentId } from '#domain/ids.ts';
import type { OrderCsvRow, TransferCsvRow } from '#domain/order-csv.ts';
import type { OrderFilter } from '#domain/order-filter.ts';
import { IntentStatus } from '#domain/status.ts';
import type { Sql } from '../pool.ts';
import type { SqlText } from './order-conditions.ts';
import { orderIdsSql } from './order-pages.ts';

/** Rows of one read. Larger reads are not faster and need more memory. */
const PAGE = 500;

const INTENT_COLUMNS = `i.id, (extract(epoch from i.created_at) * 1000)::float8 as "createdAt", i.order_id as "orderId",
  i.order_description as description, i.user_id as "userId", i.user_name as "userName", i.currency, i.amount_cents::text as cents,
  i.amount_units::text as "amountUnits", i.stable_coin as coin, i.payment_method_type as method, i.deposit_address as "depositAddress"`;

/** Of booking `b`. Its transfers are read for a page at once (`withTransfers`). */
const BOOKING_COLUMNS = `b.id::text as "bookingId", (extract(epoch from b.booked_at) * 1000)::float8 as "bookedAt",
  b.chain_id as "paidChainId", b.coin as "paidCoin", b.token as "paidToken", b.gross_units::text as "paidUnits", b.fee_units::text as "feeUnits",
  b.net_units::text as "netUnits", b.surplus_units::text as "surplusUnits"`;

const ROW_KIND = `case when b.kind = 'accepted' then 'accepted' when b.part > 1 then 'part' else 'order' end as kind`;

type BookedRow = Omit<OrderCsvRow, 'txHashes' | 'payers'> & { bookingId: string | null };

/** Adds the hashes and senders of each booking's transfers, in chain order and each once, separated by spaces. */
const withTransfers = async <Row extends BookedRow>(sql: Sql, rows: readonly Row[]): Promise<(Row & OrderCsvRow)[]> => {
  const { rows: transfers } = await sql.query<{ bookingId: string; hash: string; sender: string }>({
    name: 'booking-transfers',
    text: `select booking_id::text as "bookingId", tx_hash as hash, from_address as sender from token_transfer
      where booking_id = any($1::bigint[]) order by block_time, block_number, log_index`,
    values: [rows.flatMap(({ bookingId }) => bookingId ?? [])],
  });
  const byBooking = new Map<string, { hashes: string; senders: string }>();
  for (const { bookingId, hash, sender } of transfers) {
    const before = byBooking.get(bookingId);
    if (!before) byBooking.set(bookingId, { hashes: hash, senders: sender });
    else {
      before.hashes = withWord(before.hashes, hash);
      before.senders = withWord(before.senders, sender);
    }
  }
  // In place: copies of a million rows cost more than the rest.
  return rows.map((row) => {
    const sent = row.bookingId === null ? undefined : byBooking.get(row.bookingId);
    return Object.assign(row, { txHashes: sent?.hashes ?? null, payers: sent?.senders ?? null });
  });
};

/** Words of the same length, so that one never is a part of another. */
const withWord = (words: string, word: string): string => (words.includes(word) ? words : `${words} ${word}`);

/** The price is in an order's own row only. An order that has nothing but money accepted later gets one before it. */
const withOrderRows = (rows: readonly OrderCsvRow[]): OrderCsvRow[] => {
  const all: OrderCsvRow[] = [];
  for (const [index, row] of rows.entries()) {
    if (row.kind !== 'order' && row.id !== rows[index - 1]?.id) all.push({ ...row, ...NOT_PAID });
    all.push(row);
  }
  return all;
};

const NOT_PAID = {
  kind: 'order' as const,
  bookedAt: null,
  paidChainId: null,
  paidCoin: null,
  paidToken: null,
  paidUnits: null,
  feeUnits: null,
  netUnits: null,
  surplusUnits: null,
  txHashes: null,
  payers: null,
};

const TRANSFER_COLUMNS = `i.id as "intentId", i.order_id as "orderId", i.status, t.chain_id as "chainId", t.token, t.coin,
  t.amount_units::text as "amountUnits", (extract(epoch from t.block_time) * 1000)::float8 as "blockTime",
  t.block_number::text as "blockNumber", t.tx_hash as "txHash", t.from_address as "from", t.to_address as "to", t.state,
  t.in_payment as "inPayment"`;

/** Rows of the filter's orders, in the list's order: one for each booking of an order, some hundreds at a time. */
export const readOrderRows = (sql: Sql, storeId: string, filter: OrderFilter): AsyncGenerator<OrderCsvRow[]> =>
  readPages(storeId, filter, async (page) => {
    const { rows } = await sql.query<BookedRow>({
      name: '',
      text: `select ${INTENT_COLUMNS}, i.status, ${ROW_KIND}, ${BOOKING_COLUMNS}
        from (${page.text}) page join checkout_intent i on i.id = page.id
        left join booking b on b.intent_id = i.id order by i.id desc, b.id`,
      values: page.values,
    });
    let orders = 0;
    for (const [index, { id }] of rows.entries()) if (id !== rows[index - 1]?.id) orders += 1;
    return { rows: withOrderRows(await withTransfers(sql, rows)), orders, last: rows.at(-1)?.id };
  });

/**
 * What was booked from `from` to `before` (not included), in that order: the rows of a report. They never change, so the status is that
 * of a paid order, even if it is being refunded now.
 */
export const readBookedRows = (sql: Sql, storeId: string, from: Date, before: Date): AsyncGenerator<OrderCsvRow[]> =>
  readByTime(from, async (after) => {
    const { rows } = await sql.query<BookedRow & TimedRow>({
      name: 'booked-rows',
      text: `select ${INTENT_COLUMNS}, ${IntentStatus.CONFIRMED} as status, ${ROW_KIND}, ${BOOKING_COLUMNS}, b.booked_at::text as at,
          b.id::text as place
        from booking b join checkout_intent i on i.id = b.intent_id
        where b.store_id = $1 and (b.booked_at, b.id) > ($2::timestamptz, $3::bigint) and b.booked_at < $4
        order by b.booked_at, b.id limit ${PAGE}`,
      values: [storeId, after.at, after.place || '0', before],
    });
    return await withTransfers(sql, rows);
  });

/**
 * The orders that were paid from `from` to `before` (not included), as reports of formats 1 and 2 have them: one row an order, with the
 * summary of its payment. For the bytes of those reports only.
 */
export const readPaidOrderRows = (sql: Sql, storeId: string, from: Date, before: Date): AsyncGenerator<OrderCsvRow[]> =>
  readByTime(from, async (after) => {
    const { rows } = await sql.query<OrderCsvRow & TimedRow>({
      name: 'paid-order-rows',
      text: `select ${INTENT_COLUMNS}, ${IntentStatus.CONFIRMED} as status, 'order' as kind,
          (extract(epoch from i.confirmed_at) * 1000)::float8 as "bookedAt", i.paid_chain_id as "paidChainId",
          i.paid_coin as "paidCoin", i.paid_token as "paidToken", i.actual_paid_units::text as "paidUnits", i.service_fee_units::text as "feeUnits",
          i.net_income_units::text as "netUnits", i.surplus_units::text as "surplusUnits", i.tx_hash as "txHashes",
          i.tx_from as payers, i.confirmed_at::text as at, i.id as place
        from checkout_intent i
        where i.store_id = $1 and i.confirmed_at is not null and (i.confirmed_at, i.id) > ($2::timestamptz, $3) and i.confirmed_at < $4
        order by i.confirmed_at, i.id limit ${PAGE}`,
      values: [storeId, after.at, after.place, before],
    });
    return rows;
  });

interface TimedRow {
  /** Postgres' own text: a Date would lose the microseconds. */
  at: string;
  place: string;
}

/** Pages by time, then by id. */
async function* readByTime<Row extends TimedRow>(
  from: Date,
  read: (after: TimedRow) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  let after: TimedRow = { at: from.toISOString(), place: '' };
  for (;;) {
    const rows = await read(after);
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    if (rows.length < PAGE) return;
    after = last;
  }
}

/** Every transfer to the filter's orders: orders in the list's order, their transfers in the order in which they were stored. */
export const readTransferRows = (sql: Sql, storeId: string, filter: OrderFilter): AsyncGenerator<TransferCsvRow[]> =>
  readPages(storeId, filter, async (page) => {
    const { rows: ids } = await sql.query<{ id: IntentId }>({
      name: '',
      text: `select page.id from (${page.text}) page join checkout_intent i on i.id = page.id order by i.id desc`,
      values: page.values,
    });
    const { rows } = await sql.query<TransferCsvRow>({
      name: 'transfer-rows',
      text: `select ${TRANSFER_COLUMNS} from unnest($1::text[]) with ordinality as page(id, place)
        join checkout_intent i on i.id = page.id join token_transfer t on t.intent_id = i.id order by page.place, t.id`,
      values: [ids.map(({ id }) => id)],
    });
    return { rows, orders: ids.length, last: ids.at(-1)?.id };
  });

/** @param read returns the rows of a page, how many orders it had, and the last of them */
async function* readPages<Row>(
  storeId: string,
  filter: OrderFilter,
  read: (page: SqlText) => Promise<{ rows: Row[]; orders: number; last: IntentId | undefined }>,
): AsyncGenerator<Row[]> {
  const readAfter = (after: IntentId | undefined) => {
    const cursor = after === undefined ? null : ({ side: 'older', id: after } as const);
    return read(orderIdsSql(storeId, filter, cursor, PAGE));
  };
  let next = readAfter(undefined);
  try {
    for (;;) {
      const { rows, orders, last } = await next;
      const isLast = orders < PAGE;
      if (!isLast) {
        // The database reads the next page while this one is written. Its failure is thrown when it is needed.
        next = readAfter(last);
        next.catch(() => {});
      }
      if (rows.length > 0) yield rows;
      if (isLast) return;
    }
  } finally {
    // A reader that stops early may give its connection to somebody else: no statement of ours may follow on it.
    await next.catch(() => {});
  }
}
