// The local Postgres keeps committed rows through kill -9 of the server and of the process that started it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { isAlive, processesWorkingIn } from '#scripts/lib/processes.ts';
import { recordedProcess } from '#scripts/lib/stack/child.ts';
import { localOwnerUrl, startPostgres } from '#scripts/lib/stack/postgres.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';

let dataDir: string;
let port: number;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'checkout-postgres-'));
  port = await freePort();
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('restarts after kill -9 with open connections and has every committed row', async () => {
  const first = await startPostgres({ dataDir, port });
  expect(localOwnerUrl(first.applicationUrl, dataDir)).toBe(first.ownerUrl);
  await query(first.ownerUrl, 'create table kept (id int)');
  await query(first.ownerUrl, 'insert into kept select generate_series(1, 100)');
  const open = new pg.Client({ connectionString: first.ownerUrl });
  open.on('error', () => {});
  await open.connect();
  const busy = open.query('select pg_sleep(60)').catch((error: Error) => error);
  process.kill(first.pid, 'SIGKILL');
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });

  const second = await startPostgres({ dataDir, port });
  expect(await query(second.ownerUrl, 'select count(*)::int as n from kept')).toEqual([{ n: 100 }]);
  expect(await busy).toBeInstanceOf(Error);
  await second.stop();
  expect(processesWorkingIn(join(dataDir, 'postgres', 'cluster'))).toEqual([]);
});

test('ends when its starter is killed, and the next start has the data', async () => {
  const script = `
    const { startPostgres } = await import(${JSON.stringify(join(REPOSITORY, 'scripts/lib/stack/postgres.ts'))});
    await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, port: ${port} });
    console.log('started');
  `;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => starter.stdout.once('data', resolve));
  const server = recordedProcess(dataDir, 'postgres');
  if (!server) throw new Error('the pid file names no living process');
  starter.kill('SIGKILL');
  await waitFor(() => !isAlive(server), { what: 'the end of the orphaned server', timeoutMs: 20_000 });

  const again = await startPostgres({ dataDir, port });
  expect(await query(again.ownerUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  await again.stop();
});
