// One at a time: a lock file that survives nobody. Whoever finds it held by a dead process takes it over.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf, isAlive, type ProcessIdentity } from './processes.ts';
import type { Progress } from './progress.ts';

/** The holder of a lock file, or undefined when there is none or it is dead. */
export function lockHolder(file: string): ProcessIdentity | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
    return isAlive(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the lock if it is free; false when a living process holds it. */
export function tryLock(file: string): boolean {
  mkdirSync(dirname(file), { recursive: true });
  // Written aside and linked into place, so that nobody ever reads half of it.
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(identityOf(process.pid)));
  try {
    for (let tries = 0; tries < 2; tries += 1) {
      try {
        linkSync(mine, file);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      if (lockHolder(file)) return false;
      rmSync(file, { force: true });
    }
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

export function unlock(file: string): void {
  if (lockHolder(file)?.pid === process.pid) rmSync(file, { force: true });
}

/** Runs `work` while holding the lock, waiting for its turn; others that install the same tool wait too. */
export async function withLock<T>(file: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  for (let told = false; !tryLock(file); ) {
    if (!told) progress(`waiting for process ${lockHolder(file)?.pid ?? '?'}, which does the same (lock: ${file})`);
    told = true;
    await delay(200);
  }
  try {
    return await work();
  } finally {
    unlock(file);
  }
}
