// Orders in a real browser: the list and its filters, news that move nothing, an order's page and its acts, export, home; without
// JavaScript too.
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Store } from '#db/entities/store.entity.ts';
import { createMerchantAndStore } from '#db/queries/stores.ts';
import { join } from '#test/dashboard/people.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { complaintsOf, launchBrowser, openPage } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';
import { logInAs } from './support/log-in.ts';
import { expectRightOnDesktopAndPhone } from './support/looks.ts';

let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;
let page: Page;
let base: string;
let complaints: string[];

beforeAll(async () => {
  [database, browser] = await Promise.all([createTestDatabase(), launchBrowser()]);
  world = await openCheckoutWorld(database.url, { host: 'localhost' });
  base = `${world.url}/dashboard/${world.storeId}`;
  page = await openPage(browser);
  complaints = complaintsOf(page.context());
  const owner = await logInAs(page.context(), world, 'owner@nordlicht.example', 'merchant');
  await join(world.orm, world.storeId, owner, 'owner');
});

afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
});

test('from an empty list to a paid order, its page, and home', async () => {
  await page.goto(`${base}/orders`);
  await page.getByText('No orders yet').waitFor();
  await expectRightOnDesktopAndPhone(page, 'orders-empty');

  const paid = await world.intent({ orderId: 'NL-1' });
  await world.intent({ orderId: 'NL-2' });
  await world.pay(paid);
  await page.goto(`${base}/orders`);
  await page.getByRole('link', { name: 'NL-1' }).waitFor();
  expect(await page.locator('tbody tr').count()).toBe(2);
  await expectRightOnDesktopAndPhone(page, 'orders');

  // News are told, and the list stays until it is asked for.
  await world.intent({ orderId: 'NL-3' });
  await page.getByRole('link', { name: '1 new order: show' }).waitFor({ timeout: 30_000 });
  expect(await page.locator('tbody tr').count()).toBe(2);
  await page.getByRole('link', { name: '1 new order: show' }).click();
  await expect.poll(() => page.locator('tbody tr').count()).toBe(3);

  await page.getByRole('link', { name: 'Paid', exact: true }).click();
  await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
  await page.keyboard.press('/');
  await page.keyboard.type('NL-9');
  await page.keyboard.press('Enter');
  await page.getByText('No order matches').waitFor();
  await page.getByRole('link', { name: 'Clear' }).click();
  await page.getByRole('link', { name: 'NL-1' }).click();

  await page.getByRole('heading', { name: 'Order NL-1' }).waitFor();
  const timeline = page.getByTestId('order-timeline');
  await timeline.getByText('Payment seen, confirming').waitFor();
  await timeline.getByText('Paid', { exact: true }).waitFor();
  await page.getByRole('textbox', { name: 'Note' }).fill('Called the customer.');
  await page.getByRole('button', { name: 'Add note' }).click();
  await timeline.getByText('Called the customer.').waitFor();
  await page.getByRole('button', { name: 'Send again' }).click();
  await timeline.getByText('Webhook sent again by hand').waitFor();
  await expectRightOnDesktopAndPhone(page, 'order');

  await page.goto(base);
  await page.locator('.recharts-bar-rectangle').first().waitFor();
  await expect.poll(() => page.getByTestId('home-figures').textContent()).toContain('25.00');
  await expectRightOnDesktopAndPhone(page, 'home');
  expect(complaints).toEqual([]);
});

test('the palette finds pages, orders and stores by the keyboard alone, and gives the focus back', async () => {
  const { merchant } = await world.orm.em.fork().findOneOrFail(Store, world.storeId, { populate: ['merchant'] });
  const second = await createMerchantAndStore(world.orm.em, { name: 'Fjordlicht', email: merchant.email });
  await page.goto(base);
  // Drawn by the page's scripts: they listen now.
  await page.locator('.recharts-bar-rectangle').first().waitFor();
  const palette = page.getByRole('dialog', { name: 'Search' });
  const choose = async (typed: string, option: string | RegExp): Promise<void> => {
    await page.keyboard.press('Control+k');
    await expect.poll(() => page.evaluate(() => document.activeElement?.role)).toBe('combobox');
    await page.keyboard.type(typed);
    await palette.getByRole('option', { name: option, selected: true }).waitFor();
    await page.keyboard.press('Enter');
  };
  await choose('repo', 'Reports');
  await page.getByRole('heading', { name: 'Reports', level: 1 }).waitFor();
  await choose('NL-1', /^NL-1/);
  await page.getByRole('heading', { name: 'Order NL-1' }).waitFor();
  const paid = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  await choose('fjordl', 'Fjordlicht');
  await page.waitForURL(`${world.url}/dashboard/${second.storeId}`);
  // The address changes a moment before the page.
  await page.getByRole('heading', { name: 'Fjordlicht', level: 1 }).waitFor();
  // Another store's order is not found here; the list's own search is offered.
  await choose(paid, `All orders for “${paid}”`);
  await page.getByText('No order matches').waitFor();

  const button = page.getByRole('button', { name: 'Search…' });
  await button.click();
  await palette.getByRole('option', { name: 'Team' }).waitFor();
  await expectRightOnDesktopAndPhone(page, 'palette');
  await page.keyboard.press('Escape');
  await palette.waitFor({ state: 'hidden' });
  await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(complaints).toEqual([]);
});

test('a filter that means nothing is named at its field and shows nothing; without JavaScript all works', async () => {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const plain = await context.newPage();
  await plain.goto(`${base}/orders?min=lots&from=2026-11-22&tab=paid`);
  await plain.getByText('"lots" is not an amount: write 25 or 25.50.').first().waitFor();
  expect(await plain.getByLabel('Price from').inputValue()).toBe('lots');
  expect(await plain.locator('tbody tr').count()).toBe(0);
  await plain.getByRole('button', { name: 'Search…' }).click();
  await plain.waitForURL(/\/orders\?*$/);
  await plain.goBack();
  await plain.getByLabel('Price from').fill('20');
  await plain.getByLabel('Created from').fill('');
  await plain.getByRole('button', { name: 'Apply filters' }).click();
  await plain.getByRole('link', { name: 'NL-1' }).waitFor();
  expect(await plain.locator('tbody tr').count()).toBe(1);
  await plain.getByRole('link', { name: 'Export' }).click();
  await plain.getByRole('heading', { name: 'Export orders' }).waitFor();
  const [file] = await Promise.all([
    plain.waitForEvent('download'),
    plain.getByRole('link', { name: 'Download CSV' }).first().click(),
  ]);
  expect((await readFile(await file.path(), 'utf8')).split('\r\n')).toHaveLength(3);
  await context.close();
});

test('an export says how many rows it has', async () => {
  await page.goto(`${base}/orders/export`);
  await page.getByText('3 orders now.').waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download CSV' }).first().click(),
  ]);
  await page.getByText('3 rows are in the file.').waitFor();
  expect((await readFile(await file.path(), 'utf8')).split('\r\n')).toHaveLength(5);
  await expectRightOnDesktopAndPhone(page, 'export');
});
