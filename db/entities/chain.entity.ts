// State of the watchers and the relayer: cursors, recent blocks, transfers to deposit addresses, settlements and rates.

import { defineEntity, p } from '@mikro-orm/core';
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { BaseUnits, Units, Wei } from '#domain/money.ts';
import type { TransferState } from '#domain/payment-rules.ts';
import { Uint } from '../types.ts';
import { Booking } from './booking.entity.ts';
import { CheckoutIntent } from './intent.entity.ts';

/** One row per chain: the watcher's cursor, lease and health. */
export const ChainCursorSchema = defineEntity({
  name: 'ChainCursor',
  tableName: 'chain_cursor',
  properties: {
    chainId: p.integer().primary().autoincrement(false),
    /** The last block whose logs are stored. */
    blockNumber: p.bigint('bigint'),
    blockHash: p.text().$type<Hex>(),
    /** Timestamp of that block. An intent expires only when it is past the deadline. */
    blockTime: p.datetime(),
    /** Blocks up to this one have been read a second time, at finality. */
    finalBlockNumber: p.bigint('bigint'),
    headNumber: p.bigint('bigint'),
    headSeenAt: p.datetime(),
    /** Fencing token: a watcher that lost its lease cannot write. */
    leaseToken: p.bigint('bigint').default(0),
    leaseOwner: p.text().nullable(),
    leaseUntil: p.datetime().nullable(),
    /** Why the watcher stopped or doubts its providers, as text; null when healthy. */
    trouble: p.text().nullable(),
    updatedAt: p.datetime().defaultRaw('now()'),
    /** As its entry said when it was first watched: it may not change. Null until a watcher of this release has taken the lease. */
    isTest: p.boolean().nullable(),
  },
});
export class ChainCursor extends ChainCursorSchema.class {}
ChainCursorSchema.setClass(ChainCursor);

/** Hashes of the blocks above finality. Used to find the common ancestor after a reorganisation. */
export const ChainBlockSchema = defineEntity({
  name: 'ChainBlock',
  tableName: 'chain_block',
  properties: {
    chainId: p.integer().primary().autoincrement(false),
    number: p.bigint('bigint').primary(),
    hash: p.text().$type<Hex>(),
    parentHash: p.text().$type<Hex>(),
    time: p.datetime(),
  },
});
export class ChainBlock extends ChainBlockSchema.class {}
ChainBlockSchema.setClass(ChainBlock);

/**
 * A block behind the cursor that the watcher must read again. A payer named a transaction in it that pays a deposit address, but
 * the transfer is not stored. Pages write these requests; only the watcher writes transfers.
 */
export const BlockRecheckSchema = defineEntity({
  name: 'BlockRecheck',
  tableName: 'block_recheck',
  properties: {
    chainId: p.integer().primary().autoincrement(false),
    txHash: p.text().$type<Hex>().primary(),
    blockNumber: p.bigint('bigint'),
    requestedAt: p.datetime().defaultRaw('now()'),
    doneAt: p.datetime().nullable(),
  },
  checks: [{ name: 'recheck_hash_check', expression: "tx_hash ~ '^0x[0-9a-f]{64}$'" }],
  indexes: [
    {
      name: 'recheck_pending_index',
      expression: `create index "recheck_pending_index" on "block_recheck" ("chain_id", "block_number") where done_at is null`,
    },
    {
      name: 'recheck_done_index',
      expression: `create index "recheck_done_index" on "block_recheck" ("done_at") where done_at is not null`,
    },
  ],
});
export class BlockRecheck extends BlockRecheckSchema.class {}
BlockRecheckSchema.setClass(BlockRecheck);

export const TokenTransferSchema = defineEntity({
  name: 'TokenTransfer',
  tableName: 'token_transfer',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    chainId: p.integer(),
    blockNumber: p.bigint('bigint'),
    blockHash: p.text().$type<Hex>(),
    blockTime: p.datetime(),
    txHash: p.text().$type<Hex>(),
    logIndex: p.integer(),
    token: p.text().$type<Address>(),
    coin: p.smallint().$type<CoinId>(),
    fromAddress: p.text().$type<Address>(),
    toAddress: p.text().$type<Address>(),
    amountBaseUnits: p.type(Uint).$type<BaseUnits>(),
    amountUnits: p.type(Uint).$type<Units>(),
    intent: () => p.manyToOne(CheckoutIntent),
    state: p.text().$type<TransferState>(),
    /** Part of the payment that made the intent CONFIRMED, or accepted as such later. */
    inPayment: p.boolean().default(false),
    /** What it is booked under. Null in a payment when a reorganisation removed it and another block brought it again. */
    booking: () => p.manyToOne(Booking).nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'transfer_state_check', expression: "state in ('seen', 'confirmed', 'orphaned')" },
    { name: 'transfer_amount_check', expression: 'amount_base_units > 0 and amount_units > 0' },
    { name: 'transfer_booking_check', expression: 'booking_id is null or in_payment' },
  ],
  uniques: [{ name: 'transfer_log_unique', properties: ['chainId', 'blockHash', 'txHash', 'logIndex'] }],
  indexes: [
    { name: 'transfer_intent_index', properties: ['intent'] },
    { name: 'transfer_tx_index', properties: ['txHash'] },
    { name: 'transfer_sender_index', properties: ['fromAddress', 'intent'] },
    {
      name: 'transfer_seen_index',
      expression: `create index "transfer_seen_index" on "token_transfer" ("chain_id", "block_number") where state = 'seen'`,
    },
    {
      name: 'transfer_loose_index',
      expression: `create index "transfer_loose_index" on "token_transfer" ("id") where in_payment = (state = 'orphaned')`,
    },
    { name: 'transfer_block_index', properties: ['chainId', 'blockNumber'] },
    {
      name: 'transfer_booking_index',
      expression: `create index "transfer_booking_index" on "token_transfer" ("booking_id") where booking_id is not null`,
    },
  ],
});
export class TokenTransfer extends TokenTransferSchema.class {}
TokenTransferSchema.setClass(TokenTransfer);

/** A relayer's account on one chain: its next nonce, lease and health. */
export const RelayerAccountSchema = defineEntity({
  name: 'RelayerAccount',
  tableName: 'relayer_account',
  properties: {
    chainId: p.integer().primary().autoincrement(false),
    address: p.text().$type<Address>().primary(),
    nextNonce: p.bigint('bigint').default(0),
    /** Fencing token: a relayer that lost its lease can neither take a nonce nor record a result. */
    leaseToken: p.bigint('bigint').default(0),
    leaseOwner: p.text().nullable(),
    leaseUntil: p.datetime().nullable(),
    /** What blocks settlements, as text (no gas, price above the cap); null when healthy. */
    trouble: p.text().nullable(),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
});
export class RelayerAccount extends RelayerAccountSchema.class {}
RelayerAccountSchema.setClass(RelayerAccount);

export type RelayerTxState = 'signed' | 'sent' | 'mined' | 'failed' | 'replaced';

/** A transaction of the relayer, stored signed before it is sent. */
export const RelayerTxSchema = defineEntity({
  name: 'RelayerTx',
  tableName: 'relayer_tx',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    chainId: p.integer(),
    relayer: p.text().$type<Address>(),
    nonce: p.bigint('bigint'),
    /** 1 for the first; each replacement at a higher price adds 1. The states `signed` and `sent` are in flight. */
    attempt: p.integer(),
    rawTx: p.text().$type<Hex>(),
    txHash: p.text().$type<Hex>().unique(),
    maxFeePerGas: p.type(Uint).$type<Wei>(),
    state: p.text().$type<RelayerTxState>(),
    blockNumber: p.bigint('bigint').nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    sentAt: p.datetime().nullable(),
    minedAt: p.datetime().nullable(),
    /** Of the mined attempt, and what was paid for it; null on transactions that an older release concluded. */
    gasUsed: p.bigint('bigint').nullable(),
    feeWei: p.type(Uint).$type<Wei>().nullable(),
    lastError: p.text().nullable(),
  },
  checks: [
    { name: 'relayer_tx_state_check', expression: "state in ('signed', 'sent', 'mined', 'failed', 'replaced')" },
  ],
  uniques: [{ name: 'relayer_tx_nonce_unique', properties: ['chainId', 'relayer', 'nonce', 'attempt'] }],
  indexes: [
    {
      name: 'relayer_tx_pending_index',
      expression: `create index "relayer_tx_pending_index" on "relayer_tx" ("chain_id", "nonce") where state in ('signed', 'sent')`,
    },
    {
      name: 'relayer_tx_mined_index',
      expression: `create index "relayer_tx_mined_index" on "relayer_tx" ("mined_at") where mined_at is not null`,
    },
  ],
});
export class RelayerTx extends RelayerTxSchema.class {}
RelayerTxSchema.setClass(RelayerTx);

/** What gas cost on a network: one sample in ten minutes, for what is usual (decision 0100). */
export const GasPriceSchema = defineEntity({
  name: 'GasPrice',
  tableName: 'gas_price',
  properties: {
    chainId: p.integer().primary().autoincrement(false),
    /** When its ten minutes began. */
    slot: p.datetime().primary(),
    price: p.type(Uint).$type<Wei>(),
  },
});
export class GasPrice extends GasPriceSchema.class {}
GasPriceSchema.setClass(GasPrice);

export type SettlementState = 'pending' | 'sending' | 'settled' | 'failed';

/** Money of one intent in one token, to be paid out or already paid out. */
export const SettlementSchema = defineEntity({
  name: 'Settlement',
  tableName: 'settlement',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    intent: () => p.manyToOne(CheckoutIntent),
    chainId: p.integer(),
    token: p.text().$type<Address>(),
    state: p.text().$type<SettlementState>(),
    /** While sending: the relayer, and the nonce of its transaction. */
    relayer: p.text().$type<Address>().nullable(),
    relayerNonce: p.bigint('bigint').nullable(),
    attempts: p.integer().default(0),
    availableAt: p.datetime().defaultRaw('now()'),
    /** Paid amount from the contract's event, in base units; null until settled. */
    netBaseUnits: p.type(Uint).$type<BaseUnits>().nullable(),
    feeBaseUnits: p.type(Uint).$type<BaseUnits>().nullable(),
    txHash: p.text().$type<Hex>().nullable(),
    logIndex: p.integer().nullable(),
    settledAt: p.datetime().nullable(),
    lastError: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    /** The block of its event; null until settled, and on settlements that an older release recorded. */
    blockNumber: p.bigint('bigint').nullable(),
    blockHash: p.text().$type<Hex>().nullable(),
    /** Since when its block is final. A settlement is watched until then. */
    finalAt: p.datetime().nullable(),
    /** When a reorganisation last removed it after it was settled, and how often that happened. */
    removedAt: p.datetime().nullable(),
    removals: p.integer().default(0),
    /** More had arrived before it than the ledger has paid out: somebody else must have paid that out, and the chain is searched for it. */
    isShort: p.boolean().default(false),
  },
  checks: [
    { name: 'settlement_state_check', expression: "state in ('pending', 'sending', 'settled', 'failed')" },
    {
      name: 'settlement_settled_check',
      expression:
        "state <> 'settled' or (net_base_units is not null and fee_base_units is not null and settled_at is not null)",
    },
    { name: 'settlement_final_check', expression: "final_at is null or state = 'settled'" },
  ],
  indexes: [
    {
      name: 'settlement_open_unique',
      expression: `create unique index "settlement_open_unique" on "settlement" ("intent_id", "chain_id", "token") where state in ('pending', 'sending')`,
    },
    {
      name: 'settlement_pending_index',
      expression: `create index "settlement_pending_index" on "settlement" ("chain_id", "available_at") where state in ('pending', 'sending')`,
    },
    {
      name: 'settlement_log_unique',
      expression: `create unique index "settlement_log_unique" on "settlement" ("chain_id", "tx_hash", "log_index") where tx_hash is not null`,
    },
    { name: 'settlement_intent_index', properties: ['intent'] },
    {
      name: 'settlement_unfinal_index',
      expression: `create index "settlement_unfinal_index" on "settlement" ("chain_id", "id") where state = 'settled' and final_at is null`,
    },
    {
      name: 'settlement_short_index',
      expression: `create index "settlement_short_index" on "settlement" ("chain_id", "id") where is_short`,
    },
  ],
});
export class Settlement extends SettlementSchema.class {}
SettlementSchema.setClass(Settlement);

export const FiatRateSchema = defineEntity({
  name: 'FiatRate',
  tableName: 'fiat_rate',
  properties: {
    currency: p.smallint().primary().autoincrement(false),
    /** Coin per unit of fiat, parts of 1e10. Every stable coin counts as one dollar. */
    rateE10: p.type(Uint).$type<bigint>(),
    source: p.text(),
    fetchedAt: p.datetime(),
  },
  checks: [{ name: 'fiat_rate_check', expression: 'rate_e10 > 0' }],
});
export class FiatRate extends FiatRateSchema.class {}
FiatRateSchema.setClass(FiatRate);

/** Every rate ever used, to explain how an order was priced. */
export const FiatRateHistorySchema = defineEntity({
  name: 'FiatRateHistory',
  tableName: 'fiat_rate_history',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    currency: p.smallint(),
    rateE10: p.type(Uint).$type<bigint>(),
    source: p.text(),
    fetchedAt: p.datetime(),
  },
  indexes: [{ name: 'fiat_rate_history_index', properties: ['currency', 'fetchedAt'] }],
});
export class FiatRateHistory extends FiatRateHistorySchema.class {}
FiatRateHistorySchema.setClass(FiatRateHistory);
