// Downloads the Temporal CLI or the time-skipping test server with Temporal's SDK, in a separate process. Gives up when no data
// arrives, so that a machine without a network soon tries the next way.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '../paths.ts';
import { type Progress, step } from '../progress.ts';

export type Downloadable = 'dev-server' | 'time-skipping';

/** Gives up when the file has not grown for this time. */
const STALLED_AFTER_MS = 20_000;

/** The path of the downloaded program, or undefined when the download failed. */
export async function downloadWithSdk(what: Downloadable, progress: Progress): Promise<string | undefined> {
  const folder = join(cacheDir(), `download-${what}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const name = what === 'dev-server' ? 'Temporal CLI' : 'time-skipping Temporal test server';
  const ok = await step(progress, `downloading the ${name}`, async () => await downloadInto(folder, what));
  const file = readdirSync(folder).find((entry) => entry.startsWith('temporal-') && !entry.endsWith('.downloading'));
  if (ok && file) return join(folder, file);
  progress(`the ${name} can't be downloaded here; trying the next way`);
  rmSync(folder, { recursive: true, force: true });
  return undefined;
}

async function downloadInto(folder: string, what: Downloadable): Promise<boolean> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), what, folder], {
    stdio: 'ignore',
    detached: true,
  });
  const exited = new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
  let size = 0;
  let lastGrowth = performance.now();
  for (;;) {
    const result = await Promise.race([exited, delay(250, undefined)]);
    if (result !== undefined) return result;
    const now = readdirSync(folder).reduce(
      (sum, entry) => sum + (statSync(join(folder, entry), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
    if (now !== size) {
      size = now;
      lastGrowth = performance.now();
    } else if (performance.now() - lastGrowth > STALLED_AFTER_MS && child.pid) {
      process.kill(-child.pid, 'SIGKILL'); // The process group: the SDK may have started the program already.
      return await exited;
    }
  }
}

/** Runs in the separate process. The SDK has no function that only downloads, so this starts the server and stops it. */
async function downloadHere(what: Downloadable, downloadDir: string): Promise<void> {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const executable = { type: 'cached-download' as const, downloadDir };
  const environment =
    what === 'dev-server'
      ? await TestWorkflowEnvironment.createLocal({ server: { executable } })
      : await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  await environment.teardown();
}

if (import.meta.main) await downloadHere(process.argv[2] as Downloadable, process.argv[3] as string);
