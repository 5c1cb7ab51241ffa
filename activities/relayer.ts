// The relayer of a chain as an activity of `chainRelayerWorkflow`; runs until it is stopped. A lease keeps a second one harmless
// (chain/relayer.ts).
import { createRelayer } from '#chain/relayer.ts';
import type { RelayerOptions } from '#chain/relayer-context.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { WatcherLog } from '#chain/watch-session.ts';
import type { Em } from '#db/orm.ts';
import { createSettlementLedger } from '#db/settlements/settlement-ledger.ts';
import { chainById } from '#domain/chains.ts';
import type { SettledNews } from '#domain/settlements.ts';
import { leaseOwner, runUntilStopped } from './long-running.ts';
import { poolOf } from './pool-of.ts';

export interface RelayerDependencies {
  em: Em;
  /** One for each enabled chain; the caller closes them. */
  pools: ReadonlyMap<number, RpcPool>;
  /** RELAYER_KEY: each 32 bytes of hex. They hold gas and nothing else. */
  privateKeys: readonly string[];
  /** Names this process in leases, for the operator to read. */
  owner: string;
  log: WatcherLog;
  onSettled?: (chainId: number, news: SettledNews) => void;
  options?: Partial<RelayerOptions>;
  /** One hour unless a test says otherwise. */
  runForMs?: number;
}

export interface RelayerActivities {
  /** Settles until canceled, shut down or `runForMs` is over. Throws RangeError for a chain that is not enabled. */
  relaySettlements(input: { chainId: number }): Promise<void>;
}

export const createRelayerActivities = (deps: RelayerDependencies): RelayerActivities => {
  const ledger = createSettlementLedger(deps.em);
  const { privateKeys, log, options } = deps;
  return {
    async relaySettlements({ chainId }) {
      const pool = poolOf(deps.pools, chainId);
      const owner = leaseOwner(deps.owner);
      const onSettled = (news: SettledNews): void => deps.onSettled?.(chainId, news);
      const chain = chainById(chainId);
      const relayer = createRelayer({ chain, pool, ledger, privateKeys, log, owner, onSettled }, options);
      await runUntilStopped({ runForMs: deps.runForMs ?? 3_600_000 }, (signal, onTick) => relayer.run(signal, onTick));
    },
  };
};
