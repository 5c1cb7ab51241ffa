// Refunds that the merchant's wallet pays, and requests for them that wait for its signature (decision 0054).

import { defineEntity, p } from '@mikro-orm/core';
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { BaseUnits, Units } from '#domain/money.ts';
import type { FeeBearer, RefundSource } from '#domain/refunds.ts';
import { Uint } from '../types.ts';
import { CheckoutIntent } from './intent.entity.ts';

/** Asks for a refund, over the API or by command. It is open until a refund that did not fail names it, or until it is canceled. */
export const RefundRequestSchema = defineEntity({
  name: 'RefundRequest',
  tableName: 'refund_request',
  properties: {
    /** `rfr_…` */
    id: p.text().primary(),
    intent: () => p.manyToOne(CheckoutIntent),
    chainId: p.integer(),
    token: p.text().$type<Address>(),
    coin: p.smallint().$type<CoinId>(),
    /** The sender whose money it is. */
    payerAddress: p.text().$type<Address>(),
    toAddress: p.text().$type<Address>(),
    /** What is to be refunded, before any fee. */
    amountBaseUnits: p.type(Uint).$type<BaseUnits>(),
    amountUnits: p.type(Uint).$type<Units>(),
    feeBearer: p.text().$type<FeeBearer>(),
    reason: p.text().nullable(),
    /** An API key's id, or an e-mail address. */
    requestedBy: p.text(),
    /** The `Idempotency-Key` that it came with, and a hash of the body. */
    idempotencyKey: p.text().nullable(),
    bodySha256: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    canceledAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'refund_request_amount_check', expression: 'amount_base_units > 0 and amount_units > 0' },
    { name: 'refund_request_fee_bearer_check', expression: "fee_bearer in ('payer', 'merchant')" },
  ],
  indexes: [
    { name: 'refund_request_intent_index', properties: ['intent', 'id'] },
    {
      name: 'refund_request_key_unique',
      expression: `create unique index "refund_request_key_unique" on "refund_request" ("intent_id", "idempotency_key") where idempotency_key is not null`,
    },
  ],
});
export class RefundRequest extends RefundRequestSchema.class {}
RefundRequestSchema.setClass(RefundRequest);

/** `signed`: the order may be sent until its deadline; no transaction is known yet. */
export type RefundState = 'signed' | 'sent' | 'confirmed' | 'failed';

/**
 * A refund that the merchant's receiver signed, or that was paid elsewhere. A trigger keeps the refunds of one sender's money, in one
 * token on one chain, at or below what that sender sent there (migration 0019).
 */
export const RefundSchema = defineEntity({
  name: 'Refund',
  tableName: 'send_back',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    intent: () => p.manyToOne(CheckoutIntent),
    /** The review that the refund resolves; null for money that no review decides on. */
    reviewItemId: p.bigint('bigint').nullable(),
    chainId: p.integer(),
    token: p.text().$type<Address>(),
    coin: p.smallint().$type<CoinId>(),
    /** The reviewed transfer that is refunded; null for other money. */
    transferId: p.bigint('bigint').nullable(),
    source: p.text().$type<RefundSource>(),
    /** The sender whose money it is. */
    payerAddress: p.text().$type<Address>(),
    /** Of money beyond the price. */
    isSurplus: p.boolean().default(false),
    /** Who paid a refund that was paid elsewhere; else the deposit address or the receiver did. */
    fromAddress: p.text().$type<Address>().nullable(),
    feeBearer: p.text().$type<FeeBearer>(),
    request: () => p.manyToOne(RefundRequest).nullable(),
    /** EIP-712 digest of the signed order, which the contract's event repeats; null unless the deposit address pays. */
    orderDigest: p.text().$type<Hex>().nullable().unique('send_back_digest_unique'),
    /** Calldata for the factory or the token; `0x` when it was paid elsewhere. */
    callData: p.text().$type<Hex>(),
    toAddress: p.text().$type<Address>(),
    /** Amount that leaves the deposit address or the wallet, including the fee. */
    amountBaseUnits: p.type(Uint).$type<BaseUnits>(),
    amountUnits: p.type(Uint).$type<Units>(),
    /** The platform's fee. The contract takes it from what leaves a deposit address. */
    feeBaseUnits: p.type(Uint).$type<BaseUnits>(),
    /** What the merchant keeps of the refunded amount because the payer bears the fee. It never left the wallet. */
    withheldBaseUnits: p.type(Uint).$type<BaseUnits>().defaultRaw('0'),
    /** Null until the wallet reports it or the event is found. */
    txHash: p.text().$type<Hex>().nullable(),
    /** The event's position in its block, once it is found: each event is one refund. */
    logIndex: p.integer().nullable(),
    /** The chain's head when the refund was signed. The event cannot be in an earlier block. */
    fromBlock: p.bigint('bigint'),
    /** The signed order is invalid after this time. */
    deadline: p.datetime(),
    state: p.text().$type<RefundState>(),
    /** E-mail address of the person who made the refund. */
    requestedBy: p.text(),
    createdAt: p.datetime().defaultRaw('now()'),
    confirmedAt: p.datetime().nullable(),
    lastError: p.text().nullable(),
    /** When its owner withdrew it; null unless that was done. */
    withdrawnAt: p.datetime().nullable(),
    /** It was withdrawn, and may still be sent: the chain is searched for it until its time is over. */
    isWatched: p.boolean().default(false),
    /** The block of its event, from its confirmation on; null on refunds that an older release confirmed. */
    blockNumber: p.bigint('bigint').nullable(),
    blockHash: p.text().$type<Hex>().nullable(),
    /** Since when its block is final. A confirmed refund is watched until then. */
    finalAt: p.datetime().nullable(),
    /** When a reorganisation last removed it after it was confirmed, and how often that happened. */
    removedAt: p.datetime().nullable(),
    removals: p.integer().default(0),
  },
  checks: [
    { name: 'send_back_state_check', expression: "state in ('signed', 'sent', 'confirmed', 'failed')" },
    { name: 'send_back_amount_check', expression: 'amount_base_units > 0 and amount_units > 0' },
    {
      name: 'send_back_source_check',
      expression: "source in ('deposit', 'wallet', 'external') and (source = 'deposit') = (order_digest is not null)",
    },
    { name: 'send_back_fee_check', expression: 'fee_base_units >= 0 and fee_base_units <= amount_base_units' },
    {
      name: 'send_back_fee_bearer_check',
      expression:
        "fee_bearer in ('payer', 'merchant') and withheld_base_units >= 0 and (withheld_base_units = 0 or (source = 'wallet' and fee_bearer = 'payer'))",
    },
    {
      name: 'send_back_watched_check',
      expression: "not is_watched or (state = 'failed' and source = 'wallet' and withdrawn_at is not null)",
    },
    { name: 'send_back_final_check', expression: "final_at is null or state = 'confirmed'" },
  ],
  indexes: [
    { name: 'send_back_intent_index', properties: ['intent'] },
    {
      name: 'send_back_open_index',
      expression: `create index "send_back_open_index" on "send_back" ("chain_id", "id") where state in ('signed', 'sent') or is_watched`,
    },
    {
      name: 'send_back_confirmed_index',
      expression: `create index "send_back_confirmed_index" on "send_back" ("confirmed_at", "id") where state = 'confirmed'`,
    },
    {
      name: 'send_back_unfinal_index',
      expression: `create index "send_back_unfinal_index" on "send_back" ("chain_id", "id") where state = 'confirmed' and final_at is null`,
    },
    // A reviewed transfer has one refund, an event is one refund, and a request has one refund.
    {
      name: 'send_back_transfer_unique',
      expression: `create unique index "send_back_transfer_unique" on "send_back" ("transfer_id") where transfer_id is not null and state <> 'failed'`,
    },
    {
      name: 'send_back_log_unique',
      expression: `create unique index "send_back_log_unique" on "send_back" ("chain_id", "tx_hash", "log_index") where log_index is not null and state <> 'failed'`,
    },
    {
      name: 'send_back_request_unique',
      expression: `create unique index "send_back_request_unique" on "send_back" ("request_id") where request_id is not null and state <> 'failed'`,
    },
  ],
});
export class Refund extends RefundSchema.class {}
RefundSchema.setClass(Refund);

/**
 * A confirmation of a refund, or a removal of it by a reorganisation. Written by a trigger on the refund (migration 0034), and never
 * changed, so that the figures of a period that ended stay as they were.
 */
export const RefundEntrySchema = defineEntity({
  name: 'RefundEntry',
  tableName: 'send_back_entry',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    refund: () => p.manyToOne(Refund).joinColumn('send_back_id'),
    kind: p.text().$type<'confirmed' | 'removed'>(),
    amountUnits: p.type(Uint).$type<Units>(),
    feeUnits: p.type(Uint).$type<Units>(),
    /** Of the confirmation. */
    txHash: p.text().$type<Hex>().nullable(),
    bookedAt: p.datetime(),
  },
  checks: [{ name: 'send_back_entry_kind_check', expression: "kind in ('confirmed', 'removed')" }],
  indexes: [
    { name: 'send_back_entry_booked_index', properties: ['bookedAt', 'id'] },
    { name: 'send_back_entry_send_back_index', properties: ['refund', 'id'] },
  ],
});
export class RefundEntry extends RefundEntrySchema.class {}
RefundEntrySchema.setClass(RefundEntry);
