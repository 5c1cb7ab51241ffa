// Reports as pages show them.
import type { ReportTotals } from '#domain/email-data.ts';
import type { ReportCsvFormat } from '#domain/report-csv.ts';
import type { ReportKind } from '#domain/report-periods.ts';

export interface ReportLine {
  id: string;
  period: string;
  paidOrders: number;
  orders: number;
  /** Decimal amounts; coins count as one dollar each. */
  gross: string;
  net: string;
  /** Confirmed in the period; negative when more was removed by a reorganisation. */
  refunded: string;
  /** ISO-8601. */
  createdAt: string;
}

export interface ReportsView {
  kind: ReportKind;
  lines: ReportLine[];
  /** The cursor of the next page; null at the end. */
  older: string | null;
}

/** Payments of one hour of a day, or of one day of a month. */
export interface ReportSeriesRow {
  /** Local time or date in the store's zone. */
  label: string;
  /** Short, and different for each row: the hour, or the day of the month. */
  place: string;
  /** Only the previous period has it: an hour skipped by daylight saving, a 31st. */
  isMissing: boolean;
  gross: string;
  net: string;
  orders: number;
  /** Gross of the same hour or day of the previous period; null when that has none, or is not compared. */
  before: string | null;
  /** The daily report of a month's day, if there is one. */
  reportId: string | null;
}

/** `differs`: the ledger no longer adds up to the report, and a chart would contradict its figures. */
export type ReportSeries = { state: 'shown'; rows: ReportSeriesRow[]; isCompared: boolean } | { state: 'differs' };

export interface ReportView {
  id: string;
  kind: ReportKind;
  period: string;
  timeZone: string;
  /** Hours of the first report after a change of the time zone; null for all others. */
  transitionHours: number | null;
  /** ISO-8601; the end is exclusive. */
  startsAt: string;
  endsAt: string;
  createdAt: string;
  totals: ReportTotals;
  series: ReportSeries;
  csvSha256: string;
  csvBytes: number;
  csvFormat: ReportCsvFormat;
  mails: { recipient: string; state: string; sentAt: string | null; lastError: string | null }[];
}

/** The result of generating the file again. */
export interface RerunView {
  sha256: string;
  bytes: number;
  /** Equal to the reported file, byte for byte. */
  same: boolean;
}
