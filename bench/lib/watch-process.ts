// One watcher in a separate process, to measure its memory and calls: `node watch-process.ts OPTIONS` (watcher-process.ts). Replies to
// `stats` on stdin with one line of JSON.
import { createInterface } from 'node:readline';
import { createRpcPool } from '#chain/rpc-pool.ts';
import { createWatcher } from '#chain/watcher.ts';
import { openOrm } from '#db/orm.ts';
import { createWatchLedger } from '#db/watching/watch-ledger.ts';
import { chainById } from '#domain/chains.ts';
import type { WatcherStats, WatchProcessOptions } from './watcher-process.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as WatchProcessOptions;
const orm = await openOrm({ databaseUrl: options.databaseUrl, poolSize: 4 });
const known = chainById(options.chainId);
const chain = { ...known, blockSeconds: options.blockSeconds ?? known.blockSeconds };
const pool = createRpcPool({ chainId: chain.id, urls: options.rpcUrls, wsUrls: options.wsUrls });
const log = {
  info: () => {},
  error: console.error,
  warn: (facts: object, message: string) => console.error(message, facts),
};
const watcher = createWatcher({ chain, pool, ledger: createWatchLedger(orm.em), log, owner: `bench-${process.pid}` });
const stop = new AbortController();
const watching = watcher.run(stop.signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'stats') break;
  const stats: WatcherStats = { ...pool.stats(), rssBytes: process.memoryUsage.rss() };
  process.stdout.write(`${JSON.stringify(stats)}\n`);
}
stop.abort();
await watching;
await pool.close();
await orm.close();
