// Rows of orders, or their transfers, in any number: read page by page by keyset, so that a slow reader holds no more memory than two
// pages, and neither a connection nor a snapshot. For export and reports.
import type { IntentId } from '#domain/ids.ts';
import type { OrderCsvRow, TransferCsvRow } from '#domain/order-csv.ts';
import type { OrderFilter } from '#domain/order-filter.ts';
import { IntentStatus } from '#domain/status.ts';
import type { Sql } from '../pool.ts';
import type { SqlText } from './order-conditions.ts';
import { orderIdsSql } from './order-pages.ts';
import { idOf, type PackedRow, packedColumns, type RowSource, selected, unpacked } from './packed-rows.ts';

/** Orders of one read: what a read costs by itself is small against that. Two pages are 1 MB. */
const PAGE = 1_000;
/** Their transfers have no limit. */
const TRANSFERS_PAGE = 500;

/** Of booking `b`. */
const BOOKING: Omit<RowSource, 'status'> = {
  kind: `case when b.kind = 'accepted' then 'accepted' when b.part > 1 then 'part' else 'order' end`,
  bookedAt: 'b.booked_at',
  chainId: 'b.chain_id',
  coin: 'b.coin',
  token: 'b.token',
  gross: 'b.gross_units',
  fee: 'b.fee_units',
  net: 'b.net_units',
  surplus: 'b.surplus_units',
  txHashes: 'sent.hash',
  payers: 'sent.sender',
};

/** The one transfer of booking `b`, as nearly every booking has. Of several this is none of them, and `several` is the booking's id. */
const SENT = `left join lateral (
  select min(t.tx_hash) as hash, min(t.from_address) as sender, count(*) > 1 as is_several from token_transfer t where t.booking_id = b.id
) sent on true`;
const SEVERAL = 'case when sent.is_several then b.id::text end as several';

interface BookedRow extends PackedRow {
  several: string | null;
}

interface Sent {
  hashes: string;
  senders: string;
}

/** Of bookings with several transfers: their hashes and senders, in chain order and each once, separated by spaces. */
const readSeveral = async (sql: Sql, rows: readonly BookedRow[]): Promise<Map<string, Sent>> => {
  const byBooking = new Map<string, Sent>();
  const several = rows.flatMap((row) => row.several ?? []);
  if (several.length === 0) return byBooking;
  const { rows: transfers } = await sql.query<{ bookingId: string; hash: string; sender: string }>({
    name: 'booking-transfers',
    text: `select booking_id::text as "bookingId", tx_hash as hash, from_address as sender from token_transfer
      where booking_id = any($1::bigint[]) order by block_time, block_number, log_index`,
    values: [several],
  });
  for (const { bookingId, hash, sender } of transfers) {
    const before = byBooking.get(bookingId);
    if (!before) byBooking.set(bookingId, { hashes: hash, senders: sender });
    else {
      before.hashes = withWord(before.hashes, hash);
      before.senders = withWord(before.senders, sender);
    }
  }
  return byBooking;
};

/** Words of the same length, so that one never is a part of another. */
const withWord = (words: string, word: string): string => (words.includes(word) ? words : `${words} ${word}`);

const bookedRow = (row: BookedRow, several: ReadonlyMap<string, Sent>): OrderCsvRow => {
  const booked = unpacked(row);
  if (row.several === null) return booked;
  const sent = several.get(row.several);
  return { ...booked, txHashes: sent?.hashes ?? null, payers: sent?.senders ?? null };
};

/** The price is in an order's own row only. An order that has nothing but money accepted later gets one before it. */
function* withOrderRows(rows: readonly BookedRow[], several: ReadonlyMap<string, Sent>): Generator<OrderCsvRow> {
  let last: IntentId | undefined;
  for (const booked of rows) {
    const row = bookedRow(booked, several);
    if (row.kind !== 'order' && row.id !== last) yield { ...row, ...NOT_PAID };
    yield row;
    last = row.id;
  }
}

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

const TRANSFER_COLUMNS: Record<keyof TransferCsvRow, string> = {
  intentId: 'i.id',
  orderId: 'i.order_id',
  status: 'i.status',
  chainId: 't.chain_id',
  token: 't.token',
  coin: 't.coin',
  amountUnits: 't.amount_units::text',
  blockTime: '(extract(epoch from t.block_time) * 1000)::float8',
  blockNumber: 't.block_number::text',
  txHash: 't.tx_hash',
  from: 't.from_address',
  to: 't.to_address',
  state: 't.state',
  inPayment: 't.in_payment',
};

/** Rows of the filter's orders, in the list's order: one for each booking of an order, a hundred at a time. */
export const readOrderRows = (sql: Sql, storeId: string, filter: OrderFilter): AsyncGenerator<OrderCsvRow[]> =>
  readPages(storeId, filter, PAGE, async (page) => {
    const { rows } = await sql.query<BookedRow>({
      name: '',
      text: `select ${packedColumns({ ...BOOKING, status: 'i.status' })}, ${SEVERAL}
        from (${page.text}) page join checkout_intent i on i.id = page.id
        left join booking b on b.intent_id = i.id ${SENT} order by i.id desc, b.id`,
      values: page.values,
    });
    const several = await readSeveral(sql, rows);
    const last = rows.at(-1);
    return {
      rows: withOrderRows(rows, several),
      orders: countOrders(rows),
      last: last && idOf(last),
    };
  });

const countOrders = (rows: readonly PackedRow[]): number => {
  let orders = 0;
  let last: IntentId | undefined;
  for (const row of rows) {
    const id = idOf(row);
    if (id !== last) orders += 1;
    last = id;
  }
  return orders;
};

/**
 * What was booked from `from` to `before` (not included), in that order: the rows of a report. They never change, so the status is that
 * of a paid order, even if it is being refunded now.
 */
export const readBookedRows = (sql: Sql, storeId: string, from: Date, before: Date): AsyncGenerator<OrderCsvRow[]> =>
  readByTime(from, async (after) => {
    const { rows } = await sql.query<BookedRow & TimedRow>({
      name: 'booked-rows',
      text: `select ${packedColumns({ ...BOOKING, status: PAID_STATUS })}, ${SEVERAL}, b.booked_at::text as at, b.id::text as place
        from booking b join checkout_intent i on i.id = b.intent_id ${SENT}
        where b.store_id = $1 and (b.booked_at, b.id) > ($2::timestamptz, $3::bigint) and b.booked_at < $4
        order by b.booked_at, b.id limit ${PAGE}`,
      values: [storeId, after.at, after.place || '0', before],
    });
    const several = await readSeveral(sql, rows);
    return { rows: rows.map((row) => bookedRow(row, several)), last: rows.at(-1) };
  });

const PAID_STATUS = String(IntentStatus.CONFIRMED);

/** The summary of an order's payment. */
const SUMMARY: RowSource = {
  status: PAID_STATUS,
  kind: "'order'",
  bookedAt: 'i.confirmed_at',
  chainId: 'i.paid_chain_id',
  coin: 'i.paid_coin',
  token: 'i.paid_token',
  gross: 'i.actual_paid_units',
  fee: 'i.service_fee_units',
  net: 'i.net_income_units',
  surplus: 'i.surplus_units',
  txHashes: 'i.tx_hash',
  payers: 'i.tx_from',
};

/**
 * The orders that were paid from `from` to `before` (not included), as reports of formats 1 and 2 have them: one row an order, with the
 * summary of its payment. For the bytes of those reports only.
 */
export const readPaidOrderRows = (sql: Sql, storeId: string, from: Date, before: Date): AsyncGenerator<OrderCsvRow[]> =>
  readByTime(from, async (after) => {
    const { rows } = await sql.query<PackedRow & TimedRow>({
      name: 'paid-order-rows',
      text: `select ${packedColumns(SUMMARY)}, i.confirmed_at::text as at, i.id as place
        from checkout_intent i
        where i.store_id = $1 and i.confirmed_at is not null and (i.confirmed_at, i.id) > ($2::timestamptz, $3) and i.confirmed_at < $4
        order by i.confirmed_at, i.id limit ${PAGE}`,
      values: [storeId, after.at, after.place, before],
    });
    return { rows: rows.map(unpacked), last: rows.at(-1) };
  });

interface TimedRow {
  /** Postgres' own text: a Date would lose the microseconds. */
  at: string;
  place: string;
}

/** Pages by time, then by id. */
async function* readByTime<Row>(
  from: Date,
  read: (after: TimedRow) => Promise<{ rows: Row[]; last: TimedRow | undefined }>,
): AsyncGenerator<Row[]> {
  let after: TimedRow = { at: from.toISOString(), place: '' };
  for (;;) {
    const { rows, last } = await read(after);
    if (!last) return;
    yield rows;
    if (rows.length < PAGE) return;
    after = last;
  }
}

/** Every transfer to the filter's orders: orders in the list's order, their transfers in the order in which they were stored. */
export const readTransferRows = (sql: Sql, storeId: string, filter: OrderFilter): AsyncGenerator<TransferCsvRow[]> =>
  readPages(storeId, filter, TRANSFERS_PAGE, async (page) => {
    const { rows: ids } = await sql.query<{ id: IntentId }>({
      name: '',
      text: `select page.id from (${page.text}) page join checkout_intent i on i.id = page.id order by i.id desc`,
      values: page.values,
    });
    const { rows } = await sql.query<TransferCsvRow>({
      name: 'transfer-rows',
      text: `select ${selected(TRANSFER_COLUMNS)} from unnest($1::text[]) with ordinality as page(id, place)
        join checkout_intent i on i.id = page.id join token_transfer t on t.intent_id = i.id order by page.place, t.id`,
      values: [ids.map(({ id }) => id)],
    });
    return { rows, orders: ids.length, last: ids.at(-1)?.id };
  });

/** So many rows exist at once. Those of a whole page would outlive V8's collections of young objects, which makes them expensive. */
const CHUNK = 100;

function* chunksOf<Row>(rows: Iterable<Row>): Generator<Row[]> {
  let chunk: Row[] = [];
  for (const row of rows) {
    chunk.push(row);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

interface ReadPage<Row> {
  /** Made one after the other, after the next page was asked for. */
  rows: Iterable<Row>;
  orders: number;
  last: IntentId | undefined;
}

/**
 * @param size orders of a page
 * @param read returns a page, how many orders it had, and the last of them
 */
async function* readPages<Row>(
  storeId: string,
  filter: OrderFilter,
  size: number,
  read: (page: SqlText) => Promise<ReadPage<Row>>,
): AsyncGenerator<Row[]> {
  const readAfter = (after: IntentId | undefined) => {
    const cursor = after === undefined ? null : ({ side: 'older', id: after } as const);
    return read(orderIdsSql(storeId, filter, cursor, size));
  };
  let next = readAfter(undefined);
  try {
    for (;;) {
      const { rows, orders, last } = await next;
      const isLast = orders < size;
      if (!isLast) {
        // The database reads the next page while this one is written. Its failure is thrown when it is needed.
        next = readAfter(last);
        next.catch(() => {});
      }
      yield* chunksOf(rows);
      if (isLast) return;
    }
  } finally {
    // A reader that stops early may give its connection to somebody else: no statement of ours may follow on it.
    await next.catch(() => {});
  }
}
