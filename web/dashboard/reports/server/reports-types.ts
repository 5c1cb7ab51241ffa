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
  /** ISO-8601. */
  createdAt: string;
}

export interface ReportsView {
  kind: ReportKind;
  lines: ReportLine[];
  /** Where the next page begins, or null. */
  older: string | null;
}

/** What was paid in one hour of a day, or on one day of a month. */
export interface ReportSeriesRow {
  /** As the clock or the calendar of the zone shows it. */
  label: string;
  /** Short, and different for each row: the hour, or the day of the month. */
  place: string;
  /** Only the period before has it: an hour that the clocks skipped, a 31st. */
  isMissing: boolean;
  gross: string;
  net: string;
  orders: number;
  /** Gross of the same hour or day of the period before; null where that has none, or is not compared. */
  before: string | null;
  /** Of a day of a month: its own report, if there is one. */
  reportId: string | null;
}

/** `differs`: the ledger no longer adds up to what was reported, and a chart would contradict the figures beside it. */
export type ReportSeries = { state: 'shown'; rows: ReportSeriesRow[]; isCompared: boolean } | { state: 'differs' };

export interface ReportView {
  id: string;
  kind: ReportKind;
  period: string;
  timeZone: string;
  /** The first after a change of the store's zone: so many hours long; null for all others. */
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

/** What making the file again gave. */
export interface RerunView {
  sha256: string;
  bytes: number;
  /** To the byte the file that was reported. */
  same: boolean;
}
