// A million orders of one store: database time of the first and the tenth page, of each filter and search, and of the home page's
// figures; and the CSV export of all orders against COPY.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { foundOrdersSql } from '#db/orders/find-orders.ts';
import type { SqlText } from '#db/orders/order-conditions.ts';
import { listOrders, type OrderCursor, orderPageSql, ordersAgainSql } from '#db/orders/order-list.ts';
import { countTabs } from '#db/orders/order-summary.ts';
import { type Em, type Orm, openOrm } from '#db/orm.ts';
import { type Sql, sqlOf } from '#db/pool.ts';
import { readReportFigures } from '#db/reports/report-figures.ts';
import { type OrderFilter, parseOrderFilter } from '#domain/order-filter.ts';
import { seedStore } from '#scripts/lib/seed-store.ts';
import { readHomeView } from '#web/dashboard/home/server/home-presenter.ts';
import { bulkFill } from './lib/bulk-fill.ts';
import { backendPid, cpuMilliseconds } from './lib/cpu.ts';
import type { CsvMeasure } from './lib/csv-process.ts';
import type { BenchOptions, Figure, PartResult } from './lib/measure.ts';
import type { BenchStack } from './lib/stack.ts';

const ZONE = 'Europe/Berlin';
const MILLION = 1_000_000;
const PAGE = 51;
const ROUNDS = 5;
const MEGABYTE = 2 ** 20;
const CSV_PROCESS = join(import.meta.dirname, 'lib', 'csv-process.ts');
/** V8 uses free memory before it collects garbage. With these limits, the peak shows what the export needs. */
const CSV_HEAP = ['--max-old-space-size=24', '--max-semi-space-size=2'];

export const benchOrders = async (stack: BenchStack, options: BenchOptions): Promise<PartResult> => {
  const { quick, say, orders = quick ? 20_000 : MILLION } = options;
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  // Two connections add orders at the same time.
  const helper = new pg.Client({ connectionString: stack.databaseUrl });
  await Promise.all([client.connect(), helper.connect()]);
  const orm = await openOrm({ databaseUrl: stack.databaseUrl, poolSize: 2 });
  try {
    const storeId = await seedStore(client, stack.databaseUrl);
    const told = (done: number): void => {
      if (done % 100_000 === 0) say(`bench: ${done} of ${orders} orders`);
    };
    const isLarge = orders > MILLION;
    await bulkFill(client, helper, { storeId, orders, withoutTimelines: isLarge, onProgress: told, say });
    await client.query('vacuum analyze');
    const bytes = await databaseBytes(client);
    const pages = await measurePages(client, orm, storeId);
    const sums = await measureSums(client, storeId);
    const figures: Figure[] = [...pages, ...sums].map(figureOf);
    figures.push({
      what: 'database, and each order with its indexes',
      value: `${(bytes / 2 ** 30).toFixed(1)} GiB, ${(bytes / orders / 1000).toFixed(1)} kB`,
    });
    const home = () => readHomeView(orm.em, { id: storeId, timeZone: ZONE }, Date.now());
    const first = await medianMs(async () => await client.query('delete from order_day_total'), home);
    figures.push({ what: 'figures of the home page, 60 days: first visit', value: `${first.toFixed(0)} ms` });
    const later = await medianMs(async () => {}, home);
    figures.push({ what: 'figures of the home page, later', value: `${later.toFixed(0)} ms`, aim: '< 100 ms' });
    figures.push(...(await compareExport(client, stack.databaseUrl, storeId)));
    return {
      title:
        orders === MILLION ? 'A million orders of one store' : `${orders.toLocaleString('en-US')} orders of one store`,
      how: `${orders.toLocaleString('en-US')} seeded orders${isLarge ? ', without their timelines, which none of these statements read' : ''}, loaded in bulk (indexes at the end), vacuumed and analyzed. Whole statements of a page of 50, execution time by EXPLAIN ANALYZE, median of ${ROUNDS}. A sequential scan would be named and fail the run.${isLarge ? '' : ' Plans: orders-plans.md.'} The CSV has 25 columns and is written by a separate process with a heap limit of 24 MB, because V8 uses free memory before it collects garbage, and started once before, so that Node's compile cache has its modules; COPY writes the same columns of the same rows as they are stored, on the server.`,
      figures,
      // Postgres rightly scans small tables in sequence.
      missed: quick ? [] : [...pages, ...sums].filter(isMissed).map((page) => `${page.what}: ${figureOf(page).value}`),
      ...(isLarge ? {} : { kept: { file: 'orders-plans.md', text: plansOf(pages, orders) } }),
    };
  } finally {
    await orm.close();
    await Promise.all([client.end(), helper.end()]);
  }
};

const databaseBytes = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes');
  return Number(rows[0]?.bytes);
};

/** Each question of the list, its tenth pages, and the rows of an open list. */
const measurePages = async (client: pg.Client, orm: Orm, storeId: string): Promise<MeasuredPage[]> => {
  const sql = sqlOf(orm);
  const pages: MeasuredPage[] = [];
  const asked = await questions(client, storeId);
  for (const [what, query] of asked) {
    pages.push(await measure(client, what, query, pageOf(storeId, query, null)));
  }
  for (const [what, query] of TENTH_PAGES) {
    const statement = pageOf(storeId, query, await tenthPage(sql, storeId, query));
    pages.push(await measure(client, `tenth page, ${what}`, query, statement));
  }
  for (const [what, query] of AGAIN) {
    pages.push(await measure(client, `the rows on the screen again, ${what}`, query, await again(sql, storeId, query)));
  }
  for (const [what, query] of asked.filter(([name]) => name === 'first page' || name.startsWith('search'))) {
    const { search } = filterOf(query);
    const statement = foundOrdersSql({ limit: PAGE, ...(search ? { search } : {}) });
    pages.push(await measure(client, `operators, every store, ${what}`, query, statement));
  }
  return pages;
};

/** The statements that `work` sends, whose results are empty. */
const statementsOf = async (work: (em: Em) => Promise<unknown>): Promise<SqlText[]> => {
  const sent: SqlText[] = [];
  const pool = {
    query({ text, values }: SqlText) {
      sent.push({ text, values: [...values] });
      return Promise.resolve({ rows: [] });
    },
  };
  await work({ getConnection: () => ({ getNativeClient: () => pool }) } as unknown as Em);
  return sent;
};

const DAY_MS = 86_400_000;

/** Counts and sums over many orders: the tabs, and the statements of a report of a day and of a month. Their cost grows with the orders. */
const measureSums = async (client: pg.Client, storeId: string): Promise<MeasuredPage[]> => {
  const { rows } = await client.query<{ newest: Date }>(
    'select max(created_at) as newest from checkout_intent where store_id = $1',
    [storeId],
  );
  const newest = rows[0]?.newest.getTime() ?? 0;
  const work: [what: string, (em: Em) => Promise<unknown>][] = [
    ['counts of the tabs', (em) => countTabs(sqlOf({ em }), storeId)],
    ...([1, 30] as const).map((days): [string, (em: Em) => Promise<unknown>] => [
      `report of ${days} day${days > 1 ? 's' : ''}`,
      (em) => readReportFigures(em, storeId, new Date(newest - (days + 1) * DAY_MS), new Date(newest - DAY_MS)),
    ]),
  ];
  const measured: MeasuredPage[] = [];
  for (const [what, send] of work) {
    const parts: MeasuredPage[] = [];
    for (const statement of await statementsOf(send)) parts.push(await measure(client, what, '', statement));
    measured.push({
      ...{ what, query: '', isSum: true, ms: parts.reduce((sum, { ms }) => sum + ms, 0) },
      scanned: [...new Set(parts.flatMap(({ scanned }) => scanned))],
      plan: parts.map(({ plan }) => plan).join('\n\n'),
    });
  }
  return measured;
};

const TENTH_PAGES: readonly [what: string, query: string][] = [
  ['all orders', ''],
  ['tab attention', 'tab=attention'],
  ['network', 'network=8453'],
  ['network and amount', 'network=8453&max=5'],
  ['search: what every order has', 'q=WEB-00'],
];

/** Queries of an open list of orders, which run every few seconds. */
const AGAIN: readonly [what: string, query: string][] = [
  ['all orders', ''],
  ['tab attention', 'tab=attention'],
  ['network and amount', 'network=8453&max=5'],
];

const pageOf = (storeId: string, query: string, cursor: OrderCursor | null): SqlText =>
  orderPageSql(storeId, filterOf(query), cursor, PAGE);

const again = async (sql: Sql, storeId: string, query: string): Promise<SqlText> => {
  const { orders } = await listOrders(sql, storeId, filterOf(query), null);
  return ordersAgainSql(
    storeId,
    filterOf(query),
    orders.map(({ id }) => id),
  );
};

/** The cursor of the tenth page, found by reading nine. */
const tenthPage = async (sql: Sql, storeId: string, query: string): Promise<OrderCursor | null> => {
  const filter = filterOf(query);
  let cursor: OrderCursor | null = null;
  for (let page = 1; page < 10; page += 1) {
    const { older } = await listOrders(sql, storeId, filter, cursor);
    if (older) cursor = { side: 'older', id: older };
  }
  return cursor;
};

const filterOf = (query: string): OrderFilter => {
  const { filter, problems } = parseOrderFilter(new URLSearchParams(query), ZONE);
  if (problems[0]) throw new Error(`${query}: ${problems[0].message}`);
  return filter;
};

/** The measured queries, as query strings of the list. */
const questions = async (client: pg.Client, storeId: string): Promise<[what: string, query: string][]> => {
  const { rows } = await client.query<Record<'id' | 'order_id' | 'tx_hash' | 'tx_from' | 'deposit_address', string>>(
    'select id, order_id, tx_hash, tx_from, deposit_address from checkout_intent where store_id = $1 and status = 20 order by id offset 5000 limit 1',
    [storeId],
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
    ['amount that most have', 'min=1'],
    ['network, amount of one in a hundred', 'network=8453&min=100&max=103'],
    ['network, amount of one in twenty', 'network=8453&max=5'],
    ['network, amount without any', 'network=8453&min=100000'],
    ['rare network, amount that most have', 'network=10&min=1'],
    ['paid, rare network, amount that most have', 'tab=paid&network=10&min=1'],
    ['one month, amount that most have', 'from=2026-06-01&to=2026-06-30&min=1'],
    ['coin, amount of one in a hundred', 'coin=USDC&max=2'],
    ['tab attention, amount of one in twenty', 'tab=attention&max=5'],
    ['one day', `from=2026-06-01&to=2026-06-01`],
    ['search: checkout id', `q=${of.id}`],
    ['search: order id', `q=${of.order_id}`],
    ['search: what every order has', 'q=WEB-00'],
    ['search: the last four digits of an order id', `q=${of.order_id.slice(-4)}`],
    ['search: a word of one in six', 'q=blanket'],
    ['search: two words', `q=blanket+${of.order_id.slice(-5)}`],
    ['search: a word that no order has', 'q=chandelier'],
    ['search: a word of the oldest orders alone', 'q=WEB-000000'],
    ['search: two characters', 'q=zz'],
    ['search: transaction', `q=${of.tx_hash}`],
    ['search: payer', `q=${of.tx_from}`],
    ['search: deposit address', `q=${of.deposit_address}`],
  ];
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

const medianMs = async (prepare: () => Promise<unknown>, work: () => Promise<unknown>): Promise<number> => {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await prepare();
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times);
};

interface Plan {
  'Node Type': string;
  'Actual Loops': number;
  'Relation Name'?: string;
  Plans?: Plan[];
}

/** A part of a plan that was never run read nothing. */
const scannedWhole = (plan: Plan): string[] => [
  ...(plan['Node Type'] === 'Seq Scan' && plan['Actual Loops'] > 0 ? [plan['Relation Name'] ?? ''] : []),
  ...(plan.Plans ?? []).flatMap(scannedWhole),
];

interface MeasuredPage {
  what: string;
  /** The query string of the list. */
  query: string;
  ms: number;
  /** Tables with a sequential scan. */
  scanned: string[];
  /** The text of EXPLAIN with the rows of each step, without values that differ between runs. */
  plan: string;
  /** Its cost grows with the orders: no aim in milliseconds. */
  isSum?: true;
}

const measure = async (
  client: pg.Client,
  what: string,
  query: string,
  { text, values }: SqlText,
): Promise<MeasuredPage> => {
  const times: number[] = [];
  const scans = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan; 'Execution Time': number }] }>(
      `explain (analyze, format json) ${text}`,
      values,
    );
    const explained = rows[0]?.['QUERY PLAN'][0];
    if (!explained) throw new Error('EXPLAIN returned no plan');
    times.push(explained['Execution Time']);
    for (const table of scannedWhole(explained.Plan)) scans.add(table);
  }
  // No seeded order is refunded, and Postgres scans an empty table in sequence whatever its indexes.
  // Stores and merchants are few.
  for (const table of ['send_back', 'send_back_entry', 'store', 'merchant']) scans.delete(table);
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(
    `explain (analyze, costs off, timing off, summary off, buffers off) ${text}`,
    values,
  );
  return { what, query, ms: median(times), scanned: [...scans], plan: rows.map((row) => row['QUERY PLAN']).join('\n') };
};

const MOST_MS = 100;

const isMissed = ({ ms, scanned, isSum }: MeasuredPage): boolean =>
  (isSum !== true && ms >= MOST_MS) || scanned.length > 0;

const figureOf = ({ what, ms, scanned, isSum }: MeasuredPage): Figure => ({
  what,
  value: `${ms.toFixed(1)} ms${scanned.length > 0 ? `, sequential scan of ${scanned.join(', ')}` : ''}`,
  aim: `${isSum === true ? '' : `< ${MOST_MS} ms, `}no sequential scan`,
});

const plansOf = (pages: readonly MeasuredPage[], orders: number): string =>
  [
    `How Postgres reads each page of the list of orders: ${orders.toLocaleString('en-US')} orders of one store, the statement of \`orderPageSql\` (db/orders/order-list.ts), and \`ordersAgainSql\` for rows on the screen, for the query string above it. "never executed" marks the plan that was not chosen (decision 0046).`,
    ...pages.map(({ what, query, plan }) => `## ${what}\n\n\`?${query}\`\n\n\`\`\`\n${plan}\n\`\`\``),
  ].join('\n\n');

/** Streams the CSV as the server does, in a separate process, and then the same rows with COPY. */
const compareExport = async (client: pg.Client, databaseUrl: string, storeId: string): Promise<Figure[]> => {
  const exported = async (store: string): Promise<string> =>
    (await promisify(execFile)(process.execPath, [...CSV_HEAP, CSV_PROCESS, databaseUrl, store, ZONE])).stdout;
  // The first start on a machine compiles the modules, which takes 20 MB more; a store without orders.
  await exported('none');
  const stdout = await exported(storeId);
  const {
    seconds: ours,
    cpuSeconds,
    serverCpuSeconds,
    bytes,
    beforeBytes,
    peakBytes,
  } = JSON.parse(stdout) as CsvMeasure;
  const serverPid = await backendPid(client);
  const copyCpuBefore = cpuMilliseconds(serverPid);
  const copyStart = performance.now();
  await client.query(
    `copy (select created_at, i.id, order_id, order_description, status, amount_cents, currency, amount_units, stable_coin, confirmed_at,
       b.gross_units, b.coin, b.chain_id, b.fee_units, b.net_units, b.surplus_units, payment_method_type, i.tx_hash,
       i.tx_from, deposit_address, user_id, user_name, b.token
     from checkout_intent i left join booking b on b.intent_id = i.id where i.store_id = '${storeId}' order by i.id desc) to program 'cat > /dev/null' with (format csv, header)`,
  );
  const copy = (performance.now() - copyStart) / 1000;
  const copyCpu = (cpuMilliseconds(serverPid) - copyCpuBefore) / 1000;
  return [
    { what: 'CSV of all orders', value: `${ours.toFixed(1)} s, ${Math.round(bytes / MEGABYTE)} MiB` },
    { what: 'COPY of the same rows', value: `${copy.toFixed(1)} s` },
    { what: 'CSV against COPY', value: `${(ours / copy).toFixed(1)} times as long`, aim: '≤ 3 times' },
    {
      what: 'processor time: exporting process, Postgres for it, Postgres for COPY',
      value: `${cpuSeconds.toFixed(1)} s, ${serverCpuSeconds.toFixed(1)} s, ${copyCpu.toFixed(1)} s`,
    },
    {
      what: 'memory of the exporting process: before, at most while streaming',
      value: `${Math.round(beforeBytes / MEGABYTE)} MiB, ${Math.round(peakBytes / MEGABYTE)} MiB`,
      aim: '≤ 120 MB',
    },
  ];
};
