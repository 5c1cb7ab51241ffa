// A page is on the screen before its scripts are: what somebody types and picks meanwhile counts.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Store } from '#db/entities/store.entity.ts';
import { join } from '#test/dashboard/people.ts';
import { checkPhrase, openVisitor, readPhrase, type Visitor } from './support/account-browser.ts';
import { type AccountWorld, openAccountWorld } from './support/account-world.ts';
import { launchBrowser, untilHydrated } from './support/browser.ts';
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

interface Sleeping extends Visitor {
  /** Lets the scripts come. */
  wake(): void;
}

const openAsleep = async (path: string, prepare = async (_page: Page): Promise<void> => {}): Promise<Sleeping> => {
  const visitor = await openVisitor(browser);
  await prepare(visitor.page);
  visitor.page.setDefaultTimeout(30_000);
  const { promise: hydrated, resolve: wake } = Promise.withResolvers<void>();
  await visitor.page.route('**/assets/*.js', async (route) => {
    await hydrated;
    await route.continue();
  });
  await visitor.page.goto(`${world.url}${path}`, { waitUntil: 'commit' });
  return { ...visitor, wake };
};

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('an e-mail address typed into the sign-up is kept', async () => {
  const { page, wake, close } = await openAsleep('/account/sign-up');
  await page.getByLabel('E-mail address').fill('typed-early@example.com');
  expect(await button(page, 'Create account').isDisabled()).toBe(true);
  wake();
  await button(page, 'Create account').click();
  await readPhrase(page);
  await close();
});

test('a way to log in and a wish to restore that are picked on the sign-up are kept', async () => {
  const { page, wake, close } = await openAsleep('/account/sign-up');
  await page.getByLabel('E-mail address').fill('picked-early@example.com');
  await page.getByText('A password', { exact: true }).click();
  const restore = page.getByRole('checkbox', { name: /recovery phrase/i });
  await restore.check();
  wake();
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery 42');
  expect(await page.getByRole('radio', { name: /^A password/ }).isChecked()).toBe(true);
  expect(await restore.isChecked()).toBe(true);
  await restore.uncheck();
  await button(page, 'Create account').click();
  await checkPhrase(page, await readPhrase(page));
  await page.waitForURL(`${world.url}/account`);
  await close();
});

test('a coin, a network and an amount in the code that are picked on the checkout are what the page then shows', async () => {
  const id = await world.intent();
  const { page, wake, close } = await openAsleep(`/checkout/${id}?method=qr&coin=USDT&network=31337`);
  const due = page.getByTestId('due');
  expect(await due.textContent()).toBe('25.0000');
  await page.getByRole('radio', { name: 'USDC' }).check();
  await page.getByRole('radio', { name: /^Local Chain B/ }).check();
  await page.getByLabel('Put the amount into the QR code').check();
  wake();
  await page.waitForURL(`**/checkout/${id}?method=qr&coin=USDC&network=31338&qr=amount`);
  expect(await page.getByRole('radio', { name: 'USDC' }).isChecked()).toBe(true);
  expect(await page.getByRole('radio', { name: /^Local Chain B/ }).isChecked()).toBe(true);
  await close();
});

const asOwner = (email: string) => async (page: Page) =>
  await join(world.orm, world.storeId, await logInAs(page.context(), world, email, 'merchant'), 'owner');
const settings = (section: string): string => `/dashboard/${world.storeId}/settings/${section}`;

test('a text that is changed is what is saved', async () => {
  const id = world.storeId;
  await world.orm.em.fork().nativeUpdate(Store, { id }, { reportRecipients: ['old@nordlicht.example'] });
  const { page, wake, close } = await openAsleep(settings('notifications'), asOwner('early-1@nordlicht.example'));
  await page.getByLabel('Reports go to').fill('new@nordlicht.example');
  wake();
  await untilHydrated(page);
  expect(await page.getByLabel('Reports go to').inputValue()).toBe('new@nordlicht.example');
  await button(page, 'Save').click();
  await page.getByText('Saved', { exact: true }).waitFor();
  const { reportRecipients } = await world.orm.em.fork().findOneOrFail(Store, id);
  expect(reportRecipients).toEqual(['new@nordlicht.example']);
  await close();
});

test('a receiving address that is typed is the one that its wallet proves', async () => {
  const account = `0x${'ab'.repeat(20)}`;
  const { page, wake, close } = await openAsleep(settings('receiver'), async (opened) => {
    await asOwner('early-2@nordlicht.example')(opened);
    const send = () => Promise.reject(new Error('nothing is sent here'));
    await installWallet(opened.context(), { account, chainId: 31337, send, sign: async () => `0x${'11'.repeat(65)}` });
  });
  await page.getByLabel('Address', { exact: true }).fill(account);
  wake();
  await button(page, 'Sign with Test Wallet').click();
  await page.getByText('Signed', { exact: true }).waitFor();
  await close();
});

test('nothing picked, nothing asked for', async () => {
  const id = await world.intent();
  const { page, sent, wake, close } = await openAsleep(`/checkout/${id}?method=qr&coin=USDT&network=31338`);
  wake();
  await button(page, 'Copy address').waitFor();
  expect(sent.filter((request) => request.includes('_data='))).toEqual([]);
  expect(page.url()).toBe(`${world.url}/checkout/${id}?method=qr&coin=USDT&network=31338`);
  await close();
});
