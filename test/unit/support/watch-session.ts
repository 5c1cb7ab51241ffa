// A watcher's session over a made-up chain, step by step.
import { createPoolOf } from '#chain/rpc-pool.ts';
import { createTransferScanner } from '#chain/transfer-scan.ts';
import { initialState, type WatchSession } from '#chain/watch-session.ts';
import { watchStep } from '#chain/watcher.ts';
import { unitsOf } from '#domain/money.ts';
import type { MadeUpChain, MadeUpProvider } from './made-up-chain.ts';
import type { MemoryLedger } from './memory-ledger.ts';

const MAX_STEPS = 100;
const quiet = (): void => {};

export const openWatch = (chain: MadeUpChain, ledger: MemoryLedger, providers: readonly MadeUpProvider[]) => {
  const pool = createPoolOf(chain.config.id, providers, { requests: 0, calls: 0, byMethod: {} });
  const state = initialState(ledger.position, []);
  // The chain has no contracts to ask.
  state.tokens.dueAt = Number.POSITIVE_INFINITY;
  const session: WatchSession = {
    deps: { chain: chain.config, pool, ledger: ledger.port, scanner: createTransferScanner(chain.config) },
    log: { info: quiet, warn: quiet, error: quiet },
    leaseToken: 1n,
    leaseMs: 10_000,
    twoProvidersFrom: unitsOf(0n),
    state,
    heads: undefined,
  };
  return {
    session,
    async steps(count: number): Promise<void> {
      for (let step = 0; step < count; step += 1) await watchStep(session);
    },
    /** Until the cursor is there. */
    async until(number: bigint): Promise<void> {
      for (let step = 0; ledger.position.cursor.number < number; step += 1) {
        if (step === MAX_STEPS) throw new Error(`the cursor is at ${ledger.position.cursor.number}`);
        await watchStep(session);
      }
    },
  };
};
