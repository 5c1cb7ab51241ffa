// Bare access for the few statements that must be fast: named, so that each connection prepares them once. They run on the
// ORM's own pool, so that one number bounds a process's connections.
import type { Orm } from './orm.ts';

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

/** The ORM's connections, opened when needed. */
export const sqlOf = (orm: Orm): Sql => ({
  async query<Row>(statement: Statement): Promise<{ rows: Row[] }> {
    const pool = await orm.em.getConnection().getNativeClient();
    const { rows } = await pool.query({ ...statement, values: [...statement.values] });
    return { rows: rows as Row[] };
  },
});
