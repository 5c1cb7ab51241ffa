// The watchers' state as the console shows it: how far each has read, and when it last saw a head.
import { isAhead, secondsSince } from '../expressions.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export type ChainStatus = Awaited<ReturnType<typeof listChainStatus>>[number];

/** One row for each chain that a watcher has begun, by chain id. Times are compared on the database's clock. */
export const listChainStatus = (em: Em) =>
  kyselyOf(em)
    .selectFrom('ChainCursor')
    .select(['chainId', 'blockNumber', 'blockTime', 'finalBlockNumber', 'headNumber', 'headSeenAt'])
    .select(['leaseOwner', 'trouble'])
    .select(({ ref }) => [
      secondsSince(ref('headSeenAt')).as('silentSeconds'),
      isAhead(ref('leaseUntil')).as('leaseHeld'),
    ])
    .orderBy('chainId')
    .execute();
