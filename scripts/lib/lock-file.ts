// A lock file. A process takes over a lock whose holder is dead.
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
  // Written to another file and linked, so that readers never see half of it.
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

/** Waits for the lock and runs `work` while it holds it. */
export async function withLock<T>(file: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  for (let isReported = false; !tryLock(file); ) {
    if (!isReported)
      progress(`waiting for process ${lockHolder(file)?.pid ?? '?'}, which does the same work (lock: ${file})`);
    isReported = true;
    await delay(200);
  }
  try {
    return await work();
  } finally {
    unlock(file);
  }
}
