// Starts web or worker with this Node. It is ready when its health URL returns 200.
import { REPOSITORY } from '../paths.ts';
import { SetupError } from '../setup-error.ts';
import { waitFor } from '../wait-for.ts';
import { describeExit, type Running, startChild } from './child.ts';

export interface ServiceOptions {
  /** Names the log and the pid file. */
  name: string;
  dataDir: string;
  /** Runs with this Node, in the clone: `web/server.ts`. */
  script?: string;
  /** In place of a script. */
  command?: readonly [string, ...string[]];
  env: NodeJS.ProcessEnv;
  healthUrl: string;
  readyWithinMs?: number;
}

export async function startService(options: ServiceOptions): Promise<Running> {
  const { name, dataDir, script = '', command = [process.execPath, script], env, healthUrl } = options;
  const { readyWithinMs = 120_000 } = options;
  const child = await startChild({
    name,
    dataDir,
    command,
    cwd: REPOSITORY,
    env,
    graceMs: 20_000,
  });
  try {
    await waitFor(async () => (await fetch(healthUrl, { signal: AbortSignal.timeout(2_000) })).ok, {
      what: `${name} (${healthUrl})`,
      timeoutMs: readyWithinMs,
      intervalMs: 100,
      giveUp: () => {
        const exit = child.exit();
        return exit
          ? new SetupError(`${name} does not start (${describeExit(exit)}):\n${child.lastLines()}`)
          : undefined;
      },
    });
  } catch (error) {
    await child.stop();
    throw error;
  }
  return child;
}
