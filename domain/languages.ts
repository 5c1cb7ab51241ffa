// The languages of the checkout and the e-mails, and the choice of one by a language tag.

export const LANGUAGES = {
  en: 'English',
  'zh-CN': '简体中文',
  'zh-TW': '繁體中文',
  ja: '日本語',
  es: 'Español',
} as const;

export type Language = keyof typeof LANGUAGES;

export const DEFAULT_LANGUAGE: Language = 'en';

/** The language that a tag means, or null: `es-MX` is `es`; Chinese goes by its script, or by where it is written. */
export const languageOf = (tag: string | null | undefined): Language | null => {
  const [language, ...subtags] = (tag ?? '').trim().toLowerCase().split('-');
  if (language === 'en' || language === 'ja' || language === 'es') return language;
  if (language !== 'zh') return null;
  if (subtags.includes('hans')) return 'zh-CN';
  return subtags.some((subtag) => ['hant', 'tw', 'hk', 'mo'].includes(subtag)) ? 'zh-TW' : 'zh-CN';
};
