// A page is visible before its scripts run. Input made before hydration is kept.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Store } from '#db/entities/store.entity.ts';
import { toChecksumAddress } from '#domain/address.ts';
import { join } from '#test/dashboard/people.ts';
import { signUpUrl } from '#test/support/sign-up.ts';
import { checkPhrase, openVisitor, readPhrase, type Visitor } from './support/account-browser.ts';
import { type AccountWorld, openAccountWorld } from './support/account-world.ts';
import { launchBrowser, untilHydrated } from './support/browser.ts';
import { openOffer } from './support/checkout-world.ts';
import { logInAs } from './support/log-in.ts';
import { installWallet } from './support/scripted-wallet.ts';

let world: AccountWorld;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([openAccountWorld(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

interface UnhydratedVisitor extends Visitor {
  /** Lets the scripts load. */
  loadScripts(): void;
}

const openBeforeScripts = async (
  path: string,
  prepare = async (_page: Page): Promise<void> => {},
): Promise<UnhydratedVisitor> => {
  const visitor = await openVisitor(browser);
  await prepare(visitor.page);
  const { promise: released, resolve: loadScripts } = Promise.withResolvers<void>();
  await visitor.page.route('**/assets/*.js', async (route) => {
    await released;
    await route.continue();
  });
  await visitor.page.goto(`${world.url}${path}`, { waitUntil: 'commit' });
  return { ...visitor, loadScripts };
};

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** The page that a mailed link opens, as a path. */
const signUpPath = async (email: string): Promise<string> => (await signUpUrl(world, email)).slice(world.url.length);

test('the sign-up works before scripts load, and a click on its second page waits for them', async () => {
  const asked = await openBeforeScripts('/account/sign-up');
  await asked.page.getByLabel('E-mail address').fill('typed-early@example.com');
  await button(asked.page, 'Send me a link').click();
  await asked.page.getByText('A link is on its way to typed-early@example.com').waitFor();
  await asked.close();
  const { page, loadScripts, close } = await openBeforeScripts(await signUpPath('typed-early@example.com'));
  expect(await button(page, 'Create account').isDisabled()).toBe(true);
  loadScripts();
  await button(page, 'Create account').click();
  await readPhrase(page);
  await close();
});

test('a log-in method and the choice to restore, made on the sign-up, are kept', async () => {
  const { page, loadScripts, close } = await openBeforeScripts(await signUpPath('picked-early@example.com'));
  await page.getByText('A password', { exact: true }).click();
  const restore = page.getByRole('checkbox', { name: /recovery phrase/i });
  await restore.check();
  loadScripts();
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery 42');
  expect(await page.getByRole('radio', { name: /^A password/ }).isChecked()).toBe(true);
  expect(await restore.isChecked()).toBe(true);
  await restore.uncheck();
  await button(page, 'Create account').click();
  await checkPhrase(page, await readPhrase(page));
  await page.waitForURL(`${world.url}/account`);
  await close();
});

test('the checkout shows the coin, network and QR content that were chosen on it', async () => {
  const id = await world.intent();
  const { page, loadScripts, close } = await openBeforeScripts(`/checkout/${id}?method=qr&coin=USDT&network=31337`);
  await openOffer(page);
  expect(await page.locator('h1').textContent()).toBe('Send 25.0000 USDT');
  await page.getByRole('radio', { name: 'USDC' }).check();
  await page.getByRole('radio', { name: /^Local Chain B/ }).check();
  await page.getByLabel('Put the amount into the QR code').check();
  loadScripts();
  await page.waitForURL(`**/checkout/${id}?method=qr&coin=USDC&network=31338&qr=amount`);
  expect(await page.getByRole('radio', { name: 'USDC' }).isChecked()).toBe(true);
  expect(await page.getByRole('radio', { name: /^Local Chain B/ }).isChecked()).toBe(true);
  await close();
});

const asOwner = (email: string) => async (page: Page) =>
  await join(world.orm, world.storeId, await logInAs(page.context(), world, email, 'merchant'), 'owner');
const settings = (section: string): string => `/dashboard/${world.storeId}/settings/${section}`;

test('a changed text is saved as changed', async () => {
  const id = world.storeId;
  await world.orm.em.fork().nativeUpdate(Store, { id }, { reportRecipients: ['old@nordlicht.example'] });
  const { page, loadScripts, close } = await openBeforeScripts(
    settings('notifications'),
    asOwner('early-1@nordlicht.example'),
  );
  await page.getByLabel('Reports go to').fill('new@nordlicht.example');
  loadScripts();
  await untilHydrated(page);
  expect(await page.getByLabel('Reports go to').inputValue()).toBe('new@nordlicht.example');
  await button(page, 'Save').click();
  await page.getByText('Saved', { exact: true }).waitFor();
  const { reportRecipients } = await world.orm.em.fork().findOneOrFail(Store, id);
  expect(reportRecipients).toEqual(['new@nordlicht.example']);
  await close();
});

test('the wallet proves the receiving address that was typed', async () => {
  const account = toChecksumAddress(`0x${'ab'.repeat(20)}`);
  const { page, loadScripts, close } = await openBeforeScripts(settings('receiver'), async (opened) => {
    await asOwner('early-2@nordlicht.example')(opened);
    const send = () => Promise.reject(new Error('nothing is sent here'));
    await installWallet(opened, { account, chainId: 31337, send, sign: async () => `0x${'11'.repeat(65)}` });
  });
  await page.getByLabel('Address', { exact: true }).fill(account);
  loadScripts();
  await button(page, 'Sign with Test Wallet').click();
  await page.getByText('Signed', { exact: true }).waitFor();
  await close();
});

test('without a choice the page sends no request for one', async () => {
  const id = await world.intent();
  const { page, sent, loadScripts, close } = await openBeforeScripts(
    `/checkout/${id}?method=qr&coin=USDT&network=31338`,
  );
  loadScripts();
  await button(page, 'Copy address').waitFor();
  expect(sent.filter((request) => request.includes('_data='))).toEqual([]);
  expect(page.url()).toBe(`${world.url}/checkout/${id}?method=qr&coin=USDT&network=31338`);
  await close();
});
