// Twenty thousand orders of one store: each filter and search finds what a scan of all rows finds, by an index, in pages without gaps
// or repeats while orders arrive. Export and figures match sums computed independently.
import { randomBytes } from 'node:crypto';
import Papa from 'papaparse';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SqlText } from '#db/orders/order-conditions.ts';
import { orderCsv } from '#db/orders/order-csv.ts';
import {
  countOrders,
  listOrders,
  type OrderCursor,
  orderPageSql,
  ordersAgainSql,
  readOrdersAgain,
} from '#db/orders/order-list.ts';
import { countTabs, MOST_COUNTED, readFilterTotals } from '#db/orders/order-summary.ts';
import { readOrderTotals } from '#db/orders/order-totals.ts';
import { type Sql, sqlOf } from '#db/pool.ts';
import { unlessSlow } from '#db/time-limit.ts';
import { type IntentId, makeIntentId } from '#domain/ids.ts';
import { addDays, type Day, startOfDay } from '#domain/local-days.ts';
import { sum } from '#domain/money.ts';
import { parseOrderFilter } from '#domain/order-filter.ts';
import { fillStore } from '#scripts/lib/seed-store.ts';
import { ownerUrlOf } from '#test/support/database.ts';
import { tableScans } from '#test/support/query-plan.ts';
import { readHomeView } from '#web/dashboard/home/server/home-presenter.ts';
import { readChanges, readOrdersView } from '#web/dashboard/orders/server/orders-presenter.ts';
import { type Ledger, openLedger } from './intents.ts';
import { ORDER_QUERIES, queryOf, type SampleOrder, ZONE } from './order-queries.ts';

const ORDERS = 20_000;
const LONG_TABLES: ReadonlySet<string> = new Set([
  'checkout_intent',
  'booking',
  'token_transfer',
  'settlement',
  'review_item',
  'order_search',
]);

let ledger: Ledger;
let client: pg.Client;
let sql: Sql;
let sample: SampleOrder;

beforeAll(async () => {
  ledger = await openLedger();
  sql = sqlOf(ledger.orm);
  client = new pg.Client({ connectionString: ownerUrlOf(ledger.database.url) });
  await client.connect();
  await fillStore(client, ledger.storeId, ORDERS);
  // Few orders are not the API's. A link's orders need no row of `order_source` to be listed.
  await client.query(
    `update checkout_intent set source = n % 3 + 1
     from (select id, row_number() over (order by id) as n from checkout_intent) numbered
     where numbered.id = checkout_intent.id and n % 200 < 3`,
  );
  // As the owner: for another role Postgres skips every table, with a warning.
  await client.query('vacuum analyze');
  // As for tables that are in memory. Else so few orders are cheaper to read whole than through an index.
  await client.query('set random_page_cost = 1.1');
  const { rows } = await client.query(
    `select i.id, i.order_id, i.tx_hash, i.tx_from, i.deposit_address, s.tx_hash as settled_by,
       to_char(i.created_at at time zone '${ZONE}', 'YYYY-MM-DD') as day
     from checkout_intent i join settlement s on s.intent_id = i.id order by i.id offset 9000 limit 1`,
  );
  sample = rows[0];
}, 240_000);

afterAll(async () => {
  await client?.end();
  await ledger?.close();
});

const filterOf = (query: string) => {
  const { filter, problems } = parseOrderFilter(new URLSearchParams(query), ZONE);
  expect(problems).toEqual([]);
  return filter;
};

/** Tables that have many rows here and were read in sequence. */
const scannedWhole = async (statement: SqlText): Promise<string[]> =>
  (await tableScans(client, statement)).flatMap(({ table, type }) =>
    type === 'Seq Scan' && LONG_TABLES.has(table) ? table : [],
  );

test.each(ORDER_QUERIES)('"%s" finds what a scan of all orders finds, with an index', async (query, plain) => {
  const filter = filterOf(queryOf(query, sample));
  const where = typeof plain === 'string' ? plain : plain(sample);
  const { rows: expected } = await client.query<{ id: string }>(
    `select i.id from checkout_intent i where i.store_id = $1 and (${where}) order by id desc`,
    [ledger.storeId],
  );
  const first = await listOrders(sql, ledger.storeId, filter, null);
  expect(first.orders.map(({ id }) => id)).toEqual(expected.slice(0, 50).map(({ id }) => id));
  expect(first.newer).toBeNull();
  expect(first.older === null).toBe(expected.length <= 50);
  expect(await countOrders(sql, ledger.storeId, filter)).toBe(expected.length);

  // Forward, and back again.
  const cursors: (OrderCursor | null)[] = [null];
  if (first.older) {
    const second = await listOrders(sql, ledger.storeId, filter, { side: 'older', id: first.older });
    expect(second.orders.map(({ id }) => id)).toEqual(expected.slice(50, 100).map(({ id }) => id));
    cursors.push({ side: 'older', id: first.older });
    const back = await listOrders(sql, ledger.storeId, filter, { side: 'newer', id: second.newer ?? first.older });
    expect(back.orders).toEqual(first.orders);
  }
  // Reads orders again, half of them in this filter: each has its current state, and whether it is in the filter.
  const newest = await listOrders(sql, ledger.storeId, {}, null, 25);
  const ids = [...new Set([...newest.orders, ...first.orders.slice(0, 25)].map(({ id }) => id))];
  const again = await readOrdersAgain(sql, ledger.storeId, filter, ids);
  expect(again.map(({ id }) => id).sort()).toEqual([...ids].sort());
  for (const { isListed, ...order } of again) {
    const { search, ...rest } = filter;
    if (!search) expect([order.id, isListed]).toEqual([order.id, expected.some(({ id }) => id === order.id)]);
    else if (Object.keys(rest).length === 0) expect(isListed).toBe(true);
    const shown = first.orders.find(({ id }) => id === order.id);
    if (shown) expect(order).toEqual(shown);
  }
  expect(await scannedWhole(ordersAgainSql(ledger.storeId, filter, ids))).toEqual([]);
  // For a search with a status the planner may read the rare status instead, because its sample has so few of these orders.
  if (filter.search && filter.statuses) return;
  for (const cursor of cursors) {
    expect(await scannedWhole(orderPageSql(ledger.storeId, filter, cursor, 51))).toEqual([]);
  }
});

test('pages have no gaps and no repeats while orders come in', async () => {
  const before = await client.query<{ id: string }>(
    'select id from checkout_intent where store_id = $1 and status = -4 order by id desc',
    [ledger.storeId],
  );
  const seen: string[] = [];
  let cursor: OrderCursor | null = null;
  for (;;) {
    const page = await listOrders(sql, ledger.storeId, filterOf('status=CANCELED'), cursor, 40);
    seen.push(...page.orders.map(({ id }) => id));
    if (!page.older) break;
    cursor = { side: 'older', id: page.older };
    const id = await ledger.newIntent();
    await client.query('update checkout_intent set status = -4 where id = $1', [id]);
  }
  expect(seen).toEqual(before.rows.map(({ id }) => id));
  expect(seen.length).toBeGreaterThan(200);
});

test.each(['', 'tab=paid', 'q=blanket', 'network=8453'])(
  '"%s" from the oldest has the same pages backwards',
  async (query) => {
    const filter = filterOf(query);
    const newest = await listOrders(sql, ledger.storeId, filter, null, 2 * ORDERS);
    const oldest = newest.orders.map(({ id }) => id).reverse();
    const pageAt = (cursor: OrderCursor | null) => listOrders(sql, ledger.storeId, filter, cursor, 20, 'oldest');
    const first = await pageAt(null);
    expect(first.orders.map(({ id }) => id)).toEqual(oldest.slice(0, 20));
    expect(first.older).toBeNull();
    const second = await pageAt({ side: 'newer', id: first.newer as IntentId });
    expect(second.orders.map(({ id }) => id)).toEqual(oldest.slice(20, 40));
    const back = await pageAt({ side: 'older', id: second.older as IntentId });
    expect(back).toEqual(first);
  },
);

test('totals of a filter are the sums of its bookings, and tabs are counted', async () => {
  const { rows } = await client.query<{ gross: string; orders: number }>(
    `select sum(b.gross_units)::text as gross, count(distinct i.id)::int as orders from checkout_intent i
      join booking b on b.intent_id = i.id where i.store_id = $1 and i.status = 20 and b.chain_id = 8453`,
    [ledger.storeId],
  );
  const { parts } = await readFilterTotals(sql, ledger.storeId, filterOf('tab=paid&network=8453'));
  const onBase = parts.filter(({ chainId }) => chainId === 8453);
  expect(String(sum(onBase.map(({ grossUnits }) => grossUnits)))).toBe(rows[0]?.gross);
  const counts = await countTabs(sql, ledger.storeId);
  for (const tab of ['paid', 'in-progress', 'attention', 'expired'] as const) {
    const all = await countOrders(sql, ledger.storeId, filterOf(`tab=${tab}`));
    expect(counts[tab]).toBe(Math.min(all, MOST_COUNTED + 1));
  }
});

describe('a read that takes too long', () => {
  const em = () => ledger.orm.em;
  const store = () => ({ id: ledger.storeId, timeZone: ZONE });
  const view = (query: string, limits: { list: number; totals: number }) =>
    readOrdersView(em(), store(), new URLSearchParams(query), [], limits);

  test('is stopped, and no connection keeps the limit', async () => {
    const endless = 'select count(*) from (select generate_series(1, 100000000000)) numbers';
    const read = (own: Sql) => own.query({ name: '', text: endless, values: [] });
    expect(await unlessSlow(em(), 0.1, read)).toBeNull();
    const limits = await Promise.all(
      Array.from({ length: 8 }, () => sql.query({ name: '', text: 'show statement_timeout', values: [] })),
    );
    expect(new Set(limits.flatMap(({ rows }) => rows.map((row) => JSON.stringify(row))))).toEqual(
      new Set(['{"statement_timeout":"0"}']),
    );
  });

  test('another failure is no slow read', async () => {
    const read = (own: Sql) => own.query({ name: '', text: 'select 1 / 0', values: [] });
    await expect(unlessSlow(em(), 5, read)).rejects.toThrow('division by zero');
  });

  test('leaves the list without rows, and says so; what does not search is shown', async () => {
    const limits = { list: 0.2, totals: 5 };
    await client.query('begin');
    await client.query('lock table order_search in access exclusive mode');
    try {
      const slow = await view('q=mug', limits);
      expect([slow.lines, slow.slow]).toEqual([[], { what: 'orders', seconds: 0.2 }]);
    } finally {
      await client.query('rollback');
    }
    const quick = await view('', { list: 5, totals: 5 });
    expect([quick.lines.length, quick.slow]).toEqual([50, null]);
  });

  test('leaves out the totals alone', async () => {
    // The sums of twenty thousand orders take longer than a millisecond.
    const { lines, totals, slow } = await view('totals=on', { list: 5, totals: 0.001 });
    expect([lines.length, totals, slow]).toEqual([50, null, { what: 'totals', seconds: 0.001 }]);
    expect((await view('totals=on', { list: 5, totals: 30 })).totals?.orders).toBeGreaterThanOrEqual(ORDERS);
  });
});

test('a search never finds an order of another store', async () => {
  for (const query of [
    '',
    `q=${sample.id}`,
    `q=${sample.order_id}`,
    `q=${sample.tx_hash}`,
    `q=${sample.deposit_address}`,
  ]) {
    const page = await listOrders(sql, 'sto_00000000000000000000000000000000', filterOf(query), null);
    expect(page.orders).toEqual([]);
  }
  const changes = (id: string, ids: string[]) =>
    readChanges(ledger.orm.em, { id, timeZone: ZONE }, new URLSearchParams({ ids: ids.join('.') }));
  expect((await changes('sto_00000000000000000000000000000000', [sample.id]))?.lines).toEqual([]);
  // Invalid ids are ignored, and a page of ids is the maximum.
  expect((await changes(ledger.storeId, ['%', sample.id]))?.lines.map(({ id }) => id)).toEqual([sample.id]);
  const { orders } = await listOrders(sql, ledger.storeId, {}, null, 60);
  expect(
    (
      await changes(
        ledger.storeId,
        orders.map(({ id }) => id),
      )
    )?.lines,
  ).toHaveLength(50);
});

test('an order id of the shop that resembles a hash, an address or a checkout id is found', async () => {
  const named = ['4b'.repeat(32), `0x${'4c'.repeat(32)}`, `0x${'4D'.repeat(20)}`, '4e'.repeat(12)];
  const made = new Map<string, string>();
  for (const orderId of named) made.set(orderId, await ledger.newIntent({ orderId }));
  for (const [orderId, id] of made) {
    const filter = filterOf(`q=${orderId}`);
    expect(filter.search?.kind).not.toBe('order');
    const { orders } = await listOrders(sql, ledger.storeId, filter, null);
    expect(orders.map((order) => order.id)).toEqual([id]);
  }
});

const csvOf = async (
  query: string,
  rows: 'orders' | 'transfers',
): Promise<{ text: string; lines: Record<string, string>[] }> => {
  let text = '';
  for await (const chunk of orderCsv(sql, { storeId: ledger.storeId, filter: filterOf(query), timeZone: ZONE, rows })) {
    text += chunk;
  }
  expect(text.startsWith('\uFEFF')).toBe(true);
  const { data, errors } = Papa.parse<Record<string, string>>(text.slice(1), { header: true, skipEmptyLines: true });
  expect(errors).toEqual([]);
  return { text, lines: data };
};

const unitsOf = (decimal: string | undefined): bigint => {
  const [whole = '0', fraction = ''] = (decimal || '0').split('.');
  return BigInt(whole + fraction.padEnd(18, '0'));
};

test('the export has every order once, and its sums match the database', async () => {
  const { lines } = await csvOf('tab=paid', 'orders');
  const { rows } = await client.query<{ n: number; gross: string; fee: string; net: string }>(
    `select count(*)::int as n, sum(actual_paid_units)::text as gross, sum(service_fee_units)::text as fee, sum(net_income_units)::text as net
     from checkout_intent where store_id = $1 and status = 20`,
    [ledger.storeId],
  );
  expect(lines).toHaveLength(rows[0]?.n ?? -1);
  expect(new Set(lines.map((line) => line.checkout_intent_id)).size).toBe(lines.length);
  const sum = (column: string): string => String(lines.reduce((total, line) => total + unitsOf(line[column]), 0n));
  expect({ gross: sum('paid'), fee: sum('fee'), net: sum('net') }).toEqual({
    gross: rows[0]?.gross,
    fee: rows[0]?.fee,
    net: rows[0]?.net,
  });
  const transfers = await csvOf(`from=${sample.day}&to=${sample.day}`, 'transfers');
  const counted = await client.query(
    `select count(*)::int as n from token_transfer t join checkout_intent i on i.id = t.intent_id
     where i.store_id = $1 and (i.created_at at time zone $2)::date = $3`,
    [ledger.storeId, ZONE, sample.day],
  );
  expect(transfers.lines).toHaveLength(counted.rows[0].n);
});

test('text that a shop wrote into an order cannot become a formula, a column or a line', async () => {
  const nasty = ['=1+1', '+cmd', '-2', '@x', '\t=1', '\r=1', '=1\n2', 'a,"b"\r\nc', '＝1', 'plain'];
  const at = new Date('2031-03-30T00:59:30Z');
  for (const [index, text] of nasty.entries()) {
    const createdAt = new Date(at.getTime() + index * 60_000);
    const id = makeIntentId(createdAt.getTime() / 1000, randomBytes(8));
    await ledger.newIntent({ id, createdAt, orderId: text, orderDescription: text, userName: text });
  }
  const { text, lines } = await csvOf('from=2031-03-30&to=2031-03-30', 'orders');
  expect(lines.map((line) => line.order_id).reverse()).toEqual(
    // Also behind a line break or a tab within the cell.
    nasty.map((value) => (/^[=+\-@\t\r\n＝]/.test(value) ? "'" : '') + value.replace(/[\t\r\n](?==)/g, "$&'")),
  );
  expect(lines.every((line) => line.order_id === line.user_name && line.order_id === line.description)).toBe(true);
  // Berlin sets its clocks forward at 01:00 UTC that night.
  expect(lines.at(-1)?.created_at).toBe('2031-03-30T01:59:30+01:00');
  expect(lines.at(-2)?.created_at).toBe('2031-03-30T03:00:30+02:00');
  expect(await csvOf('from=2031-03-30&to=2031-03-30', 'orders')).toEqual({ text, lines });
});

test('daily figures match independent SQL, also on the day of a clock change', async () => {
  const first = '2026-10-20' as Day;
  const days = Array.from({ length: 12 }, (_, index) => addDays(first, index));
  const totals = await readOrderTotals(
    sql,
    ledger.storeId,
    days.map((day) => startOfDay(day, ZONE)),
  );
  const { rows } = await client.query<{ day: string; status: number; orders: number }>(
    `select to_char(created_at at time zone $2, 'YYYY-MM-DD') as day, status, count(*)::int as orders
     from checkout_intent where store_id = $1 and (created_at at time zone $2)::date between $3 and $4
     group by 1, 2 order by 1, 2`,
    [ledger.storeId, ZONE, days[0], days[10]],
  );
  expect(rows.length).toBeGreaterThan(20);
  const counts = totals.flatMap(({ range, statuses }) =>
    statuses.map(({ status, orders }) => ({ day: days[range], status, orders })),
  );
  const byKey = (a: { day: unknown; status: number }, b: { day: unknown; status: number }): number =>
    `${a.day} ${a.status}` < `${b.day} ${b.status}` ? -1 : 1;
  expect(counts.sort(byKey)).toEqual(rows.sort(byKey));

  const { rows: money } = await client.query(
    `select to_char(i.created_at at time zone $2, 'YYYY-MM-DD') as day, t.chain_id as "chainId", t.coin,
       count(distinct i.id)::int as orders, sum(t.amount_units)::text as gross
     from token_transfer t join checkout_intent i on i.id = t.intent_id
     where i.store_id = $1 and t.in_payment and (i.created_at at time zone $2)::date between $3 and $4
     group by 1, 2, 3 order by 1, 2, 3`,
    [ledger.storeId, ZONE, days[0], days[10]],
  );
  expect(money.length).toBeGreaterThan(20);
  expect(
    totals.flatMap(({ range, parts }) =>
      parts.map(({ chainId, coin, orders, grossUnits }) => ({
        ...{ day: days[range], chainId, coin, orders, gross: String(grossUnits) },
      })),
    ),
  ).toEqual(money);
});

test('the home page compares the last thirty days with the thirty days before', async () => {
  const now = Date.now();
  const view = await readHomeView(ledger.orm.em, { id: ledger.storeId, timeZone: ZONE }, now);
  const { rows } = await client.query<{ orders: number; net: string; success: number }>(
    `select count(*)::int as orders, coalesce(sum(net_income_units), 0)::text as net,
       round(100.0 * count(*) filter (where status = 20) / count(*) filter (where status in (20, -1, -2, -3, -4, -5)), 1)::float8 as success
     from checkout_intent
     where store_id = $1 and (created_at at time zone $2)::date > (to_timestamp($3) at time zone $2)::date - 30
       and created_at <= to_timestamp($3) + interval '1 day'`,
    [ledger.storeId, ZONE, now / 1000],
  );
  expect(view.days).toHaveLength(30);
  expect(view.current.orders).toBe(rows[0]?.orders);
  expect(String(unitsOf(view.current.net))).toBe(rows[0]?.net);
  expect(view.days.reduce((sum, { orders }) => sum + orders, 0)).toBe(view.current.orders);
  expect(view.splits.reduce((sum, { gross }) => sum + unitsOf(gross), 0n)).toBe(unitsOf(view.current.gross));
  expect(view.statuses.reduce((sum, { orders }) => sum + orders, 0)).toBe(view.current.orders);
  expect(view.current.successPercent).toBe(rows[0]?.success);
  expect(view.change.orders).not.toBeNull();
});
