// Reports: which are due, what a period came to, and the row that keeps it with the e-mails that tell of it. Money belongs to the
// period in which its order was confirmed, a fact that never changes: periods sum to the ledger, and a second run finds the same.
import type { CoinId } from '#domain/coins.ts';
import type { ReportData, ReportSums } from '#domain/email-data.ts';
import { formatUnits, type Units } from '#domain/money.ts';
import type { ReportCsvFormat } from '#domain/report-csv.ts';
import {
  nextPeriod,
  REPORT_KINDS,
  type ReportedPeriod,
  type ReportKind,
  type ReportPeriod,
} from '#domain/report-periods.ts';
import type { IntentStatus } from '#domain/status.ts';
import { addressesOf } from '../delivery/email-sql.ts';
import { queueEmailBy } from '../delivery/queue-emails.ts';
import { readOrderTotals } from '../orders/order-totals.ts';
import type { Em } from '../orm.ts';
import { inTransaction, type Sql } from '../pool.ts';
import { readRefundSum } from './report-refunds.ts';

/** One report that is to be made. */
export interface DueReport {
  storeId: string;
  kind: ReportKind;
  period: string;
}

interface DueRow {
  id: string;
  timeZone: string;
  createdAt: string;
  daily: boolean;
  monthly: boolean;
  lastDaily: StoredPeriod | null;
  lastMonthly: StoredPeriod | null;
}

/** As Postgres writes it into JSON. */
interface StoredPeriod {
  name: string;
  startsAt: string;
  endsAt: string;
}

const toPeriod = ({ name, startsAt, endsAt }: StoredPeriod): ReportedPeriod => ({
  name,
  startsAt: new Date(startsAt),
  endsAt: new Date(endsAt),
});

/** The newest report of a kind of the store `s`; by its beginning, which `report_chain_unique` finds at once. */
const lastOf = (kind: string): string => `(
  select json_build_object('name', r.period, 'startsAt', r.starts_at, 'endsAt', r.ends_at)
  from report r where r.store_id = s.id and r.kind = ${kind} order by r.starts_at desc limit 1)`;

/** A payment that is committed late carries a moment that is past already: periods are closed this much after their end. */
export const CLOSING_SECONDS = 300;

/** When it is by the clock that payments are dated by: a worker's may be ahead, and would close a day in which money still comes. */
export const readClock = async (sql: Sql): Promise<Date> => {
  const { rows } = await sql.query<{ now: string }>({
    name: 'reports-clock',
    text: 'select clock_timestamp()::text as now',
    values: [],
  });
  return new Date(rows[0]?.now ?? Number.NaN);
};

/**
 * The oldest report that is due of each store and kind, for a page of stores in the order of their ids.
 * @param now the moment to look from, less what closing a period takes
 */
export const findDueReports = async (
  sql: Sql,
  now: Date,
  afterStoreId: string,
  limit: number,
): Promise<{ due: DueReport[]; lastStoreId: string | null }> => {
  const { rows } = await sql.query<DueRow>({
    name: 'reports-due',
    text: `select s.id, s.time_zone as "timeZone", s.created_at::text as "createdAt", s.daily_reports as daily,
        s.monthly_reports as monthly,
        ${lastOf("'daily'")} as "lastDaily", ${lastOf("'monthly'")} as "lastMonthly"
      from store s join merchant m on m.id = s.merchant_id
      where s.id > $1 and s.status <> 'applied' and m.status <> 'applied' and (s.daily_reports or s.monthly_reports)
      order by s.id limit $2`,
    values: [afterStoreId, limit],
  });
  const due = rows.flatMap((row) =>
    REPORT_KINDS.flatMap((kind): DueReport[] => {
      if (!(kind === 'daily' ? row.daily : row.monthly)) return [];
      const last = kind === 'daily' ? row.lastDaily : row.lastMonthly;
      const period = nextPeriod(kind, row.timeZone, new Date(row.createdAt), last && toPeriod(last), now);
      return period ? [{ storeId: row.id, kind, period: period.name }] : [];
    }),
  );
  return { due, lastStoreId: rows.at(-1)?.id ?? null };
};

/** The newest report of a store, or null. */
export const readLastPeriod = async (sql: Sql, storeId: string, kind: ReportKind): Promise<ReportedPeriod | null> => {
  const { rows } = await sql.query<{ last: StoredPeriod | null }>({
    name: 'report-last',
    text: `select ${lastOf('$2')} as last from store s where s.id = $1`,
    values: [storeId, kind],
  });
  const last = rows[0]?.last;
  return last ? toPeriod(last) : null;
};

export interface CoinFigures {
  coin: CoinId;
  chainId: number;
  orders: number;
  grossUnits: Units;
  feeUnits: Units;
  netUnits: Units;
}

/** What a stretch of time came to. Coins count as one dollar each where they are added up. */
export interface ReportFigures {
  /** Orders created in it. */
  orders: number;
  paidOrders: number;
  grossUnits: Units;
  feeUnits: Units;
  netUnits: Units;
  /** What was sent back to payers. */
  refundUnits: Units;
  /** Orders created in it, by the status that they had when it was read. */
  byStatus: { status: IntentStatus; orders: number }[];
  byCoinAndNetwork: CoinFigures[];
}

export const readReportFigures = async (
  sql: Sql,
  storeId: string,
  from: Date,
  before: Date,
): Promise<ReportFigures> => {
  const [paid, refundUnits, created] = await Promise.all([
    sql.query<{ coin: CoinId; chainId: number; orders: number; gross: string; fee: string; net: string }>({
      name: 'report-paid',
      text: `select paid_coin as coin, paid_chain_id as "chainId", count(*)::int as orders, sum(actual_paid_units)::text as gross,
          sum(service_fee_units)::text as fee, sum(net_income_units)::text as net
        from checkout_intent where store_id = $1 and confirmed_at >= $2 and confirmed_at < $3
        group by 1, 2 order by 1, 2`,
      values: [storeId, from, before],
    }),
    readRefundSum(sql, storeId, from, before),
    readOrderTotals(sql, storeId, [from.getTime() / 1000, before.getTime() / 1000]),
  ]);
  const byCoinAndNetwork = paid.rows.map(({ gross, fee, net, ...row }) => ({
    ...row,
    grossUnits: BigInt(gross),
    feeUnits: BigInt(fee),
    netUnits: BigInt(net),
  }));
  const sum = (of: (row: CoinFigures) => bigint): bigint =>
    byCoinAndNetwork.reduce((total, row) => total + of(row), 0n);
  const statuses = new Map<IntentStatus, number>();
  for (const { status, orders } of created) statuses.set(status, (statuses.get(status) ?? 0) + orders);
  return {
    orders: created.reduce((total, { orders }) => total + orders, 0),
    paidOrders: byCoinAndNetwork.reduce((total, { orders }) => total + orders, 0),
    grossUnits: sum(({ grossUnits }) => grossUnits),
    feeUnits: sum(({ feeUnits }) => feeUnits),
    netUnits: sum(({ netUnits }) => netUnits),
    refundUnits,
    byStatus: [...statuses].sort(([a], [b]) => a - b).map(([status, orders]) => ({ status, orders })),
    byCoinAndNetwork,
  };
};

export const sumsOf = (figures: ReportFigures): ReportSums => ({
  orders: figures.orders,
  paidOrders: figures.paidOrders,
  gross: formatUnits(figures.grossUnits),
  fee: formatUnits(figures.feeUnits),
  net: formatUnits(figures.netUnits),
  refunds: formatUnits(figures.refundUnits),
});

/** What a report keeps: the figures as they were sent. */
export type ReportTotals = Pick<ReportData, 'sums' | 'before' | 'byStatus' | 'byCoinAndNetwork'>;

export const totalsOf = (figures: ReportFigures, before: ReportFigures | null): ReportTotals => ({
  sums: sumsOf(figures),
  before: before && sumsOf(before),
  byStatus: figures.byStatus,
  byCoinAndNetwork: figures.byCoinAndNetwork.map(({ coin, chainId, orders, grossUnits, feeUnits, netUnits }) => ({
    coin,
    chainId,
    orders,
    gross: formatUnits(grossUnits),
    fee: formatUnits(feeUnits),
    net: formatUnits(netUnits),
  })),
});

export interface NewReport {
  storeId: string;
  period: ReportPeriod;
  timeZone: string;
  totals: ReportTotals;
  csv: { sha256: string; bytes: number; format: ReportCsvFormat };
}

/** What each recipient's message is made of; called with the recipient, for the link that ends the reports. */
export type ReportMail = (recipient: string, reportId: string) => ReportData;

/**
 * Keeps a report and queues its e-mails, in one transaction; once for each store, kind and period, and once for each beginning: of two
 * that follow the same one (the zone was changed between) only the first is kept.
 * @param mail null: nobody is written to
 * @returns the report's id, or null when it was there already
 */
export const keepReport = (em: Em, report: NewReport, mail: ReportMail | null): Promise<string | null> =>
  inTransaction(em, async (sql) => {
    const { storeId, period, timeZone, totals, csv } = report;
    const { rows } = await sql.query<{ id: string }>({
      name: 'report-keep',
      text: `insert into report (store_id, kind, period, time_zone, starts_at, ends_at, totals, order_count, csv_sha256, csv_bytes, csv_format)
        values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11) on conflict do nothing returning id::text`,
      values: [
        ...[storeId, period.kind, period.name, timeZone, period.startsAt, period.endsAt, JSON.stringify(totals)],
        ...[totals.sums.paidOrders, csv.sha256, csv.bytes, csv.format],
      ],
    });
    const id = rows[0]?.id;
    if (id === undefined) return null;
    if (mail) await queueReportMails(sql, storeId, id, `${period.kind}_report`, mail);
    return id;
  });

const queueReportMails = async (
  sql: Sql,
  storeId: string,
  reportId: string,
  kind: 'daily_report' | 'monthly_report',
  mail: ReportMail,
): Promise<void> => {
  const { rows } = await sql.query<{ recipient: string }>({
    name: 'report-recipients',
    text: `select r.recipient from store s cross join lateral ${addressesOf('report_recipients')} r
      where s.id = $1 and not exists (
        select from report_opt_out o where o.store_id = s.id and lower(o.recipient) = lower(r.recipient))`,
    values: [storeId],
  });
  for (const { recipient } of rows) {
    const data = mail(recipient, reportId);
    await queueEmailBy(sql, { kind, subjectId: reportSubject(reportId), recipient, storeId, data });
  }
};

/** What a report's e-mails are about: `email_message.subject_id`. */
export const reportSubject = (reportId: string): string => `report-${reportId}`;

export interface StoredReport {
  id: string;
  storeId: string;
  /** Of a test store. */
  isTest: boolean;
  kind: ReportKind;
  period: string;
  timeZone: string;
  startsAt: Date;
  endsAt: Date;
  totals: ReportTotals;
  csvSha256: string;
  csvBytes: number;
  csvFormat: ReportCsvFormat;
  createdAt: Date;
}

interface StoredRow extends Omit<StoredReport, 'startsAt' | 'endsAt' | 'createdAt' | 'totals'> {
  startsAt: string;
  endsAt: string;
  createdAt: string;
  totals: string;
}

const COLUMNS = `id::text, store_id as "storeId", (select s.is_test from store s where s.id = report.store_id) as "isTest", kind, period,
  time_zone as "timeZone", starts_at::text as "startsAt", ends_at::text as "endsAt", totals::text as totals,
  csv_sha256 as "csvSha256", csv_bytes as "csvBytes", csv_format as "csvFormat", created_at::text as "createdAt"`;

const toReport = (row: StoredRow): StoredReport => ({
  ...row,
  startsAt: new Date(row.startsAt),
  endsAt: new Date(row.endsAt),
  createdAt: new Date(row.createdAt),
  totals: JSON.parse(row.totals) as ReportTotals,
});

/** A report of this store, or null. */
export const findReport = async (sql: Sql, storeId: string | null, id: string): Promise<StoredReport | null> => {
  if (!/^\d{1,18}$/.test(id)) return null;
  const { rows } = await sql.query<StoredRow>({
    name: 'report-find',
    text: `select ${COLUMNS} from report where id = $1 and ($2::text is null or store_id = $2)`,
    values: [id, storeId],
  });
  return rows[0] ? toReport(rows[0]) : null;
};

/** A store's reports of a kind, newest first. @param before the period that the page before ended with, or null */
export const listReports = async (
  sql: Sql,
  storeId: string,
  kind: ReportKind,
  before: string | null,
  limit: number,
): Promise<StoredReport[]> => {
  const { rows } = await sql.query<StoredRow>({
    name: 'report-list',
    text: `select ${COLUMNS} from report where store_id = $1 and kind = $2 and ($3::text is null or period < $3)
      order by period desc limit $4`,
    values: [storeId, kind, before, limit],
  });
  return rows.map(toReport);
};

export interface ReportMailRow {
  recipient: string;
  state: string;
  sentAt: string | null;
  lastError: string | null;
}

/** To whom a report was mailed, and what became of it. */
export const readReportMails = async (sql: Sql, reportId: string): Promise<ReportMailRow[]> => {
  const { rows } = await sql.query<ReportMailRow>({
    name: 'report-mails',
    text: `select recipient, state, to_char(sent_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "sentAt",
        last_error as "lastError"
      from email_message where subject_id = $1 and kind in ('daily_report', 'monthly_report') order by recipient`,
    values: [reportSubject(reportId)],
  });
  return rows;
};

/** This address wants no more reports of this store. Safe to run twice. */
export const optOutOfReports = async (sql: Sql, storeId: string, recipient: string): Promise<void> => {
  await sql.query({
    name: 'report-opt-out',
    text: 'insert into report_opt_out (store_id, recipient) values ($1, $2) on conflict do nothing',
    values: [storeId, recipient],
  });
};
