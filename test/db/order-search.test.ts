// The searched text of orders: what the trigger keeps of an order, whatever process writes it, until it is erased.
import Papa from 'papaparse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { orderCsv } from '#db/orders/order-csv.ts';
import { listOrders } from '#db/orders/order-list.ts';
import { eraseOrders } from '#db/personal-data/erase-orders.ts';
import { inTransaction, sqlOf } from '#db/pool.ts';
import { CSV_STYLE_LIST, CSV_STYLES } from '#domain/csv-style.ts';
import { parseOrderFilter } from '#domain/order-filter.ts';
import { type Ledger, openLedger } from './intents.ts';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => await ledger.close());

const find = async (text: string): Promise<string[]> => {
  const { filter } = parseOrderFilter(new URLSearchParams({ q: text }), 'UTC');
  return (await listOrders(sqlOf(ledger.orm), ledger.storeId, filter, null)).orders.map(({ id }) => id);
};

test('each part that people know an order by finds it, in any case', async () => {
  const id = await ledger.newIntent({
    orderId: 'Mug-79953337',
    orderDescription: 'Émaillé 50 % off, 青いマグカップ',
    userId: 'customer-417',
    userName: 'ÖZLEM Ünal',
  });
  const other = await ledger.newIntent({ orderId: 'Mug-11112222' });
  for (const text of [
    '79953337',
    '3337',
    'ÉMAILLÉ',
    'émaillé',
    '青いマグ',
    'CUSTOMER-417',
    'özlem',
    'mug ünal',
    '50 %',
  ]) {
    expect(await find(text), text).toEqual([id]);
  }
  expect((await find('MUG-')).sort()).toEqual([other, id].sort());
  for (const text of ['Mug_7995', 'mug%7995', '3337 2222', '\\', '青い茶碗'])
    expect(await find(text), text).toEqual([]);
});

test('a receipt’s address is found from when it is given until it is erased; the order id stays', async () => {
  const id = await ledger.newIntent({ orderId: 'Receipt-1', userName: 'Ines Castro' });
  const address = 'ines.castro@example.com';
  expect(await find(address)).toEqual([]);
  await ledger.orm.em.fork().nativeUpdate(CheckoutIntent, id, { shopperEmail: address });
  expect(await find('Ines.Castro@EXAMPLE')).toEqual([id]);
  await inTransaction(ledger.orm.em.fork(), async (sql) => void (await eraseOrders(sql, { ids: [id] })));
  expect(await find(address)).toEqual([]);
  expect(await find('castro')).toEqual([]);
  expect(await find('receipt-1')).toEqual([id]);
  const kept = await ledger.rows('select text from order_search where intent_id = ?', [id]);
  expect(kept).toEqual([{ text: 'receipt-1' }]);
});

test('chosen orders restrict every way to read the list', async () => {
  const ids = [await ledger.newIntent({ orderId: 'Chosen-1' }), await ledger.newIntent({ orderId: 'Chosen-2' })];
  const sql = sqlOf(ledger.orm);
  for (const query of ['', 'q=chosen', 'tab=in-progress', 'min=0.01']) {
    const { filter } = parseOrderFilter(new URLSearchParams(query), 'UTC');
    const chosen = await listOrders(sql, ledger.storeId, { ...filter, ids: ids.slice(0, 1) }, null);
    expect(
      chosen.orders.map(({ id }) => id),
      query,
    ).toEqual(ids.slice(0, 1));
    expect((await listOrders(sql, ledger.storeId, { ...filter, ids: [] }, null)).orders, query).toEqual([]);
  }
});

test('an export is whole for a program that reads either separator, and no cell of it is a formula there', async () => {
  const orderDescription = 'two mugs;=2+5;,=1+1\t=3';
  const id = await ledger.newIntent({ orderId: '=cmd;=1+1', orderDescription });
  for (const style of CSV_STYLE_LIST) {
    const { separator, decimal } = CSV_STYLES[style];
    const request = {
      storeId: ledger.storeId,
      filter: { ids: [id] },
      timeZone: 'UTC',
      rows: 'orders',
      style,
    } as const;
    let text = '';
    for await (const chunk of orderCsv(sqlOf(ledger.orm), request)) text += chunk;
    const rows = Papa.parse<string[]>(text.trimEnd(), { delimiter: separator }).data;
    expect(rows[1]?.slice(2, 4)).toEqual(["'=cmd;'=1+1", "two mugs;'=2+5;,'=1+1\t'=3"]);
    expect(rows[1]).toHaveLength(rows[0]?.length ?? 0);
    expect(rows[1]?.[rows[0]?.indexOf('price') ?? -1]).toMatch(decimal === '.' ? /^\d+\.\d{4}$/ : /^\d+,\d{4}$/);
    for (const delimiter of [',', ';', '\t']) {
      const cells = Papa.parse<string[]>(text.trimEnd(), { delimiter }).data.flat();
      expect(cells.filter((cell) => /^[=+@-]/.test(cell))).toEqual([]);
    }
  }
});
