// Paths: the clone, its data folder, and the cache of tools that all clones of a user share.
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** `$XDG_CACHE_HOME/allscale-checkout`, or the same under `~/.cache`. */
export function cacheDir(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'allscale-checkout');
}

/** The data folder of `npm start`: `DATA_DIR`, else `.data/start` in the clone. */
export function dataDirOf(env: Readonly<Record<string, string | undefined>>): string {
  return env.DATA_DIR ? resolve(env.DATA_DIR) : join(REPOSITORY, '.data', 'start');
}
