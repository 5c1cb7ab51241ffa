// The texts that every page has, in its language. The root's loader sends language and catalogue.
import { useRouteLoaderData } from '@remix-run/react';
import { createContext, useContext } from 'react';
import type { Language } from '#domain/languages.ts';
import { type Translate as TranslateKey, translator } from '#domain/texts.ts';
import type { Catalogue, TextKey } from '#web/checkout/text/en.ts';
import { createTexts, useTranslator } from './create-texts.tsx';

export interface PageTexts {
  language: Language;
  texts: Catalogue;
}

export type Translate = TranslateKey<TextKey>;

/** Its provider is in the root's layout. */
export const Texts = createTexts<TextKey>('page');

export const useText = (): Translate => useTranslator(Texts);

const ROOT = 'root';

/** What the server renders with when a form's action failed: the root's loader has not run then. Null in browsers. */
export const ServerTexts = createContext<PageTexts | null>(null);

/** Whether the page has the root's data. Scripts cannot hydrate a page without it. */
export const useHasTexts = (): boolean => Boolean(useRouteLoaderData(ROOT));

export const usePageTexts = (): PageTexts => {
  const fallback = useContext(ServerTexts);
  return pageTexts(useRouteLoaderData(ROOT) ?? fallback);
};

export const useLanguage = (): Language => usePageTexts().language;

/** The same lookup for `meta`, which is no component. */
export const textOfMatches = (matches: readonly { id: string; data?: unknown }[]): Translate =>
  translator(pageTexts(matches.find(({ id }) => id === ROOT)?.data).texts);

/** The root's loader cannot fail, so a page without its data is a bug. */
const pageTexts = (data: unknown): PageTexts => {
  if (!data) throw new Error('The root loader sent no texts');
  return data as PageTexts;
};
