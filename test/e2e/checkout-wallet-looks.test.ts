// Every step of a payment by wallet, at every width, light and dark: no axe violation and no sideways scrolling.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { complaintsOf, launchBrowser, openPage } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';
import { expectRightInEveryLook } from './support/looks.ts';
import { installWalkWallet, WALLET_WALKS } from './support/wallet-walks.ts';

let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;

beforeAll(async () => {
  database = await createTestDatabase();
  // Without the development wallet, which would also announce itself.
  world = await openCheckoutWorld(database.url, { development: false });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
});

test.each(WALLET_WALKS)('$name', async ({ steps }) => {
  const page = await openPage(browser);
  page.setDefaultTimeout(30_000);
  await installWalkWallet(page);
  const complaints = complaintsOf(page.context());
  await page.goto(`${world.url}/checkout/${await world.intent()}?method=wallet&coin=USDT&network=31337`);
  for (const { name, reach } of steps) {
    await reach(page);
    await expectRightInEveryLook(page, name);
  }
  expect(complaints).toEqual([]);
  await page.context().close();
});
