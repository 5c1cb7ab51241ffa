// The settings of `npm start`, and its failures: one line, exit code 1, no process left running.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { masterKeys } from '#scripts/lib/data-folder.ts';
import { tryLock, unlock } from '#scripts/lib/lock-file.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { startSettings } from '#scripts/lib/start-settings.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'checkout-start-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function start(env: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, ['scripts/start.ts'], {
    cwd: REPOSITORY,
    env: { ...process.env, DATA_DIR: dataDir, ...env },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stderr };
}

async function listen(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

test.each([
  ['web', 'PORT'],
  ['Postgres', 'POSTGRES_PORT'],
  ['local chain 31338', 'CHAIN_31338_PORT'],
])('a taken port of %s fails with one line that names %s', async (use, variable) => {
  const busy = await freePort();
  const server = await listen(busy);
  try {
    const { code, stderr } = await start({ PORT: String(await freePort()), [variable]: String(busy) });
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      `npm start: port ${busy} (${use}) is taken by another program: stop that, or choose another with ${variable}=…`,
    ]);
  } finally {
    server.close();
  }
});

test('a data folder in use is rejected, and the other start keeps its files', async () => {
  const lock = join(dataDir, 'run', 'start.lock');
  mkdirSync(join(dataDir, 'run'));
  expect(tryLock(lock)).toBe(true);
  const { code, stderr } = await start({ PORT: String(await freePort()) });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    new RegExp(`^npm start: another "npm start" \\(process ${process.pid}\\) uses ${dataDir}: [^\\n]+\\n$`),
  );
  expect(tryLock(lock)).toBe(false);
  unlock(lock);
});

test('an invalid port is rejected by the name of its variable', async () => {
  expect(await start({ PORT: 'eighty' })).toEqual({
    code: 1,
    stderr: 'npm start: PORT is "eighty": a port is a number from 1 to 65535\n',
  });
});

test('ports follow PORT unless they are set', () => {
  expect(startSettings({ PORT: '4000', POSTGRES_PORT: '5432' }).ports).toEqual({
    web: 4000,
    temporal: 4001,
    temporalUi: 4002,
    postgres: 5432,
    chain31337: 4004,
    chain31338: 4005,
    workerHealth: 4006,
  });
});

test('the same port for two parts is rejected', () => {
  expect(() => startSettings({ PORT: '4000', TEMPORAL_PORT: '4002' })).toThrow(
    'TEMPORAL_PORT and TEMPORAL_UI_PORT are both 4002',
  );
});

test('the master key is generated once, has 32 bytes, and only its owner can read it', () => {
  const keys = masterKeys(dataDir);
  expect(masterKeys(dataDir)).toBe(keys);
  expect(Buffer.from(keys.split(':')[1] ?? '', 'base64')).toHaveLength(32);
  expect(statSync(join(dataDir, 'master-keys')).mode & 0o077).toBe(0);
  expect(readFileSync(join(dataDir, 'master-keys'), 'utf8').trim()).toBe(keys);
});
