// Periodic work that one worker does for all of them: every worker runs these loops, and only the leader's do anything.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createLeaderLock } from './leader-lock.ts';

export interface LeaderTask {
  name: string;
  intervalMs: number;
  /** Idempotent: after a failure or a lost connection, two workers can overlap for one run. */
  run: () => Promise<unknown>;
}

export interface LeaderTasksOptions {
  databaseUrl: string;
  tasks: readonly LeaderTask[];
  logger: Pick<Logger, 'info' | 'warn'>;
}

export interface LeaderTasks {
  isLeader(): boolean;
  /** Ends after the runs in progress and frees the lock. */
  stop(): Promise<void>;
}

export const startLeaderTasks = ({ databaseUrl, tasks, logger }: LeaderTasksOptions): LeaderTasks => {
  const stopped = new AbortController();
  const lock = createLeaderLock(databaseUrl);

  const runIfLeader = async ({ name, run }: LeaderTask): Promise<void> => {
    try {
      const wasHeld = lock.isHeld();
      if (!(await lock.isLeader())) return;
      if (!wasHeld) logger.info({ task: name }, 'this worker leads');
      await run();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ task: name, reason }, 'periodic task failed; retrying');
      // The cause may be this worker's own: let another one try.
      await lock.release();
    }
  };

  const loop = async (task: LeaderTask): Promise<void> => {
    while (!stopped.signal.aborted) {
      await delay(task.intervalMs, undefined, { signal: stopped.signal }).catch(() => {});
      if (!stopped.signal.aborted) await runIfLeader(task);
    }
  };
  const running = Promise.all(tasks.map(loop));

  return {
    isLeader: () => lock.isHeld(),
    async stop() {
      stopped.abort();
      await running;
      await lock.release();
    },
  };
};
