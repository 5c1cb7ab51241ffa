// The context of one catalogue. A browser gets the page's language only: a loader sends its texts with the page, or a panel loads
// them with its script (`lazyProviders`).
import { type ComponentType, type Context, createContext, type ReactNode, useContext, useMemo } from 'react';
import type { Language } from '#domain/languages.ts';
import type { Texts, Translate } from '#domain/texts.ts';
import { lazyScript } from '#web/ui/lazy-boundary.tsx';
import { useLanguage } from './page-texts.ts';
import { readingTranslator } from './reading-translator.ts';

type TextsContext<Key extends string> = Context<Texts<Key> | null>;
type Provider = ComponentType<{ children: ReactNode }>;

/** @param name of the catalogue, for React's developer tools and for errors */
export const createTexts = <Key extends string>(name: string): TextsContext<Key> => {
  const context = createContext<Texts<Key> | null>(null);
  context.displayName = `${name} texts`;
  return context;
};

export const useTranslator = <Key extends string>(context: TextsContext<Key>): Translate<Key> => {
  const texts = useContext(context);
  if (!texts) throw new Error(`No provider of ${context.displayName}`);
  const language = useLanguage();
  return useMemo(() => readingTranslator(texts, language), [texts, language]);
};

/** A provider for each language, which suspends until its texts are loaded. */
export const lazyProviders = <Key extends string>(
  { Provider }: TextsContext<Key>,
  loaders: Readonly<Record<Language, () => Promise<Texts<Key>>>>,
): Readonly<Record<Language, Provider>> => {
  const providerOf = (load: () => Promise<Texts<Key>>): Provider =>
    lazyScript(async () => {
      const texts = await load();
      return { default: ({ children }) => <Provider value={texts}>{children}</Provider> };
    });
  return {
    en: providerOf(loaders.en),
    'zh-CN': providerOf(loaders['zh-CN']),
    'zh-TW': providerOf(loaders['zh-TW']),
    ja: providerOf(loaders.ja),
    es: providerOf(loaders.es),
  };
};
