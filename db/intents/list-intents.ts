// A store's intents for the API, newest first, in pages. The walk of the dashboard's list finds them, so that every filter reads an
// index in the order of ids (decision 0046).
import type { IntentId } from '#domain/ids.ts';
import type { OrderFilter } from '#domain/order-filter.ts';
import { CheckoutIntent } from '../entities/intent.entity.ts';
import { allConditions, collect, cursorCondition, type SqlText } from '../orders/order-conditions.ts';
import { orderIdsSql } from '../orders/order-pages.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';

export interface IntentListFilter
  extends Pick<OrderFilter, 'statuses' | 'chainIds' | 'coins' | 'createdFrom' | 'createdBefore'> {
  /** The shop's order id, exactly. */
  orderId?: string;
}

/** `select id …`, newest first. @param after the last intent of the page before, or null */
export const intentIdsSql = (
  storeId: string,
  { orderId, ...filter }: IntentListFilter,
  after: IntentId | null,
  limit: number,
): SqlText => {
  const cursor = after === null ? null : { side: 'older' as const, id: after };
  if (orderId === undefined) return orderIdsSql(storeId, filter, cursor, limit);
  const { place, values } = collect();
  const conditions = [
    `i.order_id = ${place(orderId)}`,
    ...allConditions(place, storeId, filter),
    ...cursorCondition(place, 'i.id', cursor),
  ];
  // The index of order ids is in the order of ids too.
  const text = `select i.id from checkout_intent i where ${conditions.join(' and ')} order by i.id desc limit ${limit}`;
  return { text, values };
};

export interface IntentListPage {
  intents: CheckoutIntent[];
  hasMore: boolean;
}

export const listIntents = async (
  em: Em,
  storeId: string,
  filter: IntentListFilter,
  after: IntentId | null,
  limit: number,
): Promise<IntentListPage> => {
  // Not prepared: the values decide the plan.
  const { rows } = await sqlOf({ em }).query<{ id: IntentId }>({
    name: '',
    ...intentIdsSql(storeId, filter, after, limit + 1),
  });
  const ids = rows.slice(0, limit).map(({ id }) => id);
  const intents = await em
    .fork()
    .find(CheckoutIntent, { id: { $in: ids }, store: storeId }, { orderBy: { id: 'desc' } });
  return { intents, hasMore: rows.length > limit };
};
