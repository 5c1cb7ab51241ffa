// Orders in the dashboard, from an empty list to a paid order, its page and home; the palette; the list without JavaScript; the export.
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Store } from '#db/entities/store.entity.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { recordStrayMoney } from '#db/stray-money/stray-money.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { type FoundStray, NATIVE_TOKEN } from '#domain/stray-money.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { launchBrowser, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld, PAYER } from './support/checkout-world.ts';
import { openOwner } from './support/log-in.ts';
import { expectRightInEveryLook } from './support/looks.ts';

const NATIVE_COIN: FoundStray = {
  chainId: 31337,
  token: NATIVE_TOKEN,
  symbol: 'ETH',
  decimals: 18,
  amountBaseUnits: baseUnitsOf(3n * 10n ** 15n),
  sender: PAYER,
  txHash: `0x${'5a'.repeat(32)}`,
  foundBy: 'claim',
};

let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;
let chain: TestChain;
let page: Page;
let base: string;
let complaints: string[];

beforeAll(async () => {
  [database, browser, chain] = await Promise.all([
    createTestDatabase(),
    launchBrowser(),
    startTestChain({ chainId: 31337 }),
  ]);
  world = await openCheckoutWorld(database.url, { host: 'localhost', rpcUrls: { 31337: chain.rpcUrl } });
  ({ page, complaints, base } = await openOwner(browser, world));
});

afterAll(async () => {
  await browser?.close();
  await world?.close();
  await chain?.stop();
  await database?.drop();
});

test('from an empty list to a paid order, its page, and home', async () => {
  await page.goto(base);
  await page.getByText('Your figures appear here with the first order').waitFor();
  await expectRightInEveryLook(page, 'home without orders');
  await page.goto(`${base}/orders`);
  await page.getByText('No orders yet').waitFor();
  await expectRightInEveryLook(page, 'orders-empty');

  const paid = await world.intent({ orderId: 'NL-1' });
  await world.intent({ orderId: 'NL-2' });
  await world.pay(paid);
  await page.goto(`${base}/orders`);
  await page.getByRole('link', { name: 'NL-1' }).waitFor();
  expect(await page.locator('tbody tr').count()).toBe(2);

  // Changes are announced, and the list stays until the reader updates it.
  await world.intent({ orderId: 'NL-3' });
  await page.getByRole('link', { name: '1 new order: show' }).waitFor({ timeout: 60_000 });
  expect(await page.locator('tbody tr').count()).toBe(2);
  await page.getByRole('link', { name: '1 new order: show' }).click();
  await expect.poll(() => page.locator('tbody tr').count()).toBe(3);

  await page.getByRole('link', { name: 'Paid 1' }).click();
  await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
  await page.keyboard.press('/');
  await page.keyboard.type('NL-9');
  await page.keyboard.press('Enter');
  await page.getByText('No order matches').waitFor();
  await page.getByRole('link', { name: 'Clear' }).click();
  await page.getByRole('link', { name: 'NL-1' }).click();

  await page.getByRole('heading', { name: 'Order NL-1' }).waitFor();
  const timeline = page.getByTestId('order-timeline');
  await timeline.getByText('Confirming', { exact: true }).waitFor();
  await timeline.getByText('Paid', { exact: true }).waitFor();
  await page.getByRole('textbox', { name: 'Note' }).fill('Called the customer.');
  await page.getByRole('button', { name: 'Add note' }).click();
  await timeline.getByText('Called the customer.').waitFor();
  await page.getByRole('button', { name: 'Redeliver' }).click();
  await timeline.getByText('Webhook redelivered by hand').waitFor();
  await expectRightInEveryLook(page, 'order');

  // Native coin at the order's address is shown and decided on; the order stays paid.
  await recordStrayMoney(world.orm.em.fork(), paid, [NATIVE_COIN]);
  // Home leads with it, the tab and the navigation count it, and one press leads to the decision.
  await page.goto(base);
  await expect.poll(() => page.title()).toBe('(1) Home');
  await page.getByRole('navigation', { name: 'Dashboard' }).getByText('1 waiting').waitFor();
  await expectRightInEveryLook(page, 'home with attention');
  await page.getByTestId('attention').getByRole('link', { name: 'Decide' }).click();
  const stray = page.getByRole('region', { name: 'The network’s own coin at this address' });
  await stray.getByText('0.003').waitFor();
  await expectRightInEveryLook(page, 'order-stray-money');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/order-stray.png`, fullPage: true });
  await stray.getByText('Release it').click();
  await stray.getByLabel('Send to').fill('0x12');
  await stray.getByRole('button', { name: 'Prepare the order' }).click();
  await stray.getByText('This is not an address').waitFor();
  await stray.getByLabel('Send to').fill(PAYER);
  await stray.getByRole('button', { name: 'Prepare the order' }).click();
  await stray.getByLabel('1. Sign this typed data').waitFor();
  await stray.getByLabel('2. The signature').fill(`0x${'ab'.repeat(65)}`);
  await stray.getByRole('button', { name: 'Show the transaction' }).click();
  await stray.getByLabel('3. Send this transaction').waitFor();
  await expectRightInEveryLook(page, 'order-release');
  if (process.env.PICTURES)
    await page.screenshot({ path: `${process.env.PICTURES}/order-release.png`, fullPage: true });
  await stray.getByText('Leave it there').click();
  await stray.getByLabel('Reason').last().fill('The payer wrote it off');
  await stray.getByRole('button', { name: 'Close' }).click();
  await timeline.getByText('Other money: closed').waitFor();
  expect(await stray.count()).toBe(0);
  await page.getByRole('button', { name: 'Search the address' }).click();
  await page.getByText(/No other money was found|did not respond/).waitFor();
  await timeline.getByText('Paid', { exact: true }).waitFor();

  await page.goto(base);
  await page.locator('.recharts-bar-rectangle').first().waitFor();
  await expect.poll(() => page.getByTestId('home-figures').textContent()).toContain('25.00');
  expect(await page.title()).toBe('Home');
  await page.getByRole('link', { name: 'Today' }).click();
  await page.waitForURL(/range=today/);
  await expect.poll(() => page.getByTestId('home-figures').textContent()).toMatch(/Gross25\.00 USDT/);
  await page.getByRole('link', { name: 'Other days' }).click();
  await page.getByLabel('From').fill('2020-01-01');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.getByText('At most 92 days.').waitFor();
  await expectRightInEveryLook(page, 'home with other days');
  await page.goto(base);
  // A status in the chart lists the orders counted in it: those of its days.
  await page.getByRole('link', { name: 'Paid', exact: true }).click();
  await page.waitForURL(/\/orders\?from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d&status=/);
  await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
  expect(complaints).toEqual([]);
});

test('the palette finds pages, orders and stores by the keyboard alone, and gives the focus back', async () => {
  const { merchant } = await world.orm.em.fork().findOneOrFail(Store, world.storeId, { populate: ['merchant'] });
  const second = await createMerchantAndStore(world.orm.em, { name: 'Fjordlicht', email: merchant.email });
  await page.goto(base);
  // Rendered by the page's scripts, so they are running now.
  await page.locator('.recharts-bar-rectangle').first().waitFor();
  const palette = page.getByRole('dialog', { name: 'Search' });
  const choose = async (typed: string, option: string | RegExp, key = 'Control+k'): Promise<void> => {
    await page.keyboard.press(key);
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
  // The page of an order has no search box of its own.
  await choose('fjordl', 'Fjordlicht', '/');
  await page.waitForURL(`${world.url}/dashboard/${second.storeId}`);
  // The URL changes a moment before the page.
  await page.getByRole('heading', { name: 'Fjordlicht', level: 1 }).waitFor();
  // An order of another store is not found here; the list's own search is offered.
  await choose(paid, `All orders for “${paid}”`);
  await page.getByText('No order matches').waitFor();

  const button = page.getByRole('button', { name: 'Search…' });
  await button.click();
  await palette.getByRole('option', { name: 'Team' }).waitFor();
  await expectRightInEveryLook(page, 'palette');
  await page.keyboard.press('Escape');
  await palette.waitFor({ state: 'hidden' });
  await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(complaints).toEqual([]);
});

test('an invalid filter is reported at its field and lists nothing; everything works without JavaScript', async () => {
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

test('an export shows its number of rows', async () => {
  await page.goto(`${base}/orders`);
  // The scripts download the file, not the browser.
  await untilHydrated(page);
  await page.getByRole('link', { name: 'Export' }).click();
  await page.getByText('3 orders now.').waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download CSV' }).first().click(),
  ]);
  await page.getByText('3 rows are in the file.').waitFor();
  expect((await readFile(await file.path(), 'utf8')).split('\r\n')).toHaveLength(5);
});
