import { LANGUAGES } from '#domain/languages.ts';

/** For a `Select` of a shopper's or customer's language. */
export const LANGUAGE_OPTIONS = Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }));
