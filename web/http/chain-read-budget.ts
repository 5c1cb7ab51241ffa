// How often an account, a client address, and all visitors without an account may read chains: each read costs calls to RPC providers.
// Counted in Postgres.
import type { Orm } from '#db/orm.ts';
import { lazyLimiters } from '#web/api/rate-limit.ts';
import { noteCounted, type VisitorBudget } from '#web/chains/visitor-reads.ts';
import type { EdgeLimits } from './edge-limits.ts';
import { addressCountKey } from './ip-address.ts';

/** Counts one read. Throws a 429 with `Retry-After` when the budget is used up. */
export type ChainReadBudget = (reader: { userId: string; clientAddress: string }) => Promise<void>;

export const createChainReadBudget = (
  orm: Orm,
  { perAccount, perAddress }: Pick<EdgeLimits['chainReads'], 'perAccount' | 'perAddress'>,
): ChainReadBudget => {
  const limiters = lazyLimiters(orm, {
    byAccount: ['chain_account', perAccount],
    byAddress: ['chain_address', perAddress],
  });
  return async ({ userId, clientAddress }) => {
    const { byAccount, byAddress } = await limiters();
    const waitMs = (await byAccount.take(userId)) ?? (await byAddress.take(addressCountKey(clientAddress)));
    if (waitMs === null) {
      noteCounted('account');
      return;
    }
    throw Response.json(
      { code: 'too_many', message: 'Too many requests. Please try again in a moment.' },
      {
        status: 429,
        headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))), 'cache-control': 'no-store' },
      },
    );
  };
};

const ALL = 'all';
const WARNING_INTERVAL_MS = 60_000;

/** @param warn called at most once a minute while the budget in all is used up */
export const createVisitorBudget = (
  orm: Orm,
  { perAddress, visitors }: Pick<EdgeLimits['chainReads'], 'perAddress' | 'visitors'>,
  warn: () => void,
): VisitorBudget => {
  const limiters = lazyLimiters(orm, {
    byAddress: ['chain_address', perAddress],
    inAll: ['chain_visitors', visitors],
  });
  let warnedAt = Number.NEGATIVE_INFINITY;
  return {
    async takeByAddress(clientAddress) {
      return await (await limiters()).byAddress.take(addressCountKey(clientAddress));
    },
    async takeInAll() {
      return await (await limiters()).inAll.take(ALL);
    },
    onUsedUp() {
      if (performance.now() - warnedAt < WARNING_INTERVAL_MS) return;
      warnedAt = performance.now();
      warn();
    },
  };
};
