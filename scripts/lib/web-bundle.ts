// The web bundle (`build/`): built when one of the files that it is made of has changed, by one process at a time.
import { createHash } from 'node:crypto';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { withLock } from './lock-file.ts';
import { REPOSITORY } from './paths.ts';
import { type Progress, step } from './progress.ts';
import { mustRun } from './run.ts';

/** What changes the bundle without being one of its modules: configuration, packages, style sheets, and files that are listed. */
const ALWAYS = [
  ...['vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json'],
  ...['web/routes.ts', 'web/**/*.css', 'public/**/*.*', 'docs/guide/**/*.*'],
];
const NOTE = join(REPOSITORY, 'build', '.sources');

/** What the bundle in `build/` was made of. */
interface Sources {
  /** Paths in the repository. */
  modules: string[];
  hash: string;
}

/** Builds with `remix vite:build` unless `build/` is made of these very sources. Throws a SetupError with the builder's output. */
export async function buildWebBundle(progress: Progress): Promise<void> {
  if (isCurrent()) return;
  await withLock(join(REPOSITORY, '.cache', 'web-bundle.lock'), progress, async () => {
    if (isCurrent()) return;
    rmSync(NOTE, { force: true });
    await step(progress, 'building the web bundle', async () => {
      const cli = join(REPOSITORY, 'node_modules', '@remix-run', 'dev', 'dist', 'cli.js');
      await mustRun(process.execPath, [cli, 'vite:build'], {
        cwd: REPOSITORY,
        env: { ...process.env, NODE_ENV: 'production' },
      });
    });
    const modules = builtModules();
    writeFileSync(NOTE, JSON.stringify({ modules, hash: hashOf(modules) } satisfies Sources));
  });
}

function isCurrent(): boolean {
  try {
    const { modules, hash } = JSON.parse(readFileSync(NOTE, 'utf8')) as Sources;
    return hashOf(modules) === hash;
  } catch {
    // Never built, or a source was deleted.
    return false;
  }
}

/** The repository's own modules in both halves of the bundle, as the builder listed them (vite.config.ts, `listModules`). */
function builtModules(): string[] {
  const ids = ['client', 'server'].flatMap(
    (half) => JSON.parse(readFileSync(join(REPOSITORY, 'build', half, 'modules.json'), 'utf8')) as string[],
  );
  const files = ids
    .filter((id) => isAbsolute(id))
    .map((id) => relative(REPOSITORY, id.split('?')[0] ?? id))
    .filter((file) => !/^(\.\.|node_modules)/.test(file));
  return [...new Set(files)].sort();
}

function hashOf(modules: readonly string[]): string {
  const files = new Set([...modules, ...globSync(ALWAYS, { cwd: REPOSITORY }).sort()]);
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(REPOSITORY, file)));
  return hash.digest('hex');
}
