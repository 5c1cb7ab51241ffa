// The worker's Prometheus metrics: the outbox, leadership, and prom-client's own of process and Node.js.
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { readBooksCheckCounts } from '#db/books/books-checks.ts';
import { readDispatchBacklog } from '#db/dispatch/outbox.ts';
import type { Em } from '#db/orm.ts';
import { listTokenChecks } from '#db/watching/token-checks.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { LeaderTasks } from './leader-tasks.ts';

export interface WorkerMetricsDeps {
  em: Em;
  dispatcher: Pick<Dispatcher, 'counts'>;
  leaderTasks: Pick<LeaderTasks, 'isLeader'>;
}

/** Reading the metrics fails while Postgres is away: the outbox is there. */
export const createWorkerMetrics = ({ em, dispatcher, leaderTasks }: WorkerMetricsDeps): Registry => {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  new Counter({
    name: 'dispatch_done_total',
    help: 'Rows of the outbox that Temporal accepted since the start',
    registers,
    collect() {
      this.reset();
      this.inc(dispatcher.counts.done);
    },
  });
  new Counter({
    name: 'dispatch_failed_total',
    help: 'Failed attempts to dispatch a row of the outbox since the start',
    registers,
    collect() {
      this.reset();
      this.inc(dispatcher.counts.failed);
    },
  });
  const backlog = oncePerScrape(() => readDispatchBacklog(em));
  new Gauge({
    name: 'dispatch_pending',
    help: 'Rows of the outbox that are not dispatched yet',
    registers,
    async collect() {
      this.set((await backlog()).pending);
    },
  });
  new Gauge({
    name: 'dispatch_oldest_seconds',
    help: 'Age of the oldest row of the outbox that is not dispatched yet',
    registers,
    async collect() {
      this.set((await backlog()).oldestSeconds);
    },
  });
  new Gauge({
    name: 'token_mismatch',
    help: '1 for each token whose contract is not what domain/chains.ts says: its transfers are not credited',
    labelNames: ['chain_id', 'token'],
    registers,
    async collect() {
      this.reset();
      for (const { chainId, token, trouble } of await listTokenChecks(em.fork())) {
        this.set({ chain_id: String(chainId), token }, trouble === null ? 0 : 1);
      }
    },
  });
  addBooksGauges(registers, em);
  new Gauge({
    name: 'worker_is_leader',
    help: '1 on the worker that runs the reconciler and follows refunds, 0 on the others',
    registers,
    collect() {
      this.set(leaderTasks.isLeader() ? 1 : 0);
    },
  });
  return register;
};

/** Gauges of one scrape that ask at the same time share a read. */
const oncePerScrape = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let reading: Promise<T> | null = null;
  return () => {
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };
};

const addBooksGauges = (registers: Registry[], em: Em): void => {
  const lastCheck = oncePerScrape(() => readBooksCheckCounts(em));
  new Gauge({
    name: 'books_unexplained_differences',
    help: 'Differences between ledger, orders, reports and chains that nothing explains, in the last verification',
    registers,
    async collect() {
      this.set((await lastCheck())?.unexplained ?? 0);
    },
  });
  new Gauge({
    name: 'books_unverified_chains',
    help: 'Chains with money that the last verification of the books could not read',
    registers,
    async collect() {
      this.set((await lastCheck())?.unverified.length ?? 0);
    },
  });
  new Gauge({
    name: 'books_verified_at_seconds',
    help: 'When the last verification of the books began, Unix time; 0 while there was none',
    registers,
    async collect() {
      this.set(((await lastCheck())?.startedAt.getTime() ?? 0) / 1000);
    },
  });
};
