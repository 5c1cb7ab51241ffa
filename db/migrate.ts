// Brings a database to the newest schema. Safe to run by several processes at once: one migrates, the others wait.
import { setTimeout as delay } from 'node:timers/promises';
import { type Em, openOrm } from './orm.ts';

/** Any number that nothing else in this database locks. */
const MIGRATION_LOCK = 7_204_911;

const LOCK_POLL_MS = 200;

const isLocked = async (em: Em): Promise<boolean> => {
  const [row] = await em.execute<{ locked: boolean }[]>('select pg_try_advisory_xact_lock(?) as locked', [
    MIGRATION_LOCK,
  ]);
  return row?.locked ?? false;
};

/** @returns the names of the migrations that were applied now */
export const migrate = async (databaseUrl: string): Promise<string[]> => {
  const orm = await openOrm({ databaseUrl, poolSize: 3 });
  try {
    return await orm.em.fork().transactional(async (em) => {
      // The lock's own transaction is idle while another connection migrates, which may take longer than idle ones are allowed.
      await em.execute('set local idle_in_transaction_session_timeout = 0');
      // A statement that waits for the lock would hold up an index that is built concurrently, and so the process that has the lock.
      while (!(await isLocked(em))) await delay(LOCK_POLL_MS);
      const applied = await orm.migrator.up();
      return applied.map(({ name }) => name);
    });
  } finally {
    await orm.close();
  }
};
