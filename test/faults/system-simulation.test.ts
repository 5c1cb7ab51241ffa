// One short run of the system simulation (docs/simulator.md): faults of several kinds, and no invariant is violated.
import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';

const SECONDS = 20;
const SEED = 1;

test('a system under faults keeps all invariants', async () => {
  const args = ['simulate/run.ts', '--system', '--minutes', String(SECONDS / 60), '--seed', String(SEED)];
  const child = spawn(process.execPath, args, { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect(code, output).toBe(0);
  const last = output.trim().split('\n').at(-1) ?? '';
  expect(last).toMatch(/^seed 1: \d+ orders, .* 0 violations, [\d.]+ minutes$/);
  const figures = /(\d+) payments .*, (\d+) confirmed, .*, (\d+) faults .*, (\d+) restarts/.exec(last)?.slice(1);
  for (const figure of figures ?? ['0']) expect(Number(figure), last).toBeGreaterThan(0);
});
