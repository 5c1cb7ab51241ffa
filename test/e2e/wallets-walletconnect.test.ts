// WalletConnect is shown only with a project id, is loaded only on a click, and our own page draws its QR code. The relay is a double
// on its socket.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { axeViolations, complaintsOf, launchBrowser, openPage } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';
import { createRelay, PROJECT_ID } from './support/wallet-connect-relay.ts';

let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openCheckoutWorld(database.url, { walletConnectProjectId: PROJECT_ID });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
});

const button = (page: Page) => page.getByRole('button', { name: /^WalletConnect/ });
const openWallets = async (from: CheckoutWorld): Promise<Page> => {
  const page = await openPage(browser);
  await page.goto(`${from.url}/checkout/${await from.intent()}?method=wallet`);
  return page;
};

test('without a project id it is not shown, and the policy names no relay', async () => {
  const without = await openCheckoutWorld(database.url);
  try {
    const page = await openWallets(without);
    await page.getByRole('button', { name: 'Development wallet' }).waitFor();
    expect(await button(page).count()).toBe(0);
    const { headers } = await fetch(`${without.url}/`);
    expect(headers.get('content-security-policy')).not.toContain('walletconnect');
    await page.context().close();
  } finally {
    await without.close();
  }
});

test('with a project id the library loads on a click, and the QR code has a pairing', async () => {
  const page = await openWallets(world);
  const complaints = complaintsOf(page.context());
  const relay = createRelay();
  await relay.serve(page.context());
  let loaded = 0;
  page.on('response', async (response) => {
    if (!response.url().includes('/assets/')) return;
    loaded += (await response.body().catch(() => Buffer.alloc(0))).length;
  });
  await button(page).waitFor();
  const before = loaded;
  expect(before).toBeLessThan(100_000);
  await button(page).click();
  const code = page.getByRole('img', { name: 'WalletConnect QR code' });
  await code.waitFor();
  await expect.poll(() => loaded - before).toBeGreaterThan(100_000);
  expect(new URL(relay.opened[0] ?? '').searchParams.get('projectId')).toBe(PROJECT_ID);
  expect(await axeViolations(page)).toEqual([]);

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy link' }).click();
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(clipboard, { timeout: 15_000 }).toMatch(/^wc:[0-9a-f]{64}@2\?.*symKey=/);
  await page.getByRole('button', { name: 'Back to the wallets' }).click();
  await button(page).waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});
