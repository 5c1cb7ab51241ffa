// What this process asks of its providers, as Prometheus counters: what a provider bills, and what one call too many each block would show.
import { Counter, type Registry } from 'prom-client';
import type { RpcPool } from './rpc-pool.ts';

/** Read from the pools at each scrape. Methods appear with their first call: a chain uses about twenty. */
export const addRpcMetrics = (registers: Registry[], pools: ReadonlyMap<number, Pick<RpcPool, 'stats'>>): void => {
  new Counter({
    name: 'rpc_requests_total',
    help: 'HTTP requests to the providers of a chain since the start; a batch is one',
    labelNames: ['chain_id'],
    registers,
    collect() {
      this.reset();
      for (const [chainId, pool] of pools) this.inc({ chain_id: String(chainId) }, pool.stats().requests);
    },
  });
  new Counter({
    name: 'rpc_calls_total',
    help: 'JSON-RPC calls to the providers of a chain since the start; each element of a batch is one',
    labelNames: ['chain_id', 'method'],
    registers,
    collect() {
      this.reset();
      for (const [chainId, pool] of pools) {
        for (const [method, calls] of Object.entries(pool.stats().byMethod)) {
          this.inc({ chain_id: String(chainId), method }, calls);
        }
      }
    },
  });
};
