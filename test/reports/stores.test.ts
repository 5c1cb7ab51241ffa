// Reports of stores that are quiet, unsubscribed, switched off, down for days or moved to another time zone, and of a worker whose
// clock is ahead.
import { createHash } from 'node:crypto';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createReportActivities } from '#activities/reports.ts';
import { Store } from '#db/entities/store.entity.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { reportCsv } from '#db/reports/report-csv.ts';
import { findReport, optOutOfReports } from '#db/reports/reports.ts';
import { bookPayment } from '#test/support/bookings.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import {
  makeIntent,
  makeStore,
  randomAddress,
  randomHash,
  TEST_MASTER_KEYS,
  type TestStore,
} from '#test/support/intents.ts';
import { HOUR, makeAllDue, reportsOf, YEAR_END } from '#test/support/shop-year.ts';

let database: TestDatabase;
let orm: Orm;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
});
afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

describe('a store', () => {
  const newStore = async (settings: Partial<Store>): Promise<TestStore> => {
    const made = await makeStore(orm.em);
    const em = orm.em.fork();
    em.assign(await em.findOneOrFail(Store, made.storeId), {
      createdAt: new Date(YEAR_END - 2 * 24 * HOUR),
      reportRecipients: ['a@shop.test', 'b@shop.test'],
      ...settings,
    } as never);
    await em.flush();
    return made;
  };
  const recipientsOf = async (storeId: string): Promise<string[]> =>
    (
      await orm.em
        .fork()
        .execute<{ recipient: string }[]>(
          'select distinct recipient from email_message where store_id = ? order by 1',
          [storeId],
        )
    ).map(({ recipient }) => recipient);

  test('without orders has reports, and gets e-mails only if it wants them', async () => {
    const quiet = await newStore({});
    const curious = await newStore({ reportsWhenEmpty: true });
    await makeAllDue(orm, YEAR_END);
    expect(await reportsOf(orm, 'daily', quiet.storeId)).toHaveLength(2);
    expect(await recipientsOf(quiet.storeId)).toEqual([]);
    expect(await recipientsOf(curious.storeId)).toEqual(['a@shop.test', 'b@shop.test']);
  });

  test('gets an e-mail about a day on which nothing happened but that money of an older order was accepted', async () => {
    const store = await newStore({});
    const em = orm.em.fork();
    await bookPayment((sql, values) => em.execute(sql, values as never), {
      ...{
        intentId: await makeIntent(em, store),
        chainId: 31337,
        coin: 1,
        token: randomAddress(),
        txHash: randomHash(),
      },
      ...{ grossUnits: 7n * 10n ** 18n, feeUnits: 10n ** 17n, at: new Date(YEAR_END - 24 * HOUR) },
    });
    await em.execute("update booking set kind = 'accepted' where store_id = ?", [store.storeId]);
    await makeAllDue(orm, YEAR_END);
    expect((await reportsOf(orm, 'daily', store.storeId)).map(({ totals }) => totals.sums)).toMatchObject([
      { paidOrders: 0, gross: '0.0000' },
      { paidOrders: 0, gross: '7.0000' },
    ]);
    expect(await recipientsOf(store.storeId)).toEqual(['a@shop.test', 'b@shop.test']);
  });

  test('gets files as its spreadsheet expects them: by its language, or as chosen; one that is made stays', async () => {
    const stores = await Promise.all(
      [{}, { locale: 'es' }, { csvStyle: 'semicolon_decimal_comma' as const }].map((settings) => newStore(settings)),
    );
    for (const { storeId, ...rest } of stores) {
      const em = orm.em.fork();
      await bookPayment((sql, values) => em.execute(sql, values as never), {
        ...{ intentId: await makeIntent(em, { storeId, ...rest }), chainId: 31337, coin: 1, token: randomAddress() },
        ...{ txHash: randomHash(), grossUnits: 1234n * 10n ** 18n, feeUnits: 10n ** 17n },
        at: new Date(YEAR_END - 24 * HOUR),
      });
    }
    await makeAllDue(orm, YEAR_END);
    // The settings of tomorrow do not touch the files of yesterday.
    await orm.em
      .fork()
      .execute("update store set csv_style = 'comma' where id in (?, ?)", [stores[1]?.storeId, stores[2]?.storeId]);
    const paidIn = async (storeId: string): Promise<[string, string | undefined]> => {
      const [, { id }] = (await reportsOf(orm, 'daily', storeId)) as [unknown, { id: bigint }];
      const report = await findReport(orm.em, storeId, String(id));
      if (!report) throw new Error('no report');
      let text = '';
      for await (const chunk of reportCsv(orm.em, report)) text += chunk;
      expect(createHash('sha256').update(text).digest('hex')).toBe(report.csvSha256);
      const delimiter = text.slice(1).startsWith('created_at;') ? ';' : ',';
      const { data } = Papa.parse<Record<string, string>>(text.slice(1), { header: true, delimiter });
      return [delimiter, data[0]?.paid];
    };
    expect(await Promise.all(stores.map(({ storeId }) => paidIn(storeId)))).toEqual([
      [',', '1234.0000'],
      [';', '1234.0000'],
      [';', '1234,0000'],
    ]);
  });

  test('sends no e-mail to an address that unsubscribed', async () => {
    const { storeId } = await newStore({ reportsWhenEmpty: true });
    await optOutOfReports(orm.em, storeId, 'A@shop.test');
    await optOutOfReports(orm.em, storeId, 'A@shop.test');
    await makeAllDue(orm, YEAR_END);
    expect(await recipientsOf(storeId)).toEqual(['b@shop.test']);
  });

  test('that switched its reports off has none', async () => {
    const { storeId } = await newStore({ dailyReports: false, monthlyReports: false });
    await makeAllDue(orm, YEAR_END);
    expect(await reportsOf(orm, 'daily', storeId)).toEqual([]);
  });

  test('has its day closed by the database’s clock, not by that of a worker that is ahead', async () => {
    const { storeId } = await newStore({ createdAt: new Date() });
    const activities = createReportActivities({
      em: orm.em,
      masterKeys: TEST_MASTER_KEYS,
      publicUrl: 'https://pay.example.com',
    });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3 * 24 * HOUR });
    try {
      const { due } = await activities.findDueReports('');
      expect(due.filter((report) => report.storeId === storeId)).toEqual([]);
      const day = new Date(Date.now() - 3 * 24 * HOUR).toISOString().slice(0, 10);
      expect(await activities.makeReport({ storeId, kind: 'daily', period: day })).toBe('not due');
    } finally {
      vi.useRealTimers();
    }
  });

  test('that was down for days gets each day once, in order', async () => {
    const { storeId } = await newStore({
      createdAt: new Date(YEAR_END - 5 * 24 * HOUR),
      timeZone: 'Pacific/Kiritimati',
    });
    await makeAllDue(orm, YEAR_END);
    const periods = (await reportsOf(orm, 'daily', storeId)).map(({ period }) => period);
    expect(periods).toEqual(['2028-12-18', '2028-12-19', '2028-12-20', '2028-12-21', '2028-12-22']);
    expect(await makeAllDue(orm, YEAR_END)).toEqual([]);
  });

  test('that changes its time zone has every hour in one report, and an overtaken run creates none', async () => {
    const { storeId } = await newStore({
      createdAt: new Date(YEAR_END - 9 * 24 * HOUR),
      timeZone: 'Pacific/Kiritimati',
    });
    const moveTo = (timeZone: string) => orm.em.fork().nativeUpdate(Store, { id: storeId }, { timeZone } as never);
    await makeAllDue(orm, YEAR_END - 6 * 24 * HOUR);
    await moveTo('Etc/GMT+12');
    await makeAllDue(orm, YEAR_END - 3 * 24 * HOUR);
    const activities = createReportActivities({
      em: orm.em,
      masterKeys: TEST_MASTER_KEYS,
      publicUrl: 'https://pay.example.com',
      now: () => new Date(YEAR_END),
    });
    const found = (await activities.findDueReports('')).due.filter((due) => due.storeId === storeId);
    expect(found).toEqual([{ storeId, kind: 'daily', period: '2028-12-18' }]);
    await moveTo('Pacific/Kiritimati');
    expect(await Promise.all(found.map((due) => activities.makeReport(due)))).toEqual(['not due']);
    await makeAllDue(orm, YEAR_END);
    const reports = await reportsOf(orm, 'daily', storeId);
    for (const [index, { startsAt }] of reports.entries()) {
      if (index > 0) expect(startsAt).toEqual(reports[index - 1]?.endsAt);
    }
    const hours = reports.map(({ period, startsAt, endsAt }) => [
      period,
      (endsAt.getTime() - startsAt.getTime()) / HOUR,
    ]);
    expect(hours).toEqual([
      ...[14, 15, 16].map((day) => [`2028-12-${day}`, 24]),
      ['2028-12-17', 50],
      ['2028-12-19', 22],
      ...[20, 21, 22].map((day) => [`2028-12-${day}`, 24]),
    ]);
    // Of two that follow the same report, the database keeps one.
    const second = orm.em.fork().execute(
      `insert into report (store_id, kind, period, time_zone, starts_at, ends_at, totals, order_count, csv_sha256, csv_bytes)
       select store_id, kind, '2028-12-18', time_zone, starts_at, ends_at + interval '1 hour', totals, 0, '', 0
       from report where store_id = ? and period = '2028-12-19'`,
      [storeId],
    );
    await expect(second).rejects.toThrow('report_chain_unique');
  });
});
