// What a CSV file of orders is called. A test store's says so in its name: the file is read far from the page that gave it.

/** @param of the day, the month or the report's period; absent where the browser names what it already has */
export const csvFileName = (rows: 'orders' | 'transfers', { isTest }: { isTest: boolean }, of?: string): string =>
  `${isTest ? 'test-' : ''}${rows}${of ? `-${of}` : ''}.csv`;
