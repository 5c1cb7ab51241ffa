// The language that a request asks for: ?lang, then the cookie, then Accept-Language.
import { type Language, languageOf } from '#domain/languages.ts';

export const LANGUAGE_COOKIE = 'lang';
export const LANGUAGE_PARAMETER = 'lang';

/** Null when it asks for none that we have. */
export const requestedLanguage = ({ url, headers }: { url: string; headers: Headers }): Language | null =>
  languageOf(new URL(url).searchParams.get(LANGUAGE_PARAMETER)) ??
  languageOf(cookieValue(headers.get('cookie'), LANGUAGE_COOKIE)) ??
  acceptedLanguage(headers.get('accept-language'));

const cookieValue = (header: string | null, name: string): string | undefined =>
  header
    ?.split(';')
    .map((pair) => pair.trim().split('='))
    .find(([key]) => key === name)?.[1];

/** RFC 9110 section 12.5.4: the highest weight first, in the order of the header; weight 0 excludes a language. */
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
