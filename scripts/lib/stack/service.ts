// Starts web or worker. It is ready when its health URL returns 200.
import { REPOSITORY } from '../paths.ts';
import type { Running } from './child.ts';
import { startReadyChild } from './ready-child.ts';

export interface ServiceOptions {
  /** Names the log and the pid file. */
  name: string;
  dataDir: string;
  /** Runs in the clone. */
  command: readonly [string, ...string[]];
  env: NodeJS.ProcessEnv;
  healthUrl: string;
  readyWithinMs?: number;
}

export async function startService(options: ServiceOptions): Promise<Running> {
  const { name, healthUrl, readyWithinMs = 120_000, ...spec } = options;
  return await startReadyChild(
    { ...spec, name, cwd: REPOSITORY, graceMs: 20_000 },
    {
      title: name,
      what: `${name} (${healthUrl})`,
      timeoutMs: readyWithinMs,
      intervalMs: 100,
      isReady: async () => (await fetch(healthUrl, { signal: AbortSignal.timeout(2_000) })).ok,
    },
  );
}
