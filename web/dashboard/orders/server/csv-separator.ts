// What separates the cells of an export: as chosen, or by the store's language.
import { type CsvSeparator, separatorFor } from '#domain/order-csv.ts';

export const separatorOf = (params: URLSearchParams, locale: string): CsvSeparator => {
  const chosen = params.get('separator');
  return chosen === ',' || chosen === ';' ? chosen : separatorFor(locale);
};
