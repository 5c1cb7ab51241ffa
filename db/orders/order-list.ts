// The list of a store's orders: pages by keyset, newest first, and counts. domain/order-filter.ts parses a search; order-conditions.ts
// writes the SQL of a filter.
import type { Address } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import type { IntentId } from '#domain/ids.ts';
import { type Cents, centsOf, type Units, unitsOf } from '#domain/money.ts';
import type { OrderFilter } from '#domain/order-filter.ts';
import type { IntentStatus, PaymentMethod } from '#domain/status.ts';
import type { Sql } from '../pool.ts';
import { direction, type OrderCursor, type SqlText } from './order-conditions.ts';
import { againConditions, countOrdersSql, orderIdsSql } from './order-pages.ts';
import { type RefundedPart, refundedPart } from './refunded-part.ts';

export type { OrderCursor } from './order-conditions.ts';

export interface ListedOrder {
  id: IntentId;
  createdAt: Date;
  orderId: string | null;
  description: string | null;
  status: IntentStatus;
  /** The price, and the coin that it is in. */
  amountUnits: Units;
  coin: CoinId;
  /** Fiat pricing: the price in hundredths; null for native pricing. */
  fiat: { cents: Cents; currency: CurrencyId } | null;
  method: PaymentMethod;
  /** What was paid in each token: empty until it is. */
  paid: PaidPart[];
  /** A person must decide on money of the order. */
  hasOpenReview: boolean;
  /** Confirmed refunds: of all that was received, or of a part; null when there are none. */
  refunded: RefundedPart | null;
}

/** What an order received in one token. */
export interface PaidPart {
  chainId: number;
  token: Address;
  coin: CoinId;
  units: Units;
}

export interface OrderPage {
  orders: ListedOrder[];
  /** Cursors of the neighbouring pages; null at the ends. */
  newer: IntentId | null;
  older: IntentId | null;
}

/** As Postgres returns it. */
export interface ListedOrderRow {
  id: IntentId;
  createdAt: Date;
  orderId: string | null;
  description: string | null;
  status: IntentStatus;
  amountUnits: string;
  coin: CoinId;
  cents: string;
  currency: CurrencyId | null;
  method: PaymentMethod;
  /** Network, token, coin and amount of each. */
  paid: [number, Address, CoinId, string][];
  hasOpenReview: boolean;
  refunded: RefundedPart | null;
}

/** One amount for each token, in the order of their first booking. */
const PAID_PARTS = `(
  select coalesce(jsonb_agg(jsonb_build_array(chain_id, token, coin, units) order by first), '[]') from (
    select b.chain_id, b.token, b.coin, sum(b.gross_units)::text as units, min(b.id) as first
    from booking b where b.intent_id = i.id group by 1, 2, 3) parts)`;

/** Of order `i`. A review is looked up for each row of the page. With `exists`, Postgres would hash the open reviews of all stores. */
export const LISTED_COLUMNS = `i.id, i.created_at as "createdAt", i.order_id as "orderId", i.order_description as description, i.status,
  i.amount_units::text as "amountUnits", i.stable_coin as coin, i.amount_cents::text as cents, i.currency,
  i.payment_method_type as method, ${PAID_PARTS} as paid,
  coalesce((select true from review_item r where r.intent_id = i.id and r.state = 'open' limit 1), false) as "hasOpenReview",
  ${refundedPart('i.id')} as refunded`;

/** Statements of a page are not prepared: their values decide their plan. */
const UNNAMED = '';

/** Rows of a page of the list. */
export const PAGE_ORDERS = 50;

export type OrderSort = 'newest' | 'oldest';

/** Before every id: the list from its oldest order begins after it. */
const FIRST_ID = '0'.repeat(24) as IntentId;

/** @param limit rows of a page */
export const listOrders = async (
  sql: Sql,
  storeId: string,
  filter: OrderFilter,
  cursor: OrderCursor | null,
  limit = PAGE_ORDERS,
  sort: OrderSort = 'newest',
): Promise<OrderPage> => {
  /** The side that the reader goes on to, and the one that the reader comes from. */
  const [onward, back] = sort === 'newest' ? (['older', 'newer'] as const) : (['newer', 'older'] as const);
  const start: OrderCursor | null = sort === 'newest' ? null : { side: 'newer', id: FIRST_ID };
  const rows = await readRows(sql, storeId, filter, cursor ?? start, limit + 1);
  const more = rows.length > limit;
  const isBack = cursor?.side === back;
  // Fewer rows than a page are left: returns the first page in full.
  if (isBack && !more) return await listOrders(sql, storeId, filter, null, limit, sort);
  const orders = rows.slice(0, limit).map(toListedOrder);
  if (isBack) orders.reverse();
  const first = orders[0]?.id ?? null;
  const last = orders.at(-1)?.id ?? null;
  const ends = {
    [back]: isBack ? (more ? first : null) : cursor ? (first ?? cursor.id) : null,
    [onward]: isBack || more ? last : null,
  };
  return { orders, newer: ends.newer ?? null, older: ends.older ?? null };
};

/** The statement of a page: its orders, in reading order from the cursor. */
export const orderPageSql = (
  storeId: string,
  filter: OrderFilter,
  cursor: OrderCursor | null,
  limit: number,
): SqlText => {
  const { text, values } = orderIdsSql(storeId, filter, cursor, limit);
  return {
    text: `select ${LISTED_COLUMNS} from (${text}) page join checkout_intent i on i.id = page.id order by i.id ${direction(cursor)}`,
    values,
  };
};

const readRows = async (sql: Sql, ...page: Parameters<typeof orderPageSql>): Promise<ListedOrderRow[]> => {
  const { rows } = await sql.query<ListedOrderRow>({ name: UNNAMED, ...orderPageSql(...page) });
  return rows;
};

/** Ids of the newest orders of a filter: an open list compares them with its own. */
export const readNewestIds = async (
  sql: Sql,
  storeId: string,
  filter: OrderFilter,
  limit: number,
): Promise<IntentId[]> => {
  const { rows } = await sql.query<{ id: IntentId }>({ name: UNNAMED, ...orderIdsSql(storeId, filter, null, limit) });
  return rows.map(({ id }) => id);
};

/** The current state of an order that an open list shows. */
export interface OrderAgain extends ListedOrder {
  /** The list's filter still matches it. Its search is not checked: what it searches does not change. */
  isListed: boolean;
}

/** One index lookup for each id. Ids of other stores are left out. */
export const ordersAgainSql = (storeId: string, filter: OrderFilter, ids: readonly IntentId[]): SqlText => {
  const { isListed, where, values } = againConditions(storeId, filter, ids);
  return { text: `select ${LISTED_COLUMNS}, ${isListed} as "isListed" from checkout_intent i where ${where}`, values };
};

/** Unsorted. */
export const readOrdersAgain = async (
  sql: Sql,
  storeId: string,
  filter: OrderFilter,
  ids: readonly IntentId[],
): Promise<OrderAgain[]> => {
  if (ids.length === 0) return [];
  const statement = { name: UNNAMED, ...ordersAgainSql(storeId, filter, ids) };
  const { rows } = await sql.query<ListedOrderRow & { isListed: boolean }>(statement);
  return rows.map((row) => ({ ...toListedOrder(row), isListed: row.isListed }));
};

/** Counts all orders of a filter. The cost grows with the count. */
export const countOrders = async (sql: Sql, storeId: string, filter: OrderFilter): Promise<number> => {
  const { rows } = await sql.query<{ count: number }>({ name: UNNAMED, ...countOrdersSql(storeId, filter) });
  return rows[0]?.count ?? 0;
};

export const toListedOrder = (row: ListedOrderRow): ListedOrder => ({
  id: row.id,
  createdAt: row.createdAt,
  orderId: row.orderId,
  description: row.description,
  status: row.status,
  amountUnits: unitsOf(row.amountUnits),
  coin: row.coin,
  fiat: row.currency === null ? null : { cents: centsOf(row.cents), currency: row.currency },
  method: row.method,
  paid: row.paid.map(([chainId, token, coin, units]) => ({ chainId, token, coin, units: unitsOf(units) })),
  hasOpenReview: row.hasOpenReview,
  refunded: row.refunded,
});
