// The texts of the payment by browser wallet, loaded with the panel in the page's language.
import type { ReactNode } from 'react';
import type { Translate } from '#domain/texts.ts';
import { createTexts, lazyProviders, useTranslator } from '#web/text/create-texts.tsx';
import { useLanguage } from '#web/text/page-texts.ts';
import type { WalletTextKey } from './en.ts';

export type WalletText = Translate<WalletTextKey>;

const Texts = createTexts<WalletTextKey>('browser wallet');

export const useWalletText = (): WalletText => useTranslator(Texts);

const PROVIDERS = lazyProviders(Texts, {
  en: async () => (await import('./en.ts')).en,
  'zh-CN': async () => (await import('./zh-cn.ts')).zhCn,
  'zh-TW': async () => (await import('./zh-tw.ts')).zhTw,
  ja: async () => (await import('./ja.ts')).ja,
  es: async () => (await import('./es.ts')).es,
});

/** Suspends until the texts are loaded. */
export function WalletTexts({ children }: { children: ReactNode }) {
  const Provider = PROVIDERS[useLanguage()];
  return <Provider>{children}</Provider>;
}
