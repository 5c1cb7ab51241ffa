// Merchants, their stores, and the API keys of a store.

import { defineEntity, p } from '@mikro-orm/core';
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { CsvStyle } from '#domain/csv-style.ts';
import type { Units } from '#domain/money.ts';
import type { PayableAddress } from '#domain/payable-address.ts';
import type { AccountStatus } from '#domain/store-standing.ts';
import { Uint } from '../types.ts';

/** The receiver's EIP-712 signature. It proves that the merchant controls the receiver. */
export interface ReceiverProof {
  address: Address;
  signature: Hex;
  /** ISO-8601, part of what was signed. */
  signedAt: string;
}

export const MerchantSchema = defineEntity({
  name: 'Merchant',
  tableName: 'merchant',
  properties: {
    id: p.text().primary(),
    name: p.text(),
    email: p.text().unique(),
    status: p.text().$type<AccountStatus>(),
    /** The applicant's description of the business, for the operator who decides. */
    website: p.text().nullable(),
    about: p.text().nullable(),
    activatedAt: p.datetime().nullable(),
    /** The reason, which the merchant may read; null unless suspended. */
    suspendedReason: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'merchant_status_index', properties: ['status', 'createdAt'] }],
  checks: [{ name: 'merchant_status_check', expression: "status in ('applied', 'active', 'suspended')" }],
});
export class Merchant extends MerchantSchema.class {}
MerchantSchema.setClass(Merchant);

export const StoreSchema = defineEntity({
  name: 'Store',
  tableName: 'store',
  properties: {
    id: p.text().primary(),
    merchant: () => p.manyToOne(Merchant),
    name: p.text(),
    /** A logo that this server serves, or an https URL; null shows initials. */
    logoUrl: p.text().nullable(),
    /** `#rrggbb`, or null for the default. */
    accentColor: p.text().nullable(),
    supportContact: p.text().nullable(),
    /** Accepts local and test networks only. Every page of the store shows this. */
    isTest: p.boolean().default(false),
    status: p.text().$type<AccountStatus>(),
    /** The address that settlements pay; null until the merchant sets it (create then responds 50002). */
    receiver: p.text().$type<PayableAddress>().nullable(),
    feeBps: p.integer(),
    minFeeUnits: p.type(Uint).$type<Units>(),
    webhookUrl: p.text().nullable(),
    /** Set when the endpoint responds 410. Cleared when the URL is set again or a member enables deliveries. */
    webhookDisabledAt: p.datetime().nullable(),
    toleranceBps: p.integer().default(50),
    checkoutTtlSeconds: p.integer().default(1800),
    /** By how much a part payment extends the checkout, once. */
    extensionSeconds: p.integer().default(1800),
    /** At most 600, the widest window that the API allows. */
    replayWindowSeconds: p.integer().default(600),
    signsResponses: p.boolean().default(false),
    receiverProof: p.json<ReceiverProof>().nullable(),
    /** Null: `acceptedCoinsOf`. A create request may name fewer. */
    acceptedCoins: p.array<CoinId>().columnType('smallint[]').nullable(),
    /** Null accepts every enabled chain. */
    acceptedChainIds: p.array<number>().columnType('int[]').nullable(),
    /** Counts bridged tokens of an accepted coin too, such as USDC.e. */
    acceptsBridgedTokens: p.boolean().default(false),
    /** Confirmations above the chain's rule: blocks by chain id, or null. */
    minimumConfirmations: p.json<Record<string, number>>().nullable(),
    locale: p.text().default('en'),
    timeZone: p.text().default('UTC'),
    /** Returns to the shop automatically after Fund Sent. */
    returnsAutomatically: p.boolean().default(false),
    /** Recipients of order e-mails; empty means the merchant's owners. */
    notificationEmails: p.array<string>().columnType('text[]').defaultRaw("'{}'"),
    emailsOrderCreated: p.boolean().default(true),
    emailsOrderPaid: p.boolean().default(true),
    emailsAttention: p.boolean().default(true),
    emailsRefunds: p.boolean().default(true),
    /** Sends webhooks of refunds too. Off by default: some receivers take every webhook for a payment. */
    refundWebhooks: p.boolean().default(false),
    /** Recipients of reports; empty means the merchant's owners. */
    reportRecipients: p.array<string>().columnType('text[]').defaultRaw("'{}'"),
    dailyReports: p.boolean().default(true),
    monthlyReports: p.boolean().default(true),
    reportsWhenEmpty: p.boolean().default(false),
    /** How exports and files of reports are written; null: by the language (`csvStyleOf`). */
    csvStyle: p.text().$type<CsvStyle>().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'store_status_check', expression: "status in ('applied', 'active', 'suspended')" },
    { name: 'store_receiver_check', expression: "receiver ~ '^0x[0-9a-fA-F]{40}$'" },
    { name: 'store_fee_check', expression: 'fee_bps between 0 and 10000 and min_fee_units >= 0' },
    { name: 'store_tolerance_check', expression: 'tolerance_bps between 0 and 1000' },
    { name: 'store_ttl_check', expression: 'checkout_ttl_seconds between 60 and 604800' },
    { name: 'store_extension_check', expression: 'extension_seconds between 0 and 604800' },
    { name: 'store_accent_check', expression: "accent_color ~ '^#[0-9a-f]{6}$'" },
    { name: 'store_csv_style_check', expression: "csv_style in ('comma', 'semicolon', 'semicolon_decimal_comma')" },
    { name: 'store_replay_window_check', expression: 'replay_window_seconds between 1 and 600' },
  ],
});
export class Store extends StoreSchema.class {}
StoreSchema.setClass(Store);

/** A logo that this server re-encoded from an upload. The uploaded file itself is never served. */
export const StoreLogoSchema = defineEntity({
  name: 'StoreLogo',
  tableName: 'store_logo',
  properties: {
    store: () => p.oneToOne(Store).primary().owner(),
    png: p.blob(),
    sha256: p.text(),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'store_logo_sha256_index', properties: ['sha256'] }],
});
export class StoreLogo extends StoreLogoSchema.class {}
StoreLogoSchema.setClass(StoreLogo);

export const ApiKeySchema = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  properties: {
    /** The public identifier, `st_…`. */
    id: p.text().primary(),
    store: () => p.manyToOne(Store),
    name: p.text(),
    /** AES-256-GCM envelope under a master key, bound to store and key id (db/secrets.ts). */
    sealedSecret: p.text(),
    /** Addresses and CIDR ranges; empty allows all. */
    ipAllowlist: p.array<string>().columnType('text[]').defaultRaw("'{}'"),
    createdAt: p.datetime().defaultRaw('now()'),
    revokedAt: p.datetime().nullable(),
    /** Set when the key was rolled: it works until this time, alongside its successor. */
    expiresAt: p.datetime().nullable(),
    /** Accurate to about a minute. */
    lastUsedAt: p.datetime().nullable(),
    /** May sign webhooks of orders that other keys created. False while a new secret waits (decision 0062). */
    signsForOthers: p.boolean().default(true),
  },
  indexes: [{ name: 'api_key_store_index', properties: ['store', 'createdAt'] }],
});
export class ApiKey extends ApiKeySchema.class {}
ApiKeySchema.setClass(ApiKey);

/** A used nonce. An unlogged table would be faster, but a crash must not make a replay possible. */
export const ApiNonceSchema = defineEntity({
  name: 'ApiNonce',
  tableName: 'api_nonce',
  properties: {
    apiKeyId: p.text().primary(),
    nonce: p.text().primary(),
    expiresAt: p.datetime(),
  },
  indexes: [{ name: 'api_nonce_expires_index', properties: ['expiresAt'] }],
});
export class ApiNonce extends ApiNonceSchema.class {}
ApiNonceSchema.setClass(ApiNonce);

/** The intent created with an `Idempotency-Key`, and a hash of the request body. */
export const IdempotencyKeySchema = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  properties: {
    storeId: p.text().primary(),
    key: p.text().primary(),
    bodySha256: p.text(),
    intentId: p.text(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'idempotency_created_index', properties: ['createdAt'] }],
});
export class IdempotencyKey extends IdempotencyKeySchema.class {}
IdempotencyKeySchema.setClass(IdempotencyKey);
