// What docker-compose.yml makes for Temporal, as far as it runs without containers: the statements of its role in a real Postgres, and the
// settings that the image's own set-up hangs on.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { prepareDatabase } from '#scripts/lib/prepare-database.ts';
import { type RunningPostgres, startPostgres } from '#scripts/lib/stack/postgres.ts';

interface ComposeFile {
  services: Record<string, { environment: Record<string, string>; networks: string[]; command?: string[] }>;
  configs: Record<string, { content?: string }>;
}
const { services, configs } = parse(readFileSync(join(REPOSITORY, 'docker-compose.yml'), 'utf8'), {
  merge: true,
}) as ComposeFile;
const temporal = services.temporal?.environment ?? {};

const PASSWORD = "it's a password";
const dataDir = mkdtempSync(join(tmpdir(), 'compose-temporal-'));
let postgres: RunningPostgres;

const as = async <T extends object>(url: string | URL, ...statements: string[]): Promise<T[]> => {
  const client = new pg.Client({ connectionString: String(url) });
  await client.connect();
  try {
    let rows: T[] = [];
    for (const statement of statements) rows = (await client.query<T>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
};
const urlOf = (database: string, base = postgres.ownerUrl): URL => {
  const url = new URL(base);
  url.pathname = database;
  return url;
};
const ofTemporal = (database: string): URL => {
  const url = urlOf(database);
  url.username = 'temporal';
  url.password = encodeURIComponent(PASSWORD);
  return url;
};

/** As psql runs the script: each statement for itself, with the password as a quoted literal. */
const runRoleScript = async (): Promise<void> => {
  const [, sql = ''] = /<<'SQL'\n([\s\S]+?)^SQL$/m.exec(configs['temporal-role']?.content ?? '') ?? [];
  const literal = pg.escapeLiteral(PASSWORD);
  const statements = sql
    .split(';\n')
    .map((each) => each.trim().replaceAll(":'password'", () => literal))
    .filter(Boolean);
  expect(statements.length).toBeGreaterThan(2);
  await as(postgres.ownerUrl, ...statements);
};

beforeAll(async () => {
  postgres = await startPostgres({ dataDir, port: await freePort(), durable: false });
  await runRoleScript();
  await prepareDatabase(postgres.ownerUrl, postgres.applicationUrl);
});
afterAll(async () => {
  await postgres?.stop();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

test('both databases are there, are Temporal’s, and its role can do nothing else', async () => {
  const names = [temporal.DBNAME ?? 'temporal', temporal.VISIBILITY_DBNAME ?? 'temporal_visibility'];
  for (const name of names) {
    await as(ofTemporal(name), 'create table schema_version (version int)', 'insert into schema_version values (1)');
  }
  // The image's set-up makes no database that is named as its role.
  expect(temporal).toMatchObject({ POSTGRES_USER: 'temporal', SKIP_DB_CREATE: 'true' });
  expect(
    await as(
      postgres.ownerUrl,
      `select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as more from pg_roles where rolname = 'temporal'`,
    ),
  ).toEqual([{ more: false }]);
});

test('neither opens the databases of the other', async () => {
  await expect(as(ofTemporal('checkout'), 'select 1')).rejects.toThrow(/permission denied for database "checkout"/);
  for (const name of ['temporal', 'temporal_visibility']) {
    await expect(as(urlOf(name, postgres.applicationUrl), 'select 1')).rejects.toThrow(
      /permission denied for database/,
    );
  }
  expect(await as(postgres.applicationUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('the image’s set-up calls the server by the name in its certificate, on an address that it listens on', () => {
  // Unset, both are the address of one of the container's networks: no certificate names it, and the other network has no server.
  expect(services.temporal?.networks).toHaveLength(2);
  expect(temporal).toMatchObject({ BIND_ON_IP: '0.0.0.0', TEMPORAL_BROADCAST_ADDRESS: '127.0.0.1' });
  const [host] = String(temporal.TEMPORAL_ADDRESS).split(':');
  expect(host).toBe('temporal');
  for (const name of ['TEMPORAL_TLS_SERVER_NAME', 'TEMPORAL_TLS_FRONTEND_SERVER_NAME'])
    expect([name, temporal[name]]).toEqual([name, host]);
  expect(readFileSync(join(REPOSITORY, 'scripts/temporal-certs.ts'), 'utf8')).toContain(`['${host}']`);
});
