// Figures that are stored and not computed: a report that was sent and a day's total. `books verify` names the row that is wrong, and
// explains a report that was made before payments were booked by coin and network.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { verifyOrders } from '#db/books/order-books.ts';
import { readDayTotals } from '#db/orders/order-day-totals.ts';
import { readReportFigures } from '#db/reports/report-figures.ts';
import { keepReport } from '#db/reports/reports.ts';
import type { BookDifference } from '#domain/books/book-facts.ts';
import { makeIntentId } from '#domain/ids.ts';
import { formatUnits } from '#domain/money.ts';
import type { ReportCsvFormat } from '#domain/report-csv.ts';
import { bookPayment } from '#test/support/bookings.ts';
import { type Ledger, openLedger } from './intents.ts';

const DAY_MS = 86_400_000;
const COIN = 10n ** 18n;
const USDT = `0x${'1'.repeat(40)}`;
const USDC = `0x${'2'.repeat(40)}`;
const startsAt = new Date(Math.floor(Date.now() / DAY_MS - 5) * DAY_MS);
const endsAt = new Date(startsAt.getTime() + DAY_MS);
const NAME = startsAt.toISOString().slice(0, 10);

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
  for (const [index, [chainId, coin, token]] of (
    [
      [31337, 1, USDT],
      [31338, 2, USDC],
    ] as const
  ).entries()) {
    const createdAt = new Date(startsAt.getTime() + (index + 6) * 3_600_000);
    const id = makeIntentId(createdAt.getTime() / 1000, Buffer.alloc(8, index + 1));
    await ledger.newIntent({ id, createdAt });
    await bookPayment((sql, values) => ledger.rows(sql, values), {
      ...{ intentId: id, chainId, coin, token, txHash: `0x${String(index + 1).repeat(64)}` },
      ...{ grossUnits: 5n * COIN, feeUnits: COIN / 10n, at: createdAt },
    });
  }
});
afterAll(async () => await ledger?.close());
beforeEach(async () => {
  await ledger.rows('delete from report');
  await ledger.rows('delete from order_day_total');
});

const keep = async (format: ReportCsvFormat): Promise<void> => {
  const figures = await readReportFigures(ledger.orm.em.fork(), ledger.storeId, startsAt, endsAt);
  const byCoinAndNetwork = figures.byCoinAndNetwork.map(
    ({ coin, chainId, orders, grossUnits, feeUnits, netUnits }) => ({
      ...{
        coin,
        chainId,
        orders,
        gross: formatUnits(grossUnits),
        fee: formatUnits(feeUnits),
        net: formatUnits(netUnits),
      },
    }),
  );
  expect(byCoinAndNetwork).toHaveLength(2);
  const sums = { paidOrders: 2 } as never;
  const csv = { sha256: '0'.repeat(64), bytes: 1, format };
  const totals = { sums, before: null, byStatus: [], byCoinAndNetwork };
  const period = { kind: 'daily' as const, name: NAME, startsAt, endsAt };
  await keepReport(
    ledger.orm.em,
    { storeId: ledger.storeId, period: period as never, timeZone: 'UTC', totals, csv },
    null,
  );
};

const found = async (
  of: string,
): Promise<Pick<BookDifference, 'records' | 'amount' | 'explanation' | 'chainId' | 'coin'>[]> =>
  (await verifyOrders(ledger.orm.em, ledger.storeId)).differences
    .filter(({ records }) => records[0].includes(of))
    .map(({ records, amount, explanation, chainId, coin }) => ({ records, amount, explanation, chainId, coin }));

const plantInReport = (figure: string, value: string) =>
  ledger.rows(
    `update report set totals = jsonb_set(totals, array['byCoinAndNetwork', (select ordinality - 1 from
       jsonb_array_elements(totals -> 'byCoinAndNetwork') with ordinality where value ->> 'chainId' = '31338')::text, ?], to_jsonb(?::text))`,
    [figure, value],
  );

test('a stored report that agrees has no difference', async () => {
  await keep(3);
  expect(await found('report')).toEqual([]);
});

test.each([
  ['gross', '5.25', '0.2500'],
  ['fee', '0.099999', '-0.000001'],
  ['net', '0', '-4.9000'],
])('a stored report with another %s is named with its coin and network', async (figure, value, amount) => {
  await keep(3);
  await plantInReport(figure, value);
  expect(await found('report')).toEqual([
    {
      ...{ records: [`daily report ${NAME}: ${figure}`, 'bookings of its period'], amount, explanation: null },
      ...{ chainId: 31338, coin: 2 },
    },
  ]);
});

test.each([1, 2] as const)(
  'in a report of format %i it is explained: the report stays as it was sent',
  async (format) => {
    await keep(format);
    await plantInReport('gross', '10');
    expect(await found('report')).toMatchObject([{ explanation: 'older_report', amount: '5.0000', chainId: 31338 }]);
  },
);

test('a stored report without a coin that was booked is named', async () => {
  await keep(3);
  await ledger.rows(`update report set totals = jsonb_set(totals, '{byCoinAndNetwork}', '[]')`);
  expect((await found('report')).map(({ records, amount }) => [records[0], amount])).toEqual(
    expect.arrayContaining([
      [`daily report ${NAME}: gross`, '-5.0000'],
      [`daily report ${NAME}: fee`, '-0.1000'],
    ]),
  );
});

test.each([
  [3, 'gross', '6000000000000000000', '1.0000'],
  [4, 'fee', '0', '-0.1000'],
  [5, 'net', '4900000000000000001', '0.000000000000000001'],
])('a stored day’s total with another figure %i (%s) is named by its day', async (place, figure, value, amount) => {
  const boundaries = [startsAt.getTime() / 1000, endsAt.getTime() / 1000];
  const [day] = await readDayTotals(ledger.orm.em, ledger.storeId, boundaries);
  expect(day?.parts).toHaveLength(2);
  expect(await ledger.rows('select from_id from order_day_total')).toHaveLength(1);
  expect(await found('order_day_total')).toEqual([]);

  await ledger.rows(
    `update order_day_total set totals = jsonb_set(totals, array['parts', (select ordinality - 1 from
       jsonb_array_elements(totals -> 'parts') with ordinality where value ->> 0 = '31337')::text, ?], to_jsonb(?::text))`,
    [String(place), value],
  );
  const records = [`order_day_total from ${startsAt.toISOString()}: ${figure}`, 'bookings of its orders'];
  expect(await found('order_day_total')).toEqual([{ records, amount, explanation: null, chainId: 31337, coin: 1 }]);
});
