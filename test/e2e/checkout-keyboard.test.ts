// The checkout by keyboard alone: Tab, arrows, Enter and Space reach everything, the focus is visible, and it moves to new content.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';
import { tabTo } from './support/keyboard.ts';
import { installWalkWallet } from './support/wallet-walks.ts';

let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openCheckoutWorld(database.url, { development: false });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
});

const focused = (page: Page) => () => page.evaluate(() => document.activeElement?.textContent);
const radio = (page: Page, name: string | RegExp) => page.getByRole('radio', { name });
const button = (page: Page, name: string) => page.getByRole('button', { name });

test('payment method, coin, network, copying, a wallet, and the focus on Fund Sent', async () => {
  const id = await world.intent();
  const page = await openPage(browser);
  page.setDefaultTimeout(30_000);
  await installWalkWallet(page);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await page.goto(`${world.url}/checkout/${id}`);
  await button(page, 'Copy address').waitFor();

  await tabTo(page, radio(page, /^QR code and address/));
  await tabTo(page, page.getByTestId('offer').locator('summary'));
  await page.keyboard.press('Enter');
  await tabTo(page, radio(page, 'USDT'));
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.locator('h1').textContent()).toBe('Send 25.0000 USDC');
  await tabTo(page, radio(page, 'Local Chain A'));
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.locator('main').textContent()).toContain('Send only USDC, and only on Local Chain B.');
  await tabTo(page, button(page, 'Copy address'));
  await page.keyboard.press('Space');
  const { depositAddress } = await world.orm.em.fork().findOneOrFail(CheckoutIntent, id);
  await expect.poll(clipboard).toBe(depositAddress);
  await tabTo(page, button(page, 'Copy amount'));
  await page.keyboard.press('Enter');
  await expect.poll(clipboard).toBe('25.0000');
  await tabTo(page, page.getByLabel('Put the amount into the QR code'));
  await page.keyboard.press('Space');
  await expect.poll(() => new URL(page.url()).searchParams.get('qr')).toBe('amount');

  await tabTo(page, radio(page, /^QR code and address/), 'Shift+Tab');
  await page.keyboard.press('ArrowUp');
  await button(page, 'Test Wallet').waitFor();
  await tabTo(page, button(page, 'Test Wallet'));
  await page.keyboard.press('Enter');
  await button(page, 'Switch to Local Chain B').waitFor();
  // The list was removed together with the focused element: the focus stays in the panel.
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.closest('[data-step]')?.getAttribute('data-step')))
    .toBe('review');
  await tabTo(page, button(page, 'Switch to Local Chain B'));
  await page.keyboard.press('Enter');
  await expect.poll(focused(page)).toBe('Pay 25.0000 USDC');
  await page.keyboard.press('Enter');
  await expect.poll(focused(page)).toBe('Sent. Waiting for the network to show it.');

  await world.pay(id, '25', 31338, 2);
  await expect.poll(focused(page)).toBe('Fund Sent');
  await tabTo(page, page.getByRole('link', { name: 'Return to Nordlicht Supply' }));
  await page.keyboard.press('Enter');
  await page.waitForURL(/\?returned$/);
  await page.context().close();
});

test('cancel, and back to the payment', async () => {
  const id = await world.intent();
  const page = await openPage(browser);
  await page.goto(`${world.url}/checkout/${id}`);
  await button(page, 'Copy address').waitFor();
  await tabTo(page, page.getByRole('link', { name: 'Cancel this payment' }));
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/cancel$/);
  // No workflow runs here: the message still appears, and the way back is a link.
  await tabTo(page, button(page, 'Cancel the payment'));
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await tabTo(page, page.getByRole('link', { name: 'Go on paying' }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/checkout/${id}$`));
  await page.context().close();
});
