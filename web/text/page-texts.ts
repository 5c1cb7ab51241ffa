// What the root's loader sends to every page: its language and catalogue.
import { useRouteLoaderData } from '@remix-run/react';
import { createContext, useContext } from 'react';
import type { Language } from '#domain/languages.ts';
import type { Catalogue } from '#web/checkout/text/en.ts';

export interface PageTexts {
  language: Language;
  texts: Catalogue;
}

export const ROOT = 'root';

/** What the server renders with when a form's action failed: the root's loader has not run then. Null in browsers. */
export const ServerTexts = createContext<PageTexts | null>(null);

/** Whether the page has the root's data. Scripts cannot hydrate a page without it. */
export const useHasTexts = (): boolean => Boolean(useRouteLoaderData(ROOT));

export const usePageTexts = (): PageTexts => {
  const fallback = useContext(ServerTexts);
  return pageTexts(useRouteLoaderData(ROOT) ?? fallback);
};

export const useLanguage = (): Language => usePageTexts().language;

/** The root's loader cannot fail, so a page without its data is a bug. */
export const pageTexts = (data: unknown): PageTexts => {
  if (!data) throw new Error('The root loader sent no texts');
  return data as PageTexts;
};
