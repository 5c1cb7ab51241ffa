// The texts of the e-mails in every language.
import type { Language } from '#domain/languages.ts';
import { type Translate, translator } from '#domain/texts.ts';
import { type EmailCatalogue, type EmailTextKey, en } from './en.ts';
import { es } from './es.ts';
import { ja } from './ja.ts';
import { zhCn } from './zh-cn.ts';
import { zhTw } from './zh-tw.ts';

const CATALOGUES: Record<Language, EmailCatalogue> = { en, es, ja, 'zh-CN': zhCn, 'zh-TW': zhTw };

export type EmailTranslate = Translate<EmailTextKey>;

export const emailText = (language: Language): EmailTranslate => translator(CATALOGUES[language]);
