// A year of a small shop, day by day as scheduled: every payment is in one daily and one monthly report, sums match the ledger by
// independent SQL, and files and charts repeat to the byte.
import { createHash } from 'node:crypto';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportAttachments } from '#activities/reports.ts';
import { Store } from '#db/entities/store.entity.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import type { StoredReport } from '#db/reports/reports.ts';
import { formatUnits, parseUnits, type Units, unitsOf } from '#domain/money.ts';
import { REPORT_ORDER_COLUMNS } from '#domain/report-csv.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeStore, TEST_MASTER_KEYS, type TestStore } from '#test/support/intents.ts';
import {
  HOUR,
  makeAllDue,
  reportsOf as reportsOfStore,
  seedYear,
  YEAR_END,
  YEAR_ORDERS,
  YEAR_START,
} from '#test/support/shop-year.ts';
import { createReportsService } from '#web/dashboard/reports/server/reports-service.ts';
import type { ReportSeries } from '#web/dashboard/reports/server/reports-types.ts';

const ZONE = 'America/New_York';
let database: TestDatabase;
let orm: Orm;
let store: TestStore;

const reportsOf = (kind: 'daily' | 'monthly'): Promise<StoredReport[]> => reportsOfStore(orm, kind, store.storeId);

const csvOf = async (report: StoredReport): Promise<string> => {
  const [file] = await reportAttachments(orm, { kind: 'daily_report', subjectId: `report-${report.id}` });
  return file?.content.toString('utf8') ?? '';
};

const linesOf = (csv: string): Record<string, string>[] => {
  const { data, errors } = Papa.parse<Record<string, string>>(csv.slice(1), { header: true, skipEmptyLines: true });
  expect(errors).toEqual([]);
  return data;
};

const service = () => createReportsService({ orm, masterKeys: TEST_MASTER_KEYS });

const seriesOf = async (
  kind: 'daily' | 'monthly',
  period: string,
): Promise<Extract<ReportSeries, { state: 'shown' }>> => {
  const report = (await reportsOf(kind)).find((one) => one.period === period);
  const series = (await service().report(store.storeId, report?.id ?? ''))?.series;
  if (series?.state !== 'shown') throw new Error(`${period} has no chart`);
  return series;
};

const parsed = (text: string): Units => parseUnits(text) ?? unitsOf(-1n);

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
  store = await makeStore(orm.em);
  const em = orm.em.fork();
  const entity = await em.findOneOrFail(Store, store.storeId);
  entity.timeZone = ZONE;
  entity.reportRecipients = ['reports@shop.test', 'boss@shop.test'];
  entity.createdAt = new Date(YEAR_START);
  await em.flush();
  await seedYear(orm, store);
  for (let now = YEAR_START; now <= YEAR_END; now += 12 * HOUR) await makeAllDue(orm, now);
});
afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

describe('a year of reports', () => {
  test('has every day and every month once, each beginning where the previous one ends', async () => {
    const [days, months] = [await reportsOf('daily'), await reportsOf('monthly')];
    expect(days).toHaveLength(368);
    expect(months.map(({ period }) => period)).toEqual([
      '2027-12',
      ...Array.from({ length: 11 }, (_, month) => `2028-${String(month + 1).padStart(2, '0')}`),
    ]);
    for (const reports of [days, months]) {
      for (const [index, { startsAt }] of reports.entries()) {
        if (index > 0) expect(startsAt).toEqual(reports[index - 1]?.endsAt);
      }
    }
    expect(days.map(({ period }) => period)).toContain('2028-02-29');
  });

  test('has files whose names say when they are a test store’s', async () => {
    const [day] = await reportsOf('daily');
    const id = day?.id ?? '';
    const namesWhen = async (isTest: boolean) => {
      await orm.em.fork().nativeUpdate(Store, { id: store.storeId }, { isTest });
      const file = await service().csv(store.storeId, id);
      await file?.body.cancel();
      const [attached] = await reportAttachments(orm, { kind: 'daily_report', subjectId: `report-${id}` });
      return [file?.name, attached?.filename];
    };
    const test = `test-orders-${day?.period}.csv`;
    expect(await namesWhen(true)).toEqual([test, test]);
    const real = `orders-${day?.period}.csv`;
    expect(await namesWhen(false)).toEqual([real, real]);
  });

  test.each(['daily', 'monthly'] as const)('%s sums equal the ledger, to the last digit', async (kind) => {
    const reports = await reportsOf(kind);
    const end = reports.at(-1)?.endsAt;
    const [ledger] = await orm.em.fork().execute<{ n: number; gross: string; fee: string; net: string }[]>(
      `select count(*)::int as n, sum(actual_paid_units)::text as gross, sum(service_fee_units)::text as fee,
         sum(actual_paid_units - service_fee_units)::text as net
       from checkout_intent where status = 20 and store_id = ? and confirmed_at < ?`,
      [store.storeId, end],
    );
    const [back] = await orm.em.fork().execute<{ refunds: string }[]>(
      `select sum(amount_units)::text as refunds from send_back where state = 'confirmed' and confirmed_at < ?
         and intent_id in (select id from checkout_intent where store_id = ?)`,
      [end, store.storeId],
    );
    const total = (of: (report: StoredReport) => string): string =>
      reports.reduce((sum, report) => sum + parsed(of(report)), 0n).toString();
    expect({
      n: reports.reduce((sum, { totals }) => sum + totals.sums.paidOrders, 0),
      gross: total(({ totals }) => totals.sums.gross),
      fee: total(({ totals }) => totals.sums.fee),
      net: total(({ totals }) => totals.sums.net),
      refunds: total(({ totals }) => totals.sums.refunds),
    }).toEqual({ ...ledger, ...back });
    expect(parsed(back?.refunds ?? '')).toBeGreaterThan(0n);
    expect(ledger?.n).toBeGreaterThan(YEAR_ORDERS / 2);
    for (const { totals } of reports) {
      const parts = totals.byCoinAndNetwork.reduce((sum, { gross }) => sum + parsed(gross), 0n);
      expect(formatUnits(unitsOf(parts))).toBe(totals.sums.gross);
    }
  });

  test('matches the days computed by the database', async () => {
    const rows = await orm.em.fork().execute<{ day: string; n: number; gross: string }[]>(
      `select to_char(confirmed_at at time zone '${ZONE}', 'YYYY-MM-DD') as day, count(*)::int as n, sum(actual_paid_units)::text as gross
       from checkout_intent where status = 20 and store_id = ? group by 1`,
      [store.storeId],
    );
    const byDay = new Map((await reportsOf('daily')).map(({ period, totals }) => [period, totals.sums]));
    for (const { day, n, gross } of rows.filter(({ day }) => byDay.has(day))) {
      const sums = byDay.get(day);
      expect([day, sums?.paidOrders, sums?.gross]).toEqual([day, n, formatUnits(unitsOf(gross))]);
    }
  });

  test.each([
    ['when clocks go forward', '2028-03-12', 24, ['02:00']],
    ['the day after that', '2028-03-13', 24, []],
    ['when clocks go back', '2028-11-05', 25, []],
    ['the day after that one', '2028-11-06', 25, ['01:00 -05:00']],
  ])('has a chart by the hours that the database computes: %s', async (_, day, count, missing) => {
    const { rows } = await seriesOf('daily', day);
    expect(rows).toHaveLength(count);
    expect(rows.filter(({ isMissing }) => isMissing).map(({ label }) => label)).toEqual(missing);
    const hours = await orm.em.fork().execute<{ clock: string; n: number; gross: string }[]>(
      `select to_char(min(confirmed_at) at time zone '${ZONE}', 'HH24:00') as clock, count(*)::int as n, sum(actual_paid_units)::text as gross
       from checkout_intent where status = 20 and store_id = ? and (confirmed_at at time zone '${ZONE}')::date = ?
       group by date_trunc('hour', confirmed_at) order by min(confirmed_at)`,
      [store.storeId, day],
    );
    expect(hours.length).toBeGreaterThan(0);
    expect(
      rows.filter(({ orders }) => orders > 0).map(({ label, orders, gross }) => [label.slice(0, 5), orders, gross]),
    ).toEqual(hours.map(({ clock, n, gross }) => [clock, n, formatUnits(unitsOf(gross))]));
  });

  test('has a chart by days that match the daily reports, beside the previous month', async () => {
    const sums = new Map((await reportsOf('daily')).map(({ id, period, totals }) => [period, { id, ...totals.sums }]));
    const february = await seriesOf('monthly', '2028-02');
    expect(february.isCompared).toBe(true);
    // January has two more days, and they are shown.
    expect(february.rows.map(({ isMissing }) => isMissing)).toEqual(Array.from({ length: 31 }, (_, day) => day > 28));
    for (const row of february.rows.slice(0, 29)) {
      const { id, gross, net, paidOrders } = sums.get(row.label) ?? {};
      expect([row.reportId, row.gross, row.net, row.orders]).toEqual([id, gross, net, paidOrders]);
      expect(row.before).toBe(sums.get(row.label.replace('-02-', '-01-'))?.gross);
    }
  });

  test('has a chart beside the previous one, and none once the ledger contradicts it', async () => {
    // Every eighth day, including the first.
    const days = (await reportsOf('daily')).filter((_, index) => index % 8 === 0);
    for (const { id, period } of [...days, ...(await reportsOf('monthly'))]) {
      const series = (await service().report(store.storeId, id))?.series;
      if (series?.state !== 'shown') throw new Error(`${period} has no chart`);
      expect([period, series.isCompared]).toEqual([period, !['2027-12-20', '2027-12'].includes(period)]);
    }
    const [report] = (await reportsOf('daily')).filter(({ totals }) => totals.sums.paidOrders > 0);
    // The ledger itself cannot contradict a report: bookings are the sums of their transfers, and never change.
    const change = (gross: string) =>
      orm.em
        .fork()
        .execute(`update report set totals = jsonb_set(totals, '{sums,gross}', to_jsonb(?::text)) where id = ?`, [
          ...[gross, report?.id],
        ]);
    await change('1.0000');
    expect((await service().report(store.storeId, report?.id ?? ''))?.series).toEqual({ state: 'differs' });
    await change(report?.totals.sums.gross ?? '');
  });

  test('compares each report with the previous one, except the first', async () => {
    const days = await reportsOf('daily');
    expect(days[0]?.totals.before).toBeNull();
    for (const [index, { totals }] of days.entries()) {
      if (index > 0) expect(totals.before?.gross).toBe(days[index - 1]?.totals.sums.gross);
    }
  });

  test('has files that repeat to the byte, with each order once and formulas escaped', async () => {
    const days = (await reportsOf('daily')).filter(
      ({ csvBytes, totals }) => csvBytes > 0 && totals.sums.paidOrders > 0,
    );
    const seen = new Set<string>();
    let rows = 0;
    for (const day of days) {
      const csv = await csvOf(day);
      expect(createHash('sha256').update(csv).digest('hex')).toBe(day.csvSha256);
      expect(Buffer.byteLength(csv)).toBe(day.csvBytes);
      for (const { row, checkout_intent_id: id = '' } of linesOf(csv)) {
        if (row !== 'order') continue;
        rows += 1;
        seen.add(id);
      }
      expect(csv).toContain(`,"'=1+1",`);
      expect(csv.startsWith('\uFEFFcreated_at,checkout_intent_id,order_id')).toBe(true);
    }
    expect(rows).toBe(seen.size);
    expect(rows).toBe(days.reduce((sum, { totals }) => sum + totals.sums.paidOrders, 0));
  });

  test.each(['daily', 'monthly'] as const)('%s files have one row for each refund', async (kind) => {
    const reports = await reportsOf(kind);
    const found: Record<string, string | undefined>[] = [];
    for (const report of reports) {
      const lines = linesOf(await csvOf(report));
      const back = lines.filter(({ row }) => row === 'send_back');
      const sum = (column: string): string =>
        formatUnits(unitsOf(lines.reduce((total, line) => total + parsed(line[column] || '0'), 0n)));
      const { gross, fee, net, refunds } = report.totals.sums;
      expect([report.period, sum('paid'), sum('fee'), sum('net'), sum('sent_back')]).toEqual([
        ...[report.period, gross, fee, net, refunds],
      ]);
      // Orders come first, as they did before files had refund rows.
      expect(lines.slice(lines.length - back.length)).toEqual(back);
      found.push(...back);
    }
    const ledger = await orm.em.fork().execute<Record<string, string>[]>(
      `select b.intent_id, to_char(date_trunc('second', b.confirmed_at at time zone '${ZONE}'), 'YYYY-MM-DD"T"HH24:MI:SS') as local,
         b.amount_units::text as units, (b.fee_base_units * (b.amount_units / b.amount_base_units))::numeric(78, 0)::text as fee,
         b.chain_id::text, case b.coin when 1 then 'USDT' else 'USDC' end as coin, b.tx_hash, b.to_address, i.deposit_address, i.receiver,
         b.source, coalesce(r.kind, case when b.is_surplus then 'surplus' else 'payment' end) as of
       from send_back b join checkout_intent i on i.id = b.intent_id left join review_item r on r.id = b.review_item_id
       where b.state = 'confirmed' and b.confirmed_at < ? and i.store_id = ? order by b.confirmed_at, b.id`,
      [reports.at(-1)?.endsAt, store.storeId],
    );
    expect(
      found.map((line) => [
        ...[line.checkout_intent_id, line.sent_back_at?.slice(0, 19), line.sent_back, line.sent_back_fee],
        ...[line.chain_id, line.paid_coin, line.tx_hash, line.sent_back_from, line.sent_back_to, line.sent_back_of],
        ...[line.status, line.price, line.paid, line.fee, line.net, line.paid_at, line.order_id],
      ]),
    ).toEqual(
      ledger.map((row) => [
        ...[row.intent_id, row.local, formatUnits(unitsOf(row.units ?? '')), formatUnits(unitsOf(row.fee ?? ''))],
        ...[row.chain_id, row.coin, row.tx_hash, row.source === 'wallet' ? row.receiver : row.deposit_address],
        ...[row.to_address, row.of, '', '', '', '', '', '', "'=1+1"],
      ]),
    );
    expect(new Set(found.map((line) => line.sent_back_of))).toEqual(new Set(['surplus', 'payment', 'late']));
    expect(new Set(ledger.map(({ source }) => source)).size).toBe(2);
  });

  test('keeps the bytes of files from before refund rows, from before rows of bookings, and from before the token', async () => {
    const report = (await reportsOf('monthly')).find(({ totals }) => Number(totals.sums.refunds) > 0);
    const inFormat = async (format: number): Promise<string> => {
      await orm.em.fork().execute('update report set csv_format = ? where id = ?', [format, report?.id]);
      return report ? await csvOf(report) : '';
    };
    const old = await inFormat(1);
    const now = linesOf(await inFormat(2));
    const latest = linesOf(await inFormat(3));
    const withToken = linesOf(await inFormat(4));
    expect(old.slice(0, old.indexOf('\r\n'))).toBe(`\uFEFF${REPORT_ORDER_COLUMNS.join(',')}`);
    const orders = now.filter(({ row }) => row === 'order');
    expect(orders.length).toBeGreaterThan(0);
    expect(linesOf(old)).toEqual(
      orders.map((line) => Object.fromEntries(REPORT_ORDER_COLUMNS.map((column) => [column, line[column]]))),
    );
    // Payments of one transfer read the same from bookings. The year's summaries have no senders and no surplus.
    const shared = (lines: typeof now) => lines.map((line) => ({ ...line, payer: '', surplus: '', tx_hash: '' }));
    expect(shared(latest)).toEqual(shared(now));
    expect(now[0]).not.toHaveProperty('token');
    expect(latest[0]).not.toHaveProperty('token');
    expect(withToken.map(({ token: _, ...line }) => line)).toEqual(latest);
    const stored = await orm.em
      .fork()
      .execute<{ of: string }[]>(
        `select intent_id || ' ' || token as of from booking union select intent_id || ' ' || token from send_back`,
      );
    const tokens = new Set(stored.map(({ of }) => of));
    for (const { checkout_intent_id: id, token } of withToken) expect(tokens).toContain(`${id} ${token}`);
  });

  test('e-mailed each recipient once for each report that has content', async () => {
    const [mails] = await orm.em.fork().execute<{ n: number; distinct: number }[]>(
      `select count(*)::int as n, count(distinct (subject_id, recipient))::int as distinct from email_message
       where kind in ('daily_report', 'monthly_report') and store_id = ?`,
      [store.storeId],
    );
    const reports = [...(await reportsOf('daily')), ...(await reportsOf('monthly'))];
    const mailedReports = reports.filter(
      ({ totals }) => totals.sums.orders + totals.sums.paidOrders > 0 || Number(totals.sums.refunds) > 0,
    ).length;
    expect(mails).toEqual({ n: 2 * mailedReports, distinct: 2 * mailedReports });
  });
});
