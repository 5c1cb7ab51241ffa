// Looks a sentence of the e-mails up in a language and fills its values in.
import type { Language } from '#domain/languages.ts';
import { type EmailCatalogue, type EmailTextKey, en } from './en.ts';
import { es } from './es.ts';
import { ja } from './ja.ts';
import { zhCn } from './zh-cn.ts';
import { zhTw } from './zh-tw.ts';

const CATALOGUES: Record<Language, EmailCatalogue> = { en, es, ja, 'zh-CN': zhCn, 'zh-TW': zhTw };

export type EmailTranslate = (key: EmailTextKey, values?: Readonly<Record<string, string | number>>) => string;

export const emailText =
  (language: Language): EmailTranslate =>
  (key, values = {}) =>
    CATALOGUES[language][key].replace(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole));
