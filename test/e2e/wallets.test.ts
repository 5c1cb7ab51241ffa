// Payment by wallet in a real browser: a scripted EIP-6963 provider on real local chains. The payment that works, changes of network,
// account and amount on the way, and several tabs.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { chainById } from '#domain/chains.ts';
import { transferCalldata } from '#domain/erc20.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { axeViolations, complaintsOf, openPage } from './support/browser.ts';
import { openCheckoutWorld } from './support/checkout-world.ts';
import { callsOf, changeWallet, script } from './support/scripted-wallet.ts';
import {
  A,
  B,
  browser,
  chainOf,
  closeWallets,
  connect,
  database,
  depositOf,
  openWallets,
  PATIENT,
  payButton,
  payer,
  poor,
  reviewed,
  rpcUrls,
  says,
  sentCount,
  tokensAt,
  untilAnnounced,
  usdtOf,
  visit,
  walletButton,
  world,
} from './support/wallet-visits.ts';

beforeAll(openWallets);
afterAll(closeWallets);

describe('a payment without problems', () => {
  test.each([A, B])(
    'connect, compare, approve: the money arrives on chain %i, and the method is recorded',
    async (network) => {
      const { id, page } = await visit({ network });
      const complaints = complaintsOf(page.context());
      await connect(page);
      await payButton(page).waitFor();
      const deposit = await depositOf(id);
      const { address: token, decimals } = usdtOf(network);
      const facts = await page.getByTestId('wallet-review').textContent();
      for (const fact of ['25.0000 USDT', chainById(network).name, deposit, token, 'Your wallet must show the same.'])
        expect(facts).toContain(fact);
      expect(facts).toMatch(/about 0\.\d+ ETH/);
      expect(await axeViolations(page)).toEqual([]);

      await payButton(page).click();
      await says(page, 'Sent. Waiting for the network to show it.');
      const amount = 25n * 10n ** BigInt(decimals);
      expect((await callsOf(page, 'eth_sendTransaction')).map(({ params }) => params)).toEqual([
        [
          {
            from: payer,
            to: token,
            value: '0x0',
            data: transferCalldata(deposit, baseUnitsOf(amount)),
            chainId: `0x${network.toString(16)}`,
          },
        ],
      ]);
      // The wallet's node replies before the transaction is mined.
      await expect.poll(() => tokensAt(network, deposit), PATIENT).toBe(amount);
      await untilAnnounced(id);
      await expect
        .poll(async () => (await world.orm.em.fork().findOneOrFail(CheckoutIntent, id)).paymentMethodType, PATIENT)
        .toBe(2);
      expect(await axeViolations(page)).toEqual([]);
      await world.pay(id, '25', network);
      await expect.poll(() => page.locator('h1').textContent(), PATIENT).toBe('Fund Sent');
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  test('the list shows names and icons as images, and window.ethereum only when nothing is announced', async () => {
    const announced = await visit();
    await walletButton(announced.page).waitFor();
    expect(await announced.page.locator('main ul img').first().getAttribute('src')).toMatch(/^data:image\/svg\+xml/);
    await announced.page.context().close();
    // Without the development wallet, which announces itself.
    const production = await openCheckoutWorld(database.url, { development: false, rpcUrls });
    try {
      const { page } = await visit({ legacy: true, from: production });
      await page.getByRole('button', { name: 'Browser wallet' }).click();
      await payButton(page).waitFor();
      await page.context().close();
    } finally {
      await production.close();
    }
  });

  test('on a phone without a wallet, links open this checkout in the browsers of the wallets', async () => {
    const id = await world.intent();
    const userAgent = 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36';
    const page = await openPage(browser, { userAgent });
    const url = `${world.url}/checkout/${id}?method=wallet&coin=USDT&network=${A}`;
    await page.goto(url);
    const links = page.getByRole('link', { name: /^Open in/ });
    await links.nth(1).waitFor();
    expect(await links.count()).toBe(2);
    const [metaMask, trust] = await Promise.all([links.nth(0), links.nth(1)].map((link) => link.getAttribute('href')));
    expect(metaMask).toBe(`https://metamask.app.link/dapp/${url.replace('http://', '')}`);
    expect(new URL(trust ?? '').searchParams.get('url')).toBe(url);
    await page.context().close();
  });
});

describe('another network in the wallet', () => {
  test('the main button switches first, then pays', async () => {
    const { id, page } = await reviewed({ network: B, chainId: A });
    expect(await payButton(page).count()).toBe(0);
    await page.getByRole('button', { name: 'Switch to Local Chain B' }).click();
    await payButton(page).click();
    await says(page, 'Sent.');
    const deposit = await depositOf(id);
    await expect.poll(() => tokensAt(B, deposit), PATIENT).toBe(25n * 10n ** 18n);
    await page.context().close();
  });

  test.each([
    ['4902', { code: 4902 }],
    ['4902 inside another error', { code: -32603, data: { originalError: { code: 4902 } } }],
    ['-32603', { code: -32603 }],
  ])('%s: the network is added with its parameters', async (_name, error) => {
    const { page } = await reviewed({ network: B, chainId: 1 });
    await script(page, 'wallet_switchEthereumChain', { error });
    await page.getByRole('button', { name: 'Switch to Local Chain B' }).click();
    await payButton(page).waitFor();
    expect((await callsOf(page, 'wallet_addEthereumChain'))[0]?.params).toEqual([
      {
        chainId: '0x7a6a',
        chainName: 'Local Chain B',
        nativeCurrency: { name: 'ETH', symbol: 'ETH', decimals: 18 },
        rpcUrls: [chainOf(B).rpcUrl],
      },
    ]);
    await page.context().close();
  });

  test.each([
    ['dismissed', { error: { code: 4001 } }, 'You dismissed the switch of networks. Nothing was sent.'],
    ['rejected without a reason', { error: { code: 4200 } }, 'This wallet cannot do that.'],
    ['accepted without switching', { result: null }, 'Your wallet did not switch.'],
  ])('%s: shows its own message and keeps the button', async (_name, reply, label) => {
    const { page } = await reviewed({ network: B, chainId: A });
    await script(page, 'wallet_switchEthereumChain', reply);
    await page.getByRole('button', { name: 'Switch to Local Chain B' }).click();
    await says(page, label);
    await page.getByRole('button', { name: 'Switch to Local Chain B' }).click();
    await payButton(page).waitFor();
    expect(await sentCount(page)).toBe(0);
    await page.context().close();
  });
});

describe('changes after the review', () => {
  test('another network: the page says so, and the button switches back', async () => {
    const { page } = await reviewed();
    await changeWallet(page, { chainId: B });
    await says(page, 'The network in your wallet changed. Nothing was sent.');
    await page.getByRole('button', { name: 'Switch to Local Chain A' }).click();
    await payButton(page).waitFor();
    await page.context().close();
  });

  test('another network or account without an event from the wallet: found right before sending', async () => {
    const { page } = await reviewed();
    await changeWallet(page, { chainId: B }, false);
    await payButton(page).click();
    await says(page, 'The network in your wallet changed.');
    await changeWallet(page, { chainId: A, account: poor }, false);
    await page.getByRole('button', { name: 'Switch to Local Chain A' }).click();
    await payButton(page).click();
    await says(page, 'This account has 0.0000 USDT on Local Chain A; the payment needs 25.0000.');
    expect(await sentCount(page)).toBe(0);
    await page.context().close();
  });

  test('a part payment that arrives meanwhile changes the amount', async () => {
    const { id, page } = await reviewed();
    await world.transfer(id, { amount: '12', state: 'confirmed', below: 5n });
    await page.getByRole('button', { name: 'Pay 13.0000 USDT' }).waitFor();
    expect(await page.getByTestId('wallet-review').textContent()).toContain('13.0000 USDT');
    await page.context().close();
  });
});

describe('tabs', () => {
  test('two at once: the second gets a message before its wallet opens', async () => {
    const first = await reviewed();
    const second = await reviewed({ id: first.id });
    await payButton(first.page).click();
    await says(first.page, 'Sent.');
    await untilAnnounced(first.id);
    await payButton(second.page).click();
    await says(second.page, 'Do not pay again.');
    expect(await sentCount(second.page)).toBe(0);
    for (const { page } of [first, second]) await page.context().close();
  });

  test('closed after sending and opened again: shows the transaction, before and after the network does, and no QR code in between', async () => {
    const { id, page, url } = await reviewed();
    await payButton(page).click();
    await says(page, 'Sent.');
    await untilAnnounced(id);
    await page.context().close();
    const again = await openPage(browser);
    await again.goto(url);
    await says(again, 'Sent. Waiting for the network to show it.');
    await again.context().close();

    await world.transfer(id, { amount: '25' });
    for (const address of [url, `${world.url}/checkout/${id}`]) {
      const html = await (await fetch(address)).text();
      expect(html).toContain('data-phase="confirming"');
      expect(html).not.toMatch(/data-testid="(qr|address)"/);
    }
  });
});
