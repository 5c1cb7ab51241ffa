// The watcher of a chain as an activity of `chainWatcherWorkflow`; runs until it is stopped. A lease keeps a second one harmless
// (chain/watcher.ts).
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { WatcherLog } from '#chain/watch-session.ts';
import { createWatcher, type WatcherOptions } from '#chain/watcher.ts';
import type { Em } from '#db/orm.ts';
import { createWatchLedger } from '#db/watching/watch-ledger.ts';
import { chainById } from '#domain/chains.ts';
import type { TransferChange } from '#domain/observed-blocks.ts';
import { leaseOwner, runUntilStopped } from './long-running.ts';
import { poolOf } from './pool-of.ts';

export interface ChainWatcherDependencies {
  em: Em;
  /** One for each enabled chain; the caller closes them. */
  pools: ReadonlyMap<number, RpcPool>;
  /** Names this process in leases, for the operator to read. */
  owner: string;
  log: WatcherLog;
  /** Told of what was written about each transfer to a deposit address. */
  onTransfer?: (chainId: number, change: TransferChange) => void;
  options?: WatcherOptions;
  /** One hour unless a test says otherwise. */
  runForMs?: number;
}

export interface ChainWatcherActivities {
  /** Watches until canceled, shut down or `runForMs` is over. Throws RangeError for a chain that is not enabled. */
  watchChain(input: { chainId: number }): Promise<void>;
}

export const createChainWatcherActivities = (deps: ChainWatcherDependencies): ChainWatcherActivities => {
  const stored = createWatchLedger(deps.em);
  const ledger: typeof stored = {
    ...stored,
    async commit(step) {
      const result = await stored.commit(step);
      for (const news of result.transfers) deps.onTransfer?.(step.chainId, news);
      return result;
    },
  };
  return {
    async watchChain({ chainId }) {
      const chain = chainById(chainId);
      const pool = poolOf(deps.pools, chainId);
      const watcher = createWatcher(
        { chain, pool, ledger, log: deps.log, owner: leaseOwner(deps.owner) },
        deps.options,
      );
      await runUntilStopped({ runForMs: deps.runForMs ?? 3_600_000 }, (signal, onTick) => watcher.run(signal, onTick));
    },
  };
};
