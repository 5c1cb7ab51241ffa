// The watcher's side of the ledger, as chain/watch-ledger.ts asks for it.
import type { StepResult, WatchStep } from '#domain/observed-blocks.ts';
import type { Em } from '../orm.ts';
import { inTransaction } from '../pool.ts';
import { commitStep } from './commit-step.ts';
import { createTokenChecks } from './token-checks.ts';
import { createWatchLease } from './watch-lease.ts';
import { createWatchReads } from './watch-reads.ts';

/** The ledger of the watchers over an entity manager, which is forked for each call. */
export const createWatchLedger = (entityManager: Em) => ({
  ...createWatchLease(entityManager),
  ...createWatchReads(entityManager),
  ...createTokenChecks(entityManager),

  async commit(step: WatchStep): Promise<StepResult> {
    return await inTransaction(entityManager.fork(), (sql) => commitStep(sql, step));
  },
});
