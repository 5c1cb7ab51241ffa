// Builds what the web server serves (`build/`), the bundle and the client packages, when one of their sources has changed, in one process
// at a time.
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { buildClientPackages } from './client-packages/build.ts';
import { withLock } from './lock-file.ts';
import { REPOSITORY } from './paths.ts';
import { type Progress, step } from './progress.ts';
import { mustRun } from './run.ts';
import { sourceHash } from './source-hash.ts';

/** Sources that are not modules of the bundle: configuration, packages, style sheets, public files and guide pages. */
const ALWAYS = [
  ...['vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json'],
  ...['web/routes.ts', 'web/**/*.css', 'public/**/*.*', 'docs/guide/**/*.*'],
];
const NOTE = join(REPOSITORY, 'build', '.sources');

/** The sources of the bundle in `build/`. */
interface Sources {
  /** Paths in the repository. */
  modules: string[];
  hash: string;
}

/** Runs `remix vite:build` and packs the client packages, unless they are up to date. Throws a SetupError with the output of the build. */
export async function buildWebBundle(progress: Progress): Promise<void> {
  await buildBundle(progress);
  // Afterwards: Remix empties `build/` before it builds.
  await buildClientPackages(progress);
}

async function buildBundle(progress: Progress): Promise<void> {
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

/** The repository's modules in the client and server bundles, as listed by the build (vite.config.ts, `listModules`). */
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
  return sourceHash(new Set([...modules, ...globSync(ALWAYS, { cwd: REPOSITORY }).sort()]));
}
