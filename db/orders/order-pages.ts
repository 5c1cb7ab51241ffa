// Pages of a store's orders as SQL: which index each filter walks.
import { allChains } from '#domain/chains.ts';
import { COIN_IDS } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';
import { type OrderFilter, statusesOf } from '#domain/order-filter.ts';
import { IntentStatus, PaymentMethod } from '#domain/status.ts';
import {
  allConditions,
  alsoPaidWithReview,
  amountConditions,
  anyOf,
  BOOKINGS,
  collect,
  createdConditions,
  cursorCondition,
  direction,
  type IdColumns,
  isAboutPayment,
  ORDERS,
  type OrderCursor,
  type Place,
  paymentConditions,
  placeConditions,
  REVIEW_BESIDE_PAYMENT,
  type SqlText,
  sourceCondition,
  statusCondition,
} from './order-conditions.ts';
import { searchSql } from './order-search.ts';

/** `select id …` for a page of `limit` orders, newest first. */
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
  eachOf(place, 'b.chain_id', 'int', chainIds ?? allChains().map(({ id }) => id), branches);
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
 * The orders are counted whatever their time, so that only one index fits the read.
 */
const FEW_OF_AMOUNT = 10_000;

const browseSql = (
  place: Place,
  storeId: string,
  filter: OrderFilter,
  cursor: OrderCursor | null,
  limit: number,
): string => {
  const walk: Walk = { place, storeId, filter, cursor, limit };
  if (filter.minUnits === undefined && filter.maxUnits === undefined) return walkSql(walk, null);
  const page = `order by id ${direction(cursor)} limit ${limit}`;
  // `i` has everything that the conditions need: the index of amounts includes it.
  const found = isAboutPayment(filter) ? bookingsOfAmount(walk) : ordersOfAmount(walk);
  return `
    with of_amount as materialized (${found.read} limit ${FEW_OF_AMOUNT + 1}),
    counted as materialized (select count(*) <= ${FEW_OF_AMOUNT} as few from of_amount)
    select id from (
      (${found.filter} and (select few from counted) ${page})
      union all
      (${walkSql(walk, 'not (select few from counted)')})
    ) either_way ${page}`;
};

interface Walk {
  place: Place;
  storeId: string;
  filter: OrderFilter;
  cursor: OrderCursor | null;
  limit: number;
}

/** Time and cursor. */
const idBoundsOf = ({ place, filter, cursor }: Walk, id: string): string[] => [
  ...createdConditions(place, filter, id),
  ...cursorCondition(place, id, cursor),
];

const boundsOf = (walk: Walk, { store, id }: IdColumns): string[] => [
  `${store} = ${walk.place(walk.storeId)}`,
  ...idBoundsOf(walk, id),
];

interface FoundByAmount {
  /**
   * Reads what has the amount, in the order of its index. Without that order Postgres reads the table from its start when most rows
   * have the amount: the rows of all stores.
   */
  read: string;
  /** Selects from `of_amount`; ends in a condition. */
  filter: string;
}

const ordersOfAmount = (walk: Walk): FoundByAmount => {
  const { place, storeId, filter } = walk;
  const ofAmount = [`i.store_id = ${place(storeId)}`, ...amountConditions(place, filter, 'i.amount_units')];
  const conditions = [
    ...idBoundsOf(walk, 'i.id'),
    ...statusCondition(place, filter),
    ...sourceCondition(place, filter),
    ...paymentConditions(place, filter),
    'true',
  ];
  // The index of amounts does not include it, so it is read only when it is asked for.
  const source = filter.sources ? ', i.source' : '';
  return {
    read: `select i.id, i.status, i.payment_method_type${source} from checkout_intent i where ${ofAmount.join(' and ')} order by i.amount_units`,
    filter: `select i.id from of_amount i where ${conditions.join(' and ')}`,
  };
};

const bookingsOfAmount = (walk: Walk): FoundByAmount => {
  const { place, storeId, filter } = walk;
  const ofAmount = [`b.store_id = ${place(storeId)}`, ...amountConditions(place, filter, 'b.price_units')];
  // All that is not in the bookings.
  const ofOrder = [...statusCondition(place, filter), ...sourceCondition(place, filter)];
  const orders = ofOrder.length > 0 ? ` join checkout_intent i on i.id = b.intent_id and ${ofOrder.join(' and ')}` : '';
  const conditions = [...idBoundsOf(walk, 'b.intent_id'), ...placeConditions(place, filter)];
  return {
    read: `select b.intent_id, b.chain_id, b.coin, b.method from booking b where ${ofAmount.join(' and ')} order by b.price_units`,
    filter: `select distinct b.intent_id as id from of_amount b${orders} where ${conditions.join(' and ')}`,
  };
};

/**
 * Reads the orders that match the filter in the order of ids, each part from an index in that order. A filter by network or coin reads
 * the bookings: an order with several bookings is found for each of them, and returned once.
 * @param condition of every part, or null
 */
const walkSql = (walk: Walk, condition: string | null): string => {
  const { place, filter, cursor, limit } = walk;
  const also = condition === null ? [] : [condition];
  // An expression, so that no part enters the index of amounts.
  const common = (): string[] => [
    ...boundsOf(walk, ORDERS),
    ...amountConditions(place, filter, '(i.amount_units + 0)'),
    ...also,
  ];
  const page = `order by i.id ${direction(cursor)} limit ${limit}`;
  const one = (conditions: string[]): string =>
    `(select i.id from checkout_intent i where ${[...common(), ...conditions].join(' and ')} ${page})`;

  const statuses = statusesOf(filter);
  // Constants: orders that the API did not make have an index of their own, a partial one.
  const sources = filter.sources?.map((source) => [`i.source = ${Number(source)}`]) ?? [[]];
  const parts: string[] = [];
  if (isAboutPayment(filter)) parts.push(bookedSql(walk, also));
  else if (statuses) {
    const method = paymentConditions(place, filter);
    for (const status of statuses) {
      for (const source of sources) parts.push(one([`i.status = ${Number(status)}`, ...source, ...method]));
    }
  } else if (filter.methods) {
    const { sets, conditions } = methodBranches(place, filter.methods);
    for (const source of sources) parts.push(eachSet(sets, one([...conditions, ...source])));
  } else if (filter.sources) {
    for (const source of sources) parts.push(one(source));
  } else return one([]);
  if (alsoPaidWithReview(filter)) parts.push(reviewedSql(place, filter, common(), cursor, limit));
  const distinct = alsoPaidWithReview(filter) || isAboutPayment(filter) ? 'distinct ' : '';
  return `select ${distinct}id from (${parts.join(' union all ')}) page order by id ${direction(cursor)} limit ${limit}`;
};

/** Repeats a part for each combination of the sets. */
const eachSet = (sets: readonly string[], part: string): string =>
  sets.length === 0 ? part : `(select found.id from ${sets.join(' cross join ')} cross join lateral ${part} found)`;

const bookedSql = (walk: Walk, also: readonly string[]): string => {
  const { place, filter, cursor, limit } = walk;
  const { sets, conditions } = bookingBranches(place, filter);
  const amounts = amountConditions(place, filter, '(b.price_units + 0)');
  const where = [...boundsOf(walk, BOOKINGS), ...conditions, ...amounts, ...also].join(' and ');
  const statuses = statusesOf(filter);
  const ofOrder = [
    ...(statuses ? [anyOf('i.status', 'smallint', statuses, place)] : []),
    ...sourceCondition(place, filter),
  ];
  const orders =
    ofOrder.length > 0
      ? ` cross join lateral (
      select true from checkout_intent i where i.id = b.intent_id and ${ofOrder.join(' and ')} limit 1) i`
      : '';
  return eachSet(
    sets,
    `(select distinct b.intent_id as id from booking b${orders} where ${where} order by b.intent_id ${direction(cursor)} limit ${limit})`,
  );
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
  const conditions = [...common, ...sourceCondition(place, filter), ...paymentConditions(place, filter), either];
  const reviewed = [REVIEW_BESIDE_PAYMENT, ...cursorCondition(place, 'r.intent_id', cursor)].join(' and ');
  const newest = `order by r.intent_id ${direction(cursor)}`;
  return `(select i.id from (select distinct r.intent_id from review_item r where ${reviewed} ${newest}) r
      cross join lateral (select i.id from checkout_intent i where i.id = r.intent_id and ${conditions.join(' and ')} limit 1) i
      ${newest} limit ${limit})`;
};
