// Looks up a sentence of the account pages. The frame's loader brings those of one language (catalogues.server.ts); where the
// dashboard uses the same parts, it puts the English ones around them (english.tsx).
import type { MetaFunction } from '@remix-run/react';
import { createContext, type ReactNode, useContext } from 'react';
import { fillIn } from '#web/text/text.ts';
import type { AccountCatalogue, AccountTextKey } from './en.ts';

export type AccountText = (key: AccountTextKey, values?: Readonly<Record<string, string | number>>) => string;

const Sentences = createContext<AccountCatalogue | null>(null);

export function AccountTexts({ texts, children }: { texts: AccountCatalogue; children: ReactNode }) {
  return <Sentences.Provider value={texts}>{children}</Sentences.Provider>;
}

export const accountTranslator =
  (texts: AccountCatalogue): AccountText =>
  (key, values) =>
    fillIn(texts[key], values);

export const useAccountText = (): AccountText => {
  const texts = useContext(Sentences);
  if (!texts) throw new Error('Outside of AccountTexts');
  return accountTranslator(texts);
};

const FRAME = 'account/pages/account-frame';

/** The page's title, for `meta`: "Log in · AllScale Pay". */
export const titled =
  (key: AccountTextKey, name = 'AllScale Pay'): MetaFunction =>
  ({ matches }) => {
    // Without the frame's data the page is an error page, which says what it is itself.
    const frame = matches.find(({ id }) => id === FRAME)?.data as { texts: AccountCatalogue } | undefined;
    return [{ title: frame ? `${fillIn(frame.texts[key])} · ${name}` : name }];
  };
