// Entities and migrations agree, and migrating is safe to repeat and to race.
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { MIGRATION_LOCK, migrate } from '#db/migrate.ts';
import { migrations } from '#db/migrations/index.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { createEmptyDatabase, type TestDatabase } from '#test/support/database.ts';

let database: TestDatabase;
afterEach(async () => await database.drop());

/** Postgres's own description of our tables, which does not depend on how they were created. Triggers are the migrations' alone. */
const CATALOG = `
  select format('column %s.%s %s%s default %s', c.table_name, c.column_name, c.udt_name,
      case c.is_nullable when 'NO' then ' not null' else '' end, c.column_default) as fact
    from information_schema.columns c where table_schema = 'public' and table_name not like 'mikro_orm%'
  union all
  select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint where connamespace = 'public'::regnamespace and contype not in ('n', 't') and conrelid::regclass::text not like 'mikro_orm%'
  union all
  select format('index %s', replace(indexdef, ' ON ONLY ', ' ON ')) from pg_indexes where schemaname = 'public' and tablename not like 'mikro_orm%'
  order by fact`;

const catalogOf = async (url: string, prepare: (orm: Orm) => Promise<unknown>): Promise<string[]> => {
  const orm = await openOrm({ databaseUrl: url });
  try {
    await prepare(orm);
    const facts: { fact: string }[] = await orm.em.fork().execute(CATALOG);
    return facts.map(({ fact }) => fact);
  } finally {
    await orm.close();
  }
};

test('a migrated database matches the entities', async () => {
  database = await createEmptyDatabase();
  const migrated = await catalogOf(database.url, (orm) => orm.migrator.up());
  await database.drop();
  database = await createEmptyDatabase();
  const described = await catalogOf(database.url, async (orm) => {
    // Entities describe tables; the operators of their indexes are the extensions'.
    for (const name of ['pg_trgm', 'btree_gin']) await orm.em.fork().execute(`create extension ${name}`);
    await orm.schema.create();
  });
  expect(migrated.length).toBeGreaterThan(100);
  expect(migrated).toEqual(described);
});

test('two processes that migrate at once apply each migration once', async () => {
  database = await createEmptyDatabase();
  const applied = await Promise.all([migrate(database.url), migrate(database.url)]);
  expect(applied.flat().sort()).toEqual(migrations.map(({ name }) => name));
  expect(await migrate(database.url)).toEqual([]);
});

test('each try for the lock is a transaction of its own: an index that is built concurrently would wait for a longer one', async () => {
  database = await createEmptyDatabase();
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  try {
    await other.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const waiting = migrate(database.url);
    const begun = new Set<string>();
    const triedTwice = async (): Promise<boolean> => {
      const { rows } = await other.query<{ begun: string }>(
        `select xact_start::text as begun from pg_stat_activity where datname = current_database()
         and query like '%pg_try_advisory_xact_lock%' and pid <> pg_backend_pid() and xact_start is not null`,
      );
      for (const row of rows) begun.add(row.begun);
      return begun.size > 1;
    };
    await waitFor(triedTwice, { what: 'tries in two transactions', timeoutMs: 60_000, intervalMs: 1 });
    await other.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    expect(await waiting).toHaveLength(migrations.length);
  } finally {
    await other.end();
  }
});

test('every migration can be reverted and applied again', async () => {
  database = await createEmptyDatabase();
  const before = await catalogOf(database.url, (orm) => orm.migrator.up());
  expect(await catalogOf(database.url, (orm) => orm.migrator.down({ to: 0 }))).toEqual([]);
  expect(await catalogOf(database.url, (orm) => orm.migrator.up())).toEqual(before);
});
