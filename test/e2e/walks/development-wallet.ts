// Payment by development wallet and by AllScale Pay in a whole system, on every local chain, to Fund Sent and back to the shop. The
// wallet is announced like any other and asks in its own dialog. Every request of a new AllScale Pay account, from sign-up to payment, is
// searched for secrets that must never leave the browser.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openShop, type Shop } from '#test/support/shop.ts';
import { checkPhrase, openVisitor, readPhrase } from '../support/account-browser.ts';
import { axeViolations, complaintsOf, openPage } from '../support/browser.ts';
import { mailedText } from '../support/mailbox.ts';
import { expectNothingSecret, secretsOf } from '../support/secrets.ts';
import type { WholeSystem } from './whole-system.ts';

const RPC = '/development-wallet/rpc';
const NAME = 'Development wallet';
const PASSWORD = 'correct horse battery 42';

export const developmentWallet = ({ system, browser }: WholeSystem): void => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(system(), 'Wallet Shop');
  });
  afterAll(async () => {
    await shop?.receiver.close();
  });

  const create = async (): Promise<{ id: string; url: string }> => {
    const intent = await shop.create({
      currency: 1,
      amount_cents: 2500,
      order_id: 'W-1',
      redirect_url: `${system().addresses.web}/?returned`,
    });
    return { id: intent.allscale_checkout_intent_id, url: intent.checkout_url };
  };
  const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
  const inDialog = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name }).click();

  test.each([
    [31337, 'Local Chain A'],
    [31338, 'Local Chain B'],
  ])('pays on chain %i from the list of wallets to Fund Sent, and back to the shop', async (chainId, name) => {
    const { id, url } = await create();
    const page = await openPage(browser());
    page.setDefaultTimeout(60_000);
    const complaints = complaintsOf(page.context());
    await page.goto(`${url}?method=wallet&coin=USDT&network=${chainId}`);
    await press(page, NAME);
    expect(await axeViolations(page)).toEqual([]);
    await inDialog(page, 'Connect');
    if (chainId !== 31337) {
      await press(page, `Switch to ${name}`);
      await inDialog(page, 'Switch');
    }
    await press(page, /^Pay 25\.\d{4} USDT$/);
    const dialogText = await page.getByRole('dialog').textContent();
    expect(dialogText).toMatch(/25\.\d{4} USDT/);
    expect(dialogText).toContain(name);
    await inDialog(page, 'Approve');
    await expect.poll(() => page.locator('h1').textContent(), { timeout: 90_000 }).toBe('Fund Sent');
    const report = await shop.expectPaidOnce(id);
    expect(report.payment_method_type).toBe(2);
    await page.getByRole('link', { name: /^Return to/ }).click();
    await page.waitForURL(/\?returned$/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test.each([
    ['a passkey', undefined, 'Local Chain A'],
    ['a password', PASSWORD, 'Local Chain B'],
  ] as const)(
    'AllScale Pay with %s: sign-up, log-in, approval, Fund Sent, and back to the shop; no request holds a secret',
    async (_means, password, network) => {
      const { id, url } = await create();
      const { page, sent, close } = await openVisitor(browser(), password === undefined ? true : null);
      page.setDefaultTimeout(60_000);
      const complaints = complaintsOf(page.context());
      const email = `shopper-${id}@example.com`;
      await page.goto(`${url}?method=allscale`);
      await page.getByRole('link', { name: 'Create one' }).click();
      await page.getByLabel('E-mail address').fill(email);
      await press(page, 'Send me a link');
      await page.goto(await mailedText(system().ownerUrl, email, /(http\S+\/account\/sign-up\S+)/));
      if (password) {
        await page.getByText('A password', { exact: true }).click();
        await page.getByLabel('Password', { exact: true }).fill(password);
      }
      await press(page, 'Create account');
      await page.getByLabel('Coin and network').selectOption({ label: `USDT · ${network}` });
      await press(page, `Fill ${network} with test coins`);
      await page.getByTestId('pay-review').waitFor();

      await press(page, 'Change coin or network');
      await press(page, 'Log out');
      if (password) {
        await page.getByLabel('E-mail address').fill(email);
        await page.getByLabel('Password', { exact: true }).fill(password);
        await press(page, 'Log in');
      } else await press(page, 'Log in with a passkey');
      await press(page, 'Review payment');
      await page.getByTestId('pay-review').waitFor();
      expect(await page.getByTestId('pay-review').textContent()).toContain(network);
      if (password) await page.getByLabel('Password', { exact: true }).fill(password);
      await press(page, password ? 'Approve and pay' : 'Approve with a passkey');
      await expect.poll(() => page.locator('h1').textContent(), { timeout: 90_000 }).toBe('Fund Sent');
      const report = await shop.expectPaidOnce(id);
      expect(report.payment_method_type).toBe(3);
      await page.getByRole('link', { name: 'Save the phrase' }).click();
      if (password) await page.getByLabel('Password', { exact: true }).fill(password);
      await press(page, password ? 'Show the phrase with the password' : 'Show the phrase with a passkey');
      const phrase = await readPhrase(page);
      await checkPhrase(page, phrase);
      await page.getByRole('link', { name: /^Return to/ }).click();
      await page.waitForURL(/\?returned$/);
      expectNothingSecret(sent, secretsOf(phrase, password));
      expect(sent.some((request) => request.includes('/allscale/send'))).toBe(true);
      expect(complaints).toEqual([]);
      await close();
    },
  );

  test('its owner can reject in each of its dialogs', async () => {
    const { url } = await create();
    const page = await openPage(browser());
    page.setDefaultTimeout(60_000);
    await page.goto(`${url}?method=wallet&coin=USDC&network=31337`);
    const dismissed = page.getByText('You dismissed the request. Nothing was sent.');
    await press(page, NAME);
    await inDialog(page, 'Reject');
    await dismissed.waitFor();
    await press(page, NAME);
    await inDialog(page, 'Connect');
    await press(page, /^Pay 25/);
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await dismissed.waitFor();
    await page.context().close();
  });

  test('signs for its own pages only, and sends nothing to a chain that is not local', async () => {
    const { web } = system().addresses;
    const ask = (origin: string, body: unknown) =>
      fetch(web + RPC, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await ask('https://evil.example', { method: 'chains' })).status).toBe(403);
    const address = `0x${'11'.repeat(20)}`;
    const transaction = { from: address, to: address, data: '0x00', value: '0x0', chainId: '0x1' };
    const response = (await (await ask(web, { method: 'send', params: [transaction] })).json()) as { error: unknown };
    expect(response.error).toEqual({ code: -32603, message: 'The development wallet pays on local chains only' });
  });
};
