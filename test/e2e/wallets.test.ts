// Payment by wallet in a real browser: a scripted EIP-6963 provider on real local chains. The payment that works, and every failure of
// wallet, owner, server or chain on the way.

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deployLocalContracts } from '#contracts/deploy.ts';
import { AnnouncedTransaction, CheckoutIntent } from '#db/entities/intent.entity.ts';
import { type Address, toChecksumAddress } from '#domain/address.ts';
import { chainById, type Token, tokenOf } from '#domain/chains.ts';
import { balanceOfCalldata, mintCalldata, transferCalldata } from '#domain/erc20.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { IntentStatus } from '#domain/status.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { developmentAccount, fillDevelopmentWallet } from '#web/development/wallet/local-transfer.ts';
import { axeViolations, complaintsOf, launchBrowser, openPage } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';
import { callsOf, changeWallet, installWallet, type ScriptedWalletOptions, script } from './support/scripted-wallet.ts';

const A = 31337;
const B = 31338;
const DENIED = toChecksumAddress(`0x${'de'.repeat(20)}`);
const NO_GAS = toChecksumAddress(`0x${'9a'.repeat(20)}`);

let chains: Map<number, TestChain>;
let rpcUrls: Record<number, string>;
let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;
let payer: Address;
let poor: Address;

beforeAll(async () => {
  const started = await Promise.all([A, B].map((chainId) => startTestChain({ chainId })));
  chains = new Map(started.map((chain) => [chain.chainId, chain]));
  for (const { rpcUrl, chainId } of started) {
    await deployLocalContracts({ rpcUrl });
    await fillDevelopmentWallet(rpcUrl, chainById(chainId));
  }
  payer = await developmentAccount(chainOf(A).rpcUrl);
  poor = toChecksumAddress((await chainOf(A).call<string[]>('eth_accounts'))[5] ?? '');
  const usdt = usdtOf(A).address;
  await chainOf(A).call('eth_sendTransaction', [
    { from: payer, to: usdt, data: mintCalldata(NO_GAS, baseUnitsOf(10n ** 9n)) },
  ]);
  rpcUrls = Object.fromEntries(started.map(({ chainId, rpcUrl }) => [chainId, rpcUrl]));
  database = await createTestDatabase();
  world = await openCheckoutWorld(database.url, {
    rpcUrls,
    screening: createStaticScreening([DENIED]),
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
  for (const chain of chains?.values() ?? []) await chain.stop();
});

const chainOf = (chainId: number): TestChain => {
  const chain = chains.get(chainId);
  if (!chain) throw new Error('no such chain');
  return chain;
};
const usdtOf = (chainId: number): Token => {
  const token = tokenOf(chainById(chainId), 1);
  if (!token) throw new Error('no such token');
  return token;
};
const depositOf = async (id: IntentId): Promise<Address> =>
  (await world.orm.em.fork().findOneOrFail(CheckoutIntent, id)).depositAddress;
const tokensAt = async (chainId: number, owner: Address): Promise<bigint> => {
  const data = balanceOfCalldata(owner);
  return BigInt(await chainOf(chainId).call<string>('eth_call', [{ to: usdtOf(chainId).address, data }, 'latest']));
};

interface Visit extends Partial<Omit<ScriptedWalletOptions, 'send'>> {
  /** The network of the checkout. */
  network?: number;
  context?: BrowserContextOptions;
  /** The intent of the checkout; a new one when absent. */
  id?: IntentId;
  /** The pages' world; that of this file when absent. */
  from?: CheckoutWorld;
}

/** A checkout on the wallet method, in a browser with a scripted wallet. */
const visit = async ({ network = A, context = {}, id: given, from = world, ...wallet }: Visit = {}) => {
  const id = given ?? (await from.intent());
  const page = await openPage(browser, context);
  page.setDefaultTimeout(20_000);
  const send = async ({ chainId, ...transaction }: Record<string, string>): Promise<string> =>
    await chainOf(Number(chainId)).call<string>('eth_sendTransaction', [transaction]);
  await installWallet(page.context(), { account: payer, chainId: network, send, ...wallet });
  const url = `${from.url}/checkout/${id}?method=wallet&coin=USDT&network=${network}`;
  await page.goto(url);
  return { id, page, url };
};
const walletButton = (page: Page) => page.getByRole('button', { name: 'Test Wallet' });
const payButton = (page: Page) => page.getByRole('button', { name: 'Pay 25.0000 USDT' });
const connect = async (page: Page): Promise<void> => await walletButton(page).click();
const reviewed = async (options: Visit = {}) => {
  const visited = await visit(options);
  await connect(visited.page);
  await payButton(visited.page)
    .or(visited.page.getByRole('button', { name: /^Switch to/ }))
    .waitFor();
  return visited;
};
/** For a busy machine. */
const PATIENT = { timeout: 15_000 };
const says = (page: Page, label: string) =>
  expect.poll(() => page.locator('main').textContent(), PATIENT).toContain(label);
const untilAnnounced = (intent: IntentId) =>
  expect.poll(() => world.orm.em.fork().count(AnnouncedTransaction, { intent, method: 2 }), PATIENT).toBe(1);
const sentCount = async (page: Page): Promise<number> => (await callsOf(page, 'eth_sendTransaction')).length;

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
