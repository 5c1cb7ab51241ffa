// The operators' search over the orders of every store.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { findOrders, foundOrdersSql } from '#db/orders/find-orders.ts';
import type { SqlText } from '#db/orders/order-conditions.ts';
import { sqlOf } from '#db/pool.ts';
import { unlessSlow } from '#db/time-limit.ts';
import type { IntentId } from '#domain/ids.ts';
import { parseSearch } from '#domain/order-filter.ts';
import { randomAddress, randomHash } from '#test/support/intents.ts';
import { type Ledger, openLedger, RECEIVER } from './intents.ts';

let ledger: Ledger;
let otherStore: string;
beforeAll(async () => {
  ledger = await openLedger();
  const other = { name: 'Lantern Books', email: 'owner@lantern.example', receiver: RECEIVER };
  otherStore = (await createMerchantAndStore(ledger.orm.em, other)).storeId;
});
afterAll(async () => await ledger.close());

const find = async (text: string, after?: IntentId, limit = 10) => {
  const search = parseSearch(text);
  if (!search) throw new Error('cannot be searched');
  return await findOrders(sqlOf(ledger.orm), { search, limit, ...(after ? { after } : {}) });
};
const idsOf = async (...query: Parameters<typeof find>): Promise<IntentId[]> =>
  (await find(...query)).map(({ id }) => id);

test('what people know an order by finds it in whatever store it is, with its store and merchant', async () => {
  const mine = await ledger.newIntent({ orderId: 'Mug-79953337', userName: 'Özlem Ünal' });
  const theirs = await ledger.newIntent({ orderId: 'Book-79953337', storeId: otherStore, orderDescription: 'Émaillé' });
  await ledger.orm.em.fork().nativeUpdate(CheckoutIntent, theirs, { shopperEmail: 'ines.castro@example.com' });
  expect(new Set(await idsOf('79953337'))).toEqual(new Set([mine, theirs]));
  expect(await idsOf('ÖZLEM')).toEqual([mine]);
  for (const text of ['émaillé', 'Ines.Castro@EXAMPLE', 'Book-79953337', theirs, theirs.toUpperCase()])
    expect(await idsOf(text), text).toEqual([theirs]);
  expect(await find('émaillé')).toMatchObject([
    { storeId: otherStore, storeName: 'Lantern Books', storeIsTest: false, merchantName: 'Lantern Books' },
  ]);
  expect(await idsOf('nobody has this')).toEqual([]);
});

test('a transaction of a payment or a settlement finds its order; so do the payer and the deposit address', async () => {
  const deposit = randomAddress();
  const id = await ledger.newIntent({ storeId: otherStore, depositAddress: deposit });
  const [paid, settled, from] = [randomHash(), randomHash(), randomAddress()];
  await ledger.newTransfer(id, 5, { txHash: paid, from });
  await ledger.rows(
    `insert into settlement (intent_id, chain_id, token, state, net_base_units, fee_base_units, settled_at, tx_hash, log_index, final_at)
     values (?, 31337, ?, 'settled', 4900000, 100000, now(), ?, 0, now())`,
    [id, RECEIVER, settled],
  );
  for (const text of [
    paid,
    paid.slice(2).toUpperCase(),
    `https://explorer.example/tx/${paid}`,
    settled,
    from,
    from.toLowerCase(),
    deposit,
  ])
    expect(await idsOf(text), text).toEqual([id]);
  expect(await idsOf(randomHash())).toEqual([]);
});

test('an order id that looks like something else, or is too short for the index, is found as a whole in every store', async () => {
  const hash = randomHash();
  const first = await ledger.newIntent({ orderId: hash });
  const second = await ledger.newIntent({ orderId: hash, storeId: otherStore });
  expect(new Set(await idsOf(hash))).toEqual(new Set([first, second]));
  const short = await ledger.newIntent({ orderId: '#7' });
  await ledger.newIntent({ orderId: '#77', storeId: otherStore });
  expect(await idsOf('#7')).toEqual([short]);
});

test('pages go from the newest order to the oldest, each order once', async () => {
  const made: IntentId[] = [];
  for (let index = 0; index < 7; index += 1)
    made.push(await ledger.newIntent({ orderId: `Page-${index}`, storeId: index % 2 ? otherStore : ledger.storeId }));
  const newest = made.toSorted().reverse();
  const read: IntentId[] = [];
  for (let after: IntentId | undefined; ; ) {
    const page = await idsOf('page-', after, 3);
    read.push(...page);
    after = page.at(-1);
    if (page.length < 3) break;
  }
  expect(read).toEqual(newest);
  const all = await findOrders(sqlOf(ledger.orm), { limit: 100 });
  expect(all.map(({ id }) => id)).toEqual(
    all
      .map(({ id }) => id)
      .toSorted()
      .reverse(),
  );
  expect(all.length).toBeGreaterThan(7);
});

test('words are found among the newest orders, and by the index when those do not fill the page', async () => {
  const rare = await ledger.newIntent({ orderId: 'Rare-1' });
  for (let index = 0; index < 4; index += 1)
    await ledger.newIntent({ orderId: `Common-${index}`, storeId: otherStore });
  const search = parseSearch('common-');
  if (!search) throw new Error('cannot be searched');
  const filled = await explain(foundOrdersSql({ search, limit: 2 }));
  expect(filled.match(/order_search_trigram_index.*\n(?:.*\n)*?.*never executed/)).not.toBeNull();
  expect(await idsOf('common-', undefined, 2)).toHaveLength(2);
  const open = await explain(foundOrdersSql({ search, limit: 100 }));
  expect(open).toMatch(/Bitmap Index Scan on order_search_trigram_index \(actual/);
  expect(await idsOf('rare-1')).toEqual([rare]);
});

/** The plan, with sequential scans made so expensive that an index is used where one can be. */
const explain = async ({ text, values }: SqlText): Promise<string> =>
  (await unlessSlow(ledger.orm.em, 30, async (sql) => {
    await sql.query({ name: '', text: 'set local enable_seqscan = off', values: [] });
    const explained = `explain (analyze, costs off, timing off, summary off, buffers off) ${text}`;
    const { rows } = await sql.query<{ 'QUERY PLAN': string }>({ name: '', text: explained, values });
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  })) ?? '';
