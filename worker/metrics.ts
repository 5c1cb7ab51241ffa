// The worker's Prometheus metrics: outbox, leadership, tokens, books, what its activities count, what waits in the ledger
// (worker/ledger-gauges.ts), and prom-client's own of process and Node.js. docs/operations/README.md lists them all.
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { addRpcMetrics } from '#chain/rpc-metrics.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { readBooksCheckCounts } from '#db/books/books-checks.ts';
import { readDispatchBacklog } from '#db/dispatch/outbox.ts';
import type { Em } from '#db/orm.ts';
import { listTokenChecks } from '#db/watching/token-checks.ts';
import { chainsDigest } from '#domain/chains.ts';
import type { ActivityMetrics } from './activity-metrics.ts';
import type { Dispatcher } from './dispatcher.ts';
import { gauge } from './gauge.ts';
import type { Growth } from './growth.ts';
import type { LeaderTasks } from './leader-tasks.ts';
import { addLedgerGauges } from './ledger-gauges.ts';
import type { RelayerGas } from './relayer-gas.ts';
import { sharedRead } from './shared-read.ts';

/** Two scrapers, or a page that is reloaded, cost one reading of the database. */
const KEPT_MS = 5_000;

export interface WorkerMetricsDeps {
  em: Em;
  /** Of the chains that are on, by id. */
  pools: ReadonlyMap<number, Pick<RpcPool, 'stats'>>;
  dispatcher: Pick<Dispatcher, 'counts'>;
  leaderTasks: Pick<LeaderTasks, 'isLeader'>;
  activityMetrics: Pick<ActivityMetrics, 'metrics'>;
  gas: Pick<RelayerGas, 'readings'>;
  growth: Pick<Growth, 'addMetrics'>;
  /** How long figures of the database are kept. */
  keptMs?: number;
}

/** Reading the metrics fails while Postgres is away: most of them are there. */
export const createWorkerMetrics = (deps: WorkerMetricsDeps): Registry => {
  const { em, pools, leaderTasks, activityMetrics, gas, growth, keptMs = KEPT_MS } = deps;
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  for (const metric of activityMetrics.metrics) register.registerMetric(metric);
  addDispatchMetrics(registers, deps, keptMs);
  addRpcMetrics(registers, pools);
  addLedgerGauges(registers, { em, chainIds: [...pools.keys()] }, keptMs);
  const tokens = sharedRead(() => listTokenChecks(em.fork()), keptMs);
  new Gauge({
    name: 'token_mismatch',
    help: '1 for each token whose contract is not what its entry says: its transfers are not credited',
    labelNames: ['chain_id', 'token'],
    registers,
    async collect() {
      const checks = await tokens();
      this.reset();
      for (const { chainId, token, trouble } of checks) {
        this.set({ chain_id: String(chainId), token }, trouble === null ? 0 : 1);
      }
    },
  });
  new Gauge({
    name: 'chain_registry_info',
    help: '1, with the digest of the networks that this process knows',
    labelNames: ['digest'],
    registers,
  }).set({ digest: chainsDigest() }, 1);
  addBooksGauges(registers, em, keptMs);
  gauge(
    registers,
    'worker_is_leader',
    '1 on the worker that runs the reconciler and follows refunds, 0 on the others',
    () => (leaderTasks.isLeader() ? 1 : 0),
  );
  addGasGauges(registers, gas, leaderTasks);
  growth.addMetrics(registers, () => leaderTasks.isLeader());
  return register;
};

const addDispatchMetrics = (registers: Registry[], { em, dispatcher }: WorkerMetricsDeps, keptMs: number): void => {
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
  const backlog = sharedRead(() => readDispatchBacklog(em), keptMs);
  gauge(
    registers,
    'dispatch_pending',
    'Rows of the outbox that are not dispatched yet',
    async () => (await backlog()).pending,
  );
  gauge(
    registers,
    'dispatch_oldest_seconds',
    'Age of the oldest row of the outbox that is not dispatched yet',
    async () => (await backlog()).oldestSeconds,
  );
};

const addBooksGauges = (registers: Registry[], em: Em, keptMs: number): void => {
  const lastCheck = sharedRead(() => readBooksCheckCounts(em), keptMs);
  gauge(
    registers,
    'books_unexplained_differences',
    'Differences between ledger, orders, reports and chains that nothing explains, in the last verification',
    async () => (await lastCheck())?.unexplained ?? 0,
  );
  gauge(
    registers,
    'books_unverified_chains',
    'Chains with money that the last verification of the books could not read',
    async () => (await lastCheck())?.unverified.length ?? 0,
  );
  gauge(
    registers,
    'books_verified_at_seconds',
    'When the last verification of the books began, Unix time; 0 while there was none',
    async () => ((await lastCheck())?.startedAt.getTime() ?? 0) / 1000,
  );
};

/** Of the leader only: another worker's reading is from when it led. */
const addGasGauges = (
  registers: Registry[],
  gas: WorkerMetricsDeps['gas'],
  { isLeader }: WorkerMetricsDeps['leaderTasks'],
): void => {
  const readings = () => (isLeader() ? gas.readings() : []);
  new Gauge({
    name: 'relayer_balance_coins',
    help: "The balance of all the relayer's keys in the chain's own coin, read by the leader once a minute",
    labelNames: ['chain_id'],
    registers,
    collect() {
      this.reset();
      for (const { chainId, coins } of readings()) this.set({ chain_id: String(chainId) }, coins);
    },
  });
  new Gauge({
    name: 'relayer_settlements_left',
    help: "Settlements, each alone, that the relayer's keys together pay at the present price of gas",
    labelNames: ['chain_id'],
    registers,
    collect() {
      this.reset();
      for (const { chainId, settlementsLeft } of readings()) {
        if (settlementsLeft !== null) this.set({ chain_id: String(chainId) }, settlementsLeft);
      }
    },
  });
  new Gauge({
    name: 'relayer_key_settlements_left',
    help: 'The same of each key',
    labelNames: ['chain_id', 'relayer'],
    registers,
    collect() {
      this.reset();
      for (const { chainId, keys } of readings()) {
        for (const { relayer, settlementsLeft } of keys) {
          if (settlementsLeft !== null) this.set({ chain_id: String(chainId), relayer }, settlementsLeft);
        }
      }
    },
  });
};
