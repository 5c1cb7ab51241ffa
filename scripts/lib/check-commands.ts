// The tools of `npm run check` and `npm run quick`.
import { join } from 'node:path';
import type { Check } from './checks.ts';
import { REPOSITORY } from './paths.ts';

const bin = (name: string) => join(REPOSITORY, 'node_modules', '.bin', name);
const node = (...args: string[]): readonly [string, ...string[]] => [process.execPath, ...args];

export const ROOMS = [
  ...['domain', 'contracts', 'db', 'chain', 'network', 'tracing', 'emails', 'workflows', 'activities', 'worker', 'web'],
  ...['sdk', 'scripts', 'bench', 'simulate', 'attack', 'test'],
] as const;

/** TypeScript 7 takes a third of the time of 5.9, which Remix and Vite need. Both accept the same code. */
export const types: Check = {
  name: 'types',
  command: node('node_modules/typescript-7/bin/tsc', '--noEmit', '--pretty'),
};

export const formatAndLint = (files: readonly string[] = ['.']): Check => ({
  name: 'format and lint',
  command: [bin('biome'), 'check', '--no-errors-on-unmatched', ...files],
});

/** Needs the types of packages, which Biome does not read (.oxlintrc.json). */
export const promises = (files: readonly string[] = ROOMS): Check => ({
  name: 'no floating promises',
  command: [bin('oxlint'), '--type-aware', '--no-error-on-unmatched-pattern', ...files],
});

export const importRules: Check = {
  name: 'import rules',
  command: [
    bin('depcruise'),
    ...['--config', '.dependency-cruiser.cjs', '--cache', 'node_modules/.cache/dependency-cruiser'],
    ...['--output-type', 'err', ...ROOMS],
  ],
};

/** The tests that import the changed files, or all tests. */
export const unitTests = (changed: readonly string[] | null): Check => ({
  name: changed ? 'unit tests of what changed' : 'unit tests',
  command: changed
    ? [bin('vitest'), 'related', '--run', '--passWithNoTests', '--project', 'unit', ...changed]
    : [bin('vitest'), 'run', '--project', 'unit'],
});

export const unused: Check = {
  name: 'unused files, exports and packages',
  command: [bin('knip'), '--no-progress', '--cache', '--cache-location', 'node_modules/.cache/knip'],
};

export const lockFile: Check = {
  name: 'lock file',
  command: ['npm', 'ci', '--ignore-scripts', '--dry-run', '--offline', '--loglevel=error'],
};

export const generatedFiles: Check = { name: 'generated files', command: node('contracts/generate.ts', '--check') };
