// Reports for the dashboard's pages, their CSV, and the two signed links in their e-mails.
import { createHash } from 'node:crypto';
import type { Orm } from '#db/orm.ts';
import { reportCsv } from '#db/reports/report-csv.ts';
import { reportOfCsvLink, subjectOfUnsubscribeLink } from '#db/reports/report-links.ts';
import { findReport, listReportMails, listReports, optOutOfReports, type StoredReport } from '#db/reports/reports.ts';
import type { MasterKeys } from '#db/secrets.ts';
import { csvFileName } from '#domain/csv-file-name.ts';
import { isTransition, type ReportKind } from '#domain/report-periods.ts';
import { byteStream } from '#web/http/byte-stream.ts';
import { type BooksView, readBooksView } from './books-view.ts';
import { readReportSeries } from './report-series.ts';
import type { ReportsView, ReportView, RerunView } from './reports-types.ts';

export interface CsvFile {
  name: string;
  body: ReadableStream<Uint8Array>;
}

export interface ReportsService {
  /** @param month `2026-11`; null is the current one */
  books(store: { id: string; timeZone: string }, month: string | null): Promise<BooksView>;
  list(storeId: string, kind: ReportKind, before: string | null): Promise<ReportsView>;
  /** Null when the store has no such report. */
  report(storeId: string, id: string): Promise<ReportView | null>;
  csv(storeId: string, id: string): Promise<CsvFile | null>;
  /** Generates the file again and compares it. Null when the store has no such report. */
  rerun(storeId: string, id: string): Promise<RerunView | null>;
  /** The file behind a signed link; null for a wrong or expired link. */
  csvByLink(params: URLSearchParams): Promise<CsvFile | null>;
  /** The store and recipient of an unsubscribe link; null for a wrong one. */
  unsubscribeSubject(params: URLSearchParams): { storeId: string; recipient: string } | null;
  unsubscribe(subject: { storeId: string; recipient: string }): Promise<void>;
}

const PAGE = 31;
const HOUR_MS = 3_600_000;

export const createReportsService = ({ orm, masterKeys }: { orm: Orm; masterKeys: MasterKeys }): ReportsService => {
  const { em } = orm;
  const fileOf = (report: StoredReport | null): CsvFile | null =>
    report && { name: csvFileName('orders', report, report.period), body: byteStream(reportCsv(em, report)) };

  return {
    books: (store, month) => readBooksView(em, store, month, Date.now()),

    async list(storeId, kind, before) {
      const reports = await listReports(em, storeId, kind, before, PAGE + 1);
      const shown = reports.slice(0, PAGE);
      return {
        kind,
        lines: shown.map(({ id, period, totals: { sums }, createdAt }) => ({
          id,
          period,
          paidOrders: sums.paidOrders,
          orders: sums.orders,
          gross: sums.gross,
          net: sums.net,
          refunded: sums.refunds,
          createdAt: createdAt.toISOString(),
        })),
        older: reports.length > PAGE ? (shown.at(-1)?.period ?? null) : null,
      };
    },

    async report(storeId, id) {
      const report = await findReport(em, storeId, id);
      if (!report) return null;
      const { storeId: _, isTest: __, startsAt, endsAt, createdAt, ...rest } = report;
      const { kind, period: name, timeZone } = report;
      const [series, mails] = await Promise.all([readReportSeries(em, report), listReportMails(em, id)]);
      return {
        ...rest,
        transitionHours: isTransition(kind, { name, startsAt, endsAt }, timeZone)
          ? (endsAt.getTime() - startsAt.getTime()) / HOUR_MS
          : null,
        startsAt: startsAt.toISOString(),
        endsAt: endsAt.toISOString(),
        createdAt: createdAt.toISOString(),
        series,
        mails: mails.map(({ sentAt, lastError, ...mail }) => ({
          ...mail,
          sentAt: sentAt?.toISOString() ?? null,
          lastError: lastError ?? null,
        })),
      };
    },

    csv: async (storeId, id) => fileOf(await findReport(em, storeId, id)),

    async rerun(storeId, id) {
      const report = await findReport(em, storeId, id);
      if (!report) return null;
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of reportCsv(em, report)) {
        hash.update(chunk);
        bytes += Buffer.byteLength(chunk);
      }
      const sha256 = hash.digest('hex');
      return { sha256, bytes, same: sha256 === report.csvSha256 };
    },

    async csvByLink(params) {
      const id = reportOfCsvLink(masterKeys, params, new Date());
      return id === null ? null : fileOf(await findReport(em, null, id));
    },

    unsubscribeSubject: (params) => subjectOfUnsubscribeLink(masterKeys, params),
    unsubscribe: ({ storeId, recipient }) => optOutOfReports(em, storeId, recipient),
  };
};
