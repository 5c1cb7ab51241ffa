// The sentences of AllScale Pay in the language of the page. Only that language's file is loaded, with the panel.
import { type ComponentType, createContext, lazy, type ReactNode, useCallback, useContext } from 'react';
import type { Language } from '#web/text/languages.ts';
import { fillIn, useLanguage } from '#web/text/text.ts';
import type { AllScaleCatalogue, AllScaleTextKey } from './en.ts';

export type AllScaleText = (key: AllScaleTextKey, values?: Readonly<Record<string, string>>) => string;

const Sentences = createContext<AllScaleCatalogue | null>(null);

type Provider = ComponentType<{ children: ReactNode }>;

const providerOf = (load: () => Promise<AllScaleCatalogue>): Provider =>
  lazy(async () => {
    const sentences = await load();
    return { default: ({ children }) => <Sentences.Provider value={sentences}>{children}</Sentences.Provider> };
  });

const PROVIDERS: Readonly<Record<Language, Provider>> = {
  en: providerOf(async () => (await import('./en.ts')).en),
  'zh-CN': providerOf(async () => (await import('./zh-cn.ts')).zhCn),
  'zh-TW': providerOf(async () => (await import('./zh-tw.ts')).zhTw),
  ja: providerOf(async () => (await import('./ja.ts')).ja),
  es: providerOf(async () => (await import('./es.ts')).es),
};

/** Suspends until the sentences are there. */
export function AllScaleTexts({ children }: { children: ReactNode }) {
  const Provider = PROVIDERS[useLanguage()];
  return <Provider>{children}</Provider>;
}

export const useAllScaleText = (): AllScaleText => {
  const sentences = useContext(Sentences);
  if (!sentences) throw new Error('Outside of AllScaleTexts');
  return useCallback((key, values) => fillIn(sentences[key], values), [sentences]);
};
