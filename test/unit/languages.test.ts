// The languages of checkout and account pages: which one a request gets, that all catalogues use the same placeholders, and that
// every error has a message.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, type Language, languageOf } from '#domain/languages.ts';
import { AccountError } from '#web/account/keys/account-client.ts';
import { problemOf, problemOfCode } from '#web/account/parts/error-messages.ts';
import { ACCOUNT_CATALOGUES } from '#web/account/text/catalogues.server.ts';
import { en as allScaleEn } from '#web/checkout/allscale-pay/text/en.ts';
import { es as allScaleEs } from '#web/checkout/allscale-pay/text/es.ts';
import { ja as allScaleJa } from '#web/checkout/allscale-pay/text/ja.ts';
import { zhCn as allScaleZhCn } from '#web/checkout/allscale-pay/text/zh-cn.ts';
import { zhTw as allScaleZhTw } from '#web/checkout/allscale-pay/text/zh-tw.ts';
import { en as walletEn } from '#web/checkout/browser-wallet/text/en.ts';
import { es as walletEs } from '#web/checkout/browser-wallet/text/es.ts';
import { ja as walletJa } from '#web/checkout/browser-wallet/text/ja.ts';
import { zhCn as walletZhCn } from '#web/checkout/browser-wallet/text/zh-cn.ts';
import { zhTw as walletZhTw } from '#web/checkout/browser-wallet/text/zh-tw.ts';
import { CATALOGUES } from '#web/checkout/text/catalogues.server.ts';
import { HOME_CATALOGUES } from '#web/home/text/catalogues.server.ts';
import { PAY_CATALOGUES } from '#web/pay/text/catalogues.server.ts';
import { requestedLanguage } from '#web/text/languages.ts';

type Catalogues = Readonly<Record<Language, Readonly<Record<string, string>>>>;

const request = (search: string, headers: Record<string, string> = {}) => ({
  url: `https://pay.example/checkout/1${search}`,
  headers: new Headers(headers),
});

describe('the language of a request', () => {
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

  it('comes from ?lang, then the cookie, then Accept-Language, and is open otherwise', () => {
    const headers = { cookie: 'a=b; lang=ja', 'accept-language': 'es' };
    expect(requestedLanguage(request('?lang=zh-TW', headers))).toBe('zh-TW');
    expect(requestedLanguage(request('?lang=tlh', headers))).toBe('ja');
    expect(requestedLanguage(request('', { 'accept-language': 'es' }))).toBe('es');
    expect(requestedLanguage(request('', { cookie: 'lang=<script>' }))).toBe(null);
    expect(requestedLanguage(request(''))).toBe(null);
  });

  it('follows the weights of Accept-Language and skips rejected and unknown languages', () => {
    const accept = (value: string) => requestedLanguage(request('', { 'accept-language': value }));
    expect(accept('de, es;q=0.5, ja;q=0.8')).toBe('ja');
    expect(accept('ja;q=0, es;q=0.1')).toBe('es');
    expect(accept('de-AT, fr;q=0.9')).toBe(null);
  });
});

const PAGES: readonly (readonly [string, Catalogues])[] = [
  ['the checkout', CATALOGUES],
  ['the account pages', ACCOUNT_CATALOGUES],
  ['the start page', HOME_CATALOGUES],
  ['payment links and invoices', PAY_CATALOGUES],
  [
    'AllScale Pay on the checkout',
    { en: allScaleEn, 'zh-CN': allScaleZhCn, 'zh-TW': allScaleZhTw, ja: allScaleJa, es: allScaleEs },
  ],
  ['wallets on the checkout', { en: walletEn, 'zh-CN': walletZhCn, 'zh-TW': walletZhTw, ja: walletJa, es: walletEs }],
];

describe.each(PAGES)('the catalogues of %s', (_name, catalogues) => {
  const placeholders = (sentence = '') => [...new Set(sentence.match(/\{\{\w+\}\}/g))].sort();

  const messageOf = (sentence: string) => sentence.replace(/\{\{\w+\}\}/g, '').match(/[a-z]{2,}/gi)?.length ?? 0;

  it.each(Object.keys(LANGUAGES) as Language[])('%s has the placeholders of every sentence', (language) => {
    const catalogue = catalogues[language];
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(catalogues.en).sort());
    for (const [key, english] of Object.entries(catalogues.en)) {
      expect(placeholders(catalogue[key]), key).toEqual(placeholders(english));
      // Between two sentences: nothing in Chinese and Japanese.
      if (key === 'sentence.gap') continue;
      expect(catalogue[key]?.trim(), key).not.toBe('');
      // Finds sentences left in English; one or two words may be equal.
      if (language !== 'en' && messageOf(english) > 2) expect(catalogue[key], key).not.toBe(english);
    }
  });
});

it.each([
  ['es', 'inglés'],
  ['ja', '英語'],
  ['zh-CN', '英文'],
  ['zh-TW', '英文'],
] as const)('%s: the start page says which of its ways lead to English pages', (language, english) => {
  for (const way of ['merchants_lead', 'developers_lead', 'operators_lead'] as const) {
    expect(HOME_CATALOGUES[language][way], way).toContain(english);
  }
});

describe('errors on an account page', () => {
  const thrownIn = (source: string): string[] =>
    [...source.matchAll(/(?:UserError|AccountError|reject|deny|failure)\((?:'[A-Z_]+', |\d+, )?\s*'(\w+)'/g)].map(
      ([, code]) => code ?? '',
    );

  it.each([
    'web/account/keys/sealed-key.ts',
    'web/account/keys/new-password.ts',
    'web/account/pages/wallet.tsx',
    'web/account/pages/wallet-keys.ts',
    'web/account/server/withdraw-service.ts',
    'web/account/server/send-transfer.ts',
    'web/account/server/signed-transfer.ts',
    'web/account/server/transfer-review.ts',
    'web/account/server/log-in-methods.ts',
    'web/account/server/sealed-keys.ts',
    'web/chains/chain-access.ts',
    'web/auth/factor-rules.ts',
    'web/auth/passkey-hooks.ts',
    'web/account/server/strong-log-in.ts',
    'db/accounts/account-wallets.ts',
  ])('every code of %s has a message', async (file) => {
    const codes = thrownIn(await readFile(new URL(`../../${file}`, import.meta.url), 'utf8'));
    expect(codes).not.toEqual([]);
    for (const code of codes) {
      // Faults of our own scripts, which no shopper can fix.
      if (['bad_wallet', 'not_yours', 'bad_request', 'refused'].includes(code)) continue;
      expect(problemOfCode(code), code).not.toBe('error_server');
    }
  });

  it('the message follows from the browser’s error name or the status, never from foreign text', () => {
    expect(problemOf(new DOMException('', 'NotAllowedError'))).toBe('error_dismissed');
    expect(problemOf(new DOMException('', 'InvalidStateError'))).toBe('error_passkey_there');
    expect(problemOf(new TypeError('Failed to fetch'))).toBe('error_offline');
    expect(problemOf(new AccountError('unknown', 429, ''))).toBe('error_too_many');
    expect(problemOf(new AccountError('SOMETHING_NEW', 400, 'Something new'))).toBe('error_server');
    expect(problemOf(new Error('?'))).toBe('error_server');
  });
});
