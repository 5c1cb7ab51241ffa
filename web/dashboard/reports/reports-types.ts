// Reports as pages show them.
import type { ReportTotals } from '#db/queries/reports.ts';
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
  csvSha256: string;
  csvBytes: number;
  mails: { recipient: string; state: string; sentAt: string | null; lastError: string | null }[];
}

/** What making the file again gave. */
export interface RerunView {
  sha256: string;
  bytes: number;
  /** To the byte the file that was reported. */
  same: boolean;
}
