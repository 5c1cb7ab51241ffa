// The web bundle (`build/`): built when its sources changed since the last time, by one process at a time.
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock-file.ts';
import { REPOSITORY } from './paths.ts';
import { type Progress, step } from './progress.ts';
import { mustRun } from './run.ts';

/** All that can end up in the bundle or change how it is built. */
const SOURCES = [
  'web/**/*.*',
  'public/**/*.*',
  'domain/**/*.ts',
  'vite.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/** Builds with `remix vite:build` unless `build/` is of these very sources. Throws a SetupError with the builder's words. */
export async function buildWebBundle(progress: Progress): Promise<void> {
  const stampFile = join(REPOSITORY, 'build', '.sources');
  const isCurrent = (hash: string) => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash;
  if (isCurrent(sourcesHash())) return;
  await withLock(join(REPOSITORY, '.cache', 'web-bundle.lock'), progress, async () => {
    const hash = sourcesHash();
    if (isCurrent(hash)) return;
    rmSync(stampFile, { force: true });
    await step(progress, 'building the web bundle', async () => {
      const cli = join(REPOSITORY, 'node_modules', '@remix-run', 'dev', 'dist', 'cli.js');
      await mustRun(process.execPath, [cli, 'vite:build'], {
        cwd: REPOSITORY,
        env: { ...process.env, NODE_ENV: 'production' },
      });
    });
    writeFileSync(stampFile, hash);
  });
}

function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const pattern of SOURCES) {
    for (const file of globSync(pattern, { cwd: REPOSITORY }).sort())
      hash.update(file).update(readFileSync(join(REPOSITORY, file)));
  }
  return hash.digest('hex');
}
