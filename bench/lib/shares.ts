// A share of the processor for a process, as if on a machine of its own: a control group with a quota. Linux, as root.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '#scripts/lib/setup-error.ts';

export interface Shares {
  /** Limits a process and its threads to this many cores, from now on. */
  give(pid: number, cores: number): void;
  /** Call when the processes have ended. */
  close(): void;
}

const ROOT = '/sys/fs/cgroup';
const PERIOD_US = 100_000;

/** The group of this process in the first version's tree of the processor, so that what limits this run limits its parts too. */
const ownGroup = (): string =>
  /^\d+:(?:\w+,)*cpu(?:,\w+)*:(.+)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/';

/** Both versions of control groups. Throws a SetupError when this machine lets nobody make one. */
export const openShares = (): Shares => {
  const isSecond = existsSync(join(ROOT, 'cgroup.controllers'));
  const parent = isSecond ? ROOT : join(ROOT, 'cpu', ownGroup());
  const groups: string[] = [];
  const make = (name: string, cores: number): string => {
    const group = join(parent, name);
    mkdirSync(group, { recursive: true });
    groups.push(group);
    const quota = Math.round(cores * PERIOD_US);
    if (isSecond) writeFileSync(join(group, 'cpu.max'), `${quota} ${PERIOD_US}`);
    else {
      writeFileSync(join(group, 'cpu.cfs_period_us'), String(PERIOD_US));
      writeFileSync(join(group, 'cpu.cfs_quota_us'), String(quota));
    }
    return group;
  };
  try {
    if (isSecond && !readFileSync(join(ROOT, 'cgroup.subtree_control'), 'utf8').split(/\s/).includes('cpu')) {
      writeFileSync(join(ROOT, 'cgroup.subtree_control'), '+cpu');
    }
    make(`checkout-bench-${process.pid}-probe`, 1);
  } catch (cause) {
    throw new SetupError('shares of the processor need control groups, and root', { cause });
  }
  return {
    give(pid, cores) {
      const group = make(`checkout-bench-${process.pid}-${pid}`, cores);
      writeFileSync(join(group, 'cgroup.procs'), String(pid));
    },
    close() {
      for (const group of groups.splice(0)) rmdirSync(group);
    },
  };
};
