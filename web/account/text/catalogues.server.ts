// The account pages' texts in every language, on the server only.

import { DEFAULT_LANGUAGE, type Language } from '#domain/languages.ts';
import { translator } from '#domain/texts.ts';
import { requestedLanguage } from '#web/text/languages.ts';
import type { AccountText } from './account-text.ts';
import { type AccountCatalogue, en } from './en.ts';
import { es } from './es.ts';
import { ja } from './ja.ts';
import { zhCn } from './zh-cn.ts';
import { zhTw } from './zh-tw.ts';

export const ACCOUNT_CATALOGUES: Readonly<Record<Language, AccountCatalogue>> = {
  en,
  'zh-CN': zhCn,
  'zh-TW': zhTw,
  ja,
  es,
};

/** In the language of ?lang, the cookie, Accept-Language, or English. */
export const accountCatalogue = (request: Request): AccountCatalogue =>
  ACCOUNT_CATALOGUES[requestedLanguage(request) ?? DEFAULT_LANGUAGE];

/** For the messages that an action returns. */
export const accountText = (request: Request): AccountText => translator(accountCatalogue(request));
