// Reports as they are kept: one row for each store, kind and period, written once with the e-mails that carry it.
import { emailAddressOf } from '#domain/email-address.ts';
import type { ReportData, ReportTotals } from '#domain/email-data.ts';
import type { ReportCsvFormat } from '#domain/report-csv.ts';
import type { ReportedPeriod, ReportKind, ReportPeriod } from '#domain/report-periods.ts';
import { queueEmail } from '../delivery/queue-emails.ts';
import { EmailMessage, Report, ReportOptOut } from '../entities/email.entity.ts';
import { Member } from '../entities/merchant-people.entity.ts';
import { Store } from '../entities/store.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

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
  em.fork().transactional(async (fork) => {
    const { storeId, period, timeZone, totals, csv } = report;
    const kept = await kyselyOf(fork)
      .insertInto('Report')
      .values({
        store: storeId,
        kind: period.kind,
        period: period.name,
        timeZone,
        startsAt: period.startsAt,
        endsAt: period.endsAt,
        totals,
        orderCount: totals.sums.paidOrders,
        csvSha256: csv.sha256,
        csvBytes: csv.bytes,
        csvFormat: csv.format,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!kept) return null;
    const id = String(kept.id);
    if (mail) await queueReportMails(fork, storeId, id, `${period.kind}_report`, mail);
    return id;
  });

const queueReportMails = async (
  em: Em,
  storeId: string,
  reportId: string,
  kind: 'daily_report' | 'monthly_report',
  mail: ReportMail,
): Promise<void> => {
  for (const recipient of await readReportRecipients(em, storeId)) {
    const data = mail(recipient, reportId);
    await queueEmail(em, { kind, subjectId: reportSubject(reportId), recipient, storeId, data });
  }
};

/** The addresses of the store's settings, or its owners' when there are none, without those that opted out. */
const readReportRecipients = async (em: Em, storeId: string): Promise<string[]> => {
  const { merchant, reportRecipients } = await em.findOneOrFail(Store, storeId);
  const owners = reportRecipients.length > 0 ? [] : await em.find(Member, { merchant, role: 'owner' });
  const addresses = [...reportRecipients, ...owners.map(({ email }) => email)].map((address) => address.trim());
  const optOuts = await em.find(ReportOptOut, { store: storeId });
  const excluded = new Set(optOuts.map(({ recipient }) => emailAddressOf(recipient)));
  return [...new Set(addresses)].filter((address) => !excluded.has(emailAddressOf(address)));
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
