// The Temporal CLI, whose development server the local stack uses: found, downloaded or built, in that order
// (docs/architecture.md section 9). A build takes about five minutes, once for each user and machine.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../lock-file.ts';
import { cacheDir } from '../paths.ts';
import { type Progress, step, toStderr } from '../progress.ts';
import { run } from '../run.ts';
import { SetupError } from '../setup-error.ts';
import { goInstall } from './go-install.ts';
import { onPath } from './on-path.ts';
import { downloadWithSdk } from './sdk-download.ts';

/** Newer versions can't be installed by `go install`: their go.mod has a replace directive. */
const GO_PACKAGE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

/** The path of a working Temporal CLI. Throws a SetupError that says how to install it. */
export async function temporalCli(progress: Progress = toStderr): Promise<string> {
  const configured = process.env.TEMPORAL_CLI;
  if (configured) {
    if (existsSync(configured)) return configured;
    throw new SetupError(`TEMPORAL_CLI is ${configured}, where there is no file`);
  }
  const cached = join(cacheDir(), 'bin', 'temporal');
  const found = onPath('temporal') ?? (existsSync(cached) ? cached : undefined);
  if (found) return found;
  return await withLock(join(cacheDir(), 'temporal-cli.lock'), progress, async () => {
    if (existsSync(cached)) return cached;
    mkdirSync(join(cacheDir(), 'bin'), { recursive: true });
    const downloaded = await downloadWithSdk('dev-server', progress);
    if (downloaded) renameSync(downloaded, cached);
    else await build(cached, progress);
    return cached;
  });
}

async function build(target: string, progress: Progress): Promise<void> {
  if (!onPath('go')) {
    throw new SetupError(
      `the Temporal CLI is missing and could not be downloaded: install Go and run "go install ${GO_PACKAGE}", or set TEMPORAL_CLI to its path`,
    );
  }
  const folder = join(cacheDir(), 'go-bin');
  try {
    await step(progress, 'building the Temporal CLI from source (once, about five minutes)', async () => {
      await goInstall([GO_PACKAGE], folder);
    });
    const built = join(folder, 'temporal');
    const { code } = await run(built, ['--version']);
    if (code !== 0) throw new SetupError(`"go install ${GO_PACKAGE}" built a program that does not run`);
    renameSync(built, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
