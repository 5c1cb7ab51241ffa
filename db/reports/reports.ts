// Reports as they are kept: one row for each store, kind and period, written once with the e-mails that carry it.
import type { ReportData, ReportTotals } from '#domain/email-data.ts';
import type { ReportCsvFormat } from '#domain/report-csv.ts';
import type { ReportedPeriod, ReportKind, ReportPeriod } from '#domain/report-periods.ts';
import { addressesOf } from '../delivery/email-sql.ts';
import { queueEmailBy } from '../delivery/queue-emails.ts';
import { EmailMessage, Report, ReportOptOut } from '../entities/email.entity.ts';
import type { Em } from '../orm.ts';
import { inTransaction, type Sql } from '../pool.ts';

export interface NewReport {
  storeId: string;
  period: ReportPeriod;
  timeZone: string;
  totals: ReportTotals;
  csv: { sha256: string; bytes: number; format: ReportCsvFormat };
}

/** Makes the content of one recipient's e-mail: each has its own link that ends the reports. */
export type ReportMail = (recipient: string, reportId: string) => ReportData;

/**
 * Keeps a report and queues its e-mails, in one transaction. A store has one report of each kind and period, and one of each kind and
 * start: of two that start at the same moment (the zone was changed between) only the first is kept.
 * @param mail null: nobody gets an e-mail
 * @returns the report's id, or null when it exists already
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

/** The subject of a report's e-mails: `email_message.subject_id`. */
const reportSubject = (reportId: string): string => `report-${reportId}`;

/** A report with its id as text, as URLs name it. */
export type StoredReport = Pick<
  Report,
  | 'kind'
  | 'period'
  | 'timeZone'
  | 'startsAt'
  | 'endsAt'
  | 'totals'
  | 'csvSha256'
  | 'csvBytes'
  | 'csvFormat'
  | 'createdAt'
> & {
  id: string;
  storeId: string;
  /** Of a test store. */
  isTest: boolean;
};

const storedReport = (report: Report): StoredReport => ({
  id: String(report.id),
  storeId: report.store.id,
  isTest: report.store.isTest,
  kind: report.kind,
  period: report.period,
  timeZone: report.timeZone,
  startsAt: report.startsAt,
  endsAt: report.endsAt,
  totals: report.totals,
  csvSha256: report.csvSha256,
  csvBytes: report.csvBytes,
  csvFormat: report.csvFormat,
  createdAt: report.createdAt,
});

/** A report of this store, or of any store when `storeId` is null. */
export const findReport = async (em: Em, storeId: string | null, id: string): Promise<StoredReport | null> => {
  if (!/^\d{1,18}$/.test(id)) return null;
  const where = { id: BigInt(id), ...(storeId === null ? {} : { store: storeId }) };
  const report = await em.fork().findOne(Report, where, { populate: ['store'] });
  return report && storedReport(report);
};

/** A store's reports of a kind, newest first. @param before the last period of the page before, or null */
export const listReports = async (
  em: Em,
  storeId: string,
  kind: ReportKind,
  before: string | null,
  limit: number,
): Promise<StoredReport[]> => {
  const reports = await em
    .fork()
    .find(
      Report,
      { store: storeId, kind, ...(before === null ? {} : { period: { $lt: before } }) },
      { orderBy: { period: 'desc' }, limit, populate: ['store'] },
    );
  return reports.map(storedReport);
};

/** The report that ended at this moment, or null: the one that begins then is compared with it. */
export const findReportEndingAt = async (
  em: Em,
  storeId: string,
  kind: ReportKind,
  endsAt: Date,
): Promise<ReportedPeriod | null> => {
  const where = { store: storeId, kind, endsAt, startsAt: { $lt: endsAt } };
  const report = await em.fork().findOne(Report, where, { orderBy: { startsAt: 'desc' } });
  return report && { name: report.period, startsAt: report.startsAt, endsAt: report.endsAt };
};

/** The ids of a store's daily reports, by the name of their day. @param from, to names, both included */
export const findDailyReports = async (
  em: Em,
  storeId: string,
  from: string,
  to: string,
): Promise<Map<string, string>> => {
  const reports = await em
    .fork()
    .find(Report, { store: storeId, kind: 'daily', period: { $gte: from, $lte: to } }, { fields: ['period'] });
  return new Map(reports.map(({ period, id }) => [period, String(id)]));
};

/** The e-mails of a report, with the state of their delivery. */
export const listReportMails = (
  em: Em,
  reportId: string,
): Promise<Pick<EmailMessage, 'recipient' | 'state' | 'sentAt' | 'lastError'>[]> =>
  em
    .fork()
    .find(
      EmailMessage,
      { subjectId: reportSubject(reportId), kind: { $in: ['daily_report', 'monthly_report'] } },
      { orderBy: { recipient: 'asc' }, fields: ['recipient', 'state', 'sentAt', 'lastError'] },
    );

/** Ends a store's reports to this address. Safe to run twice. */
export const optOutOfReports = async (em: Em, storeId: string, recipient: string): Promise<void> => {
  await em.fork().upsert(ReportOptOut, { store: storeId, recipient }, { onConflictAction: 'ignore' });
};
