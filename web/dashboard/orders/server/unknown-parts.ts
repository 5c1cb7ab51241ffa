// The parameters of the list of orders, and of its files.
import { isIntentId } from '#domain/ids.ts';
import { FILTER_FIELDS } from '#domain/order-filter.ts';
import { anyText, oneOf, type Takes, type UnknownParts, unknownParts, wholeNumber } from '#web/ui/unknown-parts.ts';
import { ORDER_COLUMNS } from '../parts/order-columns.ts';

const TAKES: Takes = {
  // The filter says itself what is wrong with a value.
  ...Object.fromEntries(FILTER_FIELDS.map((field) => [field, anyText])),
  sort: oneOf(['newest', 'oldest']),
  totals: oneOf(['on']),
  hide: oneOf(ORDER_COLUMNS),
  older: isIntentId,
  newer: isIntentId,
  redelivered: wholeNumber,
};

/** @param also names that a page takes besides */
export const unknownIn = (params: URLSearchParams, also: readonly string[] = []): UnknownParts | null =>
  unknownParts(params, { ...TAKES, ...Object.fromEntries(also.map((name) => [name, anyText])) });
