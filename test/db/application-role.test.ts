// The role of web and worker reads and writes rows and owns nothing: it cannot change the audit log, the schema or its own rights.
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  APPEND_ONLY_TABLES,
  APPLICATION_ROLE,
  createApplicationLogin,
  grantApplicationRights,
} from '#db/application-role.ts';
import { createTestDatabase, ownerUrlOf, type TestDatabase } from '#test/support/database.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  // A copied database has the rights of its tables, but not those of the database itself.
  await grantApplicationRights(ownerUrlOf(database.url));
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

const rows = async <Row extends object>(text: string): Promise<Row[]> => (await client.query<Row>(text)).rows;

test('it is no superuser, owns nothing, and may create no table, role or database', async () => {
  const [role] = await rows(`select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls
    from pg_roles where rolname = current_user`);
  expect(new Set(Object.values(role ?? {}))).toEqual(new Set([false]));
  expect(await rows('select relname from pg_class where relowner = current_user::regrole')).toEqual([]);
  const [may] = await rows(`select has_database_privilege(current_database(), 'create') as database,
    has_schema_privilege('public', 'create') as public, has_schema_privilege('auth', 'create') as auth`);
  expect(may).toEqual({ database: false, public: false, auth: false });
});

test('it may read, add, change and delete rows of every table but those that only grow', async () => {
  const tables = await rows<{ name: string; privileges: string[] }>(`
    select format('%s.%s', table_schema, table_name) as name, array_agg(privilege_type::text order by privilege_type) as privileges
    from information_schema.role_table_grants where grantee = '${APPLICATION_ROLE}' group by 1`);
  const all = await rows<{ name: string }>(`select format('%s.%s', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema', 'log_days')`);
  expect(tables.map(({ name }) => name).sort()).toEqual(all.map(({ name }) => name).sort());
  const growing: readonly string[] = APPEND_ONLY_TABLES;
  for (const { name, privileges } of tables) {
    const writes = growing.includes(name)
      ? ['INSERT', 'SELECT']
      : name === 'public.mikro_orm_migrations'
        ? ['SELECT']
        : ['DELETE', 'INSERT', 'SELECT', 'UPDATE'];
    expect({ name, privileges }).toEqual({ name, privileges: writes });
  }
});

const ENTRY = `insert into audit_entry (actor_kind, actor_id, action, subject_kind, subject_id, data)
  values ('system', 'test', 'test.entry', 'test', '1', '{}')`;

test.each([
  ['change an entry', `update audit_entry set reason = 'another'`],
  ['delete an entry', 'delete from audit_entry'],
  ['empty the log', 'truncate audit_entry'],
  ['switch triggers off for a session', 'set session_replication_role = replica'],
  ['switch the triggers of the log off', 'alter table audit_entry disable trigger user'],
  [
    'replace the chain’s function',
    `create or replace function audit_entry_chain() returns trigger language plpgsql as 'begin return new; end'`,
  ],
  ['drop the log', 'drop table audit_entry'],
  ['add an index', 'create index on audit_entry (action)'],
  ['become the owner', 'set role checkout'],
  ['forget migrations', 'delete from mikro_orm_migrations'],
  ['create a table', 'create table mine (id int)'],
  ['create a temporary table that hides the log', 'create temporary table audit_entry (id int)'],
  ['empty the payments', 'truncate token_transfer cascade'],
])('it cannot %s', async (_what, statement) => {
  await client.query(ENTRY);
  const before = await rows('select id, hash from audit_entry order by id');
  await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
  expect(await rows('select id, hash from audit_entry order by id')).toEqual(before);
});

test('it cannot give itself more', async () => {
  // Postgres only warns that nothing was granted.
  await client.query(`grant all on audit_entry to ${APPLICATION_ROLE}`);
  const [may] = await rows(`select has_table_privilege('audit_entry', 'update') as update`);
  expect(may).toEqual({ update: false });
});

test('the application’s log-in cannot be the owner’s', async () => {
  await expect(createApplicationLogin(database.url, database.url)).rejects.toMatchObject({ code: 'same_role' });
});
