// Payment links, their pictures, and which order came from which link or invoice (decision 0082).
import { defineEntity, p } from '@mikro-orm/core';
import type { CoinId } from '#domain/coins.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import type { Language } from '#domain/languages.ts';
import type { Cents } from '#domain/money.ts';
import type { LinkStatus, LinkTexts } from '#domain/payment-links.ts';
import { CheckoutIntent } from './intent.entity.ts';
import { Invoice } from './invoice.entity.ts';
import { Store } from './store.entity.ts';

export const PaymentLinkSchema = defineEntity({
  name: 'PaymentLink',
  tableName: 'payment_link',
  properties: {
    /** `lnk_…` */
    id: p.text().primary(),
    store: () => p.manyToOne(Store),
    /** The last part of its public URL. Unique over all stores, and never changed: posters carry it. */
    slug: p.text().unique(),
    status: p.text().$type<LinkStatus>().default('active'),
    /** Fiat pricing, or null. */
    currency: p.smallint().$type<CurrencyId>().nullable(),
    /** Pricing in a coin, or null. */
    stableCoin: p.smallint().$type<CoinId>().nullable(),
    /** The price of one; null when the shopper names the amount. */
    amountCents: p.bigint().$type<Cents>().nullable(),
    minCents: p.bigint().$type<Cents>().nullable(),
    maxCents: p.bigint().$type<Cents>().nullable(),
    /** The most that one order may have. */
    maxQuantity: p.integer().default(1),
    /** How many can be sold in all; null without a limit. */
    stock: p.integer().nullable(),
    /** In open orders, and in those that wait for a person. A trigger on orders keeps both counts (migration 0035). */
    reserved: p.integer().default(0),
    /** In paid orders. Above the stock only when a late payment was accepted. */
    sold: p.integer().default(0),
    expiresAt: p.datetime().nullable(),
    redirectUrl: p.text().nullable(),
    /** The language whose title is always there. */
    language: p.text().$type<Language>(),
    texts: p.json<LinkTexts>(),
    /** The number of the last order, for its order id. */
    orderCount: p.integer().default(0),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'payment_link_status_check', expression: "status in ('active', 'paused', 'archived')" },
    { name: 'payment_link_slug_check', expression: "slug ~ '^[a-z0-9]([a-z0-9-]{1,58}[a-z0-9])$'" },
    { name: 'payment_link_pricing_check', expression: '(currency is null) <> (stable_coin is null)' },
    {
      name: 'payment_link_amount_check',
      expression:
        'case when amount_cents is null then min_cents > 0 and max_cents >= min_cents else amount_cents > 0 and min_cents is null and max_cents is null end',
    },
    { name: 'payment_link_quantity_check', expression: 'max_quantity between 1 and 1000' },
    { name: 'payment_link_stock_check', expression: 'stock >= 0 and reserved >= 0 and sold >= 0' },
  ],
  indexes: [{ name: 'payment_link_store_index', properties: ['store', 'status', 'createdAt'] }],
});
export class PaymentLink extends PaymentLinkSchema.class {}
PaymentLinkSchema.setClass(PaymentLink);

/** A picture that this server re-encoded from an upload. */
export const LinkPictureSchema = defineEntity({
  name: 'LinkPicture',
  tableName: 'link_picture',
  properties: {
    link: () => p.oneToOne(PaymentLink).primary().owner().updateRule('no action').deleteRule('no action'),
    png: p.blob(),
    sha256: p.text(),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'link_picture_sha256_index', properties: ['sha256'] }],
});
export class LinkPicture extends LinkPictureSchema.class {}
LinkPictureSchema.setClass(LinkPicture);

/** `open`: may be paid; `review`: a person decides about its money; `sold`: was paid; `released`: ended without payment. */
export type SourceState = 'open' | 'review' | 'sold' | 'released';

export const OrderSourceSchema = defineEntity({
  name: 'OrderSource',
  tableName: 'order_source',
  properties: {
    intent: () => p.oneToOne(CheckoutIntent).primary().owner().updateRule('no action').deleteRule('no action'),
    link: () => p.manyToOne(PaymentLink).nullable().deleteRule('no action'),
    invoice: () => p.manyToOne(Invoice).nullable().deleteRule('no action'),
    quantity: p.integer().default(1),
    /** Kept by a trigger on the order's status. */
    state: p.text().$type<SourceState>().default('open'),
    /** Of the link and the secret of the browser that made the order. */
    browserHash: p.text().nullable(),
    /** Of the link and the network address that made the order; deleted when the order ends. */
    addressHash: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'order_source_one_check', expression: '(link_id is null) <> (invoice_id is null)' },
    { name: 'order_source_quantity_check', expression: 'quantity between 1 and 1000' },
    { name: 'order_source_state_check', expression: "state in ('open', 'review', 'sold', 'released')" },
  ],
  indexes: [
    { name: 'order_source_link_index', properties: ['link', 'intent'] },
    { name: 'order_source_invoice_index', properties: ['invoice', 'intent'] },
    {
      name: 'order_source_browser_unique',
      expression: `create unique index "order_source_browser_unique" on "order_source" ("link_id", "browser_hash") where state = 'open' and link_id is not null`,
    },
    {
      name: 'order_source_address_index',
      expression: `create index "order_source_address_index" on "order_source" ("link_id", "address_hash") where state = 'open' and link_id is not null`,
    },
    {
      name: 'order_source_invoice_unique',
      expression: `create unique index "order_source_invoice_unique" on "order_source" ("invoice_id") where state = 'open' and invoice_id is not null`,
    },
  ],
});
export class OrderSource extends OrderSourceSchema.class {}
OrderSourceSchema.setClass(OrderSource);
