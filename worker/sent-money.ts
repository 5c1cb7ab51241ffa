// After the database was restored from a backup: looks at what left merchants' wallets in the lost time, for refunds that nobody had asked
// for over the API (decision 0108).
import { rangeSince, readSentMoney } from '#chain/forgotten-refunds.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { explainSentMoney, isWatchedTo, type LostTransfer, listReceivers } from '#db/refunds/lost-transfers.ts';
import type { RecentRestore } from '#db/restores/database-life.ts';
import type { Address } from '#domain/address.ts';
import type { SentMoney } from '#domain/chain-events.ts';
import { chainById } from '#domain/chains.ts';
import type { FollowerOptions } from './confirmed-follower.ts';

/** Clocks of chains, of the server and of a standby that took over differ by less. */
const MARGIN_MS = 60_000;
/** Orders and payments come back within minutes: what fits none is looked at again. Most of it is what merchants pay to others. */
const AGAIN_MS = 60_000;

type Options = Pick<FollowerOptions, 'em' | 'logger'> & { againMs?: number };

interface Search {
  /** The next block to read; undefined: none was read yet. */
  next: bigint | undefined;
  /** The head at the last look. */
  readTo: bigint;
  /** What was not looked at yet, or fits no order yet. */
  unknown: readonly SentMoney[];
  lookedAt: number;
}

/** One pass over a chain, once in a while. @returns the number of refunds recorded */
export const createSentMoney = ({ em, logger, againMs = AGAIN_MS }: Options) => {
  const searches = new Map<string, Search>();
  let receivers: readonly Address[] | null = null;

  const explain = async (chainId: number, sent: SentMoney): Promise<LostTransfer> => {
    const about = { chainId, txHash: sent.txHash, logIndex: sent.logIndex };
    try {
      const outcome = await explainSentMoney(em, chainId, sent);
      if (outcome === 'recorded') logger.warn(about, 'a refund that the database had forgotten is recorded again');
      if (outcome === 'noted')
        logger.warn(about, 'a transfer of the lost time may be a refund: its orders have a note');
      return outcome;
    } catch (error) {
      logger.warn({ ...about, reason: (error as Error).message }, 'a forgotten refund could not be recorded');
      return 'unknown';
    }
  };

  /** What was sent since the last look. */
  const read = async (chainId: number, pool: RpcPool, search: Search, lostSince: Date): Promise<SentMoney[]> => {
    const chain = chainById(chainId);
    // Once: it reads all paid orders. What comes back later belongs to stores that are there.
    receivers ??= await listReceivers(em);
    const wallets = { tokens: chain.tokens.map(({ address }) => address), senders: receivers };
    const since = new Date(lostSince.getTime() - MARGIN_MS);
    return await pool.use(async (provider) => {
      const range = await rangeSince(provider, chain, { from: search.next, since });
      if (!range) return [];
      const sent = await readSentMoney(provider, range, wallets);
      search.next = range.next;
      search.readTo = range.to;
      return sent;
    });
  };

  return async (
    chainId: number,
    pool: RpcPool,
    { noticedAt, lostSince, isRejoined }: RecentRestore,
  ): Promise<number> => {
    const key = `${noticedAt.getTime()}:${chainId}`;
    const search: Search = searches.get(key) ?? { next: undefined, readTo: 0n, unknown: [], lookedAt: 0 };
    searches.set(key, search);
    if (lostSince === null || Date.now() - search.lookedAt < againMs) return 0;
    const sent = [...search.unknown, ...(await read(chainId, pool, search, lostSince))];
    search.unknown = sent;
    // Of all orders and payments that it may be a refund of: with one missing, another may seem to be the only one that fits.
    if (!isRejoined || !(await isWatchedTo(em, chainId, search.readTo))) return 0;
    search.lookedAt = Date.now();
    const unknown: SentMoney[] = [];
    let recorded = 0;
    for (const one of sent) {
      const outcome = await explain(chainId, one);
      if (outcome === 'recorded') recorded += 1;
      if (outcome === 'unknown') unknown.push(one);
    }
    search.unknown = unknown;
    return recorded;
  };
};
