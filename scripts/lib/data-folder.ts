// The data folder of `npm start` and `npm run cluster`: its lock, its disk space and the secrets in it.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockHolder, tryLock, unlock } from './lock-file.ts';
import { isAlive } from './processes.ts';
import type { Progress } from './progress.ts';
import { SetupError } from './setup-error.ts';
import { waitFor } from './wait-for.ts';

const NEEDED_BYTES = 300_000_000;
/** Stopping takes seconds. A start right after a stop waits for it. */
const WAIT_FOR_STOP_MS = 30_000;

const lockFileOf = (dataDir: string) => join(dataDir, 'run', 'start.lock');
const stoppingFileOf = (dataDir: string) => join(dataDir, 'run', 'stopping');

/** Creates and locks the folder. Throws a SetupError when another start holds it or the disk is full. */
export async function takeDataFolder(dataDir: string, progress: Progress): Promise<void> {
  mkdirSync(join(dataDir, 'run'), { recursive: true });
  const lock = lockFileOf(dataDir);
  if (!tryLock(lock)) {
    const holder = lockHolder(lock);
    if (holder && readText(stoppingFileOf(dataDir)) === String(holder.pid)) {
      progress(`waiting for the other start to stop (process ${holder.pid})`);
      await waitFor(() => !isAlive(holder), { what: 'its end', timeoutMs: WAIT_FOR_STOP_MS });
    }
    if (!tryLock(lock)) {
      throw new SetupError(
        `another "npm start" (process ${lockHolder(lock)?.pid ?? 'unknown'}) uses ${dataDir}: stop it, or choose another folder and port with DATA_DIR=… PORT=…`,
      );
    }
  }
  const { bavail, bsize } = statfsSync(dataDir);
  if (bavail * bsize < NEEDED_BYTES) {
    const free = Math.floor((bavail * bsize) / 1_000_000);
    throw new SetupError(
      `the disk is full: ${free} MB are free for ${dataDir} and ${NEEDED_BYTES / 1_000_000} MB are needed`,
    );
  }
}

/** Marks this process as stopping, so that a new start waits for it. */
export function markStopping(dataDir: string): void {
  writeFileSync(stoppingFileOf(dataDir), String(process.pid));
}

export function leaveDataFolder(dataDir: string): void {
  unlock(lockFileOf(dataDir));
}

/** `MASTER_KEYS` for a local system (`id:base64`), generated at the first start and kept. No API secret can be opened without it. */
export function masterKeys(dataDir: string): string {
  return keptSecret(dataDir, 'master-keys', () => `local-1:${randomBytes(32).toString('base64')}`);
}

/** `AUTH_SECRET` for a local system, generated at the first start and kept. Its loss ends all sessions and invalidates TOTP secrets. */
export function authSecret(dataDir: string): string {
  return keptSecret(dataDir, 'auth-secret', () => randomBytes(32).toString('base64url'));
}

/** A password of a role in the local Postgres, generated at the first start and kept. It needs no escapes in a URL. */
export function rolePassword(dataDir: string, name: string): string {
  return keptSecret(dataDir, name, () => randomBytes(18).toString('base64url'));
}

function keptSecret(dataDir: string, name: string, make: () => string): string {
  const file = join(dataDir, name);
  if (!existsSync(file)) writePrivate(file, `${make()}\n`);
  return readFileSync(file, 'utf8').trim();
}

/** Writes a file atomically, readable only by its owner. */
export function writePrivate(file: string, content: string): void {
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
