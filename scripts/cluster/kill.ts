// Kills processes of the cluster, which its supervisor starts again.
import { recordedProcess } from '../lib/stack/child.ts';
import { waitFor } from '../lib/wait-for.ts';

const RESTARTED_WITHIN_MS = 180_000;

/** Kills the process with SIGKILL and waits until another one runs in its place. @returns the id of the killed one */
export const killAndAwaitRestart = async (dataDir: string, name: string): Promise<number> => {
  const before = recordedProcess(dataDir, name);
  if (!before) throw new Error(`${name} does not run`);
  process.kill(before.pid, 'SIGKILL');
  await waitFor(
    () => {
      const now = recordedProcess(dataDir, name);
      return now !== undefined && now.pid !== before.pid;
    },
    { what: `the restart of ${name}`, timeoutMs: RESTARTED_WITHIN_MS, intervalMs: 100 },
  );
  return before.pid;
};
