// The sentences of the payment by wallet in the language of the page.
import { useCallback } from 'react';
import type { Language } from '#web/text/languages.ts';
import { fillIn, useLanguage } from '#web/text/text.ts';
import { en, type WalletCatalogue, type WalletTextKey } from './en.ts';
import { es } from './es.ts';
import { ja } from './ja.ts';
import { zhCn } from './zh-cn.ts';
import { zhTw } from './zh-tw.ts';

const CATALOGUES: Readonly<Record<Language, WalletCatalogue>> = { en, 'zh-CN': zhCn, 'zh-TW': zhTw, ja, es };

export type WalletText = (key: WalletTextKey, values?: Readonly<Record<string, string>>) => string;

export const useWalletText = (): WalletText => {
  const texts = CATALOGUES[useLanguage()];
  return useCallback((key, values) => fillIn(texts[key], values), [texts]);
};
