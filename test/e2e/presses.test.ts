// Tasks of issue 14 counted in presses, each as a person does it who knows only what the pages say.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Address, Hex } from '#domain/address.ts';
import { MERCHANT } from '#test/chain/support/world.ts';
import { untilHydrated } from './support/browser.ts';
import { countPresses } from './support/presses.ts';
import { chain, closeRefunds, lateMoney, openAs, openRefunds, sign, world } from './support/refund-world.ts';
import { installWallet } from './support/scripted-wallet.ts';

beforeAll(() => openRefunds());
afterAll(closeRefunds);

const base = () => `${world.url}/dashboard/${world.storeId}`;

test('an order is found by its last four digits', async () => {
  await world.intent({ orderId: 'SHOP-79953337' });
  await world.intent({ orderId: 'SHOP-11112222' });
  const page = await openAs('manager');
  const counted = countPresses();
  await page.goto(`${base()}/orders`);
  await untilHydrated(page);
  await counted.key(page, '/');
  await counted.type(page, '3337');
  await counted.key(page, 'Enter');
  await expect.poll(() => page.locator('tbody th a').allTextContents()).toEqual(['SHOP-79953337']);
  counted.done('an order found by its last four digits');
  await page.context().close();
});

test('a review is decided, and other late money refunded, from Home', async () => {
  await lateMoney();
  const page = await openAs('owner');
  await installWallet(page, {
    account: MERCHANT,
    chainId: 31337,
    send: async ({ to, data }) => await chain.send(to as Address, data as Hex),
    sign,
  });
  const decide = page.getByTestId('attention').getByRole('link', { name: 'Decide' });
  const review = countPresses();
  await page.goto(base());
  await review.press(decide);
  const card = page.getByRole('region', { name: 'Late payment' });
  await card.getByLabel('Reason').first().fill('Shipped already');
  await review.press(card.getByRole('button', { name: 'Accept as payment' }));
  await page.getByTestId('order-timeline').getByText('Decided: accepted as payment').waitFor();
  review.done('a review decided from Home');

  await lateMoney();
  const refund = countPresses();
  await page.goto(base());
  await refund.press(decide);
  await refund.press(page.getByRole('region', { name: 'Late payment' }).getByRole('link', { name: 'Refund' }));
  await page.getByRole('heading', { level: 1, name: 'Refund' }).waitFor();
  await page.getByLabel('Reason').fill('The order had expired');
  await refund.press(page.getByRole('button', { name: 'Test Wallet' }));
  await page.getByText('Being refunded').waitFor();
  refund.done('a refund of it, from Home to the transaction');
  await page.context().close();
}, 120_000);
