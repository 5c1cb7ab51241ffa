// The documentation's samples, as they are printed, against the real API: each creates a checkout and tells a genuine webhook from
// a tampered one. A language whose interpreter this machine lacks is left out, and at least three must be there.
import { createHash, createHmac } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { type RunResult, run } from '#scripts/lib/run.ts';
import { type ApiServer, startApiServer } from './api-server.ts';

const SAMPLES: Record<string, { needs: readonly string[]; command: readonly [string, ...string[]] }> = {
  'curl.sh': { needs: ['bash', 'curl', 'openssl'], command: ['bash', 'curl.sh'] },
  'node.mjs': { needs: ['node'], command: ['node', 'node.mjs'] },
  'python.py': { needs: ['python3'], command: ['python3', 'python.py'] },
  'php.php': { needs: ['php'], command: ['php', 'php.php'] },
  'go.go': { needs: ['go'], command: ['go', 'run', 'go.go'] },
  'Java.java': { needs: ['java'], command: ['java', 'Java.java'] },
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

const runSample = (name: string, ...args: string[]): Promise<RunResult> => {
  const [file, ...first] = SAMPLES[name]?.command ?? ['false'];
  const { PATH = '', HOME = '' } = process.env;
  const { apiKey, apiSecret } = api.store;
  const account = { ALLSCALE_BASE_URL: api.origin, ALLSCALE_API_KEY: apiKey, ALLSCALE_API_SECRET: apiSecret };
  return run(file, [...first, ...args], {
    cwd: folder,
    timeoutMs: 100_000,
    env: { NODE_ENV: 'test', PATH, HOME, ...account },
  });
};

const webhookArgs = (secondsAgo: number): string[] => {
  const timestamp = String(Math.floor(Date.now() / 1000) - secondsAgo);
  const hash = createHash('sha256').update(BODY).digest('hex');
  const lines = ['allscale:webhook:v1', 'POST', '/hook', '', 'evt_1', timestamp, 'nonce-1', hash];
  const signature = createHmac('sha256', api.store.apiSecret).update(lines.join('\n')).digest('base64');
  return ['verify', '/hook', 'evt_1', timestamp, 'nonce-1', `v1=${signature}`];
};

test('this machine can run at least three of them', () => {
  expect(runnable.length).toBeGreaterThanOrEqual(3);
});

describe.each(runnable)('%s', (name) => {
  test('creates a checkout and verifies webhooks', { timeout: 120_000 }, async () => {
    const created = await runSample(name, 'create');
    expect(JSON.parse(created.stdout)).toMatchObject({ code: 0, payload: { amount_coins: '12.5000' } });

    const genuine = await runSample(name, ...webhookArgs(0), 'genuine.json');
    expect({ code: genuine.code, stdout: genuine.stdout.trim() }).toEqual({ code: 0, stdout: 'genuine' });
    const tampered = await runSample(name, ...webhookArgs(0), 'tampered.json');
    expect(tampered.code).not.toBe(0);
    const old = await runSample(name, ...webhookArgs(400), 'genuine.json');
    expect(old.code).not.toBe(0);
    expect(old.stdout).not.toContain('genuine');
  });
});
