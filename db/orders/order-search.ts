// Searches of orders as SQL: by text, intent id, transaction hash or address.
import type { Hex } from '#domain/address.ts';
import { allChains } from '#domain/chains.ts';
import { hasIndexedWord, type OrderFilter, type OrderSearch } from '#domain/order-filter.ts';
import { containing } from '../expressions.ts';
import {
  allConditions,
  createdConditions,
  cursorCondition,
  direction,
  type OrderCursor,
  type Place,
} from './order-conditions.ts';

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
  const conditions = [...all, ...cursorCondition(place, 'i.id', cursor)];
  const order = `order by i.id ${direction(cursor)} limit ${limit}`;
  const where = conditions.join(' and ');
  const named = (text: string): string =>
    `select id from checkout_intent where store_id = $1 and order_id = ${place(text)}`;
  if (search.kind === 'text') {
    const searched = searchedBounds(place, filter, search.words, cursor);
    const exact = (): string =>
      `select i.id from checkout_intent i where i.id = any(array(${named(search.text)})) and ${where}`;
    return byTextSql({ ...searched, where, exact: hasIndexedWord(search.words) ? null : exact(), cursor, limit });
  }
  if (search.kind === 'address') {
    const address = place(search.address);
    return `select id from (
      (select distinct t.intent_id as id from token_transfer t join checkout_intent i on i.id = t.intent_id
        where t.from_address = ${address} and ${conditions.map((one) => one.replaceAll('i.id ', 't.intent_id ')).join(' and ')}
        order by t.intent_id ${direction(cursor)} limit ${limit})
      union select i.id from checkout_intent i where i.deposit_address = ${address} and ${where}
      union (select i.id from checkout_intent i where i.id = any(array(${named(search.text)})) and ${where} ${order})
    ) page order by id ${direction(cursor)} limit ${limit}`;
  }
  const candidates = search.kind === 'intent' ? `select ${place(search.id)}` : transactionSql(place, search.hash);
  return `select i.id from checkout_intent i where i.id = any(array(${candidates} union ${named(search.text)})) and ${where} ${order}`;
};

/** `select intent_id …` by the transaction of a payment, a settlement or a refund, of any store. */
export const transactionSql = (place: Place, hash: Hex): string => {
  const [searched, chainIds] = [place(hash), place(allChains().map(({ id }) => id))];
  return `
  select intent_id from token_transfer where tx_hash = ${searched}
  union select intent_id from settlement where chain_id = any(${chainIds}::int[]) and tx_hash = ${searched} and tx_hash is not null
  union select intent_id from send_back where chain_id = any(${chainIds}::int[]) and tx_hash = ${searched}`;
};

/** So many orders are read before the index of trigrams is asked: a few milliseconds. */
export const NEAR_ORDERS = 5_000;

/**
 * Of a searched row `s`. The lower case is that of the trigger; the comparison has the collation of the index, or Postgres would not
 * use it.
 */
export const hasEveryWord = (place: Place, words: readonly string[]): string =>
  words
    .map((word) => `s.text like lower(${place(containing(word))} collate "pg_c_utf8") collate "default"`)
    .join(' and ');

/** Conditions of the searched rows `s`: the store, its bounds of time and cursor, and every word. */
const searchedBounds = (place: Place, filter: OrderFilter, words: readonly string[], cursor: OrderCursor | null) => ({
  bounds: [
    's.store_id = $1',
    ...createdConditions(place, filter, 's.intent_id'),
    ...cursorCondition(place, 's.intent_id', cursor),
  ].join(' and '),
  matches: hasEveryWord(place, words),
});

interface TextSearch {
  /** Of rows `s`. */
  bounds: string;
  matches: string;
  /** Of orders `i`. */
  where: string;
  /** Selects orders whose order id is the searched text, when the index has none of its words; null when it has. */
  exact: string | null;
  cursor: OrderCursor | null;
  limit: number;
}

/**
 * The orders whose text has every word: first among the newest, and by the index when those do not fill the page. What many orders have
 * fills it from the newest, and would be slow by the index; what few have is the other way round (decision 0079). Words without a
 * trigram are looked for among the newest alone, and as a whole order id.
 */
const byTextSql = ({ bounds, matches, where, exact, cursor, limit }: TextSearch): string => {
  const page = `order by id ${direction(cursor)} limit ${limit}`;
  const byIndex = `
    select i.id from found join checkout_intent i on i.id = found.intent_id
    where not (select is_full from filled) and ${where}`;
  return `
    with near as materialized (
      select i.id from (
        select s.intent_id, s.text from order_search s where ${bounds}
        order by s.intent_id ${direction(cursor)} limit ${NEAR_ORDERS}) s
      join checkout_intent i on i.id = s.intent_id
      where ${matches} and ${where} order by s.intent_id ${direction(cursor)} limit ${limit}),
    filled as materialized (select count(*) >= ${limit} as is_full from near),
    found as materialized (select s.intent_id from order_search s where ${bounds} and ${matches})
    select distinct id from (
      select id from near
      union all
      (${exact ?? byIndex} ${page.replace(' id ', ' i.id ')})
    ) either_way ${page}`;
};
