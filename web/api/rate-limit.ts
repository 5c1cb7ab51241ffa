// Rate limits by key and by IP address, counted in Postgres across all servers. A server leases a hundredth of a minute's limit at a
// time and counts it down in memory: one small unlogged write for each lease, instead of a contended row lock for each request.
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { Orm } from '#db/orm.ts';

export interface RateLimit {
  /** Requests in a minute. */
  perMinute: number;
}

export interface RateLimits {
  byKey: RateLimit;
  byAddress: RateLimit;
}

/**
 * One key serves a whole shop: 500 open checkouts polled every 5 s are 6,000 requests a minute. The limits are well above that. One
 * address may serve several shops (a hosting company's proxy).
 */
export const DEFAULT_RATE_LIMITS: RateLimits = { byKey: { perMinute: 36_000 }, byAddress: { perMinute: 60_000 } };

interface Lease {
  left: number;
  /** Epoch milliseconds: the end of the window of the lease or denial. */
  until: number;
  denied: boolean;
}

const WINDOW_SECONDS = 60;
const CHUNKS = 100;
const MAX_LEASES = 50_000;

export class LeasedLimiter {
  readonly #limiter: RateLimiterAbstract;
  readonly #chunk: number;
  readonly #leases = new Map<string, Lease>();
  readonly #pending = new Map<string, Promise<void>>();

  constructor(limiter: RateLimiterAbstract, perMinute: number) {
    this.#limiter = limiter;
    this.#chunk = Math.max(1, Math.floor(perMinute / CHUNKS));
  }

  /** Counts one request. @returns null when it is allowed, else milliseconds until the next may be */
  async take(key: string): Promise<number | null> {
    for (;;) {
      const now = Date.now();
      const lease = this.#leases.get(key);
      if (lease && lease.until > now) {
        if (lease.denied) return lease.until - now;
        if (lease.left > 0) {
          lease.left -= 1;
          return null;
        }
      }
      // Concurrent requests wait for the same lease, then try again.
      const pending = this.#pending.get(key) ?? this.#renew(key).finally(() => this.#pending.delete(key));
      this.#pending.set(key, pending);
      await pending;
    }
  }

  async #renew(key: string): Promise<void> {
    if (this.#leases.size >= MAX_LEASES) this.#deleteExpired();
    try {
      const { msBeforeNext } = await this.#limiter.consume(key, this.#chunk);
      this.#leases.set(key, { left: this.#chunk, until: Date.now() + Math.max(msBeforeNext, 1), denied: false });
    } catch (denial) {
      if (!(denial instanceof RateLimiterRes)) throw denial;
      this.#leases.set(key, { left: 0, until: Date.now() + Math.max(denial.msBeforeNext, 1), denied: true });
    }
  }

  #deleteExpired(): void {
    const now = Date.now();
    for (const [key, { until }] of this.#leases) if (until <= now) this.#leases.delete(key);
    if (this.#leases.size >= MAX_LEASES) this.#leases.clear();
  }
}

/** @param pool a `pg` pool; while it does not respond, limits are counted in memory */
export const createLimiter = (pool: unknown, keyPrefix: string, { perMinute }: RateLimit): LeasedLimiter => {
  const options = { keyPrefix, points: perMinute, duration: WINDOW_SECONDS };
  const limiter = new RateLimiterPostgres({
    ...options,
    storeClient: pool,
    storeType: 'pool',
    schemaName: 'limits',
    tableName: 'api_rate',
    tableCreated: true,
    insuranceLimiter: new RateLimiterMemory(options),
  });
  return new LeasedLimiter(limiter, perMinute);
};

/** Limiters over the database's own pool, made at the first use. @param limits by name: the prefix of the keys, and the limit */
export const lazyLimiters = <Name extends string>(
  { em }: Pick<Orm, 'em'>,
  limits: Readonly<Record<Name, readonly [keyPrefix: string, limit: RateLimit]>>,
): (() => Promise<Record<Name, LeasedLimiter>>) => {
  const open = async (): Promise<Record<Name, LeasedLimiter>> => {
    const pool = await em.getConnection().getNativeClient();
    const named = Object.entries<readonly [string, RateLimit]>(limits);
    return Object.fromEntries(
      named.map(([name, [keyPrefix, limit]]) => [name, createLimiter(pool, keyPrefix, limit)]),
    ) as Record<Name, LeasedLimiter>;
  };
  let limiters: ReturnType<typeof open> | undefined;
  return () => {
    limiters ??= open();
    return limiters;
  };
};
