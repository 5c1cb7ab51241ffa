// The order filter as SQL. Every statement reads its page in the order of an index (a test holds the plans), so that a page costs
// the same among fifty orders and among a million.
import { CHAINS } from '#domain/chains.ts';
import { COIN_IDS } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';
import { type OrderFilter, type OrderSearch, statusesOf } from '#domain/order-filter.ts';
import { IntentStatus, PaymentMethod } from '#domain/status.ts';

/** Where a page begins: after (older than) or before (newer than) an order that the list shows. */
export interface OrderCursor {
  side: 'older' | 'newer';
  id: IntentId;
}

export interface SqlText {
  text: string;
  values: unknown[];
}

type Place = (value: unknown) => string;

const collect = (): { place: Place; values: unknown[] } => {
  const values: unknown[] = [];
  return {
    values,
    place: (value) => {
      values.push(value);
      return `$${values.length}`;
    },
  };
};

/** The id of any intent that was made in this second sorts after it: ids begin with their second. */
export const firstIdOf = (epochSeconds: number): string =>
  Math.min(Math.max(Math.floor(epochSeconds), 0), 0xffffffff)
    .toString(16)
    .padStart(8, '0');

const bigintText = (value: bigint): string => value.toString();
const likePrefix = (prefix: string): string => `${prefix.replace(/[\\%_]/g, '\\$&')}%`;

/** What restricts an order `i` whatever the way to it: store and time. */
const plainConditions = (place: Place, storeId: string, { createdFrom, createdBefore }: OrderFilter): string[] => {
  const conditions = [`i.store_id = ${place(storeId)}`];
  if (createdFrom !== undefined) conditions.push(`i.id >= ${place(firstIdOf(createdFrom))}`);
  if (createdBefore !== undefined) conditions.push(`i.id < ${place(firstIdOf(createdBefore))}`);
  return conditions;
};

/** @param column `i.amount_units`, or an expression of it that no index is entered by */
const amountConditions = (place: Place, { minUnits, maxUnits }: OrderFilter, column: string): string[] => {
  const conditions: string[] = [];
  if (minUnits !== undefined) conditions.push(`${column} >= ${place(bigintText(minUnits))}`);
  if (maxUnits !== undefined) conditions.push(`${column} <= ${place(bigintText(maxUnits))}`);
  return conditions;
};

const anyOf = (column: string, type: string, values: readonly unknown[], place: Place): string =>
  values.length === 1 ? `${column} = ${place(values[0])}` : `${column} = any(${place(values)}::${type}[])`;

/** Reviews that can be open while an order is paid: of short payments none can (db/reviews/review-decisions.ts). */
const REVIEW_BESIDE_PAYMENT = `r.state = 'open' and r.kind <> 'underpaid'`;
/** A paid order that needs a person all the same: money came that its payment did not ask for. Not `exists`, which would be hashed. */
const HAS_REVIEW_BESIDE_PAYMENT = `(select true from review_item r where r.intent_id = i.id and ${REVIEW_BESIDE_PAYMENT} limit 1)`;

const statusCondition = (place: Place, filter: OrderFilter): string[] => {
  const statuses = statusesOf(filter);
  if (!statuses) return [];
  const plain = anyOf('i.status', 'smallint', statuses, place);
  if (!alsoPaidWithReview(filter)) return [plain];
  return [`(${plain} or (i.status = ${IntentStatus.CONFIRMED} and ${HAS_REVIEW_BESIDE_PAYMENT}))`];
};

const alsoPaidWithReview = ({ tab, statuses }: OrderFilter): boolean =>
  tab === 'attention' && (!statuses || statuses.includes(IntentStatus.CONFIRMED));

const isAboutPayment = ({ chainIds, coins }: OrderFilter): boolean => Boolean(chainIds ?? coins);

const paymentConditions = (place: Place, filter: OrderFilter): string[] => {
  const { chainIds, coins, methods } = filter;
  const conditions: string[] = [];
  if (isAboutPayment(filter)) {
    const booked = ['b.intent_id = i.id'];
    if (chainIds) booked.push(anyOf('b.chain_id', 'int', chainIds, place));
    if (coins) booked.push(anyOf('b.coin', 'smallint', coins, place));
    // A lookup for each row: `exists` would be hashed, from the bookings of all stores.
    conditions.push(`(select true from booking b where ${booked.join(' and ')} limit 1)`);
  }
  if (methods) conditions.push(anyOf('i.payment_method_type', 'smallint', methods, place), 'i.payment_method_type > 0');
  return conditions;
};

/** How an index is entered: rows of equal leading columns, each of which is in the order of ids by itself. */
interface Branches {
  /** Sets to take each of, as `unnest(…) as c(chain_id)`; none when each column has one value. */
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

/** Enters the index of bookings by network, coin and method. */
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

/** What restricts an order `i` in full; for counting and for candidates that a search has found. */
const allConditions = (place: Place, storeId: string, filter: OrderFilter): string[] => [
  ...plainConditions(place, storeId, filter),
  ...amountConditions(place, filter, 'i.amount_units'),
  ...statusCondition(place, filter),
  ...paymentConditions(place, filter),
];

/** Ids of the orders on a page, `limit` of them, as `select id …`: newest first, or, searched by order id, the exact one first. */
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

/** True where pages follow the order id and not the time. */
export const isByOrderId = ({ search }: OrderFilter): boolean => search?.kind === 'order';

/** For the orders `ids` of the store: `where` finds them, and `isListed` says of each whether the filter has it, its search aside. */
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

const cursorCondition = (place: Place, column: string, cursor: OrderCursor | null): string[] =>
  cursor ? [`${column} ${cursor.side === 'older' ? '<' : '>'} ${place(cursor.id)}`] : [];
const direction = (cursor: OrderCursor | null): string => (cursor?.side === 'newer' ? 'asc' : 'desc');

/**
 * So many orders of an amount are all looked at, in the index of amounts; of more, enough are found on the way through the newest.
 * For a page of a million orders both ways then cost some milliseconds, and none depends on what the planner believes of amounts.
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
 * Reads the orders that match `common` and the rest of the filter in the order of ids, each part by an index that has it in that order.
 * A filter by network or coin walks the bookings: an order that has several of them is found once for each, and returned once.
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

/** The store, the time and the cursor are conditions of the bookings too, so that their index is entered and left where they say. */
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
  // Without conditions on the order itself, the index has everything.
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

const searchSql = (
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

/** A transaction of a payment, a settlement, or money sent back. */
const transactionSql = (hash: string, chainIds: string): string => `
  select intent_id from token_transfer where tx_hash = ${hash}
  union select intent_id from settlement where chain_id = any(${chainIds}::int[]) and tx_hash = ${hash} and tx_hash is not null
  union select intent_id from send_back where chain_id = any(${chainIds}::int[]) and tx_hash = ${hash}`;

/** Orders whose order id begins so: the exact one first, of equal ones the newest. */
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
    // The first condition enters the index, the second takes away what is equal.
    conditions.push(
      newer
        ? `i.order_id ~<=~ ${from} and (i.order_id ~<~ ${from} or i.id > ${id})`
        : `i.order_id ~>=~ ${from} and (i.order_id ~>~ ${from} or i.id < ${id})`,
    );
  }
  return `select i.id from checkout_intent i where ${conditions.join(' and ')}
    order by i.order_id using ${newer ? '~>~' : '~<~'}, i.id ${newer ? 'asc' : 'desc'} limit ${limit}`;
};

/** How many orders a filter has: for an export's progress. */
export const countOrdersSql = (storeId: string, filter: OrderFilter): SqlText => {
  const { text, values } = orderIdsSql(storeId, filter, null, 2 ** 31 - 1);
  return { text: `select count(*)::int as count from (${text}) counted`, values };
};
