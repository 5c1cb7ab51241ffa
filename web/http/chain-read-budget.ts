// How often an account, and a client address, may read chains: each read costs calls to RPC providers. Counted in Postgres.
import type { Orm } from '#db/orm.ts';
import { createLimiter, type LeasedLimiter } from '#web/api/rate-limit.ts';
import type { EdgeLimits } from './edge-limits.ts';
import { addressCountKey } from './ip-address.ts';

/** Counts one read. Throws a 429 with `Retry-After` when the budget is used up. */
export type ChainReadBudget = (reader: { userId: string; clientAddress: string }) => Promise<void>;

export const createChainReadBudget = (
  orm: Orm,
  { perAccount, perAddress }: EdgeLimits['chainReads'],
): ChainReadBudget => {
  let limiters: Promise<{ byAccount: LeasedLimiter; byAddress: LeasedLimiter }> | undefined;
  const open = async () => {
    const pool = await orm.em.getConnection().getNativeClient();
    return {
      byAccount: createLimiter(pool, 'chain_account', perAccount),
      byAddress: createLimiter(pool, 'chain_address', perAddress),
    };
  };
  return async ({ userId, clientAddress }) => {
    limiters ??= open();
    const { byAccount, byAddress } = await limiters;
    const waitMs = (await byAccount.take(userId)) ?? (await byAddress.take(addressCountKey(clientAddress)));
    if (waitMs === null) return;
    throw Response.json(
      { code: 'too_many', message: 'Too many requests. Please try again in a moment.' },
      {
        status: 429,
        headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))), 'cache-control': 'no-store' },
      },
    );
  };
};
