// Searches of orders as SQL: by order id, intent id, transaction hash or address.
import { CHAINS } from '#domain/chains.ts';
import type { OrderFilter, OrderSearch } from '#domain/order-filter.ts';
import { allConditions, cursorCondition, direction, type OrderCursor, type Place } from './order-conditions.ts';

const likePrefix = (prefix: string): string => `${prefix.replace(/[\\%_]/g, '\\$&')}%`;

/** `select id …` for a page of a search. */
export const searchSql = (
  place: Place,
  storeId: string,
  filter: OrderFilter,
  search: OrderSearch,
  cursor: OrderCursor | null,
  limit: number,
): string => {
  const all = allConditions(place, storeId, filter);
  if (search.kind === 'order') return byOrderIdSql(place, all, search.prefix, cursor, limit);
  const conditions = [...all, ...cursorCondition(place, 'i.id', cursor)];
  const order = `order by i.id ${direction(cursor)} limit ${limit}`;
  const where = conditions.join(' and ');
  const byText = `select id from checkout_intent where store_id = $1 and order_id = ${place(search.text)}`;
  if (search.kind === 'address') {
    const address = place(search.address);
    return `select id from (
      (select distinct t.intent_id as id from token_transfer t join checkout_intent i on i.id = t.intent_id
        where t.from_address = ${address} and ${conditions.map((one) => one.replaceAll('i.id ', 't.intent_id ')).join(' and ')}
        order by t.intent_id ${direction(cursor)} limit ${limit})
      union select i.id from checkout_intent i where i.deposit_address = ${address} and ${where}
      union (select i.id from checkout_intent i where i.id = any(array(${byText})) and ${where} ${order})
    ) page order by id ${direction(cursor)} limit ${limit}`;
  }
  const candidates =
    search.kind === 'intent'
      ? `select ${place(search.id)}`
      : transactionSql(place(search.hash), place(CHAINS.map(({ id }) => id)));
  return `select i.id from checkout_intent i where i.id = any(array(${candidates} union ${byText})) and ${where} ${order}`;
};

/** A transaction of a payment, a settlement or a refund. */
const transactionSql = (hash: string, chainIds: string): string => `
  select intent_id from token_transfer where tx_hash = ${hash}
  union select intent_id from settlement where chain_id = any(${chainIds}::int[]) and tx_hash = ${hash} and tx_hash is not null
  union select intent_id from send_back where chain_id = any(${chainIds}::int[]) and tx_hash = ${hash}`;

/** Orders whose order id starts with `prefix`: the exact match first, and the newest first among equal ids. */
const byOrderIdSql = (
  place: Place,
  all: string[],
  prefix: string,
  cursor: OrderCursor | null,
  limit: number,
): string => {
  const conditions = [...all, `i.order_id like ${place(likePrefix(prefix))}`];
  const newer = cursor?.side === 'newer';
  if (cursor) {
    const id = place(cursor.id);
    const from = `(select order_id from checkout_intent where id = ${id} and store_id = $1)`;
    // The first condition bounds the index range, the second excludes equal ids that were shown.
    conditions.push(
      newer
        ? `i.order_id ~<=~ ${from} and (i.order_id ~<~ ${from} or i.id > ${id})`
        : `i.order_id ~>=~ ${from} and (i.order_id ~>~ ${from} or i.id < ${id})`,
    );
  }
  return `select i.id from checkout_intent i where ${conditions.join(' and ')}
    order by i.order_id using ${newer ? '~>~' : '~<~'}, i.id ${newer ? 'asc' : 'desc'} limit ${limit}`;
};
