// Follows orders to send money back until the chain has confirmed or outlived them. Postgres holds what is open, so workers may
// stop, start and run side by side; a pass costs nothing while no order is open.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type RefundSight, readRefund } from '#chain/refund-events.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { Em } from '#db/orm.ts';
import {
  applyRefundUpdate,
  listOpenRefunds,
  type RefundUpdate,
  takenRefundHashes,
} from '#db/refunds/refund-outcomes.ts';
import { chainById } from '#domain/chains.ts';

const ORDERS_PER_PASS = 100;

export interface RefundFollowerOptions {
  em: Em;
  pools: ReadonlyMap<number, RpcPool>;
  logger: Pick<Logger, 'info' | 'warn'>;
  intervalMs?: number;
}

export interface RefundFollower {
  /** One pass over every chain, now. @returns how many rows changed */
  pass(): Promise<number>;
  stop(): Promise<void>;
}

export const startRefundFollower = ({
  em,
  pools,
  logger,
  intervalMs = 5_000,
}: RefundFollowerOptions): RefundFollower => {
  const stopped = new AbortController();

  const followChain = async (chainId: number, pool: RpcPool): Promise<number> => {
    let changed = 0;
    for (const order of await listOpenRefunds(em, chainId, ORDERS_PER_PASS)) {
      const taken = await takenRefundHashes(em, chainId, order.toAddress);
      const sight = await pool.use((provider) => readRefund(provider, chainById(chainId), order, taken));
      const changes = newsOf(sight);
      if (changes && (await applyRefundUpdate(em, order.id, changes))) {
        changed += 1;
        logger.info({ intent: order.intentId, chainId, refund: order.id, changes: changes.kind }, 'money sent back');
      }
    }
    return changed;
  };

  const pass = async (): Promise<number> => {
    const counts = await Promise.all(
      [...pools].map(([chainId, pool]) =>
        followChain(chainId, pool).catch((error: Error) => {
          logger.warn({ chainId, reason: error.message }, 'following money sent back failed; trying again');
          return 0;
        }),
      ),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };

  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await pass();
      await delay(intervalMs, undefined, { signal: stopped.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    pass,
    async stop() {
      stopped.abort();
      await running;
    },
  };
};

const newsOf = (sight: RefundSight): RefundUpdate | null => {
  switch (sight.kind) {
    case 'waiting':
      return null;
    case 'mined':
      return { kind: 'mined', txHash: sight.txHash };
    case 'confirmed':
      return { kind: 'confirmed', txHash: sight.txHash, feeBaseUnits: sight.feeBaseUnits };
    case 'reverted':
      return { kind: 'failed', reason: 'The transaction failed on the chain. No money moved.' };
    case 'expired':
      return { kind: 'failed', reason: 'The order ran out before it was carried out. No money moved.' };
  }
};
