// The start page's texts in every language, on the server only.
import type { Language } from '#domain/languages.ts';
import { en, type HomeCatalogue } from './en.ts';
import { es } from './es.ts';
import { ja } from './ja.ts';
import { zhCn } from './zh-cn.ts';
import { zhTw } from './zh-tw.ts';

export const HOME_CATALOGUES: Readonly<Record<Language, HomeCatalogue>> = { en, 'zh-CN': zhCn, 'zh-TW': zhTw, ja, es };
