// The languages of the checkout: which one a request gets, and that the catalogues agree on their values.
import { describe, expect, it } from 'vitest';
import { CATALOGUES } from '#web/app/text/catalogues.server.ts';
import { en, type TextKey } from '#web/app/text/en.ts';
import { LANGUAGES, languageOf, requestedLanguage } from '#web/app/text/languages.ts';

const request = (search: string, headers: Record<string, string> = {}) => ({
  url: `https://pay.example/checkout/1${search}`,
  headers: new Headers(headers),
});

describe('which language', () => {
  it.each([
    ['en-GB', 'en'],
    ['es-MX', 'es'],
    ['ja', 'ja'],
    ['zh', 'zh-CN'],
    ['zh-Hans-HK', 'zh-CN'],
    ['zh-HK', 'zh-TW'],
    ['zh-Hant', 'zh-TW'],
    ['ZH-tw', 'zh-TW'],
    ['de', null],
    ['*', null],
    ['', null],
    [null, null],
  ])('%s means %s', (tag, language) => {
    expect(languageOf(tag)).toBe(language);
  });

  it('is that of ?lang, then the cookie, then Accept-Language, else open', () => {
    const headers = { cookie: 'a=b; lang=ja', 'accept-language': 'es' };
    expect(requestedLanguage(request('?lang=zh-TW', headers))).toBe('zh-TW');
    expect(requestedLanguage(request('?lang=tlh', headers))).toBe('ja');
    expect(requestedLanguage(request('', { 'accept-language': 'es' }))).toBe('es');
    expect(requestedLanguage(request('', { cookie: 'lang=<script>' }))).toBe(null);
    expect(requestedLanguage(request(''))).toBe(null);
  });

  it('follows the weights of Accept-Language, and passes over what is refused or unknown', () => {
    const accept = (value: string) => requestedLanguage(request('', { 'accept-language': value }));
    expect(accept('de, es;q=0.5, ja;q=0.8')).toBe('ja');
    expect(accept('ja;q=0, es;q=0.1')).toBe('es');
    expect(accept('de-AT, fr;q=0.9')).toBe(null);
  });
});

describe('the catalogues', () => {
  const placeholders = (sentence: string) => [...new Set(sentence.match(/\{\{\w+\}\}/g))].sort();

  it.each(Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[])('%s has the values of every sentence', (language) => {
    const catalogue = CATALOGUES[language];
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(en).sort());
    for (const key of Object.keys(en) as TextKey[]) {
      expect(placeholders(catalogue[key]), key).toEqual(placeholders(en[key]));
      expect(catalogue[key].trim(), key).not.toBe('');
    }
  });
});
