// A million orders of one store: what the database takes for the first and the tenth page, each filter and each search, for the home
// page's figures, and how the CSV of all of them compares with COPY.
import pg from 'pg';
import { orderCsv } from '#db/order-csv.ts';
import { openOrm } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { orderIdsSql } from '#db/queries/order-conditions.ts';
import { listOrders, type OrderCursor } from '#db/queries/orders.ts';
import { parseOrderFilter } from '#domain/order-filter.ts';
import { fillStore, seedStore } from '#scripts/lib/seed-store.ts';
import { readHomeView } from '#web/dashboard/home/home-presenter.ts';
import type { BenchOptions, Figure, PartResult } from './lib/measure.ts';
import type { BenchStack } from './lib/stack.ts';

const ZONE = 'Europe/Berlin';
const PAGE = 51;
const ROUNDS = 5;
const MEGABYTE = 2 ** 20;

export const benchOrders = async (stack: BenchStack, { quick, say }: BenchOptions): Promise<PartResult> => {
  const orders = quick ? 20_000 : 1_000_000;
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  const orm = await openOrm({ databaseUrl: stack.databaseUrl, poolSize: 2 });
  try {
    const storeId = await seedStore(client, stack.databaseUrl);
    await fillStore(client, storeId, orders, (done) => {
      if (done % 100_000 === 0) say(`bench: ${done} of ${orders} orders`);
    });
    await client.query('vacuum analyze');
    const sql = sqlOf(orm);
    const figures: Figure[] = [];
    for (const [what, query] of await questions(client)) {
      figures.push(await measure(client, storeId, what, query, null));
    }
    let tenth: OrderCursor | null = null;
    for (let page = 1; page < 10; page += 1) {
      const { older } = await listOrders(sql, storeId, {}, tenth);
      if (older) tenth = { side: 'older', id: older };
    }
    figures.splice(1, 0, await measure(client, storeId, 'tenth page', '', tenth));
    const home = await medianMs(() => readHomeView(sql, { id: storeId, timeZone: ZONE }, Date.now()));
    figures.push({ what: 'figures of the home page, 60 days', value: `${home.toFixed(0)} ms` });
    figures.push(...(await compareExport(client, sql, storeId)));
    return {
      title: 'A million orders of one store',
      how: `${orders.toLocaleString('en-US')} seeded orders, vacuumed and analyzed. Execution as EXPLAIN ANALYZE tells it, median of ${ROUNDS}, with the largest table scanned in sequence named where there was one. The CSV has 23 columns, its process this one; COPY writes the same columns of the same rows as they are stored, on the server.`,
      figures,
    };
  } finally {
    await orm.close();
    await client.end();
  }
};

/** What is asked, as addresses of the list. */
const questions = async (client: pg.Client): Promise<[what: string, query: string][]> => {
  const { rows } = await client.query<Record<'id' | 'order_id' | 'tx_hash' | 'tx_from' | 'deposit_address', string>>(
    'select id, order_id, tx_hash, tx_from, deposit_address from checkout_intent where status = 20 order by id offset 5000 limit 1',
  );
  const of = rows[0];
  if (!of) throw new Error('no paid order was seeded');
  return [
    ['first page', ''],
    ...['paid', 'in-progress', 'attention', 'expired'].map((tab): [string, string] => [`tab ${tab}`, `tab=${tab}`]),
    ['status, rare', 'status=REJECTED'],
    ['network', 'network=8453'],
    ['network without any', 'network=42161'],
    ['coin', 'coin=USDC'],
    ['method', 'method=ALL_SCALE_PAY'],
    ['network, coin and method', 'network=56&coin=USDT&method=WALLET_CONNECT'],
    ['amount, a tenth of a coin wide', 'min=100&max=100.1'],
    ['amount without any', 'min=100000'],
    ['one day', `from=2026-06-01&to=2026-06-01`],
    ['search: checkout id', `q=${of.id}`],
    ['search: order id', `q=${of.order_id}`],
    ['search: beginning of an order id', 'q=WEB-00'],
    ['search: transaction', `q=${of.tx_hash}`],
    ['search: payer', `q=${of.tx_from}`],
    ['search: deposit address', `q=${of.deposit_address}`],
  ];
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

const medianMs = async (work: () => Promise<unknown>): Promise<number> => {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times);
};

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: Plan[];
}

const scannedWhole = (plan: Plan): string[] => [
  ...(plan['Node Type'] === 'Seq Scan' ? [plan['Relation Name'] ?? ''] : []),
  ...(plan.Plans ?? []).flatMap(scannedWhole),
];

const measure = async (
  client: pg.Client,
  storeId: string,
  what: string,
  query: string,
  cursor: OrderCursor | null,
): Promise<Figure> => {
  const { filter, problems } = parseOrderFilter(new URLSearchParams(query), ZONE);
  if (problems[0]) throw new Error(`${query}: ${problems[0].message}`);
  const { text, values } = orderIdsSql(storeId, filter, cursor, PAGE);
  const times: number[] = [];
  const scans = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan; 'Execution Time': number }] }>(
      `explain (analyze, format json) ${text}`,
      values,
    );
    const explained = rows[0]?.['QUERY PLAN'][0];
    if (!explained) throw new Error('EXPLAIN said nothing');
    times.push(explained['Execution Time']);
    for (const table of scannedWhole(explained.Plan)) scans.add(table);
  }
  // An empty table is read as a whole whatever its indexes.
  scans.delete('send_back');
  const scanned = scans.size > 0 ? `, sequential scan of ${[...scans].join(', ')}` : '';
  return { what, value: `${median(times).toFixed(1)} ms${scanned}`, aim: '< 100 ms, no sequential scan' };
};

/** Streams the CSV as the server does, watching this process's memory; then the same rows by COPY. */
const compareExport = async (client: pg.Client, sql: ReturnType<typeof sqlOf>, storeId: string): Promise<Figure[]> => {
  let bytes = 0;
  let peak = 0;
  const before = process.memoryUsage().rss;
  const start = performance.now();
  for await (const chunk of orderCsv(sql, { storeId, filter: {}, timeZone: ZONE, rows: 'orders' })) {
    bytes += Buffer.byteLength(chunk);
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  const ours = (performance.now() - start) / 1000;
  const copyStart = performance.now();
  await client.query(
    `copy (select created_at, id, order_id, order_description, status, amount_cents, currency, amount_units, stable_coin, confirmed_at,
       actual_paid_units, paid_coin, paid_chain_id, service_fee_units, net_income_units, surplus_units, payment_method_type, tx_hash,
       tx_from, deposit_address, user_id, user_name
     from checkout_intent where store_id = '${storeId}' order by id desc) to program 'cat > /dev/null' with (format csv, header)`,
  );
  const copy = (performance.now() - copyStart) / 1000;
  return [
    { what: 'CSV of all orders', value: `${ours.toFixed(1)} s, ${Math.round(bytes / MEGABYTE)} MiB` },
    { what: 'COPY of the same rows', value: `${copy.toFixed(1)} s` },
    { what: 'CSV against COPY', value: `${(ours / copy).toFixed(1)} times as long` },
    {
      what: 'memory of the process: before, at most while streaming',
      value: `${Math.round(before / MEGABYTE)} MiB, ${Math.round(peak / MEGABYTE)} MiB`,
      aim: '< 150 MiB',
    },
  ];
};
