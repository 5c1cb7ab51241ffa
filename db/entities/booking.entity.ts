// What was booked for an order: its payment by coin and network, and what a person accepted later (decision 0053).

import { defineEntity, p } from '@mikro-orm/core';
import type { Address } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { Units } from '#domain/money.ts';
import type { PaymentMethod } from '#domain/status.ts';
import { Uint } from '../types.ts';
import { CheckoutIntent } from './intent.entity.ts';
import { Store } from './store.entity.ts';

/** `payment`: of the payment that confirmed the intent. `accepted`: of money that a person accepted afterwards. */
export type BookingKind = 'payment' | 'accepted';

/**
 * Money of one order in one token. Derived from the transfers that name it: at commit, a constraint trigger compares the gross amount
 * with their sum (migration 0018). Never changes, so that a period that ended stays as it was.
 */
export const BookingSchema = defineEntity({
  name: 'Booking',
  tableName: 'booking',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    intent: () => p.manyToOne(CheckoutIntent),
    /** The intent's store, payment method and price, so that a filter of the list reads one index. */
    store: () => p.manyToOne(Store),
    method: p.smallint().$type<PaymentMethod>(),
    priceUnits: p.type(Uint).$type<Units>(),
    kind: p.text().$type<BookingKind>(),
    /** 1 for the first of the bookings that were written together. */
    part: p.smallint().default(1),
    chainId: p.integer(),
    token: p.text().$type<Address>(),
    coin: p.smallint().$type<CoinId>(),
    grossUnits: p.type(Uint).$type<Units>(),
    /** The platform's fee, rounded as the contract rounds one settlement of this money. */
    feeUnits: p.type(Uint).$type<Units>(),
    netUnits: p.type(Uint).$type<Units>(),
    /** The part of the gross amount beyond the price; 0 of money that a person accepted later. */
    surplusUnits: p.type(Uint).$type<Units>(),
    /** The database's clock: when the payment was confirmed, or the money accepted. */
    bookedAt: p.datetime(),
  },
  checks: [
    { name: 'booking_kind_check', expression: "kind in ('payment', 'accepted')" },
    {
      name: 'booking_amount_check',
      expression: 'gross_units > 0 and gross_units = fee_units + net_units and surplus_units <= gross_units',
    },
    { name: 'booking_method_check', expression: 'method between 0 and 3' },
  ],
  indexes: [
    {
      name: 'booking_payment_unique',
      expression: `create unique index "booking_payment_unique" on "booking" ("intent_id", "chain_id", "token") where kind = 'payment'`,
    },
    // An order's bookings, and the sums of a range of orders.
    {
      name: 'booking_order_token_index',
      expression:
        'create index "booking_order_token_index" on "booking" ("store_id", "intent_id") include ("kind", "chain_id", "token", "coin", "gross_units", "fee_units", "net_units")',
    },
    { name: 'booking_intent_id_index', properties: ['intent'] },
    // The list's filters by network, coin and method, in the order of ids.
    {
      name: 'booking_place_index',
      expression:
        'create index "booking_place_index" on "booking" ("store_id", "chain_id", "coin", "method", "intent_id") include ("price_units")',
    },
    {
      name: 'booking_price_index',
      expression:
        'create index "booking_price_index" on "booking" ("store_id", "price_units") include ("intent_id", "chain_id", "coin", "method")',
    },
    {
      name: 'booking_report_index',
      expression: 'create index "booking_report_index" on "booking" ("store_id", "booked_at", "id")',
    },
  ],
});
export class Booking extends BookingSchema.class {}
BookingSchema.setClass(Booking);
