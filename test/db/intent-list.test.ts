// The API's list over twenty thousand orders of one store: every filter finds what a scan of all rows finds, and a page reads an
// index and a bounded number of rows, wherever it is in the list.
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type IntentListFilter, intentIdsSql, listIntents } from '#db/intents/list-intents.ts';
import type { IntentId } from '#domain/ids.ts';
import { fillStore } from '#scripts/lib/seed-store.ts';
import { ownerUrlOf } from '#test/support/database.ts';
import { tableScans } from '#test/support/query-plan.ts';
import { type Ledger, openLedger } from './intents.ts';

/** At 100,000 the plans and the rows that they read are the same (decision 0075). */
const ORDERS = 20_000;
const LIMIT = 100;
/** A page may read this many rows of a table or index for each row that it returns. */
const ROWS_FOR_EACH = 40;

let ledger: Ledger;
let client: pg.Client;
let ids: IntentId[];
let orderId: string;

beforeAll(async () => {
  ledger = await openLedger();
  client = new pg.Client({ connectionString: ownerUrlOf(ledger.database.url) });
  await client.connect();
  await fillStore(client, ledger.storeId, ORDERS);
  // As the owner: for another role Postgres skips every table, with a warning.
  await client.query('vacuum analyze');
  const { rows } = await client.query<{ id: IntentId; order_id: string }>(
    'select id, order_id from checkout_intent where store_id = $1 order by id desc',
    [ledger.storeId],
  );
  ids = rows.map(({ id }) => id);
  orderId = rows[14_000]?.order_id ?? '';
}, 240_000);

afterAll(async () => {
  await client?.end();
  await ledger?.close();
});

const secondOf = (index: number): number => Number.parseInt((ids[index] ?? '').slice(0, 8), 16);
const booked = (condition: string): string =>
  `exists (select from booking b where b.intent_id = i.id and ${condition})`;

interface Kind {
  name: string;
  filter: () => IntentListFilter;
  plain: () => string;
}

const KINDS: readonly Kind[] = [
  { name: 'all', filter: () => ({}), plain: () => 'true' },
  { name: 'one status', filter: () => ({ statuses: [-5] }), plain: () => 'i.status = -5' },
  { name: 'a rare status', filter: () => ({ statuses: [-2] }), plain: () => 'i.status = -2' },
  { name: 'several statuses', filter: () => ({ statuses: [-4, 4, 20] }), plain: () => 'i.status in (-4, 4, 20)' },
  {
    name: 'a window of time',
    filter: () => ({ createdFrom: secondOf(12_000), createdBefore: secondOf(8_000) }),
    plain: () =>
      `i.created_at >= to_timestamp(${secondOf(12_000)}) and i.created_at < to_timestamp(${secondOf(8_000)})`,
  },
  {
    name: 'a status in a window of time',
    filter: () => ({ statuses: [-4], createdBefore: secondOf(18_000) }),
    plain: () => `i.status = -4 and i.created_at < to_timestamp(${secondOf(18_000)})`,
  },
  { name: 'an order id', filter: () => ({ orderId }), plain: () => `i.order_id = '${orderId}'` },
  { name: 'an unknown order id', filter: () => ({ orderId: 'unknown' }), plain: () => 'false' },
  { name: 'a network', filter: () => ({ chainIds: [8453] }), plain: () => booked('b.chain_id = 8453') },
  { name: 'a rare network', filter: () => ({ chainIds: [10] }), plain: () => booked('b.chain_id = 10') },
  { name: 'a coin', filter: () => ({ coins: [2] }), plain: () => booked('b.coin = 2') },
  {
    name: 'network, coin, status and time',
    filter: () => ({ chainIds: [56], coins: [1], statuses: [20], createdFrom: secondOf(19_000) }),
    plain: () =>
      `${booked('b.chain_id = 56 and b.coin = 1')} and i.status = 20 and i.created_at >= to_timestamp(${secondOf(19_000)})`,
  },
];

test.each(KINDS)('$name: what a scan finds, by an index', async ({ filter, plain }) => {
  const { rows } = await client.query<{ id: IntentId }>(
    `select i.id from checkout_intent i where i.store_id = $1 and ${plain()} order by i.id desc`,
    [ledger.storeId],
  );
  const expected = rows.map(({ id }) => id);
  const starts = [null, ids[500], ids[10_000], ids[19_950], expected[Math.floor(expected.length / 2)]];
  for (const after of starts.filter((one) => one !== undefined)) {
    const page = await listIntents(ledger.orm.em, ledger.storeId, filter(), after, LIMIT);
    const rest = after === null ? expected : expected.filter((id) => id < after);
    expect(page.intents.map(({ id }) => id)).toEqual(rest.slice(0, LIMIT));
    expect(page.hasMore).toBe(rest.length > LIMIT);

    const scans = await tableScans(client, intentIdsSql(ledger.storeId, filter(), after, LIMIT));
    expect(scans.map(({ type }) => type)).not.toContain('Seq Scan');
    const read = scans.reduce((sum, { rows }) => sum + rows, 0);
    expect(read).toBeLessThanOrEqual(LIMIT * ROWS_FOR_EACH);
  }
});

test('another store finds nothing', async () => {
  const page = await listIntents(ledger.orm.em, 'sto_00000000000000000000000000000000', {}, null, LIMIT);
  expect(page).toEqual({ intents: [], hasMore: false });
});
