// The file of a report as CSV text in chunks: the orders that were paid in its period, in the order of their payment, then what was sent
// back in it. Read from the ledger again whenever it is asked for: rows that no longer change, in the format that the report was made with.
import { localIsoWriter } from '#domain/local-days.ts';
import { ORDER_CSV_COLUMNS, orderCells } from '#domain/order-csv.ts';
import { paidOrderLine, REPORT_CSV_COLUMNS, type ReportCsvFormat, refundLine } from '#domain/report-csv.ts';
import { csvStart, csvText } from '../orders/order-csv.ts';
import { readPaidOrderRows } from '../orders/order-rows.ts';
import type { Sql } from '../pool.ts';
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

/** Chunks of some hundred lines; the first begins with the byte order mark and the names of the columns. */
export async function* reportCsv(sql: Sql, request: ReportCsvRequest): AsyncGenerator<string> {
  const { storeId, timeZone, startsAt, endsAt, csvFormat } = request;
  const iso = localIsoWriter(timeZone);
  const hasRefunds = csvFormat > 1;
  yield csvStart(hasRefunds ? REPORT_CSV_COLUMNS : ORDER_CSV_COLUMNS);
  for await (const page of readPaidOrderRows(sql, storeId, startsAt, endsAt)) {
    const lines = page.map((row) => orderCells(row, iso));
    yield csvText(hasRefunds ? lines.map(paidOrderLine) : lines);
  }
  if (!hasRefunds) return;
  for await (const page of readRefundRows(sql, storeId, startsAt, endsAt)) {
    yield csvText(page.map((row) => refundLine(row, iso)));
  }
}
