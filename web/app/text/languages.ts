// The languages of the checkout, and which of them a request asks for: ?lang, then the cookie, then Accept-Language.

export const LANGUAGES = {
  en: 'English',
  'zh-CN': '简体中文',
  'zh-TW': '繁體中文',
  ja: '日本語',
  es: 'Español',
} as const;

export type Language = keyof typeof LANGUAGES;

export const DEFAULT_LANGUAGE: Language = 'en';
export const LANGUAGE_COOKIE = 'lang';
export const LANGUAGE_PARAMETER = 'lang';

/** The language that a tag means, or null: `es-MX` is `es`; Chinese goes by its script, or by where it is written. */
export const languageOf = (tag: string | null | undefined): Language | null => {
  const [language, ...subtags] = (tag ?? '').trim().toLowerCase().split('-');
  if (language === 'en' || language === 'ja' || language === 'es') return language;
  if (language !== 'zh') return null;
  if (subtags.includes('hans')) return 'zh-CN';
  return subtags.some((subtag) => ['hant', 'tw', 'hk', 'mo'].includes(subtag)) ? 'zh-TW' : 'zh-CN';
};

/** The language that a request asks for, or null when it leaves it open. */
export const requestedLanguage = ({ url, headers }: { url: string; headers: Headers }): Language | null =>
  languageOf(new URL(url).searchParams.get(LANGUAGE_PARAMETER)) ??
  languageOf(cookieValue(headers.get('cookie'), LANGUAGE_COOKIE)) ??
  acceptedLanguage(headers.get('accept-language'));

const cookieValue = (header: string | null, name: string): string | undefined =>
  header
    ?.split(';')
    .map((pair) => pair.trim().split('='))
    .find(([key]) => key === name)?.[1];

/** RFC 9110 section 12.5.4: the highest weight first, in the order of the header; weight 0 means "not this one". */
const acceptedLanguage = (header: string | null): Language | null =>
  (header ?? '')
    .split(',')
    .map((entry) => {
      const [tag, ...parameters] = entry.split(';').map((part) => part.trim());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { tag, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => languageOf(tag))
    .find((language) => language !== null) ?? null;
