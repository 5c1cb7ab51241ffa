// The account pages' sentences in every language, on the server only, and those of one request: ?lang, cookie, Accept-Language,
// English.
import { DEFAULT_LANGUAGE, type Language, requestedLanguage } from '#web/text/languages.ts';
import { type AccountText, accountTranslator } from './account-text.tsx';
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

export const accountCatalogue = (request: Request): AccountCatalogue =>
  ACCOUNT_CATALOGUES[requestedLanguage(request) ?? DEFAULT_LANGUAGE];

/** For what an action answers in words. */
export const accountText = (request: Request): AccountText => accountTranslator(accountCatalogue(request));
