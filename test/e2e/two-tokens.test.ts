// The real pages of an order that was paid in two tokens of one coin on one network: each token with its own amount and name.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployLocalContracts } from '#contracts/deploy.ts';
import { LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { IntentStatus } from '#domain/status.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { launchBrowser } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';
import { openOwner } from './support/log-in.ts';
import { expectRightInEveryLook } from './support/looks.ts';

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
  await deployLocalContracts({ rpcUrl: chain.rpcUrl });
  world = await openCheckoutWorld(database.url, { host: 'localhost', rpcUrls: { 31337: chain.rpcUrl } });
  ({ page, complaints, base } = await openOwner(browser, world));
});

afterAll(async () => {
  await browser?.close();
  await world?.close();
  await chain?.stop();
  await database?.drop();
});

test('paid in two tokens of one coin on one network: each is named with its own amount', async () => {
  const picture = async (name: string): Promise<void> => {
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${name}.png`, fullPage: true });
  };
  const id = await world.intent({ orderId: 'NL-USDT0' });
  const parts = [
    await world.transfer(id, { amount: '15', token: LOCAL_TOKENS.usdt0, state: 'confirmed', below: 5n }),
    await world.transfer(id, { amount: '10', token: LOCAL_TOKENS.usdt6, state: 'confirmed', below: 4n }),
  ];
  await page.goto(`${world.url}/checkout/${id}`);
  await expect.poll(() => page.locator('main').textContent()).toContain('15.0000 USDT0 + 10.0000 USDT');
  await world.change({ intentId: id, to: IntentStatus.ON_CHAIN });
  await world.change({ intentId: id, to: IntentStatus.CONFIRMED, paymentTransferIds: parts });
  for (const path of [`/checkout/${id}`, `/checkout/${id}/receipt`]) {
    await page.goto(world.url + path);
    await expect.poll(() => page.locator('main').textContent()).toContain('15.0000 USDT0 + 10.0000 USDT');
    await picture(path.endsWith('receipt') ? 'receipt-two-tokens' : 'checkout-two-tokens');
  }
  await page.goto(`${base}/orders?q=NL-USDT0`);
  const row = page.getByRole('row', { name: /NL-USDT0/ });
  await expect
    .poll(() => row.textContent())
    .toMatch(/15\.00(00)? USDT0 on Local Chain A.*10\.00(00)? USDT on Local Chain A/);
  await expectRightInEveryLook(page, 'orders-two-tokens');
  await picture('orders-two-tokens');
  await row.getByRole('link', { name: 'NL-USDT0' }).click();
  for (const title of ['Payment: USDT0 on Local Chain A', 'Payment: USDT on Local Chain A'])
    await page.getByText(title).waitFor();
  await expectRightInEveryLook(page, 'order-two-tokens');
  await picture('order-two-tokens');
  for (const [path, name] of [
    [`/orders/${id}/send-back`, 'refund'],
    ['', 'home'],
    ['/reports/books', 'books'],
  ] as const) {
    await page.goto(base + path);
    await page.getByText('USDT0').filter({ visible: true }).first().waitFor();
    await expectRightInEveryLook(page, `${name}-two-tokens`);
    await picture(`${name}-two-tokens`);
  }
  expect(complaints).toEqual([]);
});
