// Makes reports: finds due ones, sums up a period, hashes its CSV, and stores the report with its e-mails. Idempotent.
import { createHash } from 'node:crypto';
import { Store } from '#db/entities/store.entity.ts';
import type { Em } from '#db/orm.ts';
import { CLOSING_SECONDS, type DueReport, findDueReports, readClock, readLastPeriod } from '#db/reports/due-reports.ts';
import { reportCsv } from '#db/reports/report-csv.ts';
import { readReportFigures, totalsOf } from '#db/reports/report-figures.ts';
import { reportCsvLink, unsubscribeLink } from '#db/reports/report-links.ts';
import { findReport, keepReport } from '#db/reports/reports.ts';
import type { MasterKeys } from '#db/secrets.ts';
import { csvFileName } from '#domain/csv-file-name.ts';
import { csvStyleOf } from '#domain/csv-style.ts';
import type { ReportData } from '#domain/email-data.ts';
import { REPORT_FORMAT_OF_STYLE } from '#domain/report-csv.ts';
import { nextPeriod, periodBefore } from '#domain/report-periods.ts';
import type { EmailAttachment } from './email-transport.ts';
import { withHeartbeats } from './heartbeats.ts';

export interface ReportActivities {
  /** The oldest due report of each store and kind, for a page of stores. */
  findDueReports(afterStoreId: string): Promise<{ due: DueReport[]; lastStoreId: string | null }>;
  /** @returns 'made', 'nothing to tell' (kept, and mailed to nobody), or 'not due': it is there, or another is due before it */
  makeReport(report: DueReport): Promise<string>;
}

export interface ReportDependencies {
  em: Em;
  masterKeys: MasterKeys;
  /** Where browsers reach the server, without a slash at the end. */
  publicUrl: string;
  /** The clock, for tests; the database's by default. */
  now?: () => Date;
}

/** Stores read in one activity. */
const PAGE = 500;
/** A larger file is linked, not attached: mail servers refuse it. */
export const ATTACHMENT_MAX_BYTES = 5 * 1024 * 1024;

const NOT_DUE = 'not due';

export const createReportActivities = (deps: ReportDependencies): ReportActivities => {
  const closedAt = async (): Promise<Date> => {
    const now = deps.now?.() ?? (await readClock(deps.em));
    return new Date(now.getTime() - CLOSING_SECONDS * 1000);
  };
  return {
    findDueReports: async (afterStoreId) => findDueReports(deps.em, await closedAt(), afterStoreId, PAGE),

    makeReport: (report) => withHeartbeats(async () => makeReport(deps, report, await closedAt())),
  };
};

const makeReport = async (
  deps: ReportDependencies,
  { storeId, kind, period: name }: DueReport,
  closedAt: Date,
): Promise<string> => {
  const { em } = deps;
  const store = await em.fork().findOneOrFail(Store, storeId);
  const { timeZone } = store;
  const csvFormat = REPORT_FORMAT_OF_STYLE[csvStyleOf(store)];
  // Computed again: the store's time zone may have changed since the sweep.
  const last = await readLastPeriod(em, storeId, kind);
  const period = nextPeriod(kind, timeZone, store.createdAt, last, closedAt);
  if (period?.name !== name) return NOT_DUE;
  const earlier = periodBefore(period, timeZone, last);
  const [figures, figuresBefore, { hasRows, ...csv }] = await Promise.all([
    readReportFigures(em, storeId, period.startsAt, period.endsAt),
    // A store that did not exist yet has nothing to compare with.
    store.createdAt < earlier.endsAt ? readReportFigures(em, storeId, earlier.startsAt, earlier.endsAt) : null,
    digestOf(reportCsv(em, { storeId, timeZone, ...period, csvFormat })),
  ]);
  const totals = totalsOf(figures, figuresBefore);
  const isEmpty = figures.orders === 0 && !hasRows;
  const mail = (recipient: string, reportId: string): ReportData => ({
    period: name,
    timeZone,
    ...totals,
    startsAt: period.startsAt.toISOString(),
    endsAt: period.endsAt.toISOString(),
    link: `${deps.publicUrl}/dashboard/${storeId}/reports/${reportId}`,
    csvLink:
      csv.bytes > ATTACHMENT_MAX_BYTES
        ? reportCsvLink(deps.masterKeys, deps.publicUrl, reportId, deps.now?.() ?? new Date())
        : null,
    unsubscribeLink: unsubscribeLink(deps.masterKeys, deps.publicUrl, storeId, recipient),
  });
  const isWanted = !isEmpty || store.reportsWhenEmpty;
  const id = await keepReport(
    em,
    { storeId, period, timeZone, totals, csv: { ...csv, format: csvFormat } },
    isWanted ? mail : null,
  );
  return id === null ? NOT_DUE : isWanted ? 'made' : 'nothing to tell';
};

/** `hasRows`: something was booked or refunded, even if it adds up to nothing. The first chunk has the names of the columns. */
const digestOf = async (
  chunks: AsyncIterable<string>,
): Promise<{ sha256: string; bytes: number; hasRows: boolean }> => {
  const hash = createHash('sha256');
  let [bytes, start] = [0, 0];
  for await (const chunk of chunks) {
    const part = Buffer.from(chunk);
    hash.update(part);
    bytes += part.length;
    start ||= bytes;
  }
  return { sha256: hash.digest('hex'), bytes, hasRows: bytes > start };
};

/** The CSV that goes along with a report's e-mail; nothing with others, and nothing where it is linked. */
export const reportAttachments = async (
  { em }: { em: Em },
  { kind, subjectId }: { kind: string; subjectId: string },
): Promise<EmailAttachment[]> => {
  if (kind !== 'daily_report' && kind !== 'monthly_report') return [];
  const report = await findReport(em, null, subjectId.replace(/^report-/, ''));
  if (!report || report.csvBytes > ATTACHMENT_MAX_BYTES) return [];
  const parts: Buffer[] = [];
  for await (const chunk of reportCsv(em, report)) parts.push(Buffer.from(chunk));
  const filename = csvFileName('orders', report, report.period);
  return [{ filename, contentType: 'text/csv; charset=utf-8', content: Buffer.concat(parts) }];
};
