// A database for one test file: a copy of a migrated template, which takes a fraction of a second.
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { prepareDatabase } from '#scripts/lib/prepare-database.ts';
import { createShopTables } from '#web/demo/server/shop-tables.ts';

export interface TestDatabase {
  /** With the role of web and worker: what it may not do fails in tests too. */
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
    url: applicationUrlOf(name),
    drop: async () => await asAdmin(async (admin) => await dropDatabase(admin, name)),
  };
}

/** A new database without tables; its URL is the owner's. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(async (admin) => void (await admin.query(`create database ${name}`)));
  return {
    url: urlOf(name),
    drop: async () => await asAdmin(async (admin) => await dropDatabase(admin, name)),
  };
}

/** How long connections that are asked to end may take for it. */
const ENDING_MS = 2_000;

/**
 * `end` of a pool resolves before the server has closed its connections, and one that is ended by force is an error that nobody takes:
 * they are given time. What is still there then is ended.
 */
async function dropDatabase(admin: pg.ClientBase, name: string): Promise<void> {
  const isInUse = async (): Promise<boolean> =>
    (await admin.query('select 1 from pg_stat_activity where datname = $1 limit 1', [name])).rowCount !== 0;
  const deadline = performance.now() + ENDING_MS;
  while ((await isInUse()) && performance.now() < deadline) await delay(10);
  await admin.query(`drop database if exists ${name} with (force)`);
}

let template: Promise<string> | undefined;

/** The template for the present migrations. The first caller on each server creates it; a process asks once. */
async function migratedTemplate(): Promise<string> {
  template ??= findOrCreateTemplate();
  try {
    return await template;
  } catch (error) {
    template = undefined;
    throw error;
  }
}

async function findOrCreateTemplate(): Promise<string> {
  const name = `template_${migrationsHash()}`;
  await asAdmin(
    async (admin) =>
      await oneAtATime(admin, 91001, async () => {
        const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name]);
        if (rowCount !== 0) return;
        const unfinished = `${name}_unfinished`;
        await admin.query(`drop database if exists ${unfinished} with (force)`);
        await admin.query(`create database ${unfinished}`);
        await createShopTables(urlOf(unfinished));
        await prepareDatabase(urlOf(unfinished), applicationUrlOf(unfinished));
        await admin.query(`alter database ${unfinished} rename to ${name}`);
      }),
  );
  return name;
}

/** Copies wait for each other: Postgres allows one copy of a template at a time. Files are copied, which takes a third of the time of writing them through the log. */
async function createFrom(admin: pg.ClientBase, name: string, from: string): Promise<void> {
  await oneAtATime(
    admin,
    91002,
    async () => void (await admin.query(`create database ${name} template ${from} strategy file_copy`)),
  );
}

/** Holds a lock of the server meanwhile. */
async function oneAtATime(admin: pg.ClientBase, lock: number, work: () => Promise<void>): Promise<void> {
  await admin.query('select pg_advisory_lock($1)', [lock]);
  try {
    await work();
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [lock]);
  }
}

function migrationsHash(): string {
  const hash = createHash('sha256');
  for (const folder of ['db/migrations', 'web/auth'].map((path) => join(REPOSITORY, path))) {
    for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(join(folder, file)));
  }
  for (const file of ['db/application-role.ts', 'web/demo/server/shop-tables.ts']) {
    hash.update(readFileSync(join(REPOSITORY, file)));
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

/** The same database with the role that owns the tables. */
export const ownerUrlOf = (databaseUrl: string): string => urlOf(new URL(databaseUrl).pathname.slice(1));

/** Runs statements in one transaction with the role that owns the tables: for what no process of ours can do. */
export async function asOwner(databaseUrl: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrlOf(databaseUrl) });
  await client.connect();
  try {
    await client.query(['begin', ...statements, 'commit'].join(';\n'));
  } finally {
    await client.end();
  }
}

/** The shared server is for tests and on this machine only, so its application password is no secret. */
function applicationUrlOf(database: string): string {
  return Object.assign(new URL(urlOf(database)), { username: 'checkout_app', password: 'for-tests' }).href;
}

let admins: pg.Pool | undefined;

/**
 * One connection after another for all files of this process: a new one takes as much of a processor as a few queries. It does not
 * keep the process, and is closed when nobody has used it for a while.
 */
async function asAdmin<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  admins ??= new pg.Pool({ connectionString: adminUrl(), max: 4, allowExitOnIdle: true }).on('error', () => {
    // The server was stopped while nobody used the connection. The next use opens another.
  });
  const client = await admins.connect();
  let failed = true;
  try {
    const result = await work(client);
    failed = false;
    return result;
  } finally {
    client.release(failed);
  }
}
