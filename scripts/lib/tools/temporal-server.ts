// Temporal's real server and its schema tool, for `npm run cluster`: found on the PATH, or built from source once for each user.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../lock-file.ts';
import { cacheDir } from '../paths.ts';
import { type Progress, step, toStderr } from '../progress.ts';
import { SetupError } from '../setup-error.ts';
import { goInstall } from './go-install.ts';
import { onPath } from './on-path.ts';

/** The version of docker-compose.yml (a test compares them). */
export const TEMPORAL_SERVER_VERSION = '1.29.1';

export interface TemporalServer {
  server: string;
  /** Creates and updates the schema in a SQL database. */
  sqlTool: string;
}

/** Throws a SetupError that says what to install. */
export async function temporalServer(progress: Progress = toStderr): Promise<TemporalServer> {
  const [server, sqlTool] = [onPath('temporal-server'), onPath('temporal-sql-tool')];
  if (server && sqlTool) return { server, sqlTool };
  const folder = join(cacheDir(), `temporal-server-${TEMPORAL_SERVER_VERSION}`);
  const built: TemporalServer = { server: join(folder, 'server'), sqlTool: join(folder, 'sql') };
  await withLock(join(cacheDir(), 'temporal-server.lock'), progress, async () => {
    if (!existsSync(folder)) await build(folder, progress);
  });
  return built;
}

async function build(folder: string, progress: Progress): Promise<void> {
  const packages = ['server', 'tools/sql'].map(
    (path) => `go.temporal.io/server/cmd/${path}@v${TEMPORAL_SERVER_VERSION}`,
  );
  if (!onPath('go')) {
    throw new SetupError(
      `Temporal's server is missing: put temporal-server and temporal-sql-tool ${TEMPORAL_SERVER_VERSION} on the PATH, or install Go to build them`,
    );
  }
  const unfinished = `${folder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  await step(progress, "building Temporal's server from source (once, about five minutes)", async () => {
    await goInstall(packages, unfinished);
  });
  renameSync(unfinished, folder);
}
