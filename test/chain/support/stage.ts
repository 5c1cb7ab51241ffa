// A database, a chain, a provider between it and its watchers that can lie, and watchers that end with the test. Tests that mostly wait
// run side by side.
import { type LyingRpc, startLyingRpc } from '#simulate/doubles/lying-rpc.ts';
import {
  type PayableChain,
  type RunningWatcher,
  startPayableChain,
  startWatcher,
  startWorld,
  type World,
} from './world.ts';

export type WatchOptions = Parameters<typeof startWatcher>[3];

export interface Stage {
  world: World;
  chain: PayableChain;
  /** Between the watcher's calls and the chain; forwards unchanged until its `lie` is set. */
  proxy: LyingRpc;
  /** Starts a watcher of the chain, which ends with the test. */
  watch(urls: readonly string[], options?: WatchOptions): RunningWatcher;
}

/** A test with a stage of its own. */
export const onStage =
  <Args extends unknown[]>(act: (stage: Stage, ...args: Args) => Promise<void>) =>
  async (...args: Args): Promise<void> => {
    const [world, chain] = await Promise.all([startWorld(), startPayableChain()]);
    const watchers: RunningWatcher[] = [];
    let proxy: LyingRpc | undefined;
    try {
      proxy = await startLyingRpc(chain.rpcUrl);
      const watch: Stage['watch'] = (urls, options) => {
        const watcher = startWatcher(world, chain.chainId, urls, options);
        watchers.push(watcher);
        return watcher;
      };
      await act({ world, chain, proxy, watch }, ...args);
    } finally {
      await Promise.all(watchers.map((watcher) => watcher.stop()));
      await Promise.all([world.close(), chain.stop(), proxy?.stop()]);
    }
  };
