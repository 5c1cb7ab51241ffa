// Processor time: what work costs, whatever else the machine is doing meanwhile. Linux only; elsewhere unknown (NaN).
import { readFileSync } from 'node:fs';

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Milliseconds that a process has spent so far, its threads included and its children not (proc(5): utime 14, stime 15). */
export const cpuMilliseconds = (pid: number): number => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
};
