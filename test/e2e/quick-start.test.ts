// The quick start of the documentation, command by command as it is printed there, against a system as `npm start` runs it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { type RunResult, run } from '#scripts/lib/run.ts';
import { type RunningSystem, startSystem } from '#test/support/running-system.ts';

let system: RunningSystem;
let result: RunResult;

const blocks = (): string[] =>
  [
    ...readFileSync(join(REPOSITORY, 'docs', 'guide', 'quick-start.md'), 'utf8').matchAll(/^```bash\n(.*?)^```$/gms),
  ].map(([, block]) => block ?? '');

beforeAll(async () => {
  system = await startSystem();
  const { PATH = '', HOME = '' } = process.env;
  result = await run('bash', ['-euo', 'pipefail', '-c', blocks().join('\n')], {
    cwd: REPOSITORY,
    timeoutMs: 120_000,
    env: {
      NODE_ENV: 'development',
      PATH,
      HOME,
      DATA_DIR: system.dataDir,
      CHECKOUT: system.addresses.web,
      HOOK_PORT: String(await freePort()),
    },
  });
});

afterAll(async () => {
  await system?.dispose();
});

it('runs to its end', () => {
  expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
});

it('signs a request, creates a checkout and sees it confirmed', () => {
  expect(result.stdout).toContain('"payload":{"pong":"ok"}');
  expect(result.stdout).toMatch(/"checkout_url":"http[^"]+","allscale_checkout_intent_id":"[0-9a-f]{24}"/);
  expect(result.stdout).toMatch(/^\{"code":0,"payload":20,/m);
  expect(result.stdout).toContain('"actual_paid_amount":"12.5000","service_fee_amount":"0.1000"');
});

it('receives the webhook, and finds its signature right by both ways of checking', () => {
  expect(result.stdout).toMatch(/signature verified {2}checkout_intent\.confirmed: 12\.5000 USDT, order A-1001/);
  expect(result.stdout).toContain('The webhook is genuine.');
});
