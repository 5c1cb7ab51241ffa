import type { IntentId } from '#domain/ids.ts';
import { type OrderFilter, statusesOf } from '#domain/order-filter.ts';
import { IntentStatus } from '#domain/status.ts';

/** A page starts after (older than) or before (newer than) an order of the list. */
export interface OrderCursor {
  side: 'older' | 'newer';
  id: IntentId;
}

export interface SqlText {
  text: string;
  values: unknown[];
}

export type Place = (value: unknown) => string;

export const collect = (): { place: Place; values: unknown[] } => {
  const values: unknown[] = [];
  return {
    values,
    place: (value) => {
      values.push(value);
      return `$${values.length}`;
    },
  };
};

/** The lowest id of this second: ids begin with the second of their creation. */
export const firstIdOf = (epochSeconds: number): string =>
  Math.min(Math.max(Math.floor(epochSeconds), 0), 0xffffffff)
    .toString(16)
    .padStart(8, '0');

const bigintText = (value: bigint): string => value.toString();

/** The columns of store and intent id: of an order `i`, or of a booking `b`. */
export interface IdColumns {
  store: string;
  id: string;
}
export const ORDERS: IdColumns = { store: 'i.store_id', id: 'i.id' };
export const BOOKINGS: IdColumns = { store: 'b.store_id', id: 'b.intent_id' };

/** Time of creation, which ids begin with, and chosen orders. @param id the column of the order's id */
export const createdConditions = (
  place: Place,
  { createdFrom, createdBefore, ids }: OrderFilter,
  id: string,
): string[] => {
  const conditions: string[] = [];
  if (createdFrom !== undefined) conditions.push(`${id} >= ${place(firstIdOf(createdFrom))}`);
  if (createdBefore !== undefined) conditions.push(`${id} < ${place(firstIdOf(createdBefore))}`);
  if (ids !== undefined) conditions.push(`${id} = any(${place(ids)}::text[])`);
  return conditions;
};

/** @param column `i.amount_units`, or an expression of it that matches no index */
export const amountConditions = (place: Place, { minUnits, maxUnits }: OrderFilter, column: string): string[] => {
  const conditions: string[] = [];
  if (minUnits !== undefined) conditions.push(`${column} >= ${place(bigintText(minUnits))}`);
  if (maxUnits !== undefined) conditions.push(`${column} <= ${place(bigintText(maxUnits))}`);
  return conditions;
};

export const anyOf = (column: string, type: string, values: readonly unknown[], place: Place): string =>
  values.length === 1 ? `${column} = ${place(values[0])}` : `${column} = any(${place(values)}::${type}[])`;

/** Reviews that can be open on a paid order. Those of short payments cannot (db/reviews/review-decisions.ts). */
export const REVIEW_BESIDE_PAYMENT = `r.state = 'open' and r.kind <> 'underpaid'`;
/** A paid order with more money than its payment needs a decision too. Not `exists`: Postgres would hash the reviews of all stores. */
const HAS_REVIEW_BESIDE_PAYMENT = `(select true from review_item r where r.intent_id = i.id and ${REVIEW_BESIDE_PAYMENT} limit 1)`;

export const statusCondition = (place: Place, filter: OrderFilter): string[] => {
  const statuses = statusesOf(filter);
  if (!statuses) return [];
  const plain = anyOf('i.status', 'smallint', statuses, place);
  if (!alsoPaidWithReview(filter)) return [plain];
  return [`(${plain} or (i.status = ${IntentStatus.CONFIRMED} and ${HAS_REVIEW_BESIDE_PAYMENT}))`];
};

export const alsoPaidWithReview = ({ tab, statuses }: OrderFilter): boolean =>
  tab === 'attention' && (!statuses || statuses.includes(IntentStatus.CONFIRMED));

export const isAboutPayment = ({ chainIds, coins }: OrderFilter): boolean => Boolean(chainIds ?? coins);

/** Network, coin and method of a booking `b`. */
export const placeConditions = (
  place: Place,
  {
    chainIds,
    coins,
    methods,
  }: Pick<OrderFilter, 'chainIds' | 'coins'> & { methods?: OrderFilter['methods'] | undefined },
): string[] => [
  ...(chainIds ? [anyOf('b.chain_id', 'int', chainIds, place)] : []),
  ...(coins ? [anyOf('b.coin', 'smallint', coins, place)] : []),
  ...(methods ? [anyOf('b.method', 'smallint', methods, place)] : []),
];

/** Who made an order `i`. */
export const sourceCondition = (place: Place, { sources }: OrderFilter): string[] =>
  sources ? [anyOf('i.source', 'smallint', sources, place)] : [];

export const paymentConditions = (place: Place, filter: OrderFilter): string[] => {
  const { methods } = filter;
  const conditions: string[] = [];
  if (isAboutPayment(filter)) {
    const booked = ['b.intent_id = i.id', ...placeConditions(place, { ...filter, methods: undefined })];
    // A lookup for each row. Not `exists`: Postgres would hash the bookings of all stores.
    conditions.push(`(select true from booking b where ${booked.join(' and ')} limit 1)`);
  }
  if (methods) conditions.push(anyOf('i.payment_method_type', 'smallint', methods, place), 'i.payment_method_type > 0');
  return conditions;
};

/** All conditions of an order `i`, for the candidates that a search found. */
export const allConditions = (place: Place, storeId: string, filter: OrderFilter): string[] => [
  `i.store_id = ${place(storeId)}`,
  ...createdConditions(place, filter, 'i.id'),
  ...amountConditions(place, filter, 'i.amount_units'),
  ...statusCondition(place, filter),
  ...sourceCondition(place, filter),
  ...paymentConditions(place, filter),
];

export const cursorCondition = (place: Place, column: string, cursor: OrderCursor | null): string[] =>
  cursor ? [`${column} ${cursor.side === 'older' ? '<' : '>'} ${place(cursor.id)}`] : [];
export const direction = (cursor: OrderCursor | null): string => (cursor?.side === 'newer' ? 'asc' : 'desc');
