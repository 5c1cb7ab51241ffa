// One watcher in a separate process, to measure its memory and calls: `node watch-process.ts DATABASE RPC CHAIN`. Replies to `stats` on
// stdin with one line of JSON.
import { createInterface } from 'node:readline';
import { createRpcPool } from '#chain/rpc-pool.ts';
import { createWatcher } from '#chain/watcher.ts';
import { openOrm } from '#db/orm.ts';
import { createWatchLedger } from '#db/watching/watch-ledger.ts';
import { chainById } from '#domain/chains.ts';

const [databaseUrl = '', rpcUrl = '', chainId = ''] = process.argv.slice(2);
const orm = await openOrm({ databaseUrl, poolSize: 4 });
const chain = chainById(Number(chainId));
const pool = createRpcPool({ chainId: chain.id, urls: [rpcUrl] });
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
  const { calls, requests } = pool.stats();
  process.stdout.write(`${JSON.stringify({ calls, requests, rssBytes: process.memoryUsage.rss() })}\n`);
}
stop.abort();
await watching;
await pool.close();
await orm.close();
