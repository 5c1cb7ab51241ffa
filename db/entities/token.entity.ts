// Tokens as the chains have them, and money that is none of our coins (docs/decisions/0056).

import { defineEntity, p } from '@mikro-orm/core';
import type { Address, Hex } from '#domain/address.ts';
import type { BaseUnits } from '#domain/money.ts';
import type { StrayFinder, StrayOutcome } from '#domain/stray-money.ts';
import { Uint } from '../types.ts';
import { CheckoutIntent } from './intent.entity.ts';

/** What a token's contract said when it was last read. */
export const TokenCheckSchema = defineEntity({
  name: 'TokenCheck',
  tableName: 'token_check',
  properties: {
    chainId: p.integer().primary().autoincrement(false),
    token: p.text().$type<Address>().primary(),
    /** Null: the contract returned none. */
    decimals: p.integer().nullable(),
    symbol: p.text().nullable(),
    /** Why transfers of the token are not credited, as text; null when it is the token that we know. */
    trouble: p.text().nullable(),
    checkedAt: p.datetime().defaultRaw('now()'),
  },
});
export class TokenCheck extends TokenCheckSchema.class {}
TokenCheckSchema.setClass(TokenCheck);

/** A transfer to a deposit address that is not credited, because its token's contract is not what we know. Read again once it is. */
export const HeldTransferSchema = defineEntity({
  name: 'HeldTransfer',
  tableName: 'held_transfer',
  properties: {
    intent: () => p.manyToOne(CheckoutIntent).primary(),
    chainId: p.integer().primary().autoincrement(false),
    txHash: p.text().$type<Hex>().primary(),
    token: p.text().$type<Address>().primary(),
    blockNumber: p.bigint('bigint'),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'held_transfer_token_index', properties: ['chainId', 'token'] }],
});
export class HeldTransfer extends HeldTransferSchema.class {}
HeldTransferSchema.setClass(HeldTransfer);

/** Native coin, or a token that is none of our coins, at a deposit address. One row for each (intent, chain, token). */
export const StrayMoneySchema = defineEntity({
  name: 'StrayMoney',
  tableName: 'stray_money',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    intent: () => p.manyToOne(CheckoutIntent),
    chainId: p.integer(),
    /** The zero address: the chain's native coin. */
    token: p.text().$type<Address>(),
    /** What the contract says of itself. Any token can carry any name. */
    symbol: p.text().nullable(),
    decimals: p.integer().nullable(),
    /** What lay at the address when it was last read. */
    amountBaseUnits: p.type(Uint).$type<BaseUnits>(),
    sender: p.text().$type<Address>().nullable(),
    txHash: p.text().$type<Hex>().nullable(),
    foundBy: p.text().$type<StrayFinder>(),
    /** Null while it is open. */
    outcome: p.text().$type<StrayOutcome>().nullable(),
    resolution: p.text().nullable(),
    resolvedBy: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    resolvedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'stray_amount_check', expression: 'amount_base_units > 0' },
    { name: 'stray_finder_check', expression: "found_by in ('claim', 'page', 'closing')" },
    {
      name: 'stray_outcome_check',
      expression: "outcome in ('released', 'closed') and resolved_at is not null or outcome is null",
    },
  ],
  uniques: [{ name: 'stray_money_unique', properties: ['intent', 'chainId', 'token'] }],
  indexes: [
    {
      name: 'stray_open_index',
      expression: `create index "stray_open_index" on "stray_money" ("id") where outcome is null`,
    },
  ],
});
export class StrayMoney extends StrayMoneySchema.class {}
StrayMoneySchema.setClass(StrayMoney);

/** A closed intent whose deposit address is still to be searched for native coin. A trigger adds it (migration 0020). */
export const StraySearchSchema = defineEntity({
  name: 'StraySearch',
  tableName: 'stray_search',
  properties: {
    intent: () => p.oneToOne(CheckoutIntent).primary().owner(),
    attempts: p.integer().default(0),
    dueAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'stray_search_due_index', properties: ['dueAt'] }],
});
export class StraySearch extends StraySearchSchema.class {}
StraySearchSchema.setClass(StraySearch);
