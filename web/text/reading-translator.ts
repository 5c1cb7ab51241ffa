// Texts for reading: amounts in a sentence have the decimal sign and the groups of its language. What a page copies never passes here.
import type { Language } from '#domain/languages.ts';
import { readableAmounts } from '#domain/readable-amount.ts';
import { type Texts, type Translate, translator } from '#domain/texts.ts';

/** The placeholders of decimal amounts. A store's name or an order's id may hold a number too: those stay as they are. */
const AMOUNTS: ReadonlySet<string> = new Set([
  ...['amount', 'due', 'received', 'surplus', 'balance', 'needed', 'fee', 'rate'],
]);

export const readingTranslator = <Key extends string>(texts: Texts<Key>, language: Language): Translate<Key> => {
  const translate = translator(texts);
  return (key, values = {}) =>
    translate(
      key,
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          AMOUNTS.has(name) ? readableAmounts(language, String(value)) : value,
        ]),
      ),
    );
};
