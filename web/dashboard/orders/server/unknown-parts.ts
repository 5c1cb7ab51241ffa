// Parts of the list's URL that mean nothing: a shared or typed URL with one shows other orders than its reader thinks.
import { isIntentId } from '#domain/ids.ts';
import { FILTER_FIELDS, shorten } from '#domain/order-filter.ts';
import { ORDER_COLUMNS } from '../parts/order-columns.ts';
import type { OrdersView } from './orders-types.ts';

/** Of the parameters that are no filter: which values they take. */
const TAKES: Readonly<Record<string, (value: string) => boolean>> = {
  sort: (value) => value === 'newest' || value === 'oldest',
  totals: (value) => value === 'on',
  hide: (value) => ORDER_COLUMNS.some((column) => column === value),
  older: isIntentId,
  newer: isIntentId,
  redelivered: (value) => /^\d+$/.test(value),
  /** Of forms: the action of a page with children. */
  index: () => true,
};

/** The filter says itself what is wrong with a value. Empty values are a form's empty fields. */
const isKnown = ([name, value]: [string, string]): boolean =>
  FILTER_FIELDS.some((field) => field === name) ||
  (Object.hasOwn(TAKES, name) && (value === '' || TAKES[name]?.(value) === true));

const MOST_NAMED = 5;

/**
 * The first few as `name=value`, shortened, and the query string without all of them; null when there are none.
 * @param also names that a page takes besides
 */
export const unknownIn = (params: URLSearchParams, also: readonly string[] = []): OrdersView['unknown'] => {
  const known = (part: [string, string]): boolean => isKnown(part) || also.includes(part[0]);
  const unknown = [...params].filter((part) => !known(part));
  if (unknown.length === 0) return null;
  return {
    parts: unknown.slice(0, MOST_NAMED).map(([name, value]) => shorten(`${name}=${value}`)),
    query: new URLSearchParams([...params].filter(known)).toString(),
  };
};
