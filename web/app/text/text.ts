// Looks up a sentence in the page's language and fills its values in. The root's loader brings language and catalogue.
import { useRouteLoaderData } from '@remix-run/react';
import type { Catalogue, TextKey } from './en.ts';
import type { Language } from './languages.ts';

export interface PageTexts {
  language: Language;
  texts: Catalogue;
}

export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

export const translator =
  (texts: Catalogue): Translate =>
  (key, values = {}) =>
    texts[key].replace(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole));

const ROOT = 'root';

/** Sentences in the language of the page. */
export const useText = (): Translate => translator(pageTexts(useRouteLoaderData(ROOT)).texts);

export const useLanguage = (): Language => pageTexts(useRouteLoaderData(ROOT)).language;

/** The same for `meta`, which is no component. */
export const textOfMatches = (matches: readonly { id: string; data?: unknown }[]): Translate =>
  translator(pageTexts(matches.find(({ id }) => id === ROOT)?.data).texts);

/** The root's loader reads nothing that can fail, so a page without its data is a fault of the program. */
const pageTexts = (data: unknown): PageTexts => {
  if (!data) throw new Error('The page came without its sentences');
  return data as PageTexts;
};
