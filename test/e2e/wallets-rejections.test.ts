// Payment by wallet that fails: every rejection of the wallet, and every problem that the server finds, with its message and no second payment.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { IntentStatus } from '#domain/status.ts';
import { axeViolations } from './support/browser.ts';
import { openCheckoutWorld } from './support/checkout-world.ts';
import { changeWallet, script } from './support/scripted-wallet.ts';
import {
  A,
  closeWallets,
  connect,
  DENIED,
  database,
  depositOf,
  NO_GAS,
  openWallets,
  PATIENT,
  payButton,
  payer,
  poor,
  reviewed,
  says,
  sentCount,
  tokensAt,
  visit,
  walletButton,
  world,
} from './support/wallet-visits.ts';

beforeAll(openWallets);
afterAll(closeWallets);

describe('rejections by the wallet', () => {
  test('a dismissed payment shows a neutral message and can be retried', async () => {
    const { id, page } = await reviewed();
    await script(page, 'eth_sendTransaction', { error: { code: 4001, message: 'User rejected the request.' } });
    await payButton(page).click();
    await says(page, 'You dismissed the request. Nothing was sent.');
    expect(await tokensAt(A, await depositOf(id))).toBe(0n);
    await payButton(page).click();
    await says(page, 'Sent.');
    await page.context().close();
  });

  test.each([
    [{ code: 4001 }, 'You dismissed the request. Nothing was sent.'],
    [{ code: -32002 }, 'Your wallet already has a request open.'],
    [{ code: -32603 }, 'The wallet could not be reached. Nothing was sent.'],
  ])('while connecting, %o', async (error, label) => {
    const { page } = await visit();
    await walletButton(page).waitFor();
    await script(page, 'eth_requestAccounts', { error });
    await connect(page);
    await says(page, label);
    await connect(page);
    await payButton(page).waitFor();
    await page.context().close();
  });

  test('an unclear error: the page does not claim that nothing was sent, and offers no second payment immediately', async () => {
    const { page } = await reviewed();
    await script(page, 'eth_sendTransaction', { error: { code: -32000, message: 'nonce too low' } });
    await payButton(page).click();
    await says(page, 'We do not know whether your wallet sent the payment.');
    expect(await payButton(page).count()).toBe(0);
    await page.getByRole('button', { name: 'It is not there: try again' }).click();
    await payButton(page).waitFor();
    await page.context().close();
  });

  test('a double click makes one request', async () => {
    const { page } = await reviewed();
    await script(page, 'eth_sendTransaction', { wait: true });
    await payButton(page).dblclick();
    await says(page, 'Approve the payment in Test Wallet.');
    // Marked as disabled; assistive tools can still click it.
    await payButton(page).click({ force: true });
    await payButton(page).press('Enter');
    expect(await sentCount(page)).toBe(1);
    await page.context().close();
  });
});

describe('problems found by the server', () => {
  test('too little of the coin or for the fee: shows figures before the wallet opens', async () => {
    const coin = await visit({ account: poor });
    await connect(coin.page);
    await says(
      coin.page,
      'This account has 0.0000 USDT on Local Chain A; the payment needs 25.0000. Nothing was sent.',
    );
    expect(await axeViolations(coin.page)).toEqual([]);
    await changeWallet(coin.page, { account: payer });
    await says(coin.page, 'The account in your wallet changed.');
    await payButton(coin.page).waitFor();
    await changeWallet(coin.page, { account: null });
    await says(coin.page, 'Your wallet is no longer connected. Nothing was sent.');
    await coin.page.context().close();

    const gas = await visit({ account: NO_GAS });
    await connect(gas.page);
    await expect
      .poll(() => gas.page.locator('main').textContent(), PATIENT)
      .toMatch(
        /This account has 0\.0000 ETH on Local Chain A, and the network fee needs about 0\.\d+\. Nothing was sent\./,
      );
    await gas.page.context().close();
  });

  test('an account denied by screening sends nothing', async () => {
    const { page } = await visit({ account: DENIED });
    await connect(page);
    await says(page, 'Payments from this account cannot be accepted. Nothing was sent');
    expect(await payButton(page).count()).toBe(0);
    await page.context().close();
  });

  test('a checkout that has ended meanwhile is not paid', async () => {
    const { id, page } = await reviewed();
    await page.route('**/events', (route) => route.abort());
    await page.route('**/view**', (route) => route.abort());
    await world.orm.em.fork().nativeUpdate(CheckoutIntent, { id }, { status: IntentStatus.CANCELED });
    await payButton(page).click();
    await says(page, 'This checkout is no longer waiting for a payment.');
    expect(await sentCount(page)).toBe(0);
    await page.context().close();
  });

  test('a server that is down stops the payment and loses nothing', async () => {
    const { page } = await reviewed();
    await page.route('**/wallet', (route) => route.abort());
    await payButton(page).click();
    await says(page, 'Our server did not respond. Nothing was sent.');
    await page.unroute('**/wallet');
    await payButton(page).click();
    await says(page, 'Sent.');
    await page.context().close();
  });

  test('a chain that does not reply leaves the check to the wallet, with a message', async () => {
    const blind = await openCheckoutWorld(database.url);
    try {
      const id = await blind.intent();
      const body = new URLSearchParams({ coin: 'USDT', network: String(A), payer });
      const headers = { origin: blind.url };
      const response = await fetch(`${blind.url}/checkout/${id}/wallet`, { method: 'POST', body, headers });
      expect(await response.json()).toMatchObject({ kind: 'ready', order: { checked: false, fee: null } });
      const other = new URLSearchParams({ coin: 'USDT', network: '1', payer });
      const rejected = await fetch(`${blind.url}/checkout/${id}/wallet`, { method: 'POST', body: other, headers });
      expect(await rejected.json()).toEqual({ kind: 'chainNotAccepted' });
    } finally {
      await blind.close();
    }
  });
});
