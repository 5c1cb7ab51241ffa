// Orders of every store, for operators: the newest, or what a search of a store finds.
import type { IntentId } from '#domain/ids.ts';
import { hasIndexedWord, type OrderSearch } from '#domain/order-filter.ts';
import type { OrderOwner } from '../intents/order-ref.ts';
import type { Sql } from '../pool.ts';
import { collect, type Place } from './order-conditions.ts';
import { LISTED_COLUMNS, type ListedOrder, type ListedOrderRow, toListedOrder } from './order-list.ts';
import { hasEveryWord, transactionSql } from './order-search.ts';

export interface OrderQuery {
  /** Absent: all orders. */
  search?: OrderSearch;
  /** The last order of the page before. */
  after?: IntentId;
  limit: number;
}

export type FoundOrder = ListedOrder & OrderOwner;

/**
 * Newest first. A search for words that many orders share reads all of them: give the statement a time limit.
 * Words without a trigram are the whole order id (decision 0079).
 */
export const findOrders = async (sql: Sql, query: OrderQuery): Promise<FoundOrder[]> => {
  const { place, values } = collect();
  const text = `
    select ${LISTED_COLUMNS}, s.id as "storeId", s.name as "storeName", s.is_test as "storeIsTest",
      m.id as "merchantId", m.name as "merchantName"
    from (${pageSql(place, query)}) page join checkout_intent i on i.id = page.id
    join store s on s.id = i.store_id join merchant m on m.id = s.merchant_id
    order by i.id desc`;
  const { rows } = await sql.query<ListedOrderRow & OrderOwner>({ name: '', text, values });
  return rows.map((row) => ({
    ...toListedOrder(row),
    storeId: row.storeId,
    storeName: row.storeName,
    storeIsTest: row.storeIsTest,
    merchantId: row.merchantId,
    merchantName: row.merchantName,
  }));
};

const pageSql = (place: Place, { search, after, limit }: OrderQuery): string => {
  const bound = after === undefined ? 'true' : `id < ${place(after)}`;
  const page = `where ${bound} order by id desc limit ${limit}`;
  return search
    ? `select id from (${foundSql(place, search)}) found ${page}`
    : `select id from checkout_intent ${page}`;
};

/** `select … as id`: everything that the search finds. */
const foundSql = (place: Place, search: OrderSearch): string => {
  switch (search.kind) {
    case 'intent':
      return `select ${place(search.id)}::text as id union ${namedSql(place, search.text)}`;
    case 'transaction':
      return `select intent_id as id from (${transactionSql(place, search.hash)}) sent union ${namedSql(place, search.text)}`;
    case 'address': {
      const address = place(search.address);
      return `select intent_id as id from token_transfer where from_address = ${address}
        union select id from checkout_intent where deposit_address = ${address} union ${namedSql(place, search.text)}`;
    }
    case 'text':
      return hasIndexedWord(search.words)
        ? `select s.intent_id as id from order_search s where ${hasEveryWord(place, search.words)}`
        : namedSql(place, search.text);
  }
};

/** By the whole order id: one look into the index for each store, which comes first in it. */
const namedSql = (place: Place, orderId: string): string =>
  `select named.id from store cross join lateral
    (select i.id from checkout_intent i where i.store_id = store.id and i.order_id = ${place(orderId)}) named`;
