// The texts of payment links and invoices in every language, on the server only. A browser gets those of the page's language.

import type { Language } from '#domain/languages.ts';
import { en, type PayCatalogue } from './en.ts';
import { es } from './es.ts';
import { ja } from './ja.ts';
import { zhCn } from './zh-cn.ts';
import { zhTw } from './zh-tw.ts';

export const PAY_CATALOGUES: Readonly<Record<Language, PayCatalogue>> = { en, 'zh-CN': zhCn, 'zh-TW': zhTw, ja, es };
