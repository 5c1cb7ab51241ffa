// The start page in five languages, with a way in for everybody; ways on from pages that are not there; and fields that say what is
// wrong in the page's language.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LANGUAGES, type Language } from '#domain/languages.ts';
import { signUpUrl } from '#test/support/sign-up.ts';
import { HOME_CATALOGUES } from '#web/home/text/catalogues.server.ts';
import { complaintsOf, launchBrowser, openPage, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, openNewCheckoutWorld } from './support/checkout-world.ts';
import { expectRightInEveryLook } from './support/looks.ts';

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

test.each([
  '/nothing/here',
  '/checkout/000000000000000000000000',
  '/account/log-in',
  '/account/log-in?next=/dashboard',
])('%s has ways on, and each leads to a page', async (path) => {
  const page = await openPage(browser);
  await page.goto(world.url + path);
  const ways = await page
    .getByTestId('ways-on')
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
  expect(ways.length).toBeGreaterThanOrEqual(3);
  for (const way of ways) expect((await fetch(way)).status, way).toBe(200);
  await expectRightInEveryLook(page, path);
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
