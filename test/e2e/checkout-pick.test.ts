// Coin and network picked by the balances of a connected wallet on real local chains, and never changed once the shopper chose; the
// tab's title through the states of a payment.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toChecksumAddress } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import type { CoinId } from '#domain/coins.ts';
import { IntentStatus } from '#domain/status.ts';
import { type AccountWorld, openAccountWorld } from './support/account-world.ts';
import { complaintsOf, launchBrowser, openPage, untilHydrated } from './support/browser.ts';
import { openOffer } from './support/checkout-world.ts';
import { changeWallet, installWallet, script } from './support/scripted-wallet.ts';

const FIRST = toChecksumAddress(`0x${'c1'.repeat(20)}`);
const SECOND = toChecksumAddress(`0x${'c2'.repeat(20)}`);

let world: AccountWorld;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([openAccountWorld(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const fund = async (owner: string, chainId: 31337 | 31338, coin: CoinId): Promise<void> => {
  const token = tokenOf(chainById(chainId), coin);
  if (!token) throw new Error('no such coin');
  await world.fund(chainId, token.address, owner, 100n * 10n ** BigInt(token.decimals));
};
const choiceIn = (page: Page) => {
  const { searchParams } = new URL(page.url());
  return ['coin', 'network', 'by'].map((name) => searchParams.get(name));
};
const heading = (page: Page) => page.locator('h1').textContent();

test('picks what the wallet covers, says why, follows another account, and leaves a choice of the shopper alone', async () => {
  await fund(FIRST, 31338, 2);
  await fund(SECOND, 31337, 1);
  const page = await openPage(browser);
  const complaints = complaintsOf(page.context());
  await installWallet(page, { account: FIRST, chainId: 31338, send: async () => `0x${'5e'.repeat(32)}` });
  await page.goto(`${world.url}/checkout/${await world.intent()}?method=wallet`);
  expect(await heading(page)).toBe('Pay 25.0000 USDT from your wallet');
  await page.getByRole('button', { name: 'Test Wallet' }).click();
  await page.getByRole('button', { name: 'Pay 25.0000 USDC' }).waitFor();
  await expect.poll(() => choiceIn(page)).toEqual(['USDC', '31338', 'wallet']);
  await expect.poll(() => heading(page)).toBe('Pay 25.0000 USDC from your wallet');
  const offer = page.getByTestId('offer').locator('summary');
  expect(await offer.textContent()).toContain('USDC on Local Chain B');
  expect(await offer.textContent()).toContain('Picked for you: your wallet covers it at the lowest fee');

  await changeWallet(page, { account: SECOND });
  await expect.poll(() => choiceIn(page)).toEqual(['USDT', '31337', 'wallet']);
  await page.getByRole('button', { name: 'Switch to Local Chain A' }).waitFor();

  await openOffer(page);
  // Each coin and network has its mark beside its name.
  const marksIn = (name: string) =>
    page
      .locator('label', { has: page.locator(`input[name=${name}]`) })
      .evaluateAll((labels) =>
        labels.map((label) => [
          label.querySelector('span')?.textContent,
          label.querySelector('svg[data-mark]')?.getAttribute('data-mark'),
        ]),
      );
  expect(await marksIn('coin')).toEqual([
    ['USDT', 'USDT'],
    ['USDC', 'USDC'],
  ]);
  expect(await marksIn('network')).toEqual([
    ['Local Chain A', 'A'],
    ['Local Chain B', 'B'],
  ]);
  await page.getByRole('radio', { name: 'USDC' }).click();
  await expect.poll(() => choiceIn(page)).toEqual(['USDC', '31337', null]);
  await page.getByText('the payment needs 25.0000').waitFor();
  expect(await offer.textContent()).not.toContain('Picked for you');
  await changeWallet(page, { account: FIRST });
  await page.getByText(/0xc1/i).waitFor();
  await page.locator('[data-step=blocked]').waitFor();
  expect(choiceIn(page)).toEqual(['USDC', '31337', null]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('an open page keeps the network that it picked when another one becomes better', async () => {
  const page = await openPage(browser);
  const id = await world.intent();
  await page.goto(`${world.url}/checkout/${id}`);
  await untilHydrated(page);
  const offer = page.getByTestId('offer').locator('summary');
  expect(await offer.textContent()).toContain('USDT on Local Chain A');
  await world.cursor(31337, { trouble: 'providers disagree' });
  await world.transfer(id, { amount: '5', chainId: 31338, state: 'confirmed', below: 5n });
  await page.getByTestId('trouble').waitFor();
  expect(await offer.textContent()).toContain('USDT on Local Chain A');
  await world.cursor(31337);
  await page.context().close();
});

test('the title of the tab says each state', async () => {
  const page = await openPage(browser);
  await installWallet(page, { account: FIRST, chainId: 31338, send: async () => `0x${'5f'.repeat(32)}` });
  const id = await world.intent();
  const title = (start: string) => expect.poll(() => page.title()).toBe(`${start} · Pay Nordlicht Supply`);
  await page.goto(`${world.url}/checkout/${id}?method=wallet&coin=USDC&network=31338`);
  await title('Pay 25.0000 USDC from your wallet');
  await page.getByRole('button', { name: 'Test Wallet' }).click();
  await page.getByRole('button', { name: 'Pay 25.0000 USDC' }).waitFor();
  await script(page, 'eth_sendTransaction', { wait: true });
  await page.getByRole('button', { name: 'Pay 25.0000 USDC' }).click();
  await title('Approve the payment in your wallet.');
  await page.goto(`${world.url}/checkout/${id}?coin=USDC&network=31338`);
  await untilHydrated(page);
  await title('Send 25.0000 USDC');
  const part = await world.transfer(id, { amount: '12', coin: 2, state: 'confirmed', below: 5n });
  await title('Send the remaining 13.0000 USDC');
  const rest = await world.transfer(id, { amount: '13', chainId: 31338, coin: 2, below: 2n });
  await title('Payment seen, confirming');
  await world.confirm(rest);
  await world.change({ intentId: id, to: IntentStatus.ON_CHAIN });
  await world.change({ intentId: id, to: IntentStatus.CONFIRMED, paymentTransferIds: [part, rest] });
  await title('Fund Sent');

  const late = await world.intent();
  await page.goto(`${world.url}/checkout/${late}`);
  await untilHydrated(page);
  await world.change({ intentId: late, to: IntentStatus.CANCELED });
  await title('This checkout was canceled');
  await world.transfer(late, { amount: '18', state: 'confirmed', below: 3n });
  await world.change({ intentId: late, to: IntentStatus.PENDING_MANUAL_OPERATION });
  await title('This payment is in review');
  await page.context().close();
});
