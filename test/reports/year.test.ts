// A year of a small shop, day by day as the schedule would see it: every payment is in one daily and one monthly report, sums equal
// the ledger by a statement of its own, files repeat to the byte, and so do the charts.
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createReportActivities, reportAttachments } from '#activities/reports.ts';
import { Store } from '#db/entities/store.entity.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { listReports, optOutOfReports, type StoredReport } from '#db/queries/reports.ts';
import { makeIntentId } from '#domain/ids.ts';
import { formatUnits, parseUnits } from '#domain/money.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeStore, randomAddress, TEST_MASTER_KEYS, type TestStore } from '#test/support/intents.ts';
import { createReportsService } from '#web/dashboard/reports/reports-service.ts';
import type { ReportSeries } from '#web/dashboard/reports/reports-types.ts';

const ZONE = 'America/New_York';
const START = Date.parse('2027-12-20T12:00:00Z');
/** Past both clock changes, the end of the year and a leap day. */
const END = Date.parse('2028-12-22T12:00:00Z');
const ORDERS = 1_500;
const HOUR = 3_600_000;

let database: TestDatabase;
let orm: Orm;
let store: TestStore;

/** Payments where hours and days end, and in both of the hours that a clock shows twice. */
const EDGES = [
  ...['2028-03-12T06:59:59.999Z', '2028-03-12T07:00:00Z', '2028-03-13T03:59:59.999Z', '2028-03-13T04:00:00Z'],
  ...['2028-11-05T05:30:00Z', '2028-11-05T06:00:00Z', '2028-11-05T06:59:59.999Z', '2028-11-06T05:00:00Z'],
].map((at) => Date.parse(at));

/** Repeats for a seed: what failed can be looked at again. */
const randomFrom = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};

const seedOrders = async (): Promise<void> => {
  const seed = randomBytes(4).readInt32LE();
  process.stdout.write(`the shop's year has seed ${seed}\n`);
  const random = randomFrom(seed);
  const rows: unknown[][] = [];
  for (let index = 0; index < ORDERS; index += 1) {
    const edge = EDGES[index];
    const created = edge === undefined ? START + Math.floor(random() * (END - START - 2 * HOUR)) : edge - HOUR;
    const paid = random() < 0.8 || edge !== undefined;
    // Paid seconds to an hour later: some on the next day, or in the next month.
    const confirmed = edge ?? created + Math.floor(random() * HOUR);
    const units = BigInt(1 + Math.floor(random() * 1e9)) * 10n ** 12n + BigInt(Math.floor(random() * 1e9));
    const fee = units / 166n;
    rows.push([
      makeIntentId(created / 1000, randomBytes(8)),
      ...[paid ? 20 : -5, new Date(created), paid ? new Date(confirmed) : null],
      ...[units, paid ? units : null, paid ? fee : null, paid ? units - fee : null],
      ...[random() < 0.5 ? 31337 : 31338, random() < 0.5 ? 1 : 2, randomAddress()],
    ]);
  }
  const em = orm.em.fork();
  for (const row of rows) {
    const [id, status, created, confirmed, price, gross, fee, net, chain, coin, address] = row;
    const paid = confirmed !== null;
    await em.execute(
      `insert into checkout_intent (id, store_id, api_key_id, status, stable_coin, amount_cents, amount_units, accepted_stable_coins,
         accepted_chain_ids, tolerance_bps, factory, receiver, fee_receiver, fee_rate_e9, deposit_address, expires_at, created_at, updated_at,
         confirmed_at, actual_paid_units, service_fee_units, net_income_units, paid_chain_id, paid_coin, paid_token, tx_hash, order_id)
       values (?, ?, ?, ?, 1, 100, ?, '{1,2}', '{31337,31338}', 50, ?, ?, ?, 6000000, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[id, store.storeId, store.apiKey, status, String(price), address, address, address, address],
        ...[created, created, created, confirmed],
        ...[gross, fee, net].map((value) => (value === null ? null : String(value))),
        ...[paid ? chain : null, paid ? coin : null, paid ? address : null],
        ...[paid ? `0x${randomBytes(32).toString('hex')}` : null, '=1+1'],
      ],
    );
    if (paid && random() < 0.1)
      await seedRefund(String(id), Number(chain), Number(coin), gross as bigint, confirmed as Date, random);
  }
};

/** A part of the money back, some hours or days later; of those that failed, nothing went back. */
const seedRefund = async (
  intent: string,
  chain: number,
  coin: number,
  gross: bigint,
  confirmed: Date,
  random: () => number,
): Promise<void> => {
  const units = 1n + (gross * BigInt(Math.floor(random() * 1000))) / 1000n;
  const at = new Date(confirmed.getTime() + Math.floor(random() * 60 * HOUR));
  await orm.em.fork().execute(
    `insert into send_back (intent_id, chain_id, token, coin, source, order_digest, call_data, to_address, amount_base_units,
       amount_units, fee_base_units, tx_hash, from_block, deadline, state, requested_by, confirmed_at)
     values (?, ?, ?, ?, 'deposit', ?, '0x', ?, ?, ?, 0, ?, 1, ?, ?, 'owner@shop.test', ?)`,
    [
      ...[intent, chain, randomAddress(), coin, `0x${randomBytes(32).toString('hex')}`, randomAddress()],
      ...[String(units), String(units), `0x${randomBytes(32).toString('hex')}`, at],
      ...[random() < 0.8 ? 'confirmed' : 'failed', at],
    ],
  );
};

const makeAllDue = async (now: number): Promise<string[]> => {
  const activities = createReportActivities({
    em: orm.em,
    masterKeys: TEST_MASTER_KEYS,
    publicUrl: 'https://pay.example.com',
    now: () => new Date(now),
  });
  const made: string[] = [];
  for (;;) {
    const { due } = await activities.findDueReports('');
    if (due.length === 0) return made;
    for (const report of due) {
      expect(await activities.makeReport(report)).not.toBe('not due');
      made.push(`${report.kind} ${report.period}`);
    }
  }
};

const reportsOf = async (kind: 'daily' | 'monthly', storeId = store.storeId): Promise<StoredReport[]> =>
  (await listReports(sqlOf(orm), storeId, kind, null, 1_000)).reverse();

const csvOf = async (report: StoredReport): Promise<string> => {
  const [file] = await reportAttachments(orm, { kind: 'daily_report', subjectId: `report-${report.id}` });
  return file?.content.toString('utf8') ?? '';
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

const unitsOf = (text: string): bigint => parseUnits(text) ?? -1n;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
  store = await makeStore(orm.em);
  const em = orm.em.fork();
  const entity = await em.findOneOrFail(Store, store.storeId);
  entity.timeZone = ZONE;
  entity.reportRecipients = ['reports@shop.test', 'boss@shop.test'];
  entity.createdAt = new Date(START);
  await em.flush();
  await seedOrders();
  for (let now = START; now <= END; now += 12 * HOUR) await makeAllDue(now);
});
afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

describe('a year of reports', () => {
  test('has every day and every month once, each beginning where the one before ends', async () => {
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
      reports.reduce((sum, report) => sum + unitsOf(of(report)), 0n).toString();
    expect({
      n: reports.reduce((sum, { totals }) => sum + totals.sums.paidOrders, 0),
      gross: total(({ totals }) => totals.sums.gross),
      fee: total(({ totals }) => totals.sums.fee),
      net: total(({ totals }) => totals.sums.net),
      refunds: total(({ totals }) => totals.sums.refunds),
    }).toEqual({ ...ledger, ...back });
    expect(unitsOf(back?.refunds ?? '')).toBeGreaterThan(0n);
    expect(ledger?.n).toBeGreaterThan(ORDERS / 2);
    for (const { totals } of reports) {
      const parts = totals.byCoinAndNetwork.reduce((sum, { gross }) => sum + unitsOf(gross), 0n);
      expect(formatUnits(parts)).toBe(totals.sums.gross);
    }
  });

  test('agrees with the days that the database itself knows', async () => {
    const rows = await orm.em.fork().execute<{ day: string; n: number; gross: string }[]>(
      `select to_char(confirmed_at at time zone '${ZONE}', 'YYYY-MM-DD') as day, count(*)::int as n, sum(actual_paid_units)::text as gross
       from checkout_intent where status = 20 and store_id = ? group by 1`,
      [store.storeId],
    );
    const byDay = new Map((await reportsOf('daily')).map(({ period, totals }) => [period, totals.sums]));
    for (const { day, n, gross } of rows.filter(({ day }) => byDay.has(day))) {
      const sums = byDay.get(day);
      expect([day, sums?.paidOrders, sums?.gross]).toEqual([day, n, formatUnits(BigInt(gross))]);
    }
  });

  test.each([
    ['when clocks go forward', '2028-03-12', 24, ['02:00']],
    ['the day after that', '2028-03-13', 24, []],
    ['when clocks go back', '2028-11-05', 25, []],
    ['the day after that one', '2028-11-06', 25, ['01:00 -05:00']],
  ])('is drawn by the hours that the database knows: %s', async (_, day, count, missing) => {
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
    ).toEqual(hours.map(({ clock, n, gross }) => [clock, n, formatUnits(BigInt(gross))]));
  });

  test('is drawn by days that are the daily reports, beside the month before', async () => {
    const sums = new Map((await reportsOf('daily')).map(({ id, period, totals }) => [period, { id, ...totals.sums }]));
    const february = await seriesOf('monthly', '2028-02');
    expect(february.isCompared).toBe(true);
    // January has two days more, and they are shown.
    expect(february.rows.map(({ isMissing }) => isMissing)).toEqual(Array.from({ length: 31 }, (_, day) => day > 28));
    for (const row of february.rows.slice(0, 29)) {
      const { id, gross, net, paidOrders } = sums.get(row.label) ?? {};
      expect([row.reportId, row.gross, row.net, row.orders]).toEqual([id, gross, net, paidOrders]);
      expect(row.before).toBe(sums.get(row.label.replace('-02-', '-01-'))?.gross);
    }
  });

  test('has a chart beside the one before, and none once the ledger contradicts it', async () => {
    // Every eighth day, the first among them.
    const days = (await reportsOf('daily')).filter((_, index) => index % 8 === 0);
    for (const { id, period } of [...days, ...(await reportsOf('monthly'))]) {
      const series = (await service().report(store.storeId, id))?.series;
      if (series?.state !== 'shown') throw new Error(`${period} has no chart`);
      expect([period, series.isCompared]).toEqual([period, !['2027-12-20', '2027-12'].includes(period)]);
    }
    const [report] = (await reportsOf('daily')).filter(({ totals }) => totals.sums.paidOrders > 0);
    const change = (units: number) =>
      orm.em.fork().execute(
        `update checkout_intent set actual_paid_units = actual_paid_units + ?, net_income_units = net_income_units + ? where id = (select id from checkout_intent
           where store_id = ? and confirmed_at >= ? order by confirmed_at limit 1)`,
        [units, units, store.storeId, report?.startsAt],
      );
    await change(1);
    expect((await service().report(store.storeId, report?.id ?? ''))?.series).toEqual({ state: 'differs' });
    await change(-1);
  });

  test('compares each with the one before, but not the first', async () => {
    const days = await reportsOf('daily');
    expect(days[0]?.totals.before).toBeNull();
    for (const [index, { totals }] of days.entries()) {
      if (index > 0) expect(totals.before?.gross).toBe(days[index - 1]?.totals.sums.gross);
    }
  });

  test('has files that repeat to the byte, with each order once and formulas made harmless', async () => {
    const days = (await reportsOf('daily')).filter(
      ({ csvBytes, totals }) => csvBytes > 0 && totals.sums.paidOrders > 0,
    );
    const seen = new Set<string>();
    let rows = 0;
    for (const day of days) {
      const csv = await csvOf(day);
      expect(createHash('sha256').update(csv).digest('hex')).toBe(day.csvSha256);
      expect(Buffer.byteLength(csv)).toBe(day.csvBytes);
      for (const [id] of csv.matchAll(/\b[0-9a-f]{24}\b/g)) {
        rows += 1;
        seen.add(id);
      }
      expect(csv).toContain(`,"'=1+1",`);
      expect(csv.startsWith('\uFEFFcreated_at,checkout_intent_id,order_id')).toBe(true);
    }
    expect(rows).toBe(seen.size);
    expect(rows).toBe(days.reduce((sum, { totals }) => sum + totals.sums.paidOrders, 0));
  });

  test('wrote to each recipient once for each report with something in it', async () => {
    const [mails] = await orm.em.fork().execute<{ n: number; distinct: number }[]>(
      `select count(*)::int as n, count(distinct (subject_id, recipient))::int as distinct from email_message
       where kind in ('daily_report', 'monthly_report') and store_id = ?`,
      [store.storeId],
    );
    const reports = [...(await reportsOf('daily')), ...(await reportsOf('monthly'))];
    const told = reports.filter(
      ({ totals }) => totals.sums.orders + totals.sums.paidOrders > 0 || Number(totals.sums.refunds) > 0,
    ).length;
    expect(mails).toEqual({ n: 2 * told, distinct: 2 * told });
  });
});

describe('a store', () => {
  const newStore = async (settings: Partial<Store>): Promise<TestStore> => {
    const made = await makeStore(orm.em);
    const em = orm.em.fork();
    em.assign(await em.findOneOrFail(Store, made.storeId), {
      createdAt: new Date(END - 2 * 24 * HOUR),
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

  test('without orders has reports, and is written to only if it wants that', async () => {
    const quiet = await newStore({});
    const curious = await newStore({ reportsWhenEmpty: true });
    await makeAllDue(END);
    expect(await reportsOf('daily', quiet.storeId)).toHaveLength(2);
    expect(await recipientsOf(quiet.storeId)).toEqual([]);
    expect(await recipientsOf(curious.storeId)).toEqual(['a@shop.test', 'b@shop.test']);
  });

  test('does not write to an address that ended its reports', async () => {
    const { storeId } = await newStore({ reportsWhenEmpty: true });
    await optOutOfReports(sqlOf(orm), storeId, 'A@shop.test');
    await optOutOfReports(sqlOf(orm), storeId, 'A@shop.test');
    await makeAllDue(END);
    expect(await recipientsOf(storeId)).toEqual(['b@shop.test']);
  });

  test('that turned its reports off has none', async () => {
    const { storeId } = await newStore({ dailyReports: false, monthlyReports: false });
    await makeAllDue(END);
    expect(await reportsOf('daily', storeId)).toEqual([]);
  });

  test('has its day closed by the clock of the database, not by one of a worker that is ahead', async () => {
    const { storeId } = await newStore({ createdAt: new Date() });
    const activities = createReportActivities({
      ...{ em: orm.em, masterKeys: TEST_MASTER_KEYS, publicUrl: 'https://pay.example.com' },
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
    const { storeId } = await newStore({ createdAt: new Date(END - 5 * 24 * HOUR), timeZone: 'Pacific/Kiritimati' });
    await makeAllDue(END);
    const periods = (await reportsOf('daily', storeId)).map(({ period }) => period);
    expect(periods).toEqual(['2028-12-18', '2028-12-19', '2028-12-20', '2028-12-21', '2028-12-22']);
    expect(await makeAllDue(END)).toEqual([]);
  });

  test('that changes its zone has every hour in one report, and a run that was overtaken makes none', async () => {
    const { storeId } = await newStore({ createdAt: new Date(END - 9 * 24 * HOUR), timeZone: 'Pacific/Kiritimati' });
    const moveTo = (timeZone: string) => orm.em.fork().nativeUpdate(Store, { id: storeId }, { timeZone } as never);
    await makeAllDue(END - 6 * 24 * HOUR);
    await moveTo('Etc/GMT+12');
    await makeAllDue(END - 3 * 24 * HOUR);
    const activities = createReportActivities({
      ...{ em: orm.em, masterKeys: TEST_MASTER_KEYS, publicUrl: 'https://pay.example.com' },
      now: () => new Date(END),
    });
    const found = (await activities.findDueReports('')).due.filter((due) => due.storeId === storeId);
    expect(found).toEqual([{ storeId, kind: 'daily', period: '2028-12-18' }]);
    await moveTo('Pacific/Kiritimati');
    expect(await Promise.all(found.map((due) => activities.makeReport(due)))).toEqual(['not due']);
    await makeAllDue(END);
    const reports = await reportsOf('daily', storeId);
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
    // Of two that follow the same one, the database keeps one.
    const second = orm.em.fork().execute(
      `insert into report (store_id, kind, period, time_zone, starts_at, ends_at, totals, order_count, csv_sha256, csv_bytes)
       select store_id, kind, '2028-12-18', time_zone, starts_at, ends_at + interval '1 hour', totals, 0, '', 0
       from report where store_id = ? and period = '2028-12-19'`,
      [storeId],
    );
    await expect(second).rejects.toThrow('report_chain_unique');
  });
});
