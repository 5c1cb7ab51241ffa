// Processes, identified by id and start time: the system reuses ids.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Identifies one process: ids are reused, an id with its start time is not. */
export interface ProcessIdentity {
  pid: number;
  startTime: string;
}

/** The start time as the system reports it. Undefined when the process does not exist or is a zombie. */
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

/** Signals the process's group when it leads one, otherwise the process. Ignores a process that has ended. */
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

/** Signals the process, waits up to `graceMs`, then kills it. Returns when it has ended. */
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

/** All processes whose working directory is this folder, as for a database's processes (Linux only; elsewhere none). */
export function processesWorkingIn(folder: string): ProcessIdentity[] {
  if (process.platform !== 'linux') return [];
  const found: ProcessIdentity[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (readlinkSync(`/proc/${name}/cwd`) !== folder) continue;
    } catch {
      continue; // Ended meanwhile, or of another user.
    }
    const identity = identityOf(Number(name));
    if (identity) found.push(identity);
  }
  return found;
}
