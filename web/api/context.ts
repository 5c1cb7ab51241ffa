// The services that the API's parts share, and what a request carries after authentication.
import type { KeyObject } from 'node:crypto';
import type { ApiKeyRecord } from '#db/api/authenticate.ts';
import type { CreateOutcome, PlainCreate } from '#db/intents/create-intent.ts';
import type { StoredRate } from '#db/intents/fiat-rates.ts';
import type { Orm } from '#db/orm.ts';
import type { Sql } from '#db/pool.ts';
import type { MasterKeys } from '#db/secrets.ts';
import type { Address } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import type { PayableAddress } from '#domain/payable-address.ts';
import type { ReceiverCheck } from '#network/receiver-check.ts';
import type { DispatchNudge } from './dispatch-nudge.ts';
import type { LeasedLimiter } from './rate-limit.ts';
import type { ShortCache } from './short-cache.ts';

/** A cached API key: its record with the secret decrypted. */
export interface ApiKeyHolder extends Omit<ApiKeyRecord, 'sealedSecret'> {
  secret: KeyObject;
}

/** The sender of a request with a valid signature. */
export interface Caller {
  key: ApiKeyHolder;
  nonce: string;
  /** When the nonce may be deleted. */
  nonceExpiresAt: Date;
  /** The nonce must still be spent, whatever the outcome of the request. */
  nonceDue: boolean;
  bodySha256: string;
}

export interface ApiServices {
  orm: Orm;
  sql: Sql;
  masterKeys: MasterKeys;
  /** Undefined for a key that does not exist. */
  keys: ShortCache<string, ApiKeyHolder | undefined>;
  rates: ShortCache<CurrencyId, StoredRate | undefined>;
  limits: { byKey: LeasedLimiter; byAddress: LeasedLimiter };
  nudge: DispatchNudge;
  /** Creates an intent without an idempotency key. */
  createPlain: (create: PlainCreate) => Promise<CreateOutcome>;
  /** The enabled chains. */
  chains: readonly Chain[];
  factory: Address;
  feeReceiver: PayableAddress;
  receivers: ReceiverCheck;
  /** Without a trailing slash. */
  publicUrl: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The body's bytes as received; empty without a body. */
    rawBody: Buffer;
    /** The body as text, set once it parses as JSON. */
    jsonText: string;
    /** Null until the signature is verified. */
    caller: Caller | null;
  }

  interface FastifyContextConfig {
    /** The handler spends the nonce itself, in its own transaction. */
    spendsNonce?: boolean;
  }
}
