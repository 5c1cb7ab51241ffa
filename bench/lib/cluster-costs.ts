// What a cluster has used so far: processor time by kind of process, rows and bytes in Postgres, calls of chains. Two readings and the
// orders between them give the cost of one.
import pg from 'pg';
import type { Cluster } from '#scripts/cluster/start.ts';
import { recordedProcess } from '#scripts/lib/stack/child.ts';
import { cpuMilliseconds, familyCpuMilliseconds } from './cpu.ts';

export const KINDS = ['worker', 'web', 'temporal', 'postgres', 'balancer', 'chain', 'load'] as const;
export type Kind = (typeof KINDS)[number];

export interface Reading {
  /** On the monotonic clock, ms. */
  at: number;
  /** Milliseconds of processor time. */
  cpu: Record<Kind, number>;
  /** Since the servers that run started. */
  rpcCalls: number;
  /** Of the application's database. */
  inserted: number;
  updated: number;
  commits: number;
  applicationBytes: number;
  /** Of Temporal's two databases. */
  temporalBytes: number;
  temporalCommits: number;
}

export type Difference = Reading & { seconds: number };

export const openCosts = (cluster: Cluster, dataDir: string) => {
  const pool = new pg.Pool({ connectionString: cluster.ownerUrl, max: 1 });
  const pidOf = (name: string): number | undefined => recordedProcess(dataDir, name)?.pid;
  const sum = (names: readonly string[], of: (pid: number) => number): number =>
    names.reduce((total, name) => {
      const pid = pidOf(name);
      return pid === undefined ? total : total + of(pid);
    }, 0);
  const namesOf = (kind: string): readonly string[] =>
    kind === 'temporal'
      ? Object.keys(cluster.kinds).filter((name) => name.startsWith('temporal-'))
      : kind === 'chain'
        ? cluster.chains.map(({ chainId }) => `chain-${chainId}`)
        : (cluster.kinds[kind] ?? []);
  const cpu = (): Record<Kind, number> =>
    Object.fromEntries(
      KINDS.map((kind) => [
        kind,
        kind === 'load'
          ? cpuMilliseconds(process.pid)
          : sum(namesOf(kind), kind === 'postgres' ? familyCpuMilliseconds : cpuMilliseconds),
      ]),
    ) as Record<Kind, number>;
  const rpcCalls = async (): Promise<number> => {
    const running = [...cluster.metricsUrls].filter(([name]) => pidOf(name) !== undefined);
    const texts = await Promise.all(running.map(async ([, url]) => await (await fetch(url)).text()));
    return texts
      .flatMap((text) => [...text.matchAll(/^rpc_calls_total\{.+\} (\d+)$/gm)])
      .reduce((total, [, calls]) => total + Number(calls), 0);
  };

  return {
    pidOf,
    async read(): Promise<Reading> {
      const calls = await rpcCalls();
      const { rows } = await pool.query<{ inserted: string; updated: string }>(
        'select sum(n_tup_ins) as inserted, sum(n_tup_upd) as updated from pg_stat_user_tables',
      );
      const databases = await pool.query<{ ours: boolean; commits: string; bytes: string }>(
        `select datname = current_database() as ours, sum(xact_commit) as commits, sum(pg_database_size(datname)) as bytes
         from pg_stat_database where datname = current_database() or datname like 'temporal%' group by 1`,
      );
      const database = (ours: boolean) => databases.rows.find((row) => row.ours === ours);
      return {
        at: performance.now(),
        cpu: cpu(),
        rpcCalls: calls,
        inserted: Number(rows[0]?.inserted),
        updated: Number(rows[0]?.updated),
        commits: Number(database(true)?.commits),
        applicationBytes: Number(database(true)?.bytes),
        temporalBytes: Number(database(false)?.bytes),
        temporalCommits: Number(database(false)?.commits),
      };
    },
    close: () => pool.end(),
  };
};

/** What was used between two readings. */
export const difference = (before: Reading, after: Reading): Difference => {
  const { cpu: cpuBefore, ...figuresBefore } = before;
  const { cpu: cpuAfter, ...figuresAfter } = after;
  const minus = <K extends string>(a: Record<K, number>, b: Record<K, number>): Record<K, number> =>
    Object.fromEntries(Object.keys(a).map((key) => [key, a[key as K] - b[key as K]])) as Record<K, number>;
  return {
    ...minus({ ...figuresAfter }, { ...figuresBefore }),
    cpu: minus(cpuAfter, cpuBefore),
    seconds: (after.at - before.at) / 1000,
  };
};
