// A chain whose process can be killed and comes back with the same blocks. Its state is saved just before: saving after each block, as
// `npm start` does, is too slow for hours of full blocks.
import { join } from 'node:path';
import { type RunningChain, startChain } from '#scripts/lib/stack/chain.ts';
import { ChainStore } from '#scripts/lib/stack/chain-store.ts';
import { type RpcBlock, rpcCall } from '#scripts/lib/stack/json-rpc.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';

const BLOCK_SECONDS = 1;
const RESTART_WITHIN_MS = 120_000;
/** Blocks that must be the same afterwards, from the head down. */
const COMPARED = 12;

export interface RestartableChain {
  /** Called by the supervisor: the first time, and after each kill. */
  start(): Promise<RunningChain>;
  /** Kills the process with SIGKILL. What waited in its pool is lost. @returns the head, and the hashes of the lost transactions */
  killAndAwaitRestart(): Promise<{ head: number; lost: string[] }>;
}

export const restartableChain = (options: { dataDir: string; chainId: number; port: number }): RestartableChain => {
  const store = new ChainStore(join(options.dataDir, `chain-${options.chainId}`));
  let running: RunningChain | undefined;
  const call = async <T>(method: string, params: readonly unknown[] = []): Promise<T> =>
    await rpcCall<T>(`http://127.0.0.1:${options.port}`, method, params, 30_000);
  const block = async (at: string): Promise<RpcBlock | null> => await call('eth_getBlockByNumber', [at, false]);
  const newest = async (): Promise<string[]> => {
    const head = Number(await call<string>('eth_blockNumber'));
    const numbers = Array.from({ length: Math.min(COMPARED, head) }, (_, index) => head - index);
    const blocks = await Promise.all(numbers.map(async (number) => await block(`0x${number.toString(16)}`)));
    return blocks.map((one) => `${Number(one?.number)} ${one?.hash}`);
  };

  return {
    async start() {
      if (!running) {
        running = await startChain({ ...options, blockTime: BLOCK_SECONDS, persistent: false });
        return running;
      }
      const chain = await startChain({ ...options, blockTime: 'manual', persistent: false, startAt: store });
      // A chain whose clock is ahead stays ahead: a block cannot be older than its parent.
      const ahead = Number((await block('latest'))?.timestamp ?? 0) - Math.floor(Date.now() / 1000);
      if (ahead > 0) await call('evm_increaseTime', [ahead]);
      await call('evm_setIntervalMining', [BLOCK_SECONDS]);
      running = chain;
      return chain;
    },

    async killAndAwaitRestart() {
      await call('evm_setIntervalMining', [0]);
      await store.saveState(`http://127.0.0.1:${options.port}`);
      const before = await newest();
      const pool = await call<{ pending: Pool; queued: Pool }>('txpool_content');
      const lost = [pool.pending, pool.queued].flatMap((part) =>
        Object.values(part).flatMap((own) => Object.values(own).map(({ hash }) => hash)),
      );
      const killed = running;
      if (killed?.pid !== undefined) process.kill(killed.pid, 'SIGKILL');
      await waitFor(() => running !== killed, {
        what: `chain ${options.chainId} after kill -9`,
        timeoutMs: RESTART_WITHIN_MS,
      });
      const [newestBefore = ''] = before;
      const head = Number(newestBefore.split(' ')[0]);
      const after = await Promise.all(
        before.map(async (one) => await block(`0x${Number(one.split(' ')[0]).toString(16)}`)),
      );
      const isSame = after.every((one, index) => `${Number(one?.number)} ${one?.hash}` === before[index]);
      if (!isSame) throw new Error(`chain ${options.chainId} came back with other blocks than ${newestBefore}`);
      return { head, lost };
    },
  };
};

type Pool = Record<string, Record<string, { hash: string }>>;
