// The checkout in its five languages: every state complete and accessible, the language of a visit, and no other language sent.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Store } from '#db/entities/store.entity.ts';
import type { IntentId } from '#domain/ids.ts';
import { LANGUAGES, type Language } from '#domain/languages.ts';
import { readableAmount } from '#domain/readable-amount.ts';
import { CATALOGUES } from '#web/checkout/text/catalogues.server.ts';
import { axeViolations, complaintsOf, launchBrowser, openPage, PHONE } from './support/browser.ts';
import { CHECKOUT_STATES } from './support/checkout-states.ts';
import { type CheckoutWorld, openNewCheckoutWorld } from './support/checkout-world.ts';

let world: CheckoutWorld;
let browser: Browser;
const intents = new Map<string, IntentId>();

beforeAll(async () => {
  [world, browser] = await Promise.all([openNewCheckoutWorld(), launchBrowser()]);
  for (const { name, make } of CHECKOUT_STATES) intents.set(name, await make(world));
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const languages = Object.keys(LANGUAGES) as Language[];
/** axe's rules do not depend on the language; these states have the most text. */
const LOOKED_AT_BY_AXE: ReadonlySet<string> = new Set(['waiting', 'expired', 'paid']);
const NARROWEST = { width: 320, height: 640 };

/** checkout-states looks at every state in English. */
const TRANSLATED = languages.filter((language) => language !== 'en');

describe.each(TRANSLATED)('%s', (language) => {
  test('every state has its text, fits the narrowest screen, and passes axe', async () => {
    const page = await openPage(browser, { viewport: PHONE, locale: 'de' });
    const complaints = complaintsOf(page.context());
    for (const { name, search = '' } of CHECKOUT_STATES) {
      const separator = search ? '&' : '?';
      await page.goto(`${world.url}/checkout/${intents.get(name)}${search}${separator}lang=${language}`);
      expect(await page.locator('html').getAttribute('lang'), name).toBe(language);
      const text = `${await page.locator('main').textContent()} ${await page.title()}`;
      expect(text, name).not.toContain('{{');
      if (name === 'paid') {
        expect(await page.locator('h1').textContent()).toBe(CATALOGUES[language]['paid.title']);
        expect(text).toContain(`${readableAmount(language, '25.0000')} USDT`);
      }
      if (language === 'es') {
        // What is read has a comma; only what is copied has a dot.
        expect(text, name).not.toMatch(/\d\.\d{4}/);
      }
      if (name === 'paid') {
        expect(text).toContain('Local Chain A');
      }
      // Headings broke within a word: 担当者がこのお支払 / いを確認しています.
      const wordBreak = await page.locator('h1').evaluate((heading) => getComputedStyle(heading).wordBreak);
      expect(wordBreak, name).toBe(language === 'ja' ? 'auto-phrase' : 'normal');
      if (LOOKED_AT_BY_AXE.has(name)) expect(await axeViolations(page), name).toEqual([]);
      await page.setViewportSize(NARROWEST);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBe(NARROWEST.width);
      await page.setViewportSize(PHONE);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe.each(languages)('%s', (language) => {
  test('sends its own sentences and no other', async () => {
    const html = await (await fetch(`${world.url}/checkout/${intents.get('expired')}?lang=${language}`)).text();
    for (const other of languages) {
      expect(html.includes(CATALOGUES[other]['review.title']), other).toBe(other === language);
    }
  });
});

describe('the language of a visit', () => {
  const langOf = async (search: string, headers: Record<string, string> = {}): Promise<string | undefined> => {
    const response = await fetch(`${world.url}/checkout/${intents.get('waiting')}${search}`, { headers });
    return /<html lang="([^"]+)"/.exec(await response.text())?.[1];
  };

  test('?lang before the cookie before Accept-Language before the store before English', async () => {
    const headers = { cookie: 'lang=ja', 'accept-language': 'es' };
    expect(await langOf('?lang=zh-TW', headers)).toBe('zh-TW');
    expect(await langOf('', headers)).toBe('ja');
    expect(await langOf('', { 'accept-language': 'es' })).toBe('es');
    expect(await langOf('', { 'accept-language': 'de' })).toBe('en');
    await world.orm.em.fork().nativeUpdate(Store, { id: world.storeId }, { locale: 'zh-CN' });
    try {
      expect(await langOf('', { 'accept-language': 'de' })).toBe('zh-CN');
      expect(await langOf('', { 'accept-language': 'es' })).toBe('es');
    } finally {
      await world.orm.em.fork().nativeUpdate(Store, { id: world.storeId }, { locale: 'en' });
    }
  });

  test.each([true, false])(
    'the switch keeps the choice of coin and is remembered (JavaScript: %s)',
    async (scripts) => {
      const page = await openPage(browser, { javaScriptEnabled: scripts });
      const url = `${world.url}/checkout/${intents.get('waiting')}`;
      await page.goto(`${url}?coin=USDC&network=31338`);
      await page.getByTestId('languages').locator('visible=true').locator('summary').click();
      await page.getByRole('link', { name: '日本語' }).click();
      await page.waitForURL(/lang=ja/);
      await expect.poll(() => page.locator('h1').textContent()).toBe('25.0000 USDC をお支払いください');
      await page.goto(url);
      expect(await page.locator('html').getAttribute('lang')).toBe('ja');
      await page.context().close();
    },
  );
});
