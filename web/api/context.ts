// What the API's parts are given, and what a request carries once it is known who sent it.
import type { KeyObject } from 'node:crypto';
import type { ApiKeyRecord } from '#db/api/authenticate.ts';
import type { StoredRate } from '#db/intents/fiat-rates.ts';
import type { Orm } from '#db/orm.ts';
import type { Sql } from '#db/pool.ts';
import type { Address } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import type { DispatchNudge } from './dispatch-nudge.ts';
import type { LeasedLimiter } from './rate-limit.ts';
import type { ShortCache } from './short-cache.ts';

/** A key as the API holds it for a second: its record, with the secret opened. */
export interface ApiKeyHolder extends Omit<ApiKeyRecord, 'sealedSecret'> {
  secret: KeyObject;
}

/** Who sent a request whose signature is right. */
export interface Caller {
  key: ApiKeyHolder;
  nonce: string;
  /** When the nonce may be forgotten. */
  nonceExpiresAt: Date;
  /** The request may go on, and its nonce is still to be spent, whatever comes of it. */
  nonceDue: boolean;
  bodySha256: string;
}

export interface ApiServices {
  orm: Orm;
  sql: Sql;
  /** Undefined for a key that does not exist. */
  keys: ShortCache<string, ApiKeyHolder | undefined>;
  rates: ShortCache<CurrencyId, StoredRate | undefined>;
  limits: { byKey: LeasedLimiter; byAddress: LeasedLimiter };
  nudge: DispatchNudge;
  /** The chains that are on. */
  chains: readonly Chain[];
  factory: Address;
  feeReceiver: Address;
  /** Without a trailing slash. */
  publicUrl: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The body's bytes as they came; empty when there was none. */
    rawBody: Buffer;
    /** The body as text, once it is known to be JSON. */
    jsonText: string;
    /** Null until the signature has been found right. */
    caller: Caller | null;
  }

  interface FastifyContextConfig {
    /** The handler spends the nonce itself, in its own transaction. */
    spendsNonce?: boolean;
  }
}
