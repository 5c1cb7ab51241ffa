// How CSV files are written: a store's choice, because spreadsheets that open a file by double click expect what their country uses.
import { UserError } from './errors.ts';

export interface CsvShape {
  /** Between the cells of a line. */
  separator: ',' | ';';
  /** Before the decimals of an amount. */
  decimal: '.' | ',';
}

export const CSV_STYLES = {
  comma: { separator: ',', decimal: '.' },
  semicolon: { separator: ';', decimal: '.' },
  semicolon_decimal_comma: { separator: ';', decimal: ',' },
} as const satisfies Record<string, CsvShape>;

export type CsvStyle = keyof typeof CSV_STYLES;
export const CSV_STYLE_LIST = Object.keys(CSV_STYLES) as readonly CsvStyle[];
export const isCsvStyle = (value: unknown): value is CsvStyle =>
  typeof value === 'string' && Object.hasOwn(CSV_STYLES, value);

interface StoreWithStyle {
  /** Null: by its language. */
  csvStyle?: CsvStyle | null | undefined;
  locale: string;
}

/**
 * What a store's files are written in. Spanish alone says nothing about the decimal sign (a comma in Spain, a point in Mexico), so a
 * decimal comma is always somebody's choice.
 */
export const csvStyleOf = ({ csvStyle, locale }: StoreWithStyle): CsvStyle =>
  csvStyle ?? (locale === 'es' ? 'semicolon' : 'comma');

/** Parameters of a file's URL that `askedCsvStyle` reads. */
export const CSV_STYLE_PARAMETERS = ['style', 'separator'] as const;

/**
 * The style that a file's URL asks for: `style`, or `separator` as in links of earlier releases; else the store's.
 * Throws UserError `bad_csv_style`, which names the parameter.
 */
export const askedCsvStyle = (params: URLSearchParams, store: StoreWithStyle): CsvStyle => {
  const [style, separator] = CSV_STYLE_PARAMETERS.map((name) => params.get(name));
  if (style !== null) {
    if (isCsvStyle(style)) return style;
    throw new UserError('bad_csv_style', `style: must be one of ${CSV_STYLE_LIST.join(', ')}`);
  }
  if (separator === null) return csvStyleOf(store);
  if (separator === ',') return 'comma';
  if (separator === ';') return 'semicolon';
  throw new UserError('bad_csv_style', 'separator: must be a comma or a semicolon');
};
