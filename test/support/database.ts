// A database for one test file: a copy of a migrated template, which takes a fraction of a second.
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '#db/migrate.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { migrateAuth } from '#web/auth/migrate-auth.ts';

export interface TestDatabase {
  url: string;
  /** Ends all its connections and drops it. */
  drop(): Promise<void>;
}

/** A new, fully migrated database on the shared test server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = await migratedTemplate();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(async (admin) => await createFrom(admin, name, template));
  return {
    url: urlOf(name),
    drop: async () =>
      await asAdmin(async (admin) => void (await admin.query(`drop database if exists ${name} with (force)`))),
  };
}

/** A new database without tables. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(async (admin) => void (await admin.query(`create database ${name}`)));
  return {
    url: urlOf(name),
    drop: async () =>
      await asAdmin(async (admin) => void (await admin.query(`drop database if exists ${name} with (force)`))),
  };
}

/** The template for the present migrations. The first caller on each server creates it. */
async function migratedTemplate(): Promise<string> {
  const name = `template_${migrationsHash()}`;
  await asAdmin(async (admin) => {
    await admin.query('select pg_advisory_lock(91001)'); // Freed with the connection.
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount !== 0) return;
    const unfinished = `${name}_unfinished`;
    await admin.query(`drop database if exists ${unfinished} with (force)`);
    await admin.query(`create database ${unfinished}`);
    await migrate(urlOf(unfinished));
    await migrateAuth(urlOf(unfinished));
    await admin.query(`alter database ${unfinished} rename to ${name}`);
  });
  return name;
}

/** Copies wait for each other: Postgres allows one copy of a template at a time. */
async function createFrom(admin: pg.Client, name: string, template: string): Promise<void> {
  await admin.query('select pg_advisory_lock(91002)');
  await admin.query(`create database ${name} template ${template}`);
}

function migrationsHash(): string {
  const hash = createHash('sha256');
  for (const folder of [join(REPOSITORY, 'db', 'migrations'), join(REPOSITORY, 'web', 'auth')]) {
    for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

function adminUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url)
    throw new Error(
      'TEST_DATABASE_URL is not set: tests that need the database belong in a folder other than test/unit',
    );
  return url;
}

function urlOf(database: string): string {
  const url = new URL(adminUrl());
  url.pathname = `/${database}`;
  return url.href;
}

async function asAdmin<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: adminUrl() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
