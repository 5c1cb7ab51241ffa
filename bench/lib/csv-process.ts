// Exports all orders of a store as CSV in a separate process, to measure its memory: `node csv-process.ts DATABASE STORE ZONE`. Prints one
// line of JSON: seconds, bytes, memory before and peak memory.
import pg from 'pg';
import { orderCsv } from '#db/orders/order-csv.ts';
import type { Sql, Statement } from '#db/pool.ts';

export interface CsvMeasure {
  seconds: number;
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

const measure: CsvMeasure = { seconds: 0, bytes: 0, beforeBytes: process.memoryUsage.rss(), peakBytes: 0 };
const started = performance.now();
for await (const chunk of orderCsv(sql, { storeId, filter: {}, timeZone, rows: 'orders' })) {
  measure.bytes += Buffer.byteLength(chunk);
  measure.peakBytes = Math.max(measure.peakBytes, process.memoryUsage.rss());
}
measure.seconds = (performance.now() - started) / 1000;
process.stdout.write(`${JSON.stringify(measure)}\n`);
await client.end();
