// Looks up a sentence in the page's language and fills its values in. The root's loader brings language and catalogue.
import { useRouteLoaderData } from '@remix-run/react';
import { createContext, useContext } from 'react';
import type { Catalogue, TextKey } from '#web/checkout/text/en.ts';
import type { Language } from './languages.ts';

export interface PageTexts {
  language: Language;
  texts: Catalogue;
}

export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** A sentence of any catalogue with its values in their places. */
export const fillIn = (sentence: string, values: Readonly<Record<string, string | number>> = {}): string =>
  sentence.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole));

export const translator =
  (texts: Catalogue): Translate =>
  (key, values) =>
    fillIn(texts[key], values);

const ROOT = 'root';

/** What the server renders with when a form's action failed: the root's loader has not run then. Null in browsers. */
export const ServerTexts = createContext<PageTexts | null>(null);

/** Whether the root's data came with the page: without it, no script of ours could take the page over. */
export const useHasTexts = (): boolean => Boolean(useRouteLoaderData(ROOT));

const usePageTexts = (): PageTexts => {
  const fallback = useContext(ServerTexts);
  return pageTexts(useRouteLoaderData(ROOT) ?? fallback);
};

/** Sentences in the language of the page. */
export const useText = (): Translate => translator(usePageTexts().texts);

export const useLanguage = (): Language => usePageTexts().language;

/** The same for `meta`, which is no component. */
export const textOfMatches = (matches: readonly { id: string; data?: unknown }[]): Translate =>
  translator(pageTexts(matches.find(({ id }) => id === ROOT)?.data).texts);

/** The root's loader reads nothing that can fail, so a page without its data is a fault of the program. */
const pageTexts = (data: unknown): PageTexts => {
  if (!data) throw new Error('The page came without its sentences');
  return data as PageTexts;
};
