// Totals of past days are stored and never differ from the orders: a change of an old order deletes its day's total in the same
// transaction, also while another process adds up.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDayTotals } from '#db/orders/order-day-totals.ts';
import { type OrderTotals, readOrderTotals } from '#db/orders/order-totals.ts';
import { sqlOf } from '#db/pool.ts';
import { type IntentId, makeIntentId } from '#domain/ids.ts';
import { addDays, dayOf, startOfDay } from '#domain/local-days.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { type Ledger, openLedger } from './intents.ts';

const ZONE = 'Europe/Berlin';
const HOUR_MS = 3_600_000;

let ledger: Ledger;
let other: pg.Client;
let boundaries: number[];
beforeAll(async () => {
  ledger = await openLedger();
  other = new pg.Client({ connectionString: ledger.database.url });
  await other.connect();
  const today = dayOf(Date.now(), ZONE);
  boundaries = Array.from({ length: 11 }, (_, index) => startOfDay(addDays(today, index - 9), ZONE));
  for (let hours = 0; hours < 9 * 24; hours += 7) await orderOf(hours);
});
afterAll(async () => {
  await other?.end();
  await ledger?.close();
});

const orderOf = async (hoursAgo: number): Promise<IntentId> => {
  const createdAt = new Date(Date.now() - hoursAgo * HOUR_MS);
  const id = makeIntentId(createdAt.getTime() / 1000, randomBytes(8));
  await ledger.newIntent({ id, createdAt });
  return id;
};

const totals = () => readDayTotals(ledger.orm.em, ledger.storeId, boundaries);
const kept = () =>
  ledger.rows<{ from_id: string; before_id: string }>(
    'select from_id, before_id from order_day_total order by from_id',
  );
const addedUp = (): Promise<OrderTotals[]> => readOrderTotals(sqlOf(ledger.orm), ledger.storeId, boundaries);
const expired = (list: readonly OrderTotals[]): number =>
  list
    .flatMap(({ statuses }) => statuses)
    .filter(({ status }) => status === -5)
    .reduce((sum, { orders }) => sum + orders, 0);
const EXPIRE = 'update checkout_intent set status = -5 where id = $1';

test('equal the sums, are stored for days that ended 25 hours ago, and are read from the store afterwards', async () => {
  const expected = await addedUp();
  expect(expected.length).toBeGreaterThan(8);
  expect(await totals()).toEqual(expected);
  const days = await kept();
  expect(days.length).toBeGreaterThanOrEqual(7);
  for (const { before_id } of days) expect(Number.parseInt(before_id, 16)).toBeLessThan(Date.now() / 1000 - 25 * 3600);
  expect(await totals()).toEqual(expected);

  // Proves that totals are read from the store: an empty stored day is used.
  await ledger.rows(
    `update order_day_total set totals = '{"statuses": [], "paid": 0, "parts": []}' where from_id = ?`,
    [days[0]?.from_id],
  );
  expect((await totals())[0]?.statuses).toEqual([]);
  await ledger.rows('delete from order_day_total');
  expect(await totals()).toEqual(expected);
});

test('an old order that changes or arrives late deletes only its day’s total; a recent order deletes none', async () => {
  await totals();
  const before = await kept();
  const id = await orderOf(100);
  expect(await kept()).toHaveLength(before.length - 1);
  await totals();
  await other.query(EXPIRE, [id]);
  expect(await kept()).toHaveLength(before.length - 1);
  expect(await totals()).toEqual(await addedUp());
  expect(await kept()).toEqual(before);
  await other.query(EXPIRE, [await orderOf(2)]);
  expect(await kept()).toEqual(before);
  expect(await totals()).toEqual(await addedUp());
});

test('a change that is rolled back deletes nothing', async () => {
  await totals();
  const before = await kept();
  const id = await orderOf(150);
  await totals();
  await other.query('begin');
  await other.query(EXPIRE, [id]);
  await other.query('rollback');
  expect(await kept()).toEqual(before);
});

test('while an old order is being changed nothing is stored, and nothing waits', async () => {
  const id = await orderOf(120);
  await ledger.rows('delete from order_day_total');
  const expiredBefore = expired(await addedUp());
  await other.query('begin');
  await other.query(EXPIRE, [id]);
  expect(expired(await totals())).toBe(expiredBefore);
  expect(await kept()).toEqual([]);
  await other.query('commit');
  expect(expired(await totals())).toBe(expiredBefore + 1);
  expect(await kept()).not.toEqual([]);
});

test('a change during an addition waits, and then deletes the total that was stored without it', async () => {
  const id = await orderOf(130);
  await ledger.rows('delete from order_day_total');
  await other.query('begin');
  await other.query(`select pg_advisory_xact_lock(hashtextextended('order_day_total ' || $1::text, 0))`, [
    ledger.storeId,
  ]);
  const changed = ledger.rows('update checkout_intent set status = -5 where id = ?', [id]);
  await waitFor(
    async () => {
      const { rowCount } = await other.query(`select from pg_locks where locktype = 'advisory' and not granted`);
      return Boolean(rowCount);
    },
    { what: 'the change that waits', timeoutMs: 45_000 },
  );
  await other.query(
    `insert into order_day_total (store_id, from_id, before_id, totals) values ($1, '00000000', 'ffffffff', '[]')`,
    [ledger.storeId],
  );
  await other.query('commit');
  await changed;
  expect(await kept()).toEqual([]);
  expect(await totals()).toEqual(await addedUp());
});
