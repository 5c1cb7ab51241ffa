// The CSV file of a report, as chunks of text: the orders paid in its period, in the order of their payment, then its refunds. Each
// download reads the ledger again. Those rows never change, and the report's own format is used, so the bytes are the same.
import { localIsoWriter } from '#domain/local-days.ts';
import { orderCells } from '#domain/order-csv.ts';
import {
  paidOrderLine,
  REPORT_CSV_COLUMNS,
  REPORT_ORDER_COLUMNS,
  type ReportCsvFormat,
  refundLine,
} from '#domain/report-csv.ts';
import { csvStart, csvText } from '../orders/order-csv.ts';
import { readPaidOrderRows } from '../orders/order-rows.ts';
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

/** Chunks of some hundred lines. The first begins with the byte order mark and the column names. */
export async function* reportCsv(em: Em, request: ReportCsvRequest): AsyncGenerator<string> {
  const { storeId, timeZone, startsAt, endsAt, csvFormat } = request;
  const iso = localIsoWriter(timeZone);
  const hasRefunds = csvFormat > 1;
  yield csvStart(hasRefunds ? REPORT_CSV_COLUMNS : REPORT_ORDER_COLUMNS);
  for await (const page of readPaidOrderRows(sqlOf({ em }), storeId, startsAt, endsAt)) {
    const lines = page.map((row) => orderCells(row, iso).slice(0, REPORT_ORDER_COLUMNS.length));
    yield csvText(hasRefunds ? lines.map(paidOrderLine) : lines);
  }
  if (!hasRefunds) return;
  for await (const page of readRefundRows(em, storeId, startsAt, endsAt)) {
    yield csvText(page.map((row) => refundLine(row, iso)));
  }
}
