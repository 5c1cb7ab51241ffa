// Follows refunds: open ones until their chain confirms them or their deadline passes, then confirmed ones until their block is final.
// All state is in Postgres, and a pass costs nothing while there is none of either.
import type { Logger } from 'pino';
import { readFinalHeights, searchConfirmedRefund, sightByHeights } from '#chain/confirmed-refunds.ts';
import { type RefundSight, readRefund } from '#chain/refund-events.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { Em } from '#db/orm.ts';
import { listUnfinalRefunds, type UnfinalRefund } from '#db/refunds/confirmed-refunds.ts';
import type { OpenRefund } from '#db/refunds/expected-refunds.ts';
import {
  applyRefundUpdate,
  listOpenRefunds,
  type RefundUpdate,
  takenRefundEvents,
} from '#db/refunds/refund-outcomes.ts';
import { chainById } from '#domain/chains.ts';

const REFUNDS_PER_PASS = 100;
const UNFINAL_PER_PASS = 500;

export interface RefundFollowerOptions {
  em: Em;
  pools: ReadonlyMap<number, RpcPool>;
  logger: Pick<Logger, 'info' | 'warn'>;
}

export interface RefundFollower {
  /** One pass over every chain. A chain that fails is logged, and left for the next pass. @returns the number of changed rows */
  pass(): Promise<number>;
}

type Followed = Pick<OpenRefund, 'id' | 'intentId'>;

export const createRefundFollower = ({ em, pools, logger }: RefundFollowerOptions): RefundFollower => {
  /** One refund that cannot be written does not delay the others. */
  const write = async (chainId: number, { id, intentId }: Followed, update: RefundUpdate): Promise<boolean> => {
    const about = { intent: intentId, chainId, refund: id, update: update.kind };
    try {
      const isChanged = await applyRefundUpdate(em, id, update);
      if (isChanged && update.kind === 'removed') logger.warn(about, 'a reorganisation removed a confirmed refund');
      else if (isChanged) logger.info(about, 'refund updated');
      return isChanged;
    } catch (error) {
      logger.warn({ ...about, reason: (error as Error).message }, 'a refund could not be updated; retrying');
      return false;
    }
  };

  /** Nor does one that cannot be read. */
  const read = (
    chainId: number,
    { id, intentId }: Followed,
    reading: Promise<RefundUpdate | null>,
  ): Promise<RefundUpdate | null> =>
    reading.catch((error: Error) => {
      const about = { intent: intentId, chainId, refund: id };
      logger.warn({ ...about, reason: error.message }, 'a refund could not be read; retrying');
      return null;
    });

  const look = async (chainId: number, pool: RpcPool, refund: OpenRefund): Promise<RefundUpdate | null> => {
    const taken = await takenRefundEvents(em, { ...refund, chainId });
    return updateFor(await pool.use((provider) => readRefund(provider, chainById(chainId), refund, taken)));
  };

  const followOpen = async (chainId: number, pool: RpcPool): Promise<number> => {
    let changed = 0;
    for (const refund of await listOpenRefunds(em, chainId, REFUNDS_PER_PASS)) {
      const update = await read(chainId, refund, look(chainId, pool, refund));
      if (update && (await write(chainId, refund, update))) changed += 1;
    }
    return changed;
  };

  /** A merchant who is told that a refund vanished may pay it again: no provider may contradict it. */
  const search = async (chainId: number, pool: RpcPool, refund: UnfinalRefund): Promise<RefundUpdate | null> => {
    const taken = await takenRefundEvents(em, { ...refund, chainId });
    const chain = chainById(chainId);
    const { name, sight } = await pool.use(async (provider) => ({
      name: provider.name,
      sight: await searchConfirmedRefund(provider, chain, refund, taken),
    }));
    if (sight.kind === 'moved') return { kind: 'moved', ...sight.event };
    if (sight.kind !== 'removed') return null;
    const others = await pool.askAll((provider) => searchConfirmedRefund(provider, chain, refund, taken), name);
    const isDoubted = pool.size > 1 && others.length === 0;
    if (isDoubted || others.some(({ response }) => response.kind !== 'removed')) return null;
    return { kind: 'removed', block: refund.block };
  };

  const followConfirmed = async (chainId: number, pool: RpcPool): Promise<number> => {
    const refunds = await listUnfinalRefunds(em, chainId, UNFINAL_PER_PASS);
    if (refunds.length === 0) return 0;
    const numbers = [...new Set(refunds.flatMap(({ block }) => (block ? [block.number] : [])))];
    const heights = await pool.use((provider) => readFinalHeights(provider, chainById(chainId), numbers));
    let changed = 0;
    for (const refund of refunds) {
      const sight = sightByHeights(refund, heights);
      if (sight?.kind === 'stands') continue;
      const update: RefundUpdate | null = sight
        ? { kind: 'final', block: refund.block }
        : await read(chainId, refund, search(chainId, pool, refund));
      if (update && (await write(chainId, refund, update))) changed += 1;
    }
    return changed;
  };

  /** Confirmed ones first: a reorganisation may have moved the event of one, and no open refund may take it for its own. */
  const followChain = async (chainId: number, pool: RpcPool): Promise<number> => {
    let changed = 0;
    for (const follow of [followConfirmed, followOpen]) {
      changed += await follow(chainId, pool).catch((error: Error) => {
        logger.warn({ chainId, reason: error.message }, 'following refunds failed; retrying');
        return 0;
      });
    }
    return changed;
  };

  return {
    async pass() {
      const counts = await Promise.all([...pools].map(([chainId, pool]) => followChain(chainId, pool)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
};

const updateFor = (sight: RefundSight): RefundUpdate | null => {
  switch (sight.kind) {
    case 'waiting':
      return null;
    case 'mined':
    case 'confirmed':
      return sight;
    case 'reverted':
      return { kind: 'failed', reason: 'The transaction failed on the chain. No money moved.' };
    case 'expired':
      return { kind: 'failed', reason: 'The order ran out before it was carried out. No money moved.' };
  }
};
