// The database role of web, worker and operator commands. The owner role migrates; the application's role reads and writes rows, owns
// nothing, and can only add to the tables below. A process that was taken over cannot rewrite the audit log or switch its triggers
// off.
import pg from 'pg';
import { UserError } from '#domain/errors.ts';

/** Has the rights and no log-in. Roles that log in are its members. */
export const APPLICATION_ROLE = 'checkout_application';

/** The application reads these tables and adds rows; it cannot change or delete one. */
export const APPEND_ONLY_TABLES = ['public.audit_entry', 'public.audit_head', 'public.send_back_entry'] as const;

/** The application only reads these. */
const READ_ONLY_TABLES = ['public.mikro_orm_migrations'] as const;

/** `demo` exists only where the demo shop runs. */
const SCHEMAS = ['public', 'auth', 'limits', 'demo'] as const;

/** Any number that nothing else in this database locks. */
const GRANT_LOCK = 7_204_914;

/** Roles belong to the server: another database's migration may create the same one at the same moment. */
const CREATE_ROLE = `
  do $$ begin
    create role ${APPLICATION_ROLE} nologin;
  exception when duplicate_object or unique_violation then null;
  end $$`;

const inTransaction = async (databaseUrl: string, work: (client: pg.Client) => Promise<void>): Promise<void> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [GRANT_LOCK]);
    await work(client);
    await client.query('commit');
  } finally {
    await client.end();
  }
};

/**
 * Gives the application's role its rights in this database. Call it after every migration: tables that are new then get theirs.
 * @param ownerUrl the role that migrated, which may create roles
 */
export const grantApplicationRights = async (ownerUrl: string): Promise<void> =>
  await inTransaction(ownerUrl, async (client) => {
    await client.query(CREATE_ROLE);
    const { rows } = await client.query<{ database: string; schemas: string[] }>(
      `select current_database() as database,
        array(select nspname::text from pg_namespace where nspname = any($1)) as schemas`,
      [SCHEMAS],
    );
    const { database, schemas } = rows[0] ?? { database: '', schemas: [] };
    const name = client.escapeIdentifier(database);
    await client.query(`revoke connect, temporary on database ${name} from public`);
    await client.query(`grant connect on database ${name} to ${APPLICATION_ROLE}`);
    for (const schema of schemas) {
      await client.query(`grant usage on schema ${schema} to ${APPLICATION_ROLE}`);
      await client.query(
        `grant select, insert, update, delete on all tables in schema ${schema} to ${APPLICATION_ROLE}`,
      );
      await client.query(`grant usage, select on all sequences in schema ${schema} to ${APPLICATION_ROLE}`);
    }
    await client.query(`grant execute on function keep_request_log_days() to ${APPLICATION_ROLE}`);
    await client.query(`revoke update, delete on ${APPEND_ONLY_TABLES.join(', ')} from ${APPLICATION_ROLE}`);
    await client.query(`revoke insert, update, delete on ${READ_ONLY_TABLES.join(', ')} from ${APPLICATION_ROLE}`);
  });

/**
 * Creates the role that `applicationUrl` logs in with, or gives it the URL's password.
 * Throws UserError `same_role` when the URL names the owner's role.
 */
export const createApplicationLogin = async (ownerUrl: string, applicationUrl: string): Promise<void> => {
  const { username, password } = new URL(applicationUrl);
  const name = decodeURIComponent(username);
  if (name === decodeURIComponent(new URL(ownerUrl).username)) {
    throw new UserError('same_role', 'the application needs a database role of its own, not the owner’s');
  }
  await inTransaction(ownerUrl, async (client) => {
    await client.query(CREATE_ROLE);
    const { rows } = await client.query('select 1 from pg_roles where rolname = $1', [name]);
    const role = client.escapeIdentifier(name);
    if (rows.length === 0) await client.query(`create role ${role}`);
    await client.query(
      `alter role ${role} with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
        password ${client.escapeLiteral(decodeURIComponent(password))}`,
    );
    await client.query(`grant ${APPLICATION_ROLE} to ${role}`);
  });
};
