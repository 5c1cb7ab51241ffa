// Follows open refunds until their chain confirms them or their deadline passes. All state is in Postgres, and a pass costs nothing
// while no refund is open.
import type { Logger } from 'pino';
import { type RefundSight, readRefund } from '#chain/refund-events.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { Em } from '#db/orm.ts';
import {
  applyRefundUpdate,
  listOpenRefunds,
  type OpenRefund,
  type RefundUpdate,
  takenRefundEvents,
} from '#db/refunds/refund-outcomes.ts';
import { chainById } from '#domain/chains.ts';

const REFUNDS_PER_PASS = 100;

export interface RefundFollowerOptions {
  em: Em;
  pools: ReadonlyMap<number, RpcPool>;
  logger: Pick<Logger, 'info' | 'warn'>;
}

export interface RefundFollower {
  /** One pass over every chain. A chain that fails is logged, and left for the next pass. @returns the number of changed rows */
  pass(): Promise<number>;
}

export const createRefundFollower = ({ em, pools, logger }: RefundFollowerOptions): RefundFollower => {
  /** One refund that cannot be written does not delay the others. */
  const write = async (chainId: number, { id, intentId }: OpenRefund, update: RefundUpdate): Promise<boolean> => {
    const about = { intent: intentId, chainId, refund: id, update: update.kind };
    try {
      const isChanged = await applyRefundUpdate(em, id, update);
      if (isChanged) logger.info(about, 'refund updated');
      return isChanged;
    } catch (error) {
      logger.warn({ ...about, reason: (error as Error).message }, 'a refund could not be updated; retrying');
      return false;
    }
  };

  const followChain = async (chainId: number, pool: RpcPool): Promise<number> => {
    let changed = 0;
    for (const refund of await listOpenRefunds(em, chainId, REFUNDS_PER_PASS)) {
      const taken = await takenRefundEvents(em, { ...refund, chainId });
      const sight = await pool.use((provider) => readRefund(provider, chainById(chainId), refund, taken));
      const update = updateFor(sight);
      if (update && (await write(chainId, refund, update))) changed += 1;
    }
    return changed;
  };

  return {
    async pass() {
      const counts = await Promise.all(
        [...pools].map(([chainId, pool]) =>
          followChain(chainId, pool).catch((error: Error) => {
            logger.warn({ chainId, reason: error.message }, 'following refunds failed; retrying');
            return 0;
          }),
        ),
      );
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
