// The export: a store's orders or transfers as CSV text in chunks. RFC 4180, UTF-8 with a byte order mark (Excel needs it), times in the
// store's zone, formulas escaped. The same rows give the same bytes. The files of reports: db/reports/report-csv.ts.
import Papa from 'papaparse';
import { CSV_STYLES, type CsvShape, type CsvStyle } from '#domain/csv-style.ts';
import { localIsoWriter } from '#domain/local-days.ts';
import {
  AMOUNT_COLUMNS,
  FORMULA_START,
  ORDER_CSV_COLUMNS,
  orderCells,
  TRANSFER_CSV_COLUMNS,
  transferCells,
  withoutInnerFormulas,
} from '#domain/order-csv.ts';
import type { OrderFilter } from '#domain/order-filter.ts';
import type { Sql } from '../pool.ts';
import { readOrderRows, readTransferRows } from './order-rows.ts';

/** Rows of orders (one for each booking), or one row for each transfer. */
export type CsvRows = 'orders' | 'transfers';

export interface CsvRequest {
  storeId: string;
  filter: OrderFilter;
  /** IANA name. */
  timeZone: string;
  rows: CsvRows;
  /** `comma` when absent. */
  style?: CsvStyle;
}

const BYTE_ORDER_MARK = '\uFEFF';
const LINE_END = '\r\n';

/** A cell that the CSV library would change: a formula, a space at an end, a quote, a separator, a line break or a byte order mark. */
const CHANGED_CELL = new RegExp(`${FORMULA_START.source}|^ | $|[",\\r\\n${BYTE_ORDER_MARK}]`);
const isChanged = (cell: string): boolean => CHANGED_CELL.test(cell);

const cellText = (cell: string): string =>
  isChanged(cell) ? Papa.unparse([[cell]], { newline: LINE_END, escapeFormulae: FORMULA_START }) : cell;

const AMOUNT = /^-?\d+\.\d+$/;
const NONE: ReadonlySet<number> = new Set();

/** Positions of our own amounts, which may be negative and take the file's decimal sign: no text of others is in them. */
export const amountsIn = (columns: readonly string[]): ReadonlySet<number> =>
  new Set(columns.flatMap((column, at) => (AMOUNT_COLUMNS.has(column) ? [at] : [])));

/**
 * Rows of cells as CSV text, with commas. Every line has its line end. Lines without a special cell, nearly all, need no more than commas.
 * @param amounts of `amountsIn`
 */
export const csvText = (lines: readonly (readonly string[])[], amounts = NONE): string => {
  let text = '';
  for (const [index, cells] of lines.entries()) {
    if (index > 0) text += LINE_END;
    text += cells.some(isChanged)
      ? cells.map((cell, at) => (amounts.has(at) && AMOUNT.test(cell) ? cell : cellText(cell))).join(',')
      : cells.join(',');
  }
  return text + LINE_END;
};

const ANY_SEPARATOR = /[,;\t]/;
/** A cell that the CSV library would change, or that has either separator in it: one look at each of millions of cells. */
const SPECIAL_CELL = new RegExp(`${CHANGED_CELL.source}|${ANY_SEPARATOR.source}`);

/**
 * As `csvText`, in any style, and without a formula for a program that expects another separator.
 * @param amounts of `amountsIn`
 */
export const exportText = (
  lines: Iterable<readonly string[]>,
  { separator, decimal }: CsvShape,
  amounts: ReadonlySet<number> = NONE,
): string => {
  const isSpecial = (cell: string): boolean => SPECIAL_CELL.test(cell);
  const quoted = (cell: string, isOwn = false): string =>
    Papa.unparse([[isOwn ? cell : withoutInnerFormulas(cell)]], {
      delimiter: separator,
      newline: LINE_END,
      escapeFormulae: isOwn ? false : FORMULA_START,
      quotes: (text) => ANY_SEPARATOR.test(String(text)),
    });
  const amount = (cell: string): string => {
    const shown = decimal === '.' ? cell : cell.replace('.', decimal);
    return isSpecial(shown) ? quoted(shown, AMOUNT.test(cell)) : shown;
  };
  let text = '';
  for (const cells of lines) {
    const isPlain = decimal === '.' && !cells.some(isSpecial);
    const safe = isPlain
      ? cells
      : cells.map((cell, at) => (amounts.has(at) ? amount(cell) : isSpecial(cell) ? quoted(cell) : cell));
    text += safe.join(separator) + LINE_END;
  }
  return text;
};

/** The start of a file: the byte order mark and the column names. */
export const exportStart = (columns: readonly string[], shape: CsvShape): string =>
  BYTE_ORDER_MARK + exportText([columns], shape);

/** Chunks of some hundred lines. The first starts with the byte order mark and the column names. */
export async function* orderCsv(
  sql: Sql,
  { storeId, filter, timeZone, rows, style = 'comma' }: CsvRequest,
): AsyncGenerator<string> {
  const iso = localIsoWriter(timeZone);
  const shape = CSV_STYLES[style];
  const columns = rows === 'orders' ? ORDER_CSV_COLUMNS : TRANSFER_CSV_COLUMNS;
  const amounts = amountsIn(columns);
  yield exportStart(columns, shape);
  if (rows === 'orders') {
    for await (const page of readOrderRows(sql, storeId, filter)) {
      yield exportText(
        page.map((row) => orderCells(row, iso)),
        shape,
        amounts,
      );
    }
  } else {
    for await (const page of readTransferRows(sql, storeId, filter)) {
      yield exportText(
        page.map((row) => transferCells(row, iso)),
        shape,
        amounts,
      );
    }
  }
}
