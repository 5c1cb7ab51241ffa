// A store's orders or transfers as CSV text in chunks: RFC 4180, UTF-8 with a byte order mark (Excel needs it), times of the store's
// zone, formulas made harmless. The same rows give the same bytes. The export; reports write their own rows so (report-csv.ts).
import Papa from 'papaparse';
import { localIsoWriter } from '#domain/local-days.ts';
import {
  FORMULA_START,
  ORDER_CSV_COLUMNS,
  orderCells,
  TRANSFER_CSV_COLUMNS,
  transferCells,
} from '#domain/order-csv.ts';
import type { OrderFilter } from '#domain/order-filter.ts';
import type { Sql } from '../pool.ts';
import { readOrderRows, readTransferRows } from './order-rows.ts';

/** One row an order, or one a transfer. */
export type CsvRows = 'orders' | 'transfers';

export interface CsvRequest {
  storeId: string;
  filter: OrderFilter;
  /** IANA name. */
  timeZone: string;
  rows: CsvRows;
}

const BYTE_ORDER_MARK = '\uFEFF';
const LINE_END = '\r\n';

/** Lines of cells as CSV text, each line ended. */
export const csvText = (lines: readonly (readonly string[])[]): string =>
  Papa.unparse(lines as string[][], { newline: LINE_END, escapeFormulae: FORMULA_START }) + LINE_END;

/** What a file begins with: the byte order mark and the names of its columns. */
export const csvStart = (columns: readonly string[]): string => BYTE_ORDER_MARK + csvText([columns]);

/** Chunks of some hundred lines; the first begins with the byte order mark and the names of the columns. */
export async function* orderCsv(sql: Sql, { storeId, filter, timeZone, rows }: CsvRequest): AsyncGenerator<string> {
  const iso = localIsoWriter(timeZone);
  yield csvStart(rows === 'orders' ? ORDER_CSV_COLUMNS : TRANSFER_CSV_COLUMNS);
  if (rows === 'orders') {
    for await (const page of readOrderRows(sql, storeId, filter))
      yield csvText(page.map((row) => orderCells(row, iso)));
  } else {
    for await (const page of readTransferRows(sql, storeId, filter)) {
      yield csvText(page.map((row) => transferCells(row, iso)));
    }
  }
}
