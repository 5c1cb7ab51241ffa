// Tables and label-value lists with aligned columns.

/** Header and rows; each column is as wide as its widest cell. `['none']` when there are no rows. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  if (rows.length === 0) return ['none'];
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** `label  value` lines; entries without a value (null, undefined, empty) are shown as a dash. */
export const fields = (
  entries: readonly (readonly [string, string | number | boolean | null | undefined])[],
): string[] => {
  const width = Math.max(...entries.map(([label]) => label.length));
  return entries.map(
    ([label, value]) =>
      `${label.padEnd(width)}  ${value === null || value === undefined || value === '' ? '-' : value}`,
  );
};

/** `2026-11-22 20:15:03Z`, or a dash. */
export const moment = (date: Date | null | undefined): string =>
  date ? `${date.toISOString().slice(0, 19).replace('T', ' ')}Z` : '-';

/** Marks a test store wherever its name is shown, so that nobody takes its orders for real money. */
export const testWord = (isTest: boolean): string => (isTest ? ' [test]' : '');

export const isoOrNull = (date: Date | null | undefined): string | null => date?.toISOString() ?? null;
