// Orders of every store, for operators: the newest, or what a search of a store finds.
import type { IntentId } from '#domain/ids.ts';
import { hasIndexedWord, type OrderSearch } from '#domain/order-filter.ts';
import type { OrderOwner } from '../intents/order-ref.ts';
import type { Sql } from '../pool.ts';
import { collect, type Place, type SqlText } from './order-conditions.ts';
import { LISTED_COLUMNS, type ListedOrder, type ListedOrderRow, toListedOrder } from './order-list.ts';
import { hasEveryWord, NEAR_ORDERS, transactionSql } from './order-search.ts';

export interface OrderQuery {
  /** Absent: all orders. */
  search?: OrderSearch;
  /** The last order of the page before. */
  after?: IntentId;
  limit: number;
}

export type FoundOrder = ListedOrder & OrderOwner;

/** Newest first. A search that the newest orders do not fill reads all that its words find: give the statement a time limit. */
export const findOrders = async (sql: Sql, query: OrderQuery): Promise<FoundOrder[]> => {
  const { rows } = await sql.query<ListedOrderRow & OrderOwner>({ name: '', ...foundOrdersSql(query) });
  return rows.map((row) => ({
    ...toListedOrder(row),
    storeId: row.storeId,
    storeName: row.storeName,
    storeIsTest: row.storeIsTest,
    merchantId: row.merchantId,
    merchantName: row.merchantName,
  }));
};

export const foundOrdersSql = ({ search, after, limit }: OrderQuery): SqlText => {
  const { place, values } = collect();
  const walk: Walk = { place, bound: (id) => (after === undefined ? 'true' : `${id} < ${place(after)}`), limit };
  const page = search ? searchSql(walk, search) : pageOf(walk, 'checkout_intent');
  const text = `
    select ${LISTED_COLUMNS}, s.id as "storeId", s.name as "storeName", s.is_test as "storeIsTest",
      m.id as "merchantId", m.name as "merchantName"
    from (${page}) page join checkout_intent i on i.id = page.id
    join store s on s.id = i.store_id join merchant m on m.id = s.merchant_id
    order by i.id desc`;
  return { text, values };
};

interface Walk {
  place: Place;
  /** The condition of the page's cursor. @param id the column of the order's id */
  bound(id: string): string;
  limit: number;
}

/** @param from a table, or a query in brackets with its name, that has the column `id` */
const pageOf = ({ bound, limit }: Walk, from: string): string =>
  `select id from ${from} where ${bound('id')} order by id desc limit ${limit}`;

const searchSql = (walk: Walk, search: OrderSearch): string => {
  if (search.kind === 'text' && hasIndexedWord(search.words)) return byWordsSql(walk, search.words);
  return pageOf(walk, `(${exactSql(walk, search)}) found`);
};

/** `select … as id`: what has exactly this. Words without a trigram are the whole order id (decision 0079). */
const exactSql = ({ place, bound, limit }: Walk, search: OrderSearch): string => {
  const named = namedSql(place, search.text);
  switch (search.kind) {
    case 'intent':
      return `select ${place(search.id)}::text as id union ${named}`;
    case 'transaction':
      return `select intent_id as id from (${transactionSql(place, search.hash)}) sent union ${named}`;
    case 'address': {
      const address = place(search.address);
      // A payer may have thousands.
      return `(select distinct intent_id as id from token_transfer where from_address = ${address} and ${bound('intent_id')}
          order by intent_id desc limit ${limit})
        union select id from checkout_intent where deposit_address = ${address} union ${named}`;
    }
    case 'text':
      return named;
  }
};

/** By the whole order id: one look into the index for each store, which comes first in it. */
const namedSql = (place: Place, orderId: string): string =>
  `select named.id from store cross join lateral
    (select i.id from checkout_intent i where i.store_id = store.id and i.order_id = ${place(orderId)}) named`;

/** First among the newest orders, and by the index of trigrams when those do not fill the page, as in one store (decision 0079). */
const byWordsSql = (walk: Walk, words: readonly string[]): string => {
  const { place, bound, limit } = walk;
  const matches = hasEveryWord(place, words);
  const newest = `select id, store_id from checkout_intent where ${bound('id')} order by id desc limit ${NEAR_ORDERS}`;
  const byIndex = `(select s.intent_id as id from order_search s where not (select is_full from filled) and ${matches}) found`;
  return `
    with near as materialized (
      select i.id from (${newest}) i join order_search s on s.store_id = i.store_id and s.intent_id = i.id
      where ${matches} order by i.id desc limit ${limit}),
    filled as materialized (select count(*) >= ${limit} as is_full from near)
    select distinct id from (select id from near union all (${pageOf(walk, byIndex)})) either_way
    order by id desc limit ${limit}`;
};
