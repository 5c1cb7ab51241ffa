// One watcher that catches up, in a process of its own, to measure its time and memory: `node catch-up-process.ts DATABASE RPC CHAIN HEAD`.
// Ends when every block up to HEAD is read twice. Prints one line of JSON.
import { createRpcPool } from '#chain/rpc-pool.ts';
import { createWatcher } from '#chain/watcher.ts';
import { openOrm } from '#db/orm.ts';
import { createWatchLedger } from '#db/watching/watch-ledger.ts';
import { chainById } from '#domain/chains.ts';

export interface CatchUpMeasure {
  /** Until the cursor was at the head, and until the second pass was. */
  readMs: number;
  finalMs: number;
  /** Of this process, from the start of the watcher. */
  cpuMs: number;
  requests: number;
  beforeBytes: number;
  peakBytes: number;
}

const [databaseUrl = '', rpcUrl = '', chainId = '', head = ''] = process.argv.slice(2);
const target = BigInt(head);
const orm = await openOrm({ databaseUrl, poolSize: 4 });
const chain = chainById(Number(chainId));
const pool = createRpcPool({ chainId: chain.id, urls: [rpcUrl] });
const log = {
  info: () => {},
  error: console.error,
  warn: (facts: object, message: string) => console.error(message, facts),
};
const ledger = createWatchLedger(orm.em);
// The connection is there, as in a watcher that has run for a while.
await ledger.position(chain.id);

const stop = new AbortController();
const beforeBytes = process.memoryUsage.rss();
const cpu = process.cpuUsage();
const started = performance.now();
let readMs = Number.NaN;
let finalMs = Number.NaN;
const watcher = createWatcher({
  chain,
  pool,
  log,
  owner: `bench-${process.pid}`,
  ledger: {
    ...ledger,
    async commit(step) {
      const result = await ledger.commit(step);
      if (step.cursor?.number === target) readMs = performance.now() - started;
      if (step.finalNumber === target) {
        finalMs = performance.now() - started;
        stop.abort();
      }
      return result;
    },
  },
});
await watcher.run(stop.signal);
const { user, system } = process.cpuUsage(cpu);
const measure: CatchUpMeasure = {
  readMs,
  finalMs,
  cpuMs: (user + system) / 1000,
  requests: pool.stats().requests,
  beforeBytes,
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
process.stdout.write(`${JSON.stringify(measure)}\n`);
await pool.close();
await orm.close();
