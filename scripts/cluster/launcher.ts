// Starts the processes of the project: from the clone, or from their images.
import { argumentsOf, type ProcessName } from '../images/processes.ts';
import { REPOSITORY } from '../lib/paths.ts';
import { mustRun } from '../lib/run.ts';
import type { Running } from '../lib/stack/child.ts';
import { startService } from '../lib/stack/service.ts';
import type { Environment } from './environment.ts';

export interface Launch {
  /** Names log and pid file: `web-1`. */
  name: string;
  dataDir: string;
  env: Environment;
  healthUrl: string;
}

export interface Launcher {
  /** Where the processes see the folder of Temporal's certificates. */
  secretsFolder(folder: string): string;
  /** Starts a server and returns when it is healthy. */
  start(process: Exclude<ProcessName, 'migrate'>, launch: Launch): Promise<Running>;
  /** Runs the migration to its end. Throws a SetupError with its output. @returns what it printed */
  migrate(env: Environment): Promise<string>;
  close(): Promise<void>;
}

/** Five servers start at once, on two cores perhaps. */
export const READY_WITHIN_MS = 300_000;

/** What Node needs of ours; nothing else is inherited. */
const inherited = (): Record<string, string> => {
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}) };
};

export const fromClone = (): Launcher => ({
  secretsFolder: (folder) => folder,
  start: async (name, { env, ...launch }) =>
    await startService({
      ...launch,
      env: { ...inherited(), ...env },
      command: [process.execPath, ...argumentsOf(name)],
      readyWithinMs: READY_WITHIN_MS,
    }),
  migrate: async (env) =>
    await mustRun(process.execPath, argumentsOf('migrate'), { cwd: REPOSITORY, env: { ...inherited(), ...env } }),
  close: async () => {},
});
