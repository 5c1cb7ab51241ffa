// Processes by id, told apart from later ones with the same id by their start time.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** One process, for ever: ids come round again, an id with its start time does not. */
export interface ProcessIdentity {
  pid: number;
  startTime: string;
}

/** The start time as the system tells it, or undefined when there is no such process (or only its zombie). */
function startTimeOf(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    try {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
    } catch {
      return undefined;
    }
  }
  try {
    // The command's name, in brackets, may hold spaces: count the fields after the last bracket. proc(5): 3 state, 22 start.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()?.split(' ') ?? [];
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export function identityOf(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return startTimeOf(pid) === startTime;
}

/** Signals the process's whole group where it leads one, and the process alone otherwise. Already gone is fine. */
export function signal(pid: number, name: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, name);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Asks the process to end, waits up to `graceMs`, then kills it; returns when it is gone. */
export async function endProcess(
  identity: ProcessIdentity,
  graceMs: number,
  first: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  if (!isAlive(identity)) return;
  signal(identity.pid, first);
  const deadline = performance.now() + graceMs;
  while (isAlive(identity) && performance.now() < deadline) await delay(25);
  while (isAlive(identity)) {
    signal(identity.pid, 'SIGKILL');
    await delay(25);
  }
}

/** All processes that work in a folder (Linux only; elsewhere none). A database's processes all work in its data folder. */
export function processesWorkingIn(folder: string): ProcessIdentity[] {
  if (process.platform !== 'linux') return [];
  const found: ProcessIdentity[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (readlinkSync(`/proc/${name}/cwd`) !== folder) continue;
    } catch {
      continue; // Gone meanwhile, or somebody else's.
    }
    const identity = identityOf(Number(name));
    if (identity) found.push(identity);
  }
  return found;
}
