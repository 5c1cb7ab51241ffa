// The checkout's texts in every language, on the server only. A browser gets those of the page's language.

import type { Language } from '#domain/languages.ts';
import { type Catalogue, en } from './en.ts';
import { es } from './es.ts';
import { ja } from './ja.ts';
import { zhCn } from './zh-cn.ts';
import { zhTw } from './zh-tw.ts';

export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, 'zh-CN': zhCn, 'zh-TW': zhTw, ja, es };
