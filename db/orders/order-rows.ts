// Orders in full, or their transfers, in any number: read page by page by keyset, so that neither memory, nor a connection, nor a
// snapshot is held while a slow reader takes its time. For export and reports.
import type { IntentId } from '#domain/ids.ts';
import type { OrderCsvRow, TransferCsvRow } from '#domain/order-csv.ts';
import type { OrderFilter } from '#domain/order-filter.ts';
import type { Sql } from '../pool.ts';
import { isByOrderId, orderIdsSql } from './order-conditions.ts';

/** Rows of one read: larger ones save no time, and what a page leaves behind adds to the memory of the process. */
const PAGE = 500;

const ORDER_COLUMNS = `i.id, (extract(epoch from i.created_at) * 1000)::float8 as "createdAt",
  (extract(epoch from i.confirmed_at) * 1000)::float8 as "confirmedAt", i.order_id as "orderId", i.order_description as description,
  i.user_id as "userId", i.user_name as "userName", i.status, i.currency, i.amount_cents::text as cents,
  i.amount_units::text as "amountUnits", i.stable_coin as coin, i.payment_method_type as method, i.paid_chain_id as "paidChainId",
  i.paid_coin as "paidCoin", i.actual_paid_units::text as "paidUnits", i.service_fee_units::text as "feeUnits",
  i.net_income_units::text as "netUnits", i.surplus_units::text as "surplusUnits", i.tx_hash as "txHash", i.tx_from as "txFrom",
  i.deposit_address as "depositAddress"`;

const TRANSFER_COLUMNS = `i.id as "intentId", i.order_id as "orderId", i.status, t.chain_id as "chainId", t.coin,
  t.amount_units::text as "amountUnits", (extract(epoch from t.block_time) * 1000)::float8 as "blockTime",
  t.block_number::text as "blockNumber", t.tx_hash as "txHash", t.from_address as "from", t.to_address as "to", t.state,
  t.in_payment as "inPayment"`;

/** The filter's orders, in the list's order, some hundreds at a time. */
export const readOrderRows = (sql: Sql, storeId: string, filter: OrderFilter): AsyncGenerator<OrderCsvRow[]> =>
  readPages(storeId, filter, async (page) => {
    const { rows } = await sql.query<OrderCsvRow>({
      name: '',
      text: `select ${ORDER_COLUMNS} from (${page.text}) page join checkout_intent i on i.id = page.id order by ${page.order}`,
      values: page.values,
    });
    return { rows, orders: rows.length, last: rows.at(-1)?.id };
  });

/** The orders that were paid from `from` to `before` (not included), in the order of their payment: what a report has. Never changes. */
export async function* readPaidOrderRows(
  sql: Sql,
  storeId: string,
  from: Date,
  before: Date,
): AsyncGenerator<OrderCsvRow[]> {
  // As Postgres writes it: a Date would lose the microseconds.
  let after = { at: from.toISOString(), id: '' };
  for (;;) {
    const { rows } = await sql.query<OrderCsvRow & { confirmed: string }>({
      name: 'paid-order-rows',
      text: `select ${ORDER_COLUMNS}, i.confirmed_at::text as confirmed from checkout_intent i
        where i.store_id = $1 and i.confirmed_at is not null and (i.confirmed_at, i.id) > ($2::timestamptz, $3) and i.confirmed_at < $4
        order by i.confirmed_at, i.id limit ${PAGE}`,
      values: [storeId, after.at, after.id, before],
    });
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    if (rows.length < PAGE) return;
    after = { at: last.confirmed, id: last.id };
  }
}

/** Every transfer to the filter's orders, orders in the list's order and their transfers as they came. */
export const readTransferRows = (sql: Sql, storeId: string, filter: OrderFilter): AsyncGenerator<TransferCsvRow[]> =>
  readPages(storeId, filter, async (page) => {
    const { rows: ids } = await sql.query<{ id: IntentId }>({
      name: '',
      text: `select page.id from (${page.text}) page join checkout_intent i on i.id = page.id order by ${page.order}`,
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

interface PageStatement {
  text: string;
  values: unknown[];
  order: string;
}

/** `read` says how many orders its page had, and the last of them. */
async function* readPages<Row>(
  storeId: string,
  filter: OrderFilter,
  read: (page: PageStatement) => Promise<{ rows: Row[]; orders: number; last: IntentId | undefined }>,
): AsyncGenerator<Row[]> {
  const order = isByOrderId(filter) ? 'i.order_id using ~<~, i.id desc' : 'i.id desc';
  let after: IntentId | undefined;
  for (;;) {
    const cursor = after === undefined ? null : ({ side: 'older', id: after } as const);
    const { rows, orders, last } = await read({ ...orderIdsSql(storeId, filter, cursor, PAGE), order });
    if (rows.length > 0) yield rows;
    if (orders < PAGE) return;
    after = last;
  }
}
