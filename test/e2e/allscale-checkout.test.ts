// AllScale Pay on the checkout page in a real browser on real local chains: the text of each step, a low balance, a lost response, two
// tabs, two factors, and a payment that arrives another way; every step at every width, light and dark. Whole systems, to Fund Sent,
// are in walks/development-wallet.ts.
import { Wallet as EthersWallet } from 'ethers';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { WalletTx } from '#db/entities/wallet.entity.ts';
import { toChecksumAddress } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { PaymentMethod } from '#domain/status.ts';
import { mailedSignUp } from '#test/support/sign-up.ts';
import { checkPhrase, openVisitor, readPhrase, signUp } from './support/account-browser.ts';
import { type AccountWorld, openAccountWorld } from './support/account-world.ts';
import { complaintsOf, launchBrowser, untilHydrated } from './support/browser.ts';
import { expectRightInEveryLook } from './support/looks.ts';
import { callsOf, changeWallet, installWallet, script } from './support/scripted-wallet.ts';
import { totp } from './support/totp.ts';

const PASSWORD = 'correct horse battery 42';

let world: AccountWorld;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([openAccountWorld(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

let count = 0;
const newEmail = (): string => `payer-${++count}@example.com`;

const addressOf = (id: IntentId, search = ''): string => `${world.url}/checkout/${id}?method=allscale${search}`;
const intentOf = (id: IntentId) => world.orm.em.fork().findOneOrFail(CheckoutIntent, id);
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });

/** The store, the amount and the time left, on every page on the way to the payment. */
const expectPurchaseInView = async (page: Page): Promise<void> => {
  const text = await page.getByTestId('purchase').textContent();
  for (const part of ['Nordlicht Supply', '25.0000 USDT', 'minutes left']) expect(text).toContain(part);
};

/** Until the phrase is saved: no page shows the wallet's address, and no other payment gets it. Then the account opens. */
const expectNothingMoreUntilSaved = async (page: Page): Promise<void> => {
  const other = await world.intent();
  const row = { chainId: 31337, token: tokenOf(chainById(31337), 1)?.address };
  const post = async (path: string) => {
    const url = `${world.url}/checkout/${other}/allscale/${path}`;
    const response = await page.request.post(url, { data: row, headers: { origin: world.url } });
    return { status: response.status(), text: await response.text() };
  };
  const denied = { status: 409, text: expect.stringContaining('phrase_first') };
  expect(await post('top-up')).toEqual(denied);
  expect(await post('fill')).toEqual(denied);
  await page.getByRole('link', { name: 'Save the phrase' }).click();
  await page.waitForURL(/\/account\/recovery\?/);
  const recovery = page.url();
  await page.goto(`${world.url}/account`);
  await page.waitForURL(/\/account\/recovery$/);
  await page.goto(recovery);
  await button(page, 'Show the phrase with a passkey').click();
  await checkPhrase(page, await readPhrase(page));
  await page.waitForURL(/\/checkout\//);
  await heading(page, 'Fund Sent').waitFor();
  expect(await heading(page, 'Now save your recovery phrase').count()).toBe(0);
  expect((await post('top-up')).status).toBe(200);
};

test('signs up, fills a low balance, reviews and approves once; a lost response does not lead to a second payment', async () => {
  const { page, close } = await openVisitor(browser);
  const complaints = complaintsOf(page.context());
  const id = await world.intent();
  await page.goto(addressOf(id));
  expect(await page.locator('h1').textContent()).toBe('Pay 25.0000 USDT with AllScale Pay');
  await heading(page, 'Log in').waitFor();
  await expectRightInEveryLook(page, 'log-in');

  await page.getByRole('link', { name: 'Create one' }).click();
  const email = newEmail();
  await page.waitForURL('**/account/sign-up?**');
  await untilHydrated(page);
  await expectPurchaseInView(page);
  await page.getByLabel('E-mail address').fill(email);
  await button(page, 'Send me a link').click();
  await page.getByText(`A link is on its way to ${email}`).waitFor();
  await page.goto(await mailedSignUp(world.orm, email));
  await expectPurchaseInView(page);
  await expectRightInEveryLook(page, 'sign-up');
  await button(page, 'Create account').click();
  // Back on this checkout, logged in, with an empty balance. The phrase comes after the payment.
  await page.getByText('Fill your wallet to pay').waitFor();
  expect(page.url()).toBe(addressOf(id));
  await page.getByTestId('pay-line').locator('summary').click();
  const rows = page.getByTestId('pay-options').locator('label');
  expect(await rows.count()).toBe(4);
  expect(await page.getByRole('radio', { name: /Local Chain/, disabled: true }).count()).toBe(4);
  expect(await rows.first().textContent()).toContain('0.00 USDT, needs 25.0000');
  expect(await button(page, 'Review payment').count()).toBe(0);
  await page.getByTestId('pay-line').locator('summary').click();
  await page.getByLabel('Coin and network').selectOption({ label: 'USDT · Local Chain B' });
  await expect
    .poll(() => page.getByTestId('lacks').allTextContents())
    .toEqual(['25.0000 USDT', expect.stringMatching(/^0\.\d+ ETH$/)]);
  await page.getByTestId('wallet-address').waitFor();
  await expectRightInEveryLook(page, 'empty balance');

  // Filled with what this payment needs, it goes on to the review by itself.
  await button(page, 'Fill Local Chain B with test coins').click();
  await page.getByTestId('pay-review').waitFor();
  await button(page, 'Change coin or network').click();
  const line = page.getByTestId('pay-line').locator('summary');
  expect(await line.textContent()).toMatch(
    /USDT · Local Chain B.*25\.00.*Fee about 0\.\d+ ETH \(\$\d+\.\d\d\).*about 4 seconds.*Picked for you/,
  );
  await line.click();
  expect(await page.getByRole('radio', { name: /Local Chain/, disabled: true }).count()).toBe(3);
  await page.getByRole('radio', { name: /USDT · Local Chain B/ }).check();
  await expectRightInEveryLook(page, 'choosing');
  await button(page, 'Review payment').click();
  const { depositAddress } = await intentOf(id);
  await page.getByTestId('pay-review').waitFor();
  const facts = await page.getByTestId('pay-review').textContent();
  for (const fact of ['Nordlicht Supply', '25.0000 USDT', 'Local Chain B', depositAddress])
    expect(facts).toContain(fact);
  expect(facts).toMatch(/25\.0000 USDT and at most 0\.\d+ ETH/);
  await expectRightInEveryLook(page, 'review');
  // Nothing is sent without a click.
  expect(await world.orm.em.fork().count(WalletTx, { intent: id })).toBe(0);

  // The payment is sent; its response is lost once.
  let sends = 0;
  let response = (): void => {};
  const looked = new Promise<void>((resolve) => {
    response = resolve;
  });
  await page.route('**/allscale/send', async (route) => {
    if (++sends > 1) return await route.continue();
    await route.fetch();
    await looked;
    await route.fulfill({ status: 502, body: 'bad gateway' });
  });
  await button(page, 'Approve with a passkey').dblclick();
  await page.getByText('Opening your wallet on this device').waitFor();
  await expectRightInEveryLook(page, 'approving');
  response();
  await page.getByText('We do not know whether the payment was sent.').waitFor();
  await expectRightInEveryLook(page, 'unsure');
  expect(sends).toBe(1);
  await button(page, 'Send the same payment again').click();
  await heading(page, 'Sent. Waiting for the network to show it.').waitFor();
  expect(await page.title()).toMatch(/^Payment sent · /);
  await heading(page, 'Now save your recovery phrase').waitFor();
  await expectRightInEveryLook(page, 'sent');
  await expect.poll(() => world.balanceOf(31338, 1, depositAddress)).toBe(25n * 10n ** 18n);
  expect(await world.orm.em.fork().count(WalletTx, { intent: id })).toBe(1);
  expect((await intentOf(id)).paymentMethodType).toBe(PaymentMethod.ALL_SCALE_PAY);

  // Another tab, before any block was read: in either state it does not offer to pay again.
  const tab = await page.context().newPage();
  for (const method of ['allscale', 'wallet']) {
    await tab.goto(`${world.url}/checkout/${id}?method=${method}`);
    await heading(tab, 'Sent. Waiting for the network to show it.').waitFor();
  }
  await world.pay(id, '25', 31338);
  for (const open of [page, tab]) await expect.poll(() => open.locator('h1').textContent()).toBe('Fund Sent');
  await expectNothingMoreUntilSaved(page);
  expect(complaints.filter((complaint) => !complaint.includes('502'))).toEqual([]);
  await close();
});

test('logs in with password and code on the same page, and shows Fund Sent after a payment made another way', async () => {
  const { page, close } = await openVisitor(browser, null);
  const account = { email: newEmail(), password: PASSWORD };
  await signUp(page, world, account);
  await page.goto(`${world.url}/account/security`);
  await page.getByLabel('Your password').fill(PASSWORD);
  await button(page, 'Turn two-factor on').click();
  const key = (await page.getByTestId('totp-key').textContent()) ?? '';
  // The code of the step before: each code counts once, and the present one logs in below.
  await page.getByLabel('Code from the app').fill(totp(key, Date.now() - 30_000));
  await button(page, 'Confirm').click();
  await page.getByTestId('backup-codes').waitFor();

  const id = await world.intent();
  await page.goto(addressOf(id));
  await button(page, 'Log out').click();
  await heading(page, 'Log in').waitFor();
  await page.getByLabel('E-mail address').fill(account.email);
  await page.getByLabel('Password', { exact: true }).fill('not the right one');
  await button(page, 'Log in').click();
  await page.getByText('The e-mail address or the password is wrong.').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(page, 'Log in').click();
  await page.getByLabel('Code from your authenticator app').waitFor();
  await expectRightInEveryLook(page, 'code');
  await page.getByLabel('Code from your authenticator app').fill('000000');
  await button(page, 'Continue').click();
  await page.getByText('The code is wrong or was already used.').waitFor();
  await page.getByLabel('Code from your authenticator app').fill(totp(key));
  await button(page, 'Continue').click();
  await page.getByText(`Paying from ${account.email}`).waitFor();
  expect(page.url()).toBe(addressOf(id));

  await world.pay(id);
  await expect.poll(() => page.locator('h1').textContent()).toBe('Fund Sent');
  expect((await intentOf(id)).paymentMethodType).not.toBe(PaymentMethod.ALL_SCALE_PAY);
  await close();
});

/** A new account with an empty wallet at its checkout, and another wallet in the same browser, which is on Local Chain B. */
const openBesideWallet = async (beforeSend: (page: Page) => Promise<void> = async () => {}) => {
  const { page, close } = await openVisitor(browser, null);
  const owner = toChecksumAddress(EthersWallet.createRandom().address);
  const usdt = tokenOf(chainById(31337), 1);
  if (!usdt) throw new Error('no USDT');
  await world.fund(31337, usdt.address, owner, 100n * 10n ** BigInt(usdt.decimals));
  await world.chains[31337].call('anvil_impersonateAccount', [owner]);
  await installWallet(page, {
    ...{ account: owner, chainId: 31338 },
    async send({ chainId, ...transaction }) {
      expect(Number(chainId)).toBe(31337);
      const hash = await world.chains[31337].call<string>('eth_sendTransaction', [transaction]);
      await beforeSend(page);
      return hash;
    },
  });
  await signUp(page, world, { email: newEmail(), password: PASSWORD });
  const id = await world.intent({ acceptedStableCoins: [1], acceptedChainIds: [31337] });
  await page.goto(addressOf(id));
  const address = (await page.getByTestId('wallet-address').textContent())?.replace(/\s/g, '') ?? '';
  const askedFor = async () => (await callsOf(page, 'eth_sendTransaction')).length;
  const coins = () => world.balanceOf(31337, 1, address);
  return { page, close, owner, address, askedFor, coins, fill: button(page, 'Fill from Test Wallet') };
};

const DISMISSED = { error: { code: 4001, message: 'User rejected the request.' } };
/** For a busy machine. */
const says = (page: Page, text: string) => page.getByTestId('top-up').getByText(text, { exact: true }).waitFor();

test('fills from another wallet of the browser: every rejection says what was sent, and nothing is asked for twice', async () => {
  // The owner changes the network when the first transfer was sent, without an event to the page.
  const changeOnce = [(page: Page) => changeWallet(page, { chainId: 31338 }, false)];
  const visit = await openBesideWallet(async (page) => await changeOnce.shift()?.(page));
  const { page, owner, address, askedFor, coins, fill } = visit;
  const complaints = complaintsOf(page.context());

  await script(page, 'eth_requestAccounts', DISMISSED);
  await fill.click();
  await says(page, 'You dismissed the request. What you did not approve was not sent.');

  // It responds to the switch, and stays where it is.
  await script(page, 'wallet_switchEthereumChain', { result: null });
  await fill.click();
  await says(
    page,
    'Test Wallet is still on another network, and was asked for nothing there. Switch it to Local Chain A, then try again.',
  );
  expect(await askedFor()).toBe(0);
  await expectRightInEveryLook(page, 'fill: wrong network');

  await script(page, 'eth_sendTransaction', DISMISSED);
  await fill.click();
  await says(page, 'You dismissed the request. What you did not approve was not sent.');
  expect(await askedFor()).toBe(1);
  expect(await coins()).toBe(0n);

  // The coin is sent. The switch back to the network is dismissed, so the fee is not.
  await script(page, 'wallet_switchEthereumChain', { error: { code: 4001 } });
  await fill.click();
  await page.getByText(/^Sent: 25\.0000 USDT\. Still needed: 0\.\d+ ETH\.$/).waitFor();
  await says(page, 'You dismissed the request. What you did not approve was not sent.');
  expect(await askedFor()).toBe(2);
  await expect.poll(coins).toBe(25n * 10n ** 6n);
  await expectRightInEveryLook(page, 'fill: coin sent, fee dismissed');

  // The second transfer itself is dismissed, then sent: the coin is not asked for again, and the payment goes on by itself.
  await script(page, 'eth_sendTransaction', DISMISSED);
  await fill.click();
  await says(page, 'You dismissed the request. What you did not approve was not sent.');
  await fill.click();
  await page.getByTestId('pay-review').waitFor();
  const asked = (await callsOf(page, 'eth_sendTransaction')).map(({ params }) => params?.[0] as { to: string });
  const usdt = tokenOf(chainById(31337), 1)?.address;
  expect(asked.map(({ to }) => to)).toEqual([usdt, usdt, address, address]);
  expect(asked[3]).toMatchObject({ from: owner.toLowerCase(), data: '0x', chainId: '0x7a69' });
  expect(await coins()).toBe(25n * 10n ** 6n);
  expect(complaints).toEqual([]);
  await visit.close();
});

test('a wallet that fails without a clear reason: the page does not offer a second transfer', async () => {
  const { page, close, askedFor, fill } = await openBesideWallet();
  await fill.waitFor();
  await script(page, 'eth_sendTransaction', { error: { code: -32000, message: 'nonce too low' } });
  await fill.click();
  await says(page, 'We do not know whether your wallet sent it. Look at its activity before you send again.');
  expect(await fill.count()).toBe(0);
  expect(await askedFor()).toBe(1);
  await close();
});

test('uses the language of the page and loads no other one', async () => {
  const { page, close } = await openVisitor(browser, null);
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await page.goto(addressOf(await world.intent(), '&lang=ja'));
  await heading(page, 'ログイン').waitFor();
  expect(await page.locator('h1').textContent()).toBe('AllScale Pay で 25.0000 USDT を支払う');
  const catalogues = loaded.map((path) => /^\/assets\/(en|es|ja|zh-cn|zh-tw)-/.exec(path)?.[1]).filter(Boolean);
  expect([...new Set(catalogues)]).toEqual(['ja']);
  expect(loaded.filter((path) => /ethers/.test(path))).toEqual([]);
  await close();
});
