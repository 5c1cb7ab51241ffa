// Brings a database to the newest schema. Safe to run by several processes at once: one migrates, the others wait.
import { setTimeout as delay } from 'node:timers/promises';
import { type Em, openOrm } from './orm.ts';

/** Any number that nothing else in this database locks. */
export const MIGRATION_LOCK = 7_204_911;

const LOCK_POLL_MS = 200;

const isLocked = async (em: Em): Promise<boolean> => {
  const [row] = await em.execute<{ locked: boolean }[]>('select pg_try_advisory_xact_lock(?) as locked', [
    MIGRATION_LOCK,
  ]);
  return row?.locked ?? false;
};

const DEADLOCK = '40P01';
const ATTEMPTS = 5;

/** Anywhere in the chain of causes. */
const isDeadlock = (error: unknown): boolean =>
  error instanceof Error && (('code' in error && error.code === DEADLOCK) || isDeadlock(error.cause));

/**
 * Repeats work that Postgres ended because it and another transaction waited for each other: beside processes of the release before, one
 * of the two has to go, and it may be ours. A migration is a transaction, or can be repeated, so nothing is half done.
 */
export const again = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isDeadlock(error)) throw error;
    }
  }
};

/** @returns the names of the migrations that were applied now */
export const migrate = async (databaseUrl: string): Promise<string[]> => {
  const orm = await openOrm({ databaseUrl, poolSize: 3 });
  /** Null while another process migrates. */
  const inTurn = (): Promise<string[] | null> =>
    orm.em.fork().transactional(async (em) => {
      // The lock's own transaction is idle while another connection migrates, which may take longer than idle ones are allowed.
      await em.execute('set local idle_in_transaction_session_timeout = 0');
      if (!(await isLocked(em))) return null;
      const applied: string[] = [];
      orm.migrator.on('migrated', ({ name }) => void applied.push(name));
      await again(() => orm.migrator.up());
      return applied;
    });
  try {
    // Each try is a transaction of its own, and none waits for the lock: an index that is built concurrently waits for the end of every
    // transaction that it meets in a statement, and the process that builds it has the lock.
    for (;;) {
      const applied = await inTurn();
      if (applied) return applied;
      await delay(LOCK_POLL_MS);
    }
  } finally {
    await orm.close();
  }
};
