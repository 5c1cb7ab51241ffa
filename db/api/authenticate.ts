// Authenticates API requests: reads the key with its store's terms, and spends nonces once each.
import type { CoinId } from '#domain/coins.ts';
import { type Units, unitsOf } from '#domain/money.ts';
import type { PayableAddress } from '#domain/payable-address.ts';
import type { ReceiverCodes } from '#domain/receiver-networks.ts';
import { CODES_OF_RECEIVER } from '../merchants/receiver-codes.ts';
import type { Sql } from '../pool.ts';

/** What a store's new orders are made with. */
export interface StoreTerms {
  storeId: string;
  /** Whether the store makes orders. */
  active: boolean;
  receiver: PayableAddress | null;
  /** What the networks have at the receiver. */
  receiverCodes: ReceiverCodes;
  feeBps: number;
  minFeeUnits: Units;
  toleranceBps: number;
  acceptsBridgedTokens: boolean;
  checkoutTtlSeconds: number;
  extensionSeconds: number;
  /** Null accepts every chain that is on. */
  acceptedChainIds: number[] | null;
  /** Null accepts every coin. */
  acceptedCoins: CoinId[] | null;
  /** A test store takes local and test networks only. */
  isTest: boolean;
}

/** A key with the terms of its store that a request needs. */
export interface ApiKeyRecord extends StoreTerms {
  apiKeyId: string;
  sealedSecret: string;
  ipAllowlist: string[];
  /** True too when its overlap with the key that replaced it is over. */
  revoked: boolean;
  replayWindowSeconds: number;
  signsResponses: boolean;
}

/** Of a store `s` and its merchant `m`. `active` is `takesOrders` (domain/store-standing.ts). */
const TERMS = `s.id as "storeId", (s.status = 'active' and (m.status = 'active' or m.status = 'applied' and s.is_test)) as "active", s.receiver,
        ${CODES_OF_RECEIVER} as "receiverCodes", s.fee_bps as "feeBps", s.min_fee_units as "minFeeUnits", s.tolerance_bps as "toleranceBps",
        s.accepts_bridged_tokens as "acceptsBridgedTokens",
        s.checkout_ttl_seconds as "checkoutTtlSeconds", s.extension_seconds as "extensionSeconds",
        s.accepted_chain_ids as "acceptedChainIds", s.accepted_coins as "acceptedCoins", s.is_test as "isTest"`;

type Raw<Record extends StoreTerms> = Omit<Record, 'minFeeUnits'> & { minFeeUnits: string };

export const readApiKey = async (sql: Sql, apiKeyId: string): Promise<ApiKeyRecord | undefined> => {
  const { rows } = await sql.query<Raw<ApiKeyRecord>>({
    name: 'api-key-read',
    text: `select k.id as "apiKeyId", k.sealed_secret as "sealedSecret", k.ip_allowlist as "ipAllowlist",
        k.revoked_at is not null or coalesce(k.expires_at <= now(), false) as "revoked",
        s.replay_window_seconds as "replayWindowSeconds", s.signs_responses as "signsResponses", ${TERMS}
      from api_key k join store s on s.id = k.store_id join merchant m on m.id = s.merchant_id
      where k.id = $1`,
    values: [apiKeyId],
  });
  const row = rows[0];
  return row && { ...row, minFeeUnits: unitsOf(row.minFeeUnits) };
};

/** The terms of a store, for orders that no API key makes. */
export const readStoreTerms = async (sql: Sql, storeId: string): Promise<StoreTerms | undefined> => {
  const { rows } = await sql.query<Raw<StoreTerms>>({
    name: 'store-terms-read',
    text: `select ${TERMS} from store s join merchant m on m.id = s.merchant_id where s.id = $1`,
    values: [storeId],
  });
  const row = rows[0];
  return row && { ...row, minFeeUnits: unitsOf(row.minFeeUnits) };
};

export interface Nonce {
  apiKeyId: string;
  nonce: string;
  /** When the request's timestamp is no longer accepted. */
  expiresAt: Date;
}

/** Of an insert into `api_nonce`: a nonce whose earlier use has expired counts as unspent. */
export const REUSE_EXPIRED_NONCE =
  'on conflict (api_key_id, nonce) do update set expires_at = excluded.expires_at where api_nonce.expires_at < now()';

/** Spends a nonce ($1, $2, $3) within a statement: returns a row when it was unspent, or its earlier use has expired. */
export const SPEND_NONCE = `
  insert into api_nonce (api_key_id, nonce, expires_at) values ($1, $2, $3) ${REUSE_EXPIRED_NONCE} returning api_key_id`;

/** Spends a nonce; false when it was spent before. Of two concurrent calls, one succeeds. */
export const spendNonce = async (sql: Sql, { apiKeyId, nonce, expiresAt }: Nonce): Promise<boolean> => {
  const { rows } = await sql.query({ name: 'nonce-spend', text: SPEND_NONCE, values: [apiKeyId, nonce, expiresAt] });
  return rows.length === 1;
};
