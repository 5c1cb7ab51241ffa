// The supervisor restarts parts that die, and stops all parts in reverse order.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identityOf } from '#scripts/lib/processes.ts';
import { type Child, recordedProcess, startChild } from '#scripts/lib/stack/child.ts';
import { Supervisor } from '#scripts/lib/stack/supervisor.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';

let dataDir: string;
let supervisor: Supervisor;
let lines: string[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'checkout-supervisor-'));
  lines = [];
  supervisor = new Supervisor((line) => lines.push(line));
});

afterEach(async () => {
  await supervisor.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const sleeper = async (name: string): Promise<Child> =>
  await startChild({ name, dataDir, command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'] });

test('a killed part is restarted, with one line for its end and one for its restart', async () => {
  const first = await supervisor.start({ title: 'sleeper', start: async () => await sleeper('sleeper') });
  process.kill(first.pid, 'SIGKILL');
  await waitFor(() => lines.length === 2, { what: 'the restart', timeoutMs: 45_000 });
  expect(lines).toEqual(['sleeper ended unexpectedly (SIGKILL); starting it again', 'sleeper runs again']);
  const second = recordedProcess(dataDir, 'sleeper');
  expect(second?.pid).not.toBe(first.pid);
});

test('a part whose restart fails is retried until it starts', async () => {
  let starts = 0;
  const part = {
    title: 'sleeper',
    async start() {
      starts += 1;
      if (starts === 2) throw new Error('not yet');
      return await sleeper('sleeper');
    },
  };
  const first = await supervisor.start(part);
  process.kill(first.pid, 'SIGKILL');
  await waitFor(() => lines.includes('sleeper runs again'), { what: 'the restart', timeoutMs: 45_000 });
  expect(starts).toBe(3);
  expect(lines.some((line) => line.includes('not yet'))).toBe(true);
});

test('a deliberate restart starts a new process, also after a failed start', async () => {
  let fails = false;
  const part = {
    title: 'sleeper',
    async start() {
      if (fails) throw new Error('a syntax error');
      return await sleeper('sleeper');
    },
  };
  const first = await supervisor.start(part);
  fails = true;
  await supervisor.restart(part);
  await waitFor(() => lines.some((line) => line.includes('a syntax error')), {
    what: 'the failure',
    timeoutMs: 45_000,
  });
  fails = false;
  await supervisor.restart(part);
  await waitFor(() => lines.includes('sleeper runs again'), { what: 'the restart', timeoutMs: 45_000 });
  expect(lines[0]).toBe('sleeper starts again: its code changed');
  expect(recordedProcess(dataDir, 'sleeper')?.pid).not.toBe(first.pid);
});

test('stops parts in reverse order and does not restart them', async () => {
  const ended: string[] = [];
  for (const name of ['first', 'second', 'third']) {
    const running = await supervisor.start({ title: name, start: async () => await sleeper(name) });
    void running.exited.then(() => ended.push(name));
  }
  await supervisor.stop();
  expect(ended).toEqual(['third', 'second', 'first']);
  expect(lines).toEqual([]);
  expect(['first', 'second', 'third'].map((name) => recordedProcess(dataDir, name))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('stops a part whose start has not finished', async () => {
  let child: Child | undefined;
  const unfinished = supervisor.start({
    title: 'slow',
    async start() {
      child = await sleeper('slow');
      await child.exited;
      throw new Error('ended before it was ready');
    },
  });
  unfinished.catch(() => {});
  await waitFor(() => child !== undefined, { what: 'the process', timeoutMs: 45_000 });
  await supervisor.stop();
  await expect(unfinished).rejects.toThrow('ended before it was ready');
  expect(identityOf(child?.pid ?? 0)).toBeUndefined();
});

test('a start ends the process that a killed supervisor left under the same name', async () => {
  const left = await sleeper('sleeper');
  const next = await sleeper('sleeper');
  expect(await left.exited).toEqual({ code: null, signal: 'SIGTERM' });
  expect(recordedProcess(dataDir, 'sleeper')?.pid).toBe(next.pid);
  await next.stop();
});
