// Processor time of a process, which does not depend on other load. Linux only; NaN elsewhere.
import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';

/** USER_HZ, which is 100 on every Linux that Node supports. */
const TICKS_PER_SECOND = 100;

/** The fields of proc(5) from the third one on. */
const statOf = (pid: number | string): number[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ').map(Number) ?? [];

const sumOf = (stat: readonly number[], fields: readonly number[]): number =>
  (fields.reduce((sum, field) => sum + (stat[field - 3] ?? Number.NaN), 0) * 1000) / TICKS_PER_SECOND;

const PARENT = 4;
const OWN = [14, 15];
const ENDED_CHILDREN = [16, 17];

/** Milliseconds used by a process and its threads, without its children. */
export const cpuMilliseconds = (pid: number): number => {
  try {
    return sumOf(statOf(pid), OWN);
  } catch {
    return Number.NaN;
  }
};

/** The same with its children, as of a Postgres server with its connections. */
export const familyCpuMilliseconds = (pid: number): number => {
  try {
    const children = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          const stat = statOf(name);
          return stat[PARENT - 3] === pid ? [sumOf(stat, OWN)] : [];
        } catch {
          return []; // It has just ended.
        }
      });
    return children.reduce((sum, milliseconds) => sum + milliseconds, sumOf(statOf(pid), [...OWN, ...ENDED_CHILDREN]));
  } catch {
    return Number.NaN;
  }
};

/** The process of Postgres behind a connection, on the same machine. */
export const backendPid = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? Number.NaN;
};
