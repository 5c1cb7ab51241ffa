// Processor time of a process, which does not depend on other load. Linux only; NaN elsewhere.
import { readFileSync } from 'node:fs';
import type pg from 'pg';

/** USER_HZ, which is 100 on every Linux that Node supports. */
const TICKS_PER_SECOND = 100;

/** Milliseconds used by a process and its threads, without its children (proc(5): utime 14, stime 15). */
export const cpuMilliseconds = (pid: number): number => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
};

/** The process of Postgres behind a connection, on the same machine. */
export const backendPid = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? Number.NaN;
};
