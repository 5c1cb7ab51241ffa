// Debian's packages, on a machine that may be updating itself at the same moment, as new servers do after their start.
import { setTimeout as delay } from 'node:timers/promises';
import { failureOf, type RunOptions, run } from '../run.ts';

const LOCKED = /Could not get lock|Unable to (?:acquire|lock)/;
const PAUSE_MS = 1_000;
const PATIENCE_MS = 600_000;

/** Runs apt-get to its end; waits up to ten minutes while another process holds one of its locks. Throws a SetupError with its last lines. */
export async function aptGet(args: readonly string[], options: RunOptions = {}): Promise<void> {
  const env = { ...(options.env ?? process.env), DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const patience = Date.now() + PATIENCE_MS;
  for (;;) {
    const result = await run('apt-get', args, { ...options, env });
    if (result.code === 0) return;
    // `DPkg::Lock::Timeout` waits for the lock of dpkg only, and there are those of the lists and of the archives.
    if (!LOCKED.test(result.stderr) || Date.now() > patience) throw failureOf(['apt-get', ...args], result);
    await delay(PAUSE_MS);
  }
}
