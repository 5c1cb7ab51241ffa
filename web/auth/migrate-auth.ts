// Migrates the schema `auth` to what create-auth.ts needs. Safe to run in several processes at once: one migrates, the others wait.
// Call it wherever db/migrate.ts is called.
import { getMigrations } from 'better-auth/db/migration';
import pg from 'pg';
import { AUTH_SCHEMA, createAuth } from './create-auth.ts';

/** Any number that no other lock in this database uses. */
const MIGRATION_LOCK = 7_204_912;
/** Migrations sign and encrypt nothing. */
const UNUSED_SECRET = 'the-migration-signs-and-encrypts-nothing';

/**
 * No operator with an unproven e-mail address (decision 0060), however the row is written. Rows from before stay: the console asks them for
 * a proof.
 */
const OPERATORS_ARE_PROVEN = `do $$ begin
  if not exists (select from pg_constraint where conname = 'operator_is_proven') then
    alter table ${AUTH_SCHEMA}."user" add constraint operator_is_proven
      check (role is distinct from 'operator' or "emailVerified") not valid;
  end if;
end $$`;

/** @returns the names of created and changed tables */
export const migrateAuth = async (databaseUrl: string): Promise<string[]> => {
  const lock = new pg.Client({ connectionString: databaseUrl });
  await lock.connect();
  const auth = createAuth({ databaseUrl, secret: UNUSED_SECRET, publicUrl: 'http://localhost' });
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await lock.query(`create schema if not exists ${AUTH_SCHEMA}`);
    const { toBeCreated, toBeAdded, runMigrations } = await getMigrations(auth.options);
    await runMigrations();
    await lock.query(OPERATORS_ARE_PROVEN);
    return [...new Set([...toBeCreated, ...toBeAdded].map(({ table }) => table))];
  } finally {
    await auth.close();
    await lock.end(); // Frees the lock.
  }
};
