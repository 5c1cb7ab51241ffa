// The texts of the account pages. The frame's loader sends those of one language (catalogues.server.ts); the dashboard uses the
// same parts with the English ones (english.tsx).
import type { MetaFunction } from '@remix-run/react';
import { type Translate, translator } from '#domain/texts.ts';
import { createTexts, useTranslator } from '#web/text/create-texts.tsx';
import type { AccountCatalogue, AccountTextKey } from './en.ts';

export type AccountText = Translate<AccountTextKey>;

export const AccountTexts = createTexts<AccountTextKey>('account');

export const useAccountText = (): AccountText => useTranslator(AccountTexts);

const FRAME = 'account/pages/account-frame';

/** The page's title, for `meta`: "Log in · AllScale Pay". */
export const titled =
  (key: AccountTextKey, name = 'AllScale Pay'): MetaFunction =>
  ({ matches }) => {
    // Without the frame's data an error page is shown, which has its own title.
    const frame = matches.find(({ id }) => id === FRAME)?.data as { texts: AccountCatalogue } | undefined;
    return [{ title: frame ? `${translator(frame.texts)(key)} · ${name}` : name }];
  };
