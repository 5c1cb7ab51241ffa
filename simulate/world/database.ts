// The run's database: real Postgres with the product's migrations. `now()` and `clock_timestamp()` are the simulator's, by a schema
// that is searched before the catalogue.
import pg from 'pg';
import { migrate } from '#db/migrate.ts';
import { type Orm, openOrm } from '#db/orm.ts';

export interface SimDatabase {
  orm: Orm;
  /** Rows of a statement with `$1`. */
  rows<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Sets the database's clock, where it differs. */
  setTime(at: number): Promise<void>;
  /** Deletes everything. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

const CLOCK = `
  create schema sim;
  create unlogged table sim.clock (at timestamptz not null);
  insert into sim.clock values (pg_catalog.now());
  create function sim.now() returns timestamptz language sql stable as 'select at from sim.clock';
  create function sim.clock_timestamp() returns timestamptz language sql volatile as 'select at from sim.clock';`;

const connected = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** A name for each text of a statement. */
const names = new Map<string, string>();
const nameOf = (text: string): string => {
  const name = names.get(text) ?? `simulated_${names.size}`;
  names.set(text, name);
  return name;
};

/**
 * Each connection plans a statement with values once, and not each time: a run sends the same few hundred thousands of times, and half of the
 * server's time was planning. The statements and what they return stay the same.
 */
const planOnce = async ({ em }: Orm): Promise<void> => {
  const pool = await em.getConnection().getNativeClient();
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: readonly unknown[]) => unknown;
    const planned = (first: unknown, values?: unknown, ...more: readonly unknown[]): unknown =>
      typeof first === 'string' && Array.isArray(values) && values.length > 0
        ? query({ name: nameOf(first), text: first, values }, ...more)
        : query(first, values, ...more);
    client.query = planned as typeof client.query;
  });
};

/** Makes an empty database ready for runs; one that is ready stays as it is. */
export const prepareDatabase = async (url: string): Promise<void> => {
  const isReady = await connected(url, async (client) => {
    const { rows } = await client.query<{ ready: boolean }>("select to_regnamespace('sim') is not null as ready");
    if (rows[0]?.ready) return true;
    const name = client.escapeIdentifier(new URL(url).pathname.slice(1));
    await client.query(CLOCK);
    await client.query(`alter database ${name} set search_path = public, sim, pg_catalog`);
    await client.query(`alter database ${name} set synchronous_commit = off`);
    await client.query(`alter database ${name} set plan_cache_mode = force_generic_plan`);
    return false;
  });
  if (!isReady) await migrate(url);
};

export const openDatabase = async (url: string): Promise<SimDatabase> => {
  const orm = await openOrm({ databaseUrl: url, poolSize: 3 });
  await planOnce(orm);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename not like '%migration%'`,
  );
  // Triggers and foreign keys would forbid it, or cost more than the run.
  const empty = `begin; set local session_replication_role = replica;
    ${tables.map(({ name }) => `delete from ${name};`).join(' ')} commit`;
  let time = 0;
  return {
    orm,
    async rows<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
      return (await client.query({ text, values: [...values] })).rows as Row[];
    },
    async setTime(at) {
      if (at === time) return;
      time = at;
      await client.query({
        name: 'clock',
        text: 'update sim.clock set at = to_timestamp($1::float8)',
        values: [at / 1000],
      });
    },
    async empty() {
      await client.query(empty);
    },
    async close() {
      await client.end();
      await orm.close();
    },
  };
};
