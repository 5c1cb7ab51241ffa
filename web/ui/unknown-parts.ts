// Parts of a list's URL that mean nothing to it: a shared or typed URL with one shows other rows than its reader thinks.
import { shorten } from '#domain/order-filter.ts';

export interface UnknownParts {
  /** The first few as `name=value`, shortened. */
  parts: string[];
  /** The query string without all of them. */
  query: string;
}

/** Which values each parameter of a page takes. */
export type Takes = Readonly<Record<string, (value: string) => boolean>>;

const MOST_NAMED = 5;

export const anyText = (): boolean => true;
export const wholeNumber = (value: string): boolean => /^\d{1,18}$/.test(value);
/** The cursor of a list by time: `2026-11-22T23:15:03.000001Z~mer_…`. */
export const timeAndId = (value: string): boolean => /^\d{4}-\d\d-\d\dT[\d:.]+Z~\S+$/.test(value);
export const oneOf =
  (values: readonly (string | null)[]) =>
  (value: string): boolean =>
    values.includes(value);

/** `index` is of forms: the action of a page with children. */
const OF_EVERY_PAGE: Takes = { index: anyText };

/** Null when every part means something. Empty values are a form's empty fields. */
export const unknownParts = (params: URLSearchParams, takes: Takes): UnknownParts | null => {
  const all: Takes = { ...takes, ...OF_EVERY_PAGE };
  const isKnown = ([name, value]: [string, string]): boolean =>
    Object.hasOwn(all, name) && (value.trim() === '' || all[name]?.(value) === true);
  const unknown = [...params].filter((part) => !isKnown(part));
  if (unknown.length === 0) return null;
  return {
    parts: unknown.slice(0, MOST_NAMED).map(([name, value]) => shorten(`${name}=${value}`)),
    query: new URLSearchParams([...params].filter(isKnown)).toString(),
  };
};
