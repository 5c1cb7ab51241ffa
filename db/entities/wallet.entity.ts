// AllScale Pay wallets: an address, the sealed forms of its key, and what was sent from it. Keys are made and sealed in
// browsers (decision 0030); nothing in these tables can sign.

import { defineEntity, p } from '@mikro-orm/core';
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { BaseUnits } from '#domain/money.ts';
import { Uint } from '../types.ts';
import { CheckoutIntent } from './intent.entity.ts';

export const WalletSchema = defineEntity({
  name: 'Wallet',
  tableName: 'wallet',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    /** The account's id in the schema `auth`, which better-auth owns: no foreign key. One wallet per account. */
    userId: p.text().unique(),
    address: p.text().$type<Address>(),
    /** When the owner confirmed that the recovery phrase is written down. */
    phraseCheckedAt: p.datetime().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'wallet_address_check', expression: "address ~ '^0x[0-9a-fA-F]{40}$'" }],
});
export class Wallet extends WalletSchema.class {}
WalletSchema.setClass(Wallet);

export type SealedKeyKind = 'passkey' | 'password';

export const SealedKeySchema = defineEntity({
  name: 'SealedKey',
  tableName: 'sealed_key',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    wallet: () => p.manyToOne(Wallet),
    kind: p.text().$type<SealedKeyKind>(),
    /** The passkey whose PRF opens it; null for the password. */
    credentialId: p.text().nullable(),
    /** JSON that only a browser can open: AES-GCM under the passkey's PRF, or ethers' encrypted keystore. */
    blob: p.text(),
    createdAt: p.datetime().defaultRaw('now()'),
    lastUsedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'sealed_key_kind_check', expression: "kind in ('passkey', 'password')" },
    { name: 'sealed_key_credential_check', expression: "(kind = 'passkey') = (credential_id is not null)" },
    { name: 'sealed_key_blob_check', expression: 'length(blob) between 1 and 4096 and blob is json object' },
  ],
  indexes: [
    {
      name: 'sealed_key_unique',
      expression: `create unique index "sealed_key_unique" on "sealed_key" ("wallet_id", "kind", coalesce("credential_id", ''))`,
    },
  ],
});
export class SealedKey extends SealedKeySchema.class {}
SealedKeySchema.setClass(SealedKey);

export type WalletTxState = 'sent' | 'mined' | 'failed';

/** A transfer that a wallet's owner signed, stored before it is broadcast. */
export const WalletTxSchema = defineEntity({
  name: 'WalletTx',
  tableName: 'wallet_tx',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    wallet: () => p.manyToOne(Wallet),
    /** The checkout that it pays; null for a withdrawal. */
    intent: () => p.manyToOne(CheckoutIntent).nullable(),
    chainId: p.integer(),
    txHash: p.text().$type<Hex>(),
    rawTx: p.text().$type<Hex>(),
    nonce: p.bigint('bigint'),
    token: p.text().$type<Address>(),
    coin: p.smallint().$type<CoinId>(),
    toAddress: p.text().$type<Address>(),
    amountBaseUnits: p.type(Uint).$type<BaseUnits>(),
    state: p.text().$type<WalletTxState>(),
    createdAt: p.datetime().defaultRaw('now()'),
    minedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'wallet_tx_state_check', expression: "state in ('sent', 'mined', 'failed')" },
    { name: 'wallet_tx_amount_check', expression: 'amount_base_units > 0' },
  ],
  uniques: [{ name: 'wallet_tx_hash_unique', properties: ['chainId', 'txHash'] }],
  indexes: [
    { name: 'wallet_tx_wallet_index', properties: ['wallet', 'id'] },
    {
      name: 'wallet_tx_intent_index',
      expression: 'create index "wallet_tx_intent_index" on "wallet_tx" ("intent_id") where intent_id is not null',
    },
  ],
});
export class WalletTx extends WalletTxSchema.class {}
WalletTxSchema.setClass(WalletTx);
