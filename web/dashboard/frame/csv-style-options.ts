import { CSV_STYLE_LIST, type CsvStyle } from '#domain/csv-style.ts';

const LABELS: Readonly<Record<CsvStyle, string>> = {
  comma: 'Commas, 1.50',
  semicolon: 'Semicolons, 1.50',
  semicolon_decimal_comma: 'Semicolons, 1,50',
};

/** For a `Select` of how a CSV file is written. */
export const CSV_STYLE_OPTIONS = CSV_STYLE_LIST.map((value) => ({ value, label: LABELS[value] }));
