// Runs the documentation's samples against the real API: each creates a checkout and tells a genuine webhook from a tampered one.
// A language without interpreter on this machine is left out, and at least three must run.
import { createHash, createHmac } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { type RunResult, run } from '#scripts/lib/run.ts';
import { type ApiServer, startApiServer } from './api-server.ts';

type Command = readonly [string, ...string[]];

/** Compiled once, for languages that need it. */
const SAMPLES: Record<string, { needs: readonly string[]; prepare?: Command; command: Command }> = {
  'curl.sh': { needs: ['bash', 'curl', 'openssl'], command: ['bash', 'curl.sh'] },
  'node.mjs': { needs: ['node'], command: ['node', 'node.mjs'] },
  'python.py': { needs: ['python3'], command: ['python3', 'python.py'] },
  'php.php': { needs: ['php'], command: ['php', 'php.php'] },
  'go.go': { needs: ['go'], prepare: ['go', 'build', '-o', 'go-sample', 'go.go'], command: ['./go-sample'] },
  'Java.java': { needs: ['javac', 'java'], prepare: ['javac', 'Java.java'], command: ['java', 'Java'] },
};

const isHere = (program: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
const runnable = Object.entries(SAMPLES).filter(([, { needs }]) => needs.every(isHere));

const BODY = '{"event_type":"checkout_intent.confirmed","order_id":"Ä-1"}';

let api: ApiServer;
let folder: string;
beforeAll(async () => {
  api = await startApiServer();
  folder = mkdtempSync(join(tmpdir(), 'checkout-samples-'));
  cpSync(join(REPOSITORY, 'docs', 'guide', 'samples'), folder, { recursive: true });
  writeFileSync(join(folder, 'genuine.json'), BODY);
  writeFileSync(join(folder, 'tampered.json'), BODY.replace('1', '2'));
});
afterAll(async () => {
  await api?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const runCommand = ([file, ...args]: Command): Promise<RunResult> => {
  const { PATH = '', HOME = '' } = process.env;
  const { apiKey, apiSecret } = api.store;
  const account = { ALLSCALE_BASE_URL: api.origin, ALLSCALE_API_KEY: apiKey, ALLSCALE_API_SECRET: apiSecret };
  return run(file, args, {
    cwd: folder,
    timeoutMs: 100_000,
    env: { NODE_ENV: 'test', PATH, HOME, ...account },
  });
};

const runSample = (name: string, ...args: string[]): Promise<RunResult> =>
  runCommand([...(SAMPLES[name]?.command ?? (['false'] as const)), ...args]);

const webhookArgs = (secondsAgo: number, query = ''): string[] => {
  const timestamp = String(Math.floor(Date.now() / 1000) - secondsAgo);
  const hash = createHash('sha256').update(BODY).digest('hex');
  const lines = ['allscale:webhook:v1', 'POST', '/hook', query, 'evt_1', timestamp, 'nonce-1', hash];
  const signature = createHmac('sha256', api.store.apiSecret).update(lines.join('\n')).digest('base64');
  return ['verify', `/hook${query && '?'}${query}`, 'evt_1', timestamp, 'nonce-1', `v1=${signature}`];
};

test('at least three of them run on this machine', () => {
  expect(runnable.length).toBeGreaterThanOrEqual(3);
});

describe.each(runnable)('%s', (name, { prepare }) => {
  test('creates a checkout and verifies webhooks', { timeout: 120_000 }, async () => {
    if (prepare) expect(await runCommand(prepare)).toMatchObject({ code: 0 });
    const created = await runSample(name, 'create');
    expect(JSON.parse(created.stdout)).toMatchObject({ code: 0, payload: { amount_coins: '12.5000' } });

    for (const query of ['', 'shop=1&next=?']) {
      const genuine = await runSample(name, ...webhookArgs(0, query), 'genuine.json');
      expect({ code: genuine.code, stdout: genuine.stdout.trim() }).toEqual({ code: 0, stdout: 'genuine' });
    }
    const tampered = await runSample(name, ...webhookArgs(0), 'tampered.json');
    expect(tampered.code).not.toBe(0);
    const old = await runSample(name, ...webhookArgs(400), 'genuine.json');
    expect(old.code).not.toBe(0);
    expect(old.stdout).not.toContain('genuine');
  });
});
