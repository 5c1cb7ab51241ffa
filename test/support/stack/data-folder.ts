// Where the tests' Postgres keeps its files: in memory where there is plenty. A database is a copy of nine hundred files, and making
// them on a disk takes ten times the processor's time (decision 0111).
import { mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesWorkingIn } from '#scripts/lib/processes.ts';
import { postgresFolders } from '#scripts/lib/stack/postgres.ts';

const MEMORY = '/dev/shm';
const PREFIX = 'checkout-test-';
/** The kernel's number of the file system that is in memory. */
const TMPFS = 0x01_02_19_94;
/** The server's log may grow to one gigabyte; databases of some ten megabytes come and go. */
const ROOM_BYTES = 4 * 2 ** 30;
/** Half of the machine's memory is for the tests themselves. */
const FREE_BYTES = 8 * 2 ** 30;
/** A run that has just begun has a folder, and no Postgres yet. */
const LEFT_AFTER_MS = 10 * 60_000;

/** Whether files may be there: not in a container, whose memory file system is small, nor on a small machine. */
const hasRoom = (): boolean => {
  try {
    const { type, bavail, bsize } = statfsSync(MEMORY);
    return type === TMPFS && bavail * bsize >= ROOM_BYTES && process.availableMemory() >= FREE_BYTES;
  } catch {
    return false; // Not on Linux.
  }
};

/** A run that was killed leaves its folder, which would take memory until the machine starts again. */
const removeLeftovers = (): void => {
  for (const name of readdirSync(MEMORY).filter((each) => each.startsWith(PREFIX))) {
    const folder = join(MEMORY, name);
    try {
      const isOld = Date.now() - statSync(folder).mtimeMs > LEFT_AFTER_MS;
      if (isOld && processesWorkingIn(postgresFolders(folder).cluster).length === 0) {
        rmSync(folder, { recursive: true, force: true });
      }
    } catch {
      // Another run removed it, or it is another user's.
    }
  }
};

/** A new folder. The caller deletes it. */
export const newDataFolder = (): string => {
  const inMemory = hasRoom();
  if (inMemory) removeLeftovers();
  return mkdtempSync(join(inMemory ? MEMORY : tmpdir(), PREFIX));
};
