// Prometheus and promtool for the tests of the alert rules: the system's, else Debian's package, unpacked into the cache. It is not
// installed, because installing it would start a server on this machine.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withLock } from '../lock-file.ts';
import { cacheDir } from '../paths.ts';
import { type Progress, step, toStderr } from '../progress.ts';
import { mustRun } from '../run.ts';
import { SetupError } from '../setup-error.ts';
import { aptGet } from './apt-get.ts';
import { onPath } from './on-path.ts';

const PROGRAMS = ['prometheus', 'promtool'] as const;
const holdsBoth = (folder: string): boolean => PROGRAMS.every((program) => existsSync(join(folder, program)));

/** The folder of both programs: PROMETHEUS_FOLDER, the one on the PATH, or the cache's. Throws a SetupError that says what to install. */
export async function prometheusFolder(progress: Progress = toStderr): Promise<string> {
  const configured = process.env.PROMETHEUS_FOLDER;
  if (configured) {
    if (holdsBoth(configured)) return configured;
    throw new SetupError(`PROMETHEUS_FOLDER is ${configured}, which does not hold prometheus and promtool`);
  }
  const found = onPath('promtool');
  if (found && holdsBoth(dirname(found))) return dirname(found);
  const root = join(cacheDir(), 'prometheus');
  const folder = join(root, 'usr', 'bin');
  if (holdsBoth(folder)) return folder;
  if (!onPath('apt-get') || !onPath('dpkg-deb')) throw missing('');
  await withLock(join(cacheDir(), 'prometheus.lock'), progress, async () => {
    if (holdsBoth(folder)) return;
    await step(progress, "unpacking Debian's prometheus package (once, half a minute)", async () => {
      await unpack(root).catch((error: unknown) => {
        throw missing(`: ${error instanceof Error ? error.message : String(error)}`);
      });
    });
  });
  if (!holdsBoth(folder)) throw missing(': the package holds other programs');
  return folder;
}

const missing = (reason: string): SetupError =>
  new SetupError(
    `prometheus and promtool are missing${reason}: install them (Debian: sudo apt-get install prometheus), or set PROMETHEUS_FOLDER to the folder that holds both`,
  );

const unpack = async (root: string): Promise<void> => {
  mkdirSync(cacheDir(), { recursive: true });
  const work = mkdtempSync(join(cacheDir(), 'prometheus-'));
  const download = () => aptGet(['download', 'prometheus'], { cwd: work });
  try {
    // Fails where the lists of packages are missing or old; only root can fetch them.
    await download().catch(async (error: unknown) => {
      if (process.getuid?.() !== 0) throw error;
      await aptGet(['update']);
      await download();
    });
    const archive = readdirSync(work).find((name) => name.endsWith('.deb'));
    if (!archive) throw new Error('apt-get downloaded nothing');
    await mustRun('dpkg-deb', ['--extract', archive, 'unpacked'], { cwd: work });
    rmSync(root, { recursive: true, force: true });
    renameSync(join(work, 'unpacked'), root);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};
