// Pages that everybody can open, in five languages: the start page, with a way in for everybody; payment links and invoices in every
// state; ways on from each page where nothing can be paid and from every URL where nothing is; the log-in; and fields that say what is
// wrong in the page's language.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LANGUAGES, type Language } from '#domain/languages.ts';
import { translator } from '#domain/texts.ts';
import { allRoutes, type WalkedRoute } from '#test/dashboard/routes.ts';
import { signUpUrl } from '#test/support/sign-up.ts';
import { CATALOGUES } from '#web/checkout/text/catalogues.server.ts';
import { HOME_CATALOGUES } from '#web/home/text/catalogues.server.ts';
import { PAY_CATALOGUES } from '#web/pay/text/catalogues.server.ts';
import { complaintsOf, launchBrowser, openPage, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, openNewCheckoutWorld } from './support/checkout-world.ts';
import { expectFits, expectRightInEveryLook } from './support/looks.ts';
import { makePayPages, type PayPage } from './support/pay-states.ts';

let world: CheckoutWorld;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([openNewCheckoutWorld({ host: 'localhost' }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const languages = Object.keys(LANGUAGES) as Language[];

test.each(languages)('%s: the start page has its picture and its ways in, and fits every screen', async (language) => {
  const page = await openPage(browser);
  const complaints = complaintsOf(page.context());
  await page.goto(`${world.url}/?lang=${language}`);
  expect(await page.locator('h1').allTextContents()).toEqual([HOME_CATALOGUES[language].title]);
  expect(await page.getByTestId('picture').getAttribute('aria-label')).toBe(HOME_CATALOGUES[language].picture);
  const ways = await page.locator('main a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(ways).toEqual([
    ...['/docs', '/account', '/dashboard', '/dashboard/apply'],
    ...['/docs/quick-start', '/docs/reference', '/operator'],
  ]);
  await expectRightInEveryLook(page, language);
  expect(complaints).toEqual([]);
  await page.context().close();
});

/** A page as a browser without a session gets it, in this language. */
const read = async (path: string, language: Language) => {
  const response = await fetch(world.url + path, { headers: { 'accept-language': language }, redirect: 'manual' });
  const text = await response.text();
  expect(text, path).not.toContain('\0');
  const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
  return { status: response.status, text, isPage };
};

/** As HTML has it. */
const written = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll("'", '&#x27;').replaceAll('"', '&quot;');

describe('payment links and invoices of a store without a support contact', () => {
  let pages: PayPage[];
  beforeAll(async () => {
    pages = await makePayPages(world);
  });

  test.each(languages)('%s: each state has its text, and where nothing can be paid, ways on', async (language) => {
    const t = translator(PAY_CATALOGUES[language]);
    for (const { name, path, shows, closed, again } of pages) {
      const { status, text } = await read(`${path}?lang=${language}`, language);
      expect([name, status]).toEqual([name, 200]);
      expect(text, name).toContain(`<html lang="${language}"`);
      for (const key of shows) expect(text, `${name}: ${key}`).toContain(written(t(key)));
      const hasAdvice = text.includes(written(t('closed.no_contact', { store: 'Quiet Shop' })));
      const ways = [...(/data-testid="ways-on".*?<\/nav>/.exec(text)?.[0] ?? '').matchAll(/href="([^"]+)"/g)].map(
        ([, url]) => url,
      );
      const expected = [...(again ? [`${path}?lang=${language}`] : []), '/'];
      expect([name, hasAdvice, ...ways]).toEqual([name, closed, ...(closed ? expected : [])]);
    }
  });

  test('each state fits every screen, in light and dark, and in every language', async () => {
    const page = await openPage(browser);
    const complaints = complaintsOf(page.context());
    for (const { name, path } of pages) {
      for (const language of languages) {
        await page.goto(`${world.url}${path}?lang=${language}`);
        if (language === 'en') await expectRightInEveryLook(page, name);
        else await expectFits(page, `${name}, ${language}`);
      }
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

/** The route's URL with values that name nothing. */
const nowhere = ({ pattern }: WalkedRoute): string =>
  pattern.replace('*', 'nothing/here').replaceAll(/:(\w+)\??/g, (_, name: string) => `no-${name}`) || '/';

test('every URL where a visitor finds nothing has a page with ways on, in the visitor’s language and with its own title', async () => {
  const missing: string[] = [];
  for (const route of await allRoutes()) {
    if (!route.reads) continue;
    const path = nowhere(route);
    const { status, text, isPage } = await read(path, 'ja');
    expect([path, status < 500]).toEqual([path, true]);
    if (status !== 404 || !isPage) continue;
    missing.push(route.pattern);
    const title = /<title>([^<]*)<\/title>/.exec(text)?.[1];
    if (text.includes('data-testid="ways-on"')) {
      expect(text, path).toContain('<html lang="ja"');
      const t = translator(CATALOGUES.ja);
      const isCheckout = path.startsWith('/checkout/');
      expect(title, path).toContain(t(isCheckout ? 'missing.title' : 'missing.page_title'));
    } else {
      // The dashboard is in English, and its page leads back to it.
      expect(text, path).toContain('<html lang="en"');
      expect(text, path).toMatch(/<a [^>]*href="\/dashboard"/);
      expect(title, path).toBe('There is no such page · AllScale Checkout');
    }
  }
  const known = ['/pay/:slug', '/invoice/:token', '/docs/:page', '/demo', '/demo/orders/:id', '/checkout/:id', '/*'];
  expect(missing).toEqual(expect.arrayContaining(known));
});

const WITH_WAYS_ON = [
  ...['/nothing/here', '/checkout/000000000000000000000000', '/pay/nothing-here', `/invoice/${'0'.repeat(32)}`],
  ...['/docs/nothing-here', '/demo/orders/nothing', '/account/log-in', '/account/log-in?next=/dashboard'],
];

test.each(WITH_WAYS_ON)('%s has ways on, each leads to a page, and it fits in every language', async (path) => {
  const page = await openPage(browser);
  await page.goto(world.url + path);
  const ways = await page
    .getByTestId('ways-on')
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
  expect(ways.length).toBeGreaterThanOrEqual(3);
  for (const way of ways) expect((await fetch(way)).status, way).toBe(200);
  await expectRightInEveryLook(page, path);
  for (const language of languages) {
    await page.goto(`${world.url}${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
    expect(await page.locator('html').getAttribute('lang'), path).toBe(language);
    await expectFits(page, `${path}, ${language}`);
  }
  await page.context().close();
});

test('a field says what is wrong in the language of the page, not of the browser, and takes the focus', async () => {
  const page = await openPage(browser, { locale: 'de' });
  await page.goto(`${await signUpUrl(world, 'corto@example.com')}&lang=es`);
  await untilHydrated(page);
  await page.getByText('Una contraseña', { exact: true }).click();
  const password = page.getByLabel('Contraseña', { exact: true });
  const create = page.getByRole('button', { name: 'Crear cuenta' });
  await create.click();
  await page.getByText('Rellena este campo.').waitFor();
  await password.pressSequentially('corta');
  expect(await page.getByText('Rellena este campo.').count()).toBe(0);
  await create.click();
  await page.getByText('Hacen falta al menos 12 caracteres.').waitFor();
  expect(await password.evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await password.getAttribute('aria-invalid')).toBe('true');
  await expectRightInEveryLook(page, 'a short password');

  await page.goto(`${world.url}/account/log-in?lang=es`);
  await untilHydrated(page);
  await page.getByLabel('Correo electrónico').fill('no es un correo');
  await page.getByRole('button', { name: 'Iniciar sesión', exact: true }).click();
  await page.getByText('Esto no es un correo electrónico válido. Compruébalo.').waitFor();
  await page.context().close();
});
