// Pages of a store's orders as SQL: which index each filter walks.
import { CHAINS } from '#domain/chains.ts';
import { COIN_IDS } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';
import { type OrderFilter, statusesOf } from '#domain/order-filter.ts';
import { IntentStatus, PaymentMethod } from '#domain/status.ts';
import {
  allConditions,
  alsoPaidWithReview,
  amountConditions,
  anyOf,
  collect,
  cursorCondition,
  direction,
  isAboutPayment,
  type OrderCursor,
  type Place,
  paymentConditions,
  plainConditions,
  REVIEW_BESIDE_PAYMENT,
  type SqlText,
  statusCondition,
} from './order-conditions.ts';
import { searchSql } from './order-search.ts';

/** `select id …` for a page of `limit` orders: newest first; in a search by order id, the exact match first. */
export const orderIdsSql = (
  storeId: string,
  filter: OrderFilter,
  cursor: OrderCursor | null,
  limit: number,
): SqlText => {
  const { place, values } = collect();
  const text = filter.search
    ? searchSql(place, storeId, filter, filter.search, cursor, limit)
    : browseSql(place, storeId, filter, cursor, limit);
  return { text, values };
};

/** True when pages are sorted by order id, not by time. */
export const isByOrderId = ({ search }: OrderFilter): boolean => search?.kind === 'order';

/** For the store's orders `ids`: `where` finds them, `isListed` tells for each whether the filter matches it, without its search. */
export const againConditions = (
  storeId: string,
  filter: OrderFilter,
  ids: readonly IntentId[],
): { isListed: string; where: string; values: unknown[] } => {
  const { place, values } = collect();
  const where = `i.store_id = ${place(storeId)} and i.id = any(${place(ids)}::text[])`;
  const isListed = `coalesce(${allConditions(place, storeId, filter).join(' and ')}, false)`;
  return { isListed, where, values };
};

/** Counts the orders of a filter, for the progress of an export. */
export const countOrdersSql = (storeId: string, filter: OrderFilter): SqlText => {
  const { text, values } = orderIdsSql(storeId, filter, null, 2 ** 31 - 1);
  return { text: `select count(*)::int as count from (${text}) counted`, values };
};

/** Index ranges with equal leading columns. Each range is in the order of ids. */
interface Branches {
  /** Value sets, as `unnest(…) as c(chain_id)`; none when each column has one value. */
  sets: string[];
  conditions: string[];
}

/** A single value is a plain condition, so that the planner can estimate how common it is. */
const eachOf = (place: Place, column: string, type: string, values: readonly unknown[], branches: Branches): void => {
  if (values.length === 1) {
    branches.conditions.push(`${column} = ${place(values[0])}`);
  } else {
    const name = `of_${column.replace('.', '_')}`;
    branches.sets.push(`unnest(${place(values)}::${type}[]) as ${name}(value)`);
    branches.conditions.push(`${column} = ${name}.value`);
  }
};

/** Ranges of the bookings' index by network, coin and method. */
const bookingBranches = (place: Place, { chainIds, coins, methods }: OrderFilter): Branches => {
  const branches: Branches = { sets: [], conditions: [] };
  eachOf(place, 'b.chain_id', 'int', chainIds ?? CHAINS.map(({ id }) => id), branches);
  eachOf(place, 'b.coin', 'smallint', coins ?? COIN_IDS, branches);
  eachOf(place, 'b.method', 'smallint', methods ?? Object.values(PaymentMethod), branches);
  return branches;
};

const methodBranches = (place: Place, methods: readonly number[]): Branches => {
  const branches: Branches = { sets: [], conditions: ['i.payment_method_type > 0'] };
  eachOf(place, 'i.payment_method_type', 'smallint', methods, branches);
  return branches;
};

/**
 * Up to this many orders of an amount are all read, from the index of amounts. With more of them, a scan of the newest orders finds
 * enough for a page. Both take a few milliseconds with a million orders, and neither depends on the planner's estimates of amounts.
 */
const FEW_OF_AMOUNT = 10_000;

const browseSql = (
  place: Place,
  storeId: string,
  filter: OrderFilter,
  cursor: OrderCursor | null,
  limit: number,
): string => {
  const common = [...plainConditions(place, storeId, filter), ...cursorCondition(place, 'i.id', cursor)];
  if (filter.minUnits === undefined && filter.maxUnits === undefined) {
    return walkSql(place, filter, common, cursor, limit);
  }
  const ofAmount = [...common, ...amountConditions(place, filter, 'i.amount_units')];
  const conditions = [
    ...statusCondition(place, filter),
    ...paymentConditions(place, filter),
    '(select few from counted)',
  ];
  const walked = [
    ...common,
    ...amountConditions(place, filter, '(i.amount_units + 0)'),
    'not (select few from counted)',
  ];
  return `
    with of_amount as materialized (
      select i.id, i.status, i.payment_method_type
      from checkout_intent i where ${ofAmount.join(' and ')} limit ${FEW_OF_AMOUNT + 1}),
    counted as materialized (select count(*) <= ${FEW_OF_AMOUNT} as few from of_amount)
    select id from (
      (select i.id from of_amount i where ${conditions.join(' and ')} order by i.id ${direction(cursor)} limit ${limit})
      union all
      (${walkSql(place, filter, walked, cursor, limit)})
    ) either_way order by id ${direction(cursor)} limit ${limit}`;
};

/**
 * Reads the orders that match `common` and the filter in the order of ids, each part from an index in that order. A filter by network or
 * coin reads the bookings: an order with several bookings is found for each of them, and returned once.
 */
const walkSql = (
  place: Place,
  filter: OrderFilter,
  common: readonly string[],
  cursor: OrderCursor | null,
  limit: number,
): string => {
  const page = `order by i.id ${direction(cursor)} limit ${limit}`;
  const one = (conditions: string[]): string =>
    `(select i.id from checkout_intent i where ${[...common, ...conditions].join(' and ')} ${page})`;
  const each = (sets: readonly string[], found: string): string =>
    sets.length === 0 ? found : `(select found.id from ${sets.join(' cross join ')} cross join lateral ${found} found)`;

  const statuses = statusesOf(filter);
  const parts: string[] = [];
  if (isAboutPayment(filter)) {
    const { sets, conditions } = bookingBranches(place, filter);
    const status = statuses ? [anyOf('i.status', 'smallint', statuses, place)] : [];
    parts.push(each(sets, bookedSql(common, conditions, status, cursor, limit)));
  } else if (statuses) {
    const method = paymentConditions(place, filter);
    for (const status of statuses) parts.push(one([`i.status = ${Number(status)}`, ...method]));
  } else if (filter.methods) {
    const { sets, conditions } = methodBranches(place, filter.methods);
    parts.push(each(sets, one(conditions)));
  } else return one([]);
  if (alsoPaidWithReview(filter)) parts.push(reviewedSql(place, filter, common, cursor, limit));
  const distinct = alsoPaidWithReview(filter) || isAboutPayment(filter) ? 'distinct ' : '';
  return `select ${distinct}id from (${parts.join(' union all ')}) page order by id ${direction(cursor)} limit ${limit}`;
};

/** Store, time and cursor are conditions of the bookings too, so that they bound the index range. */
const bookedSql = (
  common: readonly string[],
  bookings: readonly string[],
  orders: readonly string[],
  cursor: OrderCursor | null,
  limit: number,
): string => {
  const ofBookings = common
    .filter((condition) => /^i\.(store_id|id) /.test(condition))
    .map((condition) => condition.replace(/^i\.id /, 'b.intent_id ').replace(/^i\./, 'b.'));
  const rest = [...common.filter((condition) => !/^i\.store_id /.test(condition)), ...orders];
  // Without other conditions on the order, the index alone is enough.
  const ofOrders = rest.filter((condition) => !/^i\.id /.test(condition));
  const where = [...ofBookings, ...bookings].join(' and ');
  const order = `order by b.intent_id ${direction(cursor)}`;
  if (ofOrders.length === 0) {
    return `(select distinct b.intent_id as id from booking b where ${where} ${order} limit ${limit})`;
  }
  return `(select distinct b.intent_id as id from booking b
    cross join lateral (select i.id from checkout_intent i where i.id = b.intent_id and ${ofOrders.join(' and ')} limit 1) i
    where ${where} ${order} limit ${limit})`;
};

/**
 * Orders of the attention tab by their open reviews. Those in the tab's own statuses are found twice: then the newest reviews fill a
 * page, and unpaid orders need not be scanned. `limit 1` keeps it a lookup for each review; the planner would rather walk all paid orders.
 */
const reviewedSql = (
  place: Place,
  filter: OrderFilter,
  common: readonly string[],
  cursor: OrderCursor | null,
  limit: number,
): string => {
  const statuses = [...new Set([...(statusesOf(filter) ?? []), IntentStatus.CONFIRMED])];
  const either = anyOf('i.status', 'smallint', statuses, place);
  const conditions = [...common, ...paymentConditions(place, filter), either];
  const reviewed = [REVIEW_BESIDE_PAYMENT, ...cursorCondition(place, 'r.intent_id', cursor)].join(' and ');
  const newest = `order by r.intent_id ${direction(cursor)}`;
  return `(select i.id from (select distinct r.intent_id from review_item r where ${reviewed} ${newest}) r
      cross join lateral (select i.id from checkout_intent i where i.id = r.intent_id and ${conditions.join(' and ')} limit 1) i
      ${newest} limit ${limit})`;
};
