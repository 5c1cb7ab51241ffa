// Pages of accounts, documentation and visitors in every look and by keyboard alone, each in one visit: four widths, light and dark, axe,
// and every control reached and pressed by keys; forms that are being sent, and dialogs. `merchant-pages.test.ts` has dashboard and console.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Store } from '#db/entities/store.entity.ts';
import { launchBrowser, openPage, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, openNewCheckoutWorld } from './support/checkout-world.ts';
import { expectDialogGivesFocusBack, expectKeepsFocusWhileSending, expectWorksByKeyboard } from './support/keyboard.ts';
import { openOwner } from './support/log-in.ts';
import { expectRightInEveryLook } from './support/looks.ts';
import { makePayPages } from './support/pay-states.ts';

let world: CheckoutWorld;
let browser: Browser;
let owner: Page;
let visitor: Page;
let base: string;
let complaints: string[];

beforeAll(async () => {
  [world, browser] = await Promise.all([openNewCheckoutWorld({ host: 'localhost' }), launchBrowser()]);
  const opened = await openOwner(browser, world);
  ({ page: owner, base, complaints } = opened);
  visitor = await openPage(browser, { locale: 'en-US' });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const expectRight = async (page: Page, url: string, name: string, status = 200): Promise<void> => {
  expect((await page.goto(url))?.status(), name).toBe(status);
  await untilHydrated(page);
  await expectRightInEveryLook(page, name);
  await expectWorksByKeyboard(page, name);
};

test.each(['security', 'email', 'delete'])('account, logged in: %s', async (path) => {
  await expectRight(owner, `${world.url}/account/${path}`, `account, ${path}`);
});

test.each([
  ...['/account/log-in', '/account/sign-up', '/account/forgot-password', '/account/recover'],
  ...['/account/new-password?token=none', '/account/undo-email?token=none', '/account/not-me?token=none'],
  ...['/docs/quick-start', '/docs/testing'],
])('%s', async (path) => {
  await expectRight(visitor, world.url + path, path);
});

test('nothing at this URL', async () => {
  await expectRight(visitor, `${world.url}/nothing/here`, '404', 404);
});

test('a public payment link and an invoice', async () => {
  for (const { name, path } of await makePayPages(world)) {
    expect((await visitor.goto(world.url + path))?.status(), name).toBe(200);
    await untilHydrated(visitor);
    await expectWorksByKeyboard(visitor, name);
    if (!name.includes('amount named')) continue;
    await visitor.getByRole('textbox').first().fill('0');
    await expectKeepsFocusWhileSending(visitor, visitor.locator('main button[type=submit]'), name);
  }
});

test('the buttons that simulate a payment, on the checkout and on the order of a test store', async () => {
  const id = await world.intent({ orderId: 'TEST-1' });
  await world.orm.em.fork().nativeUpdate(Store, { id: world.storeId }, { isTest: true });
  try {
    await visitor.goto(`${world.url}/checkout/${id}`);
    await visitor.getByRole('heading', { name: 'Simulate a payment' }).waitFor();
    await expectRight(visitor, `${world.url}/checkout/${id}`, 'simulate, checkout');
    await owner.goto(`${base}/orders/${id}`);
    await owner.getByRole('heading', { name: 'Simulate a payment' }).waitFor();
    await expectRight(owner, `${base}/orders/${id}`, 'simulate, order');
  } finally {
    await world.orm.em.fork().nativeUpdate(Store, { id: world.storeId }, { isTest: false });
  }
});

test('a form that is being sent keeps the focus: dashboard, account, checkout', async () => {
  await owner.goto(`${base}/settings/payments`);
  await untilHydrated(owner);
  await owner.getByLabel('Tolerance, in percent').fill('2');
  await expectKeepsFocusWhileSending(owner, owner.getByRole('button', { name: 'Save' }), 'settings');

  await visitor.goto(`${world.url}/account/forgot-password`);
  await untilHydrated(visitor);
  const address = visitor.getByLabel('E-mail address');
  await address.fill('no address');
  await expectKeepsFocusWhileSending(visitor, visitor.locator('main button[type=submit]'), 'account', address);

  await visitor.goto(`${world.url}/checkout/${await world.intent({ orderId: 'NL-3' })}`);
  await untilHydrated(visitor);
  await visitor.getByText('Receipt by e-mail').click();
  await visitor.getByLabel('Send the receipt to').fill('shopper@example.com');
  await expectKeepsFocusWhileSending(visitor, visitor.getByRole('button', { name: 'Send the receipt' }), 'checkout');
});

test('dialogs keep the focus while they are open, and give it back', async () => {
  await owner.goto(`${base}/settings/payments`);
  await untilHydrated(owner);
  const search = owner.getByRole('dialog', { name: 'Search' });
  const opener = owner.getByRole('button', { name: 'Search…' });
  const pressEscape = () => owner.keyboard.press('Escape');
  await expectDialogGivesFocusBack(owner, { opener, dialog: search, close: pressEscape });

  // A log-in that is too old: the dialog stands over the form that was sent.
  await world.orm.em.fork().execute(`update auth.session set "createdAt" = now() - interval '1 hour'`);
  await owner.getByLabel('Tolerance, in percent').fill('3');
  await owner.getByRole('button', { name: 'Save' }).press('Enter');
  const logIn = owner.getByRole('dialog', { name: 'Log in again' });
  await logIn.waitFor();
  await pressEscape();
  await logIn.waitFor({ state: 'detached' });
  // The page opened it: the focus is again on the button that sent the form.
  const save = owner.getByRole('button', { name: 'Save' });
  await expect.poll(() => save.evaluate((button) => button === document.activeElement)).toBe(true);
  const again = owner.getByRole('button', { name: 'Log in again' });
  const cancel = () => logIn.getByRole('button', { name: 'Cancel' }).press('Enter');
  for (const close of [pressEscape, cancel]) {
    await expectDialogGivesFocusBack(owner, { opener: again, dialog: logIn, close });
  }
});

test('no page complained', () => {
  expect(complaints.filter((text) => !/status of (403|404|422)/.test(text))).toEqual([]);
});
