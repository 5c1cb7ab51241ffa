// Brings a database to the newest schema. Safe to run by several processes at once: one migrates, the others wait.
import { openOrm } from './orm.ts';

/** Any number that nothing else in this database locks. */
const MIGRATION_LOCK = 7_204_911;

/** @returns the names of the migrations that were applied now */
export const migrate = async (databaseUrl: string): Promise<string[]> => {
  const orm = await openOrm({ databaseUrl, poolSize: 3 });
  try {
    return await orm.em.fork().transactional(async (em) => {
      // The lock's own transaction is idle while another connection migrates, which may take longer than idle ones are allowed.
      await em.execute('set local idle_in_transaction_session_timeout = 0');
      await em.execute('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
      const applied = await orm.migrator.up();
      return applied.map(({ name }) => name);
    });
  } finally {
    await orm.close();
  }
};
