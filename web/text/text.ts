// The texts that every page has, in its language.
import type { Translate as TranslateKey } from '#domain/texts.ts';
import type { TextKey } from '#web/checkout/text/en.ts';
import { createTexts, useTranslator } from './create-texts.tsx';
import { pageTexts, ROOT } from './page-texts.ts';
import { readingTranslator } from './reading-translator.ts';

export type Translate = TranslateKey<TextKey>;

/** Its provider is in the root's layout. */
export const Texts = createTexts<TextKey>('page');

export const useText = (): Translate => useTranslator(Texts);

/** The same lookup for `meta`, which is no component. */
export const textOfMatches = (matches: readonly { id: string; data?: unknown }[]): Translate => {
  const { language, texts } = pageTexts(matches.find(({ id }) => id === ROOT)?.data);
  return readingTranslator(texts, language);
};
