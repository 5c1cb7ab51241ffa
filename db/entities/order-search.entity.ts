// What the dashboard's list of orders needs beside the orders: the text that is searched, and the views that people saved.
import { defineEntity, p } from '@mikro-orm/core';
import { Store } from './store.entity.ts';

/** The searched text of an order, written by a trigger of `checkout_intent` (migration 0036, decision 0079). */
export const OrderSearchTextSchema = defineEntity({
  name: 'OrderSearchText',
  tableName: 'order_search',
  properties: {
    storeId: p.text().primary(),
    intentId: p.text().primary(),
    /** Order id, description, customer's id, name and e-mail address, in lower case, one a line; empty for none. */
    text: p.text(),
  },
  indexes: [
    {
      name: 'order_search_trigram_index',
      expression:
        'create index "order_search_trigram_index" on "order_search" using gin ("store_id", "text" gin_trgm_ops)',
    },
  ],
});
export class OrderSearchText extends OrderSearchTextSchema.class {}
OrderSearchTextSchema.setClass(OrderSearchText);

/** A filter of the list that a person kept under a name. */
export const OrderViewSchema = defineEntity({
  name: 'OrderView',
  tableName: 'order_view',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    store: () => p.manyToOne(Store),
    /** The account that saved it, and alone sees it. */
    userId: p.text(),
    name: p.text(),
    /** The query string of the list's URL. */
    query: p.text(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'order_view_name_check', expression: 'char_length(name) between 1 and 60' },
    { name: 'order_view_query_check', expression: 'char_length(query) <= 2000' },
  ],
  uniques: [{ name: 'order_view_name_unique', properties: ['store', 'userId', 'name'] }],
  indexes: [{ name: 'order_view_user_index', properties: ['userId'] }],
});
export class OrderView extends OrderViewSchema.class {}
OrderViewSchema.setClass(OrderView);
