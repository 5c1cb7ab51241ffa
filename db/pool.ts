// Direct access for the few statements that must be fast. They are named, so that each connection prepares them once. They use the
// ORM's pool, so that one limit covers all connections of a process.
import { CompiledQuery, type Transaction } from 'kysely';
import { types } from 'pg';
import type { Em } from './orm.ts';

/** A statement with its values. `name` must be unique for each text. */
export interface Statement {
  name: string;
  text: string;
  values: readonly unknown[];
}

/** What the queries need of a pool: each call is one round trip and, outside a transaction, commits by itself. */
export interface Sql {
  query<Row>(statement: Statement): Promise<{ rows: Row[] }>;
}

const poolOf = (em: Em) => em.getConnection().getNativeClient();

/**
 * The ORM's connections, opened when needed. Each statement sets pg's own parsers (timestamps become Dates). The ORM installs its
 * parsers on every connection it has used; without this, the same query would return Dates or text depending on the connection.
 */
export const sqlOf = ({ em }: { em: Em }): Sql => ({
  async query<Row>(statement: Statement): Promise<{ rows: Row[] }> {
    const pool = await poolOf(em);
    const { rows } = await pool.query({ ...statement, values: [...statement.values], types });
    return { rows: rows as Row[] };
  },
});

/** Runs `work` in one transaction: the entity manager's when it is in one, else a new one that commits when `work` is done. */
export const inTransaction = async <Result>(em: Em, work: (sql: Sql) => Promise<Result>): Promise<Result> => {
  const outer = em.getTransactionContext<Transaction<unknown>>();
  if (outer) return await work(sqlOfTransaction(outer));
  const client = await (await poolOf(em)).connect();
  let broken = false;
  try {
    await client.query('begin');
    const result = await work({
      async query<Row>(statement: Statement): Promise<{ rows: Row[] }> {
        const { rows } = await client.query({ ...statement, values: [...statement.values], types });
        return { rows: rows as Row[] };
      },
    });
    await client.query('commit');
    return result;
  } catch (error) {
    // A connection that cannot roll back is closed, which also ends its transaction.
    await client.query('rollback').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.release(broken);
  }
};

/** The ORM does not name statements: within its transactions they are prepared each time. */
const sqlOfTransaction = (transaction: Transaction<unknown>): Sql => ({
  async query<Row>({ text, values }: Statement): Promise<{ rows: Row[] }> {
    const { rows } = await transaction.executeQuery(CompiledQuery.raw(text, [...values]));
    return { rows: rows as Row[] };
  },
});
