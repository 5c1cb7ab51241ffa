// Checkout intents, their timeline, and the outbox (`dispatch`) that drives Temporal from the same transactions.

import { defineEntity, p } from '@mikro-orm/core';
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import type { ContractId, IntentId } from '#domain/ids.ts';
import type { Language } from '#domain/languages.ts';
import type { Cents, Units } from '#domain/money.ts';
import type { OrderSourceKind } from '#domain/order-source.ts';
import type { IntentStatus, PaymentMethod } from '#domain/status.ts';
import { Uint } from '../types.ts';
import { ApiKey, Store } from './store.entity.ts';

const STATUSES = '-5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 10, 20';

export const CheckoutIntentSchema = defineEntity({
  name: 'CheckoutIntent',
  tableName: 'checkout_intent',
  properties: {
    id: p.text().$type<IntentId>().primary(),
    /** The intent's id on-chain. It leads to no page. */
    contractId: p.text().$type<ContractId>(),
    store: () => p.manyToOne(Store),
    /** Null when no key made it: `source` is another than the API. */
    apiKey: () => p.manyToOne(ApiKey).nullable().deleteRule('no action'),
    /** Who made it (domain/order-source.ts). */
    source: p.smallint().$type<OrderSourceKind>().default(0),
    status: p.smallint().$type<IntentStatus>(),
    /** Fiat pricing: the currency; null for native pricing. */
    currency: p.smallint().$type<CurrencyId>().nullable(),
    /** The coin of the price. */
    stableCoin: p.smallint().$type<CoinId>(),
    amountCents: p.bigint().$type<Cents>(),
    /** The price in ledger units (1e-18 coin). */
    amountUnits: p.type(Uint).$type<Units>(),
    /** Coin per unit of fiat in parts of 1e10; null for native pricing. */
    rateE10: p.type(Uint).$type<bigint>().nullable(),
    acceptedStableCoins: p.array<CoinId>().columnType('smallint[]'),
    acceptedChainIds: p.array<number>().columnType('int[]'),
    /** Bridged tokens of an accepted coin count too (`isBridged` of domain/chains.ts). */
    acceptsBridgedTokens: p.boolean().default(false),
    toleranceBps: p.integer(),
    orderId: p.text().nullable(),
    orderDescription: p.text().nullable(),
    userId: p.text().nullable(),
    userName: p.text().nullable(),
    redirectUrl: p.text().nullable(),
    /** E-mail address for the shopper's receipt, if given. */
    shopperEmail: p.text().nullable(),
    /** Of the checkout when the shopper left the address; null for none, and for an address that an invoice gave. */
    shopperLanguage: p.text().$type<Language>().nullable(),
    /** A JSON object, stored as the merchant sent it. Not a `json` column: drivers parse those and change large numbers. */
    extra: p.text().nullable(),
    factory: p.text().$type<Address>(),
    receiver: p.text().$type<Address>(),
    feeReceiver: p.text().$type<Address>(),
    feeRateE9: p.type(Uint).$type<bigint>(),
    depositAddress: p.text().$type<Address>(),
    /** SHA-256 of the secret of the browser that opened the checkout first; null until one did (decision 0064). */
    browserHash: p.text().nullable(),
    /** Its workflow carries it to its end, deliveries included (decision 0068). Set by the release that created it. */
    oneWorkflow: p.boolean().default(false),
    paymentMethodType: p.smallint().$type<PaymentMethod>().default(0),
    expiresAt: p.datetime(),
    /** By how much a part payment extends the checkout clock. */
    extensionSeconds: p.integer().default(1800),
    /** When the checkout clock was extended; at most once. */
    extendedAt: p.datetime().nullable(),
    confirmedAt: p.datetime().nullable(),
    // The summary that the API and the webhook show, of the transfer that completed the payment. Everything else reads bookings.
    paidChainId: p.integer().nullable(),
    paidCoin: p.smallint().$type<CoinId>().nullable(),
    paidToken: p.text().$type<Address>().nullable(),
    txHash: p.text().$type<Hex>().nullable(),
    txFrom: p.text().$type<Address>().nullable(),
    txTo: p.text().$type<Address>().nullable(),
    actualPaidUnits: p.type(Uint).$type<Units>().nullable(),
    serviceFeeUnits: p.type(Uint).$type<Units>().nullable(),
    netIncomeUnits: p.type(Uint).$type<Units>().nullable(),
    /** Paid beyond the price. */
    surplusUnits: p.type(Uint).$type<Units>().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    /** When what was about the shopper was erased (db/personal-data/erase-orders.ts). */
    erasedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'intent_id_check', expression: "id ~ '^[0-9a-f]{24}$'" },
    { name: 'intent_contract_id_check', expression: "contract_id ~ '^[0-9a-f]{24}$'" },
    { name: 'intent_status_check', expression: `status in (${STATUSES})` },
    { name: 'intent_amount_check', expression: 'amount_cents > 0 and amount_units > 0' },
    { name: 'intent_pricing_check', expression: '(currency is null) = (rate_e10 is null)' },
    { name: 'intent_fee_rate_check', expression: 'fee_rate_e9 between 0 and 1000000000' },
    { name: 'intent_extension_check', expression: 'extension_seconds between 0 and 604800' },
    { name: 'intent_extra_check', expression: 'extra is json object' },
    { name: 'intent_source_check', expression: 'source between 0 and 3 and (source > 0 or api_key_id is not null)' },
    { name: 'intent_method_check', expression: 'payment_method_type between 0 and 3' },
    {
      name: 'intent_coins_check',
      expression: 'cardinality(accepted_stable_coins) > 0 and cardinality(accepted_chain_ids) > 0',
    },
    {
      name: 'intent_confirmed_check',
      expression:
        'status <> 20 or (confirmed_at is not null and tx_hash is not null and paid_chain_id is not null and paid_token is not null and actual_paid_units is not null)',
    },
    {
      name: 'intent_split_check',
      expression: 'actual_paid_units is null or actual_paid_units = service_fee_units + net_income_units',
    },
  ],
  uniques: [
    { name: 'intent_deposit_address_unique', properties: ['depositAddress'] },
    { name: 'intent_contract_id_unique', properties: ['contractId'] },
  ],
  indexes: [
    { name: 'intent_store_index', properties: ['store', 'id'] },
    { name: 'intent_store_status_index', properties: ['store', 'status', 'id'] },
    // Queries of the dashboard, each index in the order of its pages (db/orders/order-list.ts).
    {
      name: 'intent_store_order_index',
      expression:
        'create index "intent_store_order_index" on "checkout_intent" ("store_id", "order_id" text_pattern_ops, "id" desc) where order_id is not null',
    },
    {
      name: 'intent_method_index',
      expression:
        'create index "intent_method_index" on "checkout_intent" ("store_id", "payment_method_type", "id") where payment_method_type > 0',
    },
    {
      name: 'intent_source_index',
      expression:
        'create index "intent_source_index" on "checkout_intent" ("store_id", "source", "id") where source > 0',
    },
    {
      name: 'intent_amount_index',
      expression:
        'create index "intent_amount_index" on "checkout_intent" ("store_id", "amount_units") include ("id", "status", "payment_method_type")',
    },
    {
      name: 'intent_store_confirmed_index',
      expression:
        'create index "intent_store_confirmed_index" on "checkout_intent" ("store_id", "confirmed_at", "id") where confirmed_at is not null',
    },
    {
      name: 'intent_open_index',
      expression: 'create index "intent_open_index" on "checkout_intent" ("id") where status in (1, 2, 3, 4, 5, 10)',
    },
  ],
});
export class CheckoutIntent extends CheckoutIntentSchema.class {}
CheckoutIntentSchema.setClass(CheckoutIntent);

export type TimelineKind =
  | 'created'
  | 'status'
  | 'transfer_seen'
  | 'transfer_confirmed'
  | 'transfer_orphaned'
  | 'clock_extended'
  | 'payer_denied'
  | 'review_opened'
  | 'review_resolved'
  | 'stray_found'
  | 'stray_resolved'
  | 'settled'
  | 'settlement_removed'
  | 'sent_back'
  | 'refund_removed'
  | 'refund_requested'
  | 'refund_address'
  | 'note'
  | 'email'
  | 'webhook_redelivered'
  | 'webhook_delivered'
  | 'webhook_disabled';

export const TimelineEventSchema = defineEntity({
  name: 'TimelineEvent',
  tableName: 'timeline_event',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    intent: () => p.manyToOne(CheckoutIntent),
    kind: p.text().$type<TimelineKind>(),
    statusFrom: p.smallint().$type<IntentStatus>().nullable(),
    statusTo: p.smallint().$type<IntentStatus>().nullable(),
    /** Facts of the event, all JSON-safe; amounts as decimal strings. */
    data: p.json<Record<string, unknown>>(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'timeline_status_check', expression: "(kind in ('status', 'created')) = (status_to is not null)" }],
  indexes: [{ name: 'timeline_intent_index', properties: ['intent', 'id'] }],
});
export class TimelineEvent extends TimelineEventSchema.class {}
TimelineEventSchema.setClass(TimelineEvent);

/** A transaction that a payment page reported after sending it. Records the payment method if that transaction pays the intent. */
export const AnnouncedTransactionSchema = defineEntity({
  name: 'AnnouncedTransaction',
  tableName: 'announced_transaction',
  properties: {
    intent: () => p.manyToOne(CheckoutIntent).primary(),
    txHash: p.text().$type<Hex>().primary(),
    method: p.smallint().$type<PaymentMethod>(),
    createdAt: p.datetime().defaultRaw('now()'),
    /** When a node first had the transaction. Until then it counts for nothing: anyone can make up a hash. */
    knownAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'announced_hash_check', expression: "tx_hash ~ '^0x[0-9a-f]{64}$'" },
    { name: 'announced_method_check', expression: 'method between 2 and 3' },
  ],
});
export class AnnouncedTransaction extends AnnouncedTransactionSchema.class {}
AnnouncedTransactionSchema.setClass(AnnouncedTransaction);

/**
 * A transaction that a shopper named ("I already sent it") when the networks could not be asked. Web servers check it again until the
 * result is certain, or for some hours.
 */
export const KeptClaimSchema = defineEntity({
  name: 'KeptClaim',
  tableName: 'kept_claim',
  properties: {
    intent: () => p.manyToOne(CheckoutIntent).primary(),
    txHash: p.text().$type<Hex>().primary(),
    createdAt: p.datetime().defaultRaw('now()'),
    checks: p.smallint().default(0),
    /** Null: it is done. */
    nextCheckAt: p.datetime().defaultRaw('now()').nullable(),
  },
  checks: [{ name: 'kept_claim_hash_check', expression: "tx_hash ~ '^0x[0-9a-f]{64}$'" }],
  indexes: [
    {
      name: 'kept_claim_next_index',
      expression: `create index "kept_claim_next_index" on "kept_claim" ("next_check_at") where next_check_at is not null`,
    },
    {
      name: 'kept_claim_done_index',
      expression: `create index "kept_claim_done_index" on "kept_claim" ("created_at") where next_check_at is null`,
    },
  ],
});
export class KeptClaim extends KeptClaimSchema.class {}
KeptClaimSchema.setClass(KeptClaim);

/** An account that a payment page was about to pay from, and that screening allowed. */
export const ScreenedPayerSchema = defineEntity({
  name: 'ScreenedPayer',
  tableName: 'screened_payer',
  properties: {
    intent: () => p.manyToOne(CheckoutIntent).primary(),
    payer: p.text().$type<Address>().primary(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});
export class ScreenedPayer extends ScreenedPayerSchema.class {}
ScreenedPayerSchema.setClass(ScreenedPayer);

/** Totals of a day that has ended. A trigger deletes the row when one of the day's orders changes (migrations 0015 and 0018). */
export const OrderDayTotalSchema = defineEntity({
  name: 'OrderDayTotal',
  tableName: 'order_day_total',
  properties: {
    store: () => p.manyToOne(Store).primary(),
    /** The day as a range of ids, which start with their second. The end is exclusive. */
    fromId: p.text().primary(),
    beforeId: p.text().primary(),
    /** `StoredTotals` of db/orders/order-totals.ts. */
    totals: p.json<unknown>(),
  },
});
export class OrderDayTotal extends OrderDayTotalSchema.class {}
OrderDayTotalSchema.setClass(OrderDayTotal);

export type DispatchKind = 'start_intent' | 'signal_intent' | 'start_webhook' | 'start_email';

/** The outbox. The dispatcher starts or signals a workflow for each row. A row is done when Temporal has accepted it. */
export const DispatchSchema = defineEntity({
  name: 'Dispatch',
  tableName: 'dispatch',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    kind: p.text().$type<DispatchKind>(),
    /** The intent's id; the webhook event's for `start_webhook`, the message's for `start_email`. */
    subjectId: p.text(),
    /** Natural key: the same work is never queued twice. */
    dedupeKey: p.text().unique(),
    data: p.json<Record<string, unknown>>(),
    attempts: p.integer().default(0),
    lastError: p.text().nullable(),
    /** The row is not taken before this time. Also the lease of the dispatcher that took it. */
    availableAt: p.datetime().defaultRaw('now()'),
    createdAt: p.datetime().defaultRaw('now()'),
    doneAt: p.datetime().nullable(),
  },
  checks: [
    {
      name: 'dispatch_kind_check',
      expression: "kind in ('start_intent', 'signal_intent', 'start_webhook', 'start_email')",
    },
  ],
  indexes: [
    // Two lanes: e-mails, and everything else. Reading one lane does not scan the other's rows.
    {
      name: 'dispatch_pending_index',
      expression: `create index "dispatch_pending_index" on "dispatch" ("available_at", "id") where done_at is null and kind <> 'start_email'`,
    },
    {
      name: 'dispatch_pending_email_index',
      expression: `create index "dispatch_pending_email_index" on "dispatch" ("available_at", "id") where done_at is null and kind = 'start_email'`,
    },
    {
      name: 'dispatch_done_index',
      expression: 'create index "dispatch_done_index" on "dispatch" ("done_at") where done_at is not null',
    },
  ],
});
export class Dispatch extends DispatchSchema.class {}
DispatchSchema.setClass(Dispatch);
