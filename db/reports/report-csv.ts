// The CSV file of a report, as chunks of text: what was booked in its period, in that order, then its refunds. Each
// download reads the ledger again. Those rows never change, and the report's own format is used, so the bytes are the same.
import { CSV_STYLES } from '#domain/csv-style.ts';
import { localIsoWriter } from '#domain/local-days.ts';
import { orderCells } from '#domain/order-csv.ts';
import {
  COLUMNS_OF_FORMAT,
  paidOrderLine,
  REPORT_CSV_COLUMNS,
  type ReportCsvFormat,
  refundLine,
  styleOfReport,
} from '#domain/report-csv.ts';
import { amountsIn, csvText, exportStart, exportText } from '../orders/order-csv.ts';
import { readBookedRows, readPaidOrderRows } from '../orders/order-rows.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';
import { readRefundRows } from './report-refunds.ts';

export interface ReportCsvRequest {
  storeId: string;
  /** IANA name. */
  timeZone: string;
  startsAt: Date;
  /** Not included. */
  endsAt: Date;
  csvFormat: ReportCsvFormat;
}

const AMOUNTS = amountsIn(REPORT_CSV_COLUMNS);

/** Writes lines as a format does. */
const writerOf = (format: ReportCsvFormat): { start: string; text: (lines: string[][]) => string } => {
  const columns = COLUMNS_OF_FORMAT[format];
  const style = styleOfReport(format);
  const shape = CSV_STYLES[style ?? 'comma'];
  const start = exportStart(columns, shape);
  if (style !== null) return { start, text: (lines) => exportText(lines, shape, AMOUNTS) };
  const known = (lines: string[][]) => lines.map((line) => line.slice(0, columns.length));
  return { start, text: (lines) => csvText(known(lines), AMOUNTS) };
};

/** Chunks of some hundred lines. The first begins with the byte order mark and the column names. */
export async function* reportCsv(em: Em, request: ReportCsvRequest): AsyncGenerator<string> {
  const { storeId, timeZone, startsAt, endsAt, csvFormat } = request;
  const iso = localIsoWriter(timeZone);
  const { start, text } = writerOf(csvFormat);
  yield start;
  const readRows = csvFormat < 3 ? readPaidOrderRows : readBookedRows;
  for await (const page of readRows(sqlOf({ em }), storeId, startsAt, endsAt))
    yield text(page.map((row) => paidOrderLine(orderCells(row, iso), row)));
  if (csvFormat === 1) return;
  for await (const page of readRefundRows(em, storeId, startsAt, endsAt))
    yield text(page.map((row) => refundLine(row, iso)));
}
