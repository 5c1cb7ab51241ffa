// What a process imports: its own files and the packages they name, read from the sources by esbuild. Nothing is executed.
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { REPOSITORY } from '../lib/paths.ts';
import { BROWSER_ONLY, DEVELOPMENT_ONLY, type ProcessName, SPECS } from './processes.ts';

export interface Imports {
  /** Own files, relative to the repository, `main` and built files included. */
  files: string[];
  /** Names of packages. */
  packages: string[];
  /** Packages and parts of packages as the files name them. */
  modules: string[];
}

type Edge = Metafile['inputs'][string]['imports'][number];

/** `@scope/name` or `name` of an import path. */
const packageOf = (path: string): string => path.split('/', path.startsWith('@') ? 2 : 1).join('/');

const developmentPackages = (): ReadonlySet<string> => {
  const { devDependencies } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return new Set(Object.keys(devDependencies));
};

/** Throws when a package is imported at once that the image does not hold. */
const isLeftOut = (file: string, { path, kind }: Edge, development: ReadonlySet<string>): boolean => {
  const name = packageOf(path);
  if (!development.has(name) && !BROWSER_ONLY.includes(name)) return false;
  if (kind === 'dynamic-import') return true;
  throw new Error(
    `${file} imports ${name}, which the image does not hold: load it by import(), or make it a dependency`,
  );
};

/** Follows the imports of a process. Needs what is built for it. */
export const importsOf = async (name: ProcessName): Promise<Imports> => {
  const { main, built } = SPECS[name];
  const entries = [main, ...built];
  const { metafile } = await build({
    absWorkingDir: REPOSITORY,
    entryPoints: entries,
    outdir: 'unused',
    write: false,
    bundle: true,
    metafile: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const development = developmentPackages();
  const modules = new Set<string>();
  const files = new Set(entries);
  for (const file of files) {
    for (const edge of metafile.inputs[file]?.imports ?? []) {
      const { path, external, kind } = edge;
      if (!external) {
        if (kind !== 'dynamic-import' || !DEVELOPMENT_ONLY.test(path)) files.add(path);
      } else if (!isBuiltin(path) && !isLeftOut(file, edge, development)) modules.add(path);
    }
  }
  const packages = new Set([...modules].map(packageOf));
  return { files: [...files].sort(), packages: [...packages].sort(), modules: [...modules].sort() };
};
