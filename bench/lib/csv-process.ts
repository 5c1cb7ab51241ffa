// Exports all orders of a store as CSV in a separate process, to measure its memory: `node csv-process.ts DATABASE STORE ZONE`. Prints one
// line of JSON: seconds, bytes, memory before and peak memory.
import pg from 'pg';
import { orderCsv } from '#db/orders/order-csv.ts';
import type { Sql, Statement } from '#db/pool.ts';
import { backendPid, cpuMilliseconds } from './cpu.ts';

export interface CsvMeasure {
  seconds: number;
  /** Processor time of this process. */
  cpuSeconds: number;
  /** Processor time of Postgres for it. */
  serverCpuSeconds: number;
  bytes: number;
  beforeBytes: number;
  peakBytes: number;
}

const [databaseUrl = '', storeId = '', timeZone = 'UTC'] = process.argv.slice(2);
const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();
const sql: Sql = {
  query: async <Row>({ name, text, values }: Statement) =>
    (await client.query({ name, text, values: [...values] })) as unknown as { rows: Row[] },
};

const measure: CsvMeasure = {
  seconds: 0,
  cpuSeconds: 0,
  serverCpuSeconds: 0,
  bytes: 0,
  beforeBytes: process.memoryUsage.rss(),
  peakBytes: 0,
};
const serverPid = await backendPid(client);
const serverBefore = cpuMilliseconds(serverPid);
const cpu = process.cpuUsage();
const started = performance.now();
for await (const chunk of orderCsv(sql, { storeId, filter: {}, timeZone, rows: 'orders' })) {
  measure.bytes += Buffer.byteLength(chunk);
}
measure.seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpu);
measure.cpuSeconds = (user + system) / 1e6;
measure.serverCpuSeconds = (cpuMilliseconds(serverPid) - serverBefore) / 1000;
measure.peakBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(`${JSON.stringify(measure)}\n`);
await client.end();
