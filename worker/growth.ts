// Keeps logs from growing for ever, and tells how large tables are. For the leader: its passes, and the figures of the last ones.
import type { Logger } from 'pino';
import { Counter, Gauge, type Registry } from 'prom-client';
import { keepRequestLogDays } from '#db/api/request-log.ts';
import { type DueLogs, LOG_KINDS, readDueLogs, removeOldLogs } from '#db/growth/old-logs.ts';
import { readTableSizes, type TableSize } from '#db/growth/table-sizes.ts';
import type { Em } from '#db/orm.ts';
import type { Retention } from '#domain/retention.ts';

/** For `overdueSeconds` the oldest rows are enough. */
const LOOKED_AT = 1_000;

export interface Growth {
  /** Removes what is old, a bounded part of it. */
  shorten(): Promise<void>;
  /** Makes the next days of the log of requests, and drops those that are over. */
  keepDays(): Promise<void>;
  /** Reads the sizes of all tables. */
  measure(): Promise<void>;
  addMetrics(registers: Registry[], isLeader: () => boolean): void;
}

export interface GrowthDeps {
  em: Em;
  retention: Retention;
  logger: Pick<Logger, 'info'>;
}

export const createGrowth = ({ em, retention, logger }: GrowthDeps): Growth => {
  const removed = new Counter({
    name: 'log_rows_removed_total',
    help: 'Old rows of logs that this process removed, by kind, without the attempts that went with them',
    labelNames: ['kind'],
    registers: [],
  });
  for (const kind of LOG_KINDS) removed.inc({ kind }, 0);
  let due: readonly DueLogs[] = [];
  let sizes: readonly TableSize[] = [];

  return {
    async shorten() {
      const rows = await removeOldLogs(em, retention);
      for (const kind of LOG_KINDS) removed.inc({ kind }, rows[kind]);
      if (Object.values(rows).some((count) => count > 0)) logger.info(rows, 'old rows of logs were removed');
      due = await readDueLogs(em, retention, LOOKED_AT);
    },
    async keepDays() {
      const changed = await keepRequestLogDays(em);
      if (changed !== 0) logger.info({ changed }, 'days of the request log');
    },
    async measure() {
      sizes = await readTableSizes(em);
    },
    addMetrics(registers, isLeader) {
      for (const register of registers) register.registerMetric(removed);
      new Gauge({
        name: 'log_overdue_seconds',
        help: 'By how much the oldest row of a log is past its age, after the last pass of the leader',
        labelNames: ['kind'],
        registers,
        collect() {
          this.reset();
          if (isLeader()) for (const { kind, overdueSeconds } of due) this.set({ kind }, overdueSeconds);
        },
      });
      new Gauge({
        name: 'table_bytes',
        help: 'Size of each table with its indexes, read by the leader every ten minutes',
        labelNames: ['table'],
        registers,
        collect() {
          this.reset();
          if (!isLeader()) return;
          for (const { table, tableBytes, indexBytes } of sizes) this.set({ table }, tableBytes + indexBytes);
        },
      });
    },
  };
};
