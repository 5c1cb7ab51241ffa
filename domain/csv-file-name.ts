// What a CSV file of orders is called. A test store's says so in its name: the file is read far from the page that gave it.

/** @param of the day, the month or the report's period; absent where the browser names what it already has */
export const csvFileName = (rows: 'orders' | 'transfers', { isTest }: { isTest: boolean }, of?: string): string =>
  `${isTest ? 'test-' : ''}${rows}${of ? `-${of}` : ''}.csv`;

/** Letters, digits and dashes: what every file system and header takes. */
const fileWord = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40) || 'store';

interface ExportedStore {
  id: string;
  name: string;
  isTest: boolean;
}

/**
 * The file of an export, with its store and days: `orders_nordlicht_2026-11-01_2026-11-30.csv`.
 * A name without Latin letters is replaced by the end of the store's id.
 * @param days of the filter; null where it has none: `first` and the day of the export
 */
export const exportFileName = (
  rows: 'orders' | 'transfers',
  { id, name, isTest }: ExportedStore,
  days: { from: string | null; to: string | null; today: string },
): string => {
  const word = fileWord(name);
  const store = word === 'store' ? id.slice(-8) : word.toLowerCase();
  return `${isTest ? 'test-' : ''}${rows}_${store}_${days.from ?? 'first'}_${days.to ?? days.today}.csv`;
};
