// Every language's sentences, on the server only: a browser gets those of its own language with the page.

import type { Language } from '#domain/languages.ts';
import { type Catalogue, en } from './en.ts';
import { es } from './es.ts';
import { ja } from './ja.ts';
import { zhCn } from './zh-cn.ts';
import { zhTw } from './zh-tw.ts';

export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, 'zh-CN': zhCn, 'zh-TW': zhTw, ja, es };
