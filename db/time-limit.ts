// Reads that a person waits for end after a time: Postgres stops a statement that is too slow.
import type { Em } from './orm.ts';
import { inTransaction, type Sql } from './pool.ts';

/** SQLSTATE `query_canceled`. */
const CANCELED = '57014';

/**
 * Runs `work` in a transaction of its own, in which each statement may take `seconds`, waits for locks included.
 * @param seconds above zero
 * @returns null when a statement was stopped: then nothing was read
 */
export const unlessSlow = async <Result>(
  em: Em,
  seconds: number,
  work: (sql: Sql) => Promise<Result>,
): Promise<Result | null> => {
  // A fork: in the caller's transaction the limit would hold for all that follows.
  const own = em.fork();
  try {
    return await inTransaction(own, async (sql) => {
      await sql.query({
        name: 'time-limit',
        text: "select set_config('statement_timeout', $1, true)",
        values: [String(Math.ceil(seconds * 1_000))],
      });
      return await work(sql);
    });
  } catch (error) {
    if ((error as { code?: unknown }).code === CANCELED) return null;
    throw error;
  }
};
