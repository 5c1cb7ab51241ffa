// A merchant's way through a running system, in the browsers of merchant and operator: application, activation, first key, first order
// by API, paid on a local chain and shown everywhere; then suspended, while an open order still completes.
import { Wallet } from 'ethers';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { receiverProofTypedData } from '#domain/receiver-proof.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import type { LogIn } from '#scripts/seed-people.ts';
import type { RunningSystem } from '#test/support/running-system.ts';
import type { CreatedIntent } from '#test/support/shop.ts';
import { type Credentials, signedRequest } from '#test/support/signed-client.ts';
import { logInWithPassword, openVisitor } from './account-browser.ts';
import { complaintsOf, openPage } from './browser.ts';
import { mailedText } from './mailbox.ts';
import { installWallet } from './scripted-wallet.ts';

/** Blocks, workers and pages of a whole system are slow on a busy machine. */
const PATIENCE_MS = 60_000;
const NAME = 'Harbour Books';
const EMAIL = 'mira@harbour-books.example';
const WHY_SUSPENDED = 'The register entry has run out';

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();

/** Creates an account with a passkey, and applies. */
const apply = async (page: Page, { addresses, ownerUrl }: RunningSystem): Promise<void> => {
  const { web } = addresses;
  await page.goto(`${web}/dashboard/apply`);
  await page.getByLabel('E-mail address').fill(EMAIL);
  await press(page, 'Send me a link');
  await page.goto(await mailedText(ownerUrl, EMAIL, /(http\S+\/account\/sign-up\S+)/));
  await press(page, 'Create the account');
  await page.getByLabel('Name').fill(NAME);
  await page.getByLabel('Website').fill('harbour-books.example');
  await page.getByLabel('What do you sell').fill('Second-hand books, some 300 orders a month.');
  await press(page, 'Send the application');
  await heading(page, 'Thank you: we have your application');
};

/** Activates the merchant on the operator's page. */
const activate = async (page: Page, web: string, operator: LogIn): Promise<void> => {
  await logInWithPassword(page, web, operator);
  await page.waitForURL((url) => url.pathname !== '/account/log-in');
  await page.goto(`${web}/operator/merchants`);
  await page.getByRole('link', { name: NAME }).first().click();
  // The list has a form with these fields too.
  await heading(page, NAME);
  await page.getByLabel('Fee in percent').first().fill('0.5');
  await page.getByLabel('Reason').first().fill('Register and website looked at');
  await press(page, 'Activate');
  await page.getByText('The merchant is active').waitFor();
};

const suspend = async (page: Page): Promise<void> => {
  await page.getByLabel('Reason').first().fill(WHY_SUSPENDED);
  await press(page, 'Suspend');
  await page.getByRole('button', { name: 'Reactivate', exact: true }).waitFor();
};

const receiver = new Wallet(localAccount('merchant').privateKey);
/** The reply of the receiving address's wallet. It runs as text in the page. */
const signProof = (json: string): Promise<string> => {
  const { domain, types, message } = JSON.parse(json) as ReturnType<typeof receiverProofTypedData>;
  return receiver.signTypedData(domain, { ReceiverProof: types.ReceiverProof }, message);
};

/** From the checklist to a receiving address, proved by its wallet, and a key. @returns the key as shown to the merchant */
const setUp = async (page: Page, base: string): Promise<Credentials> => {
  const step = (name: string) => page.getByTestId('first-run').locator(`[data-step=${name}]`);
  const doneSteps = () => page.getByTestId('first-run').locator('[data-done=true]').count();
  await step('receiver').waitFor();
  expect(await doneSteps()).toBe(1);
  await step('receiver').getByRole('link').click();
  await page.getByLabel('Address', { exact: true }).fill(receiver.address);
  await press(page, 'Sign with Test Wallet');
  await page.getByText('Signed', { exact: true }).waitFor();
  await press(page, 'Save address');
  await page.getByText('Proved by its wallet').waitFor();
  await page.goto(base);
  await step('key').getByRole('link').click();
  await page.getByLabel('Name').fill('Web shop');
  await press(page, 'Create a key');
  const codes = page.locator('code');
  await codes.first().waitFor();
  const [api_key = '', api_secret = ''] = await codes.allTextContents();
  await page.goto(base);
  await step('key').and(page.locator('[data-done=true]')).waitFor({ state: 'attached' });
  expect(await doneSteps()).toBe(3);
  return { api_key, api_secret };
};

/** @returns the secret shown to the merchant, for the search for leaks */
export const walkMerchantJourney = async (
  browser: Browser,
  system: RunningSystem,
  operator: LogIn,
): Promise<{ apiSecret: string }> => {
  const { web } = system.addresses;
  const [merchant, desk] = [await openVisitor(browser), await openPage(browser)];
  const { page } = merchant;
  await installWallet(page, {
    account: receiver.address.toLowerCase(),
    chainId: 31337,
    sign: signProof,
    send: () => Promise.reject(new Error('a merchant sends nothing here')),
  });
  for (const one of [page, desk]) one.setDefaultTimeout(PATIENCE_MS);
  const complaints = [page, desk].map((one) => complaintsOf(one.context()));

  await apply(page, system);
  await activate(desk, web, operator);
  await page.goto(`${web}/dashboard`);
  await heading(page, NAME);
  const base = page.url();
  const credentials = await setUp(page, base);

  const create = (orderId: string) =>
    signedRequest<CreatedIntent>(web, credentials, 'POST', '/v1/checkout_intents/', {
      stable_coin: 1,
      amount_cents: 2500,
      order_id: orderId,
      order_description: 'An atlas',
    });
  const [first, second] = [await create('HB-1'), await create('HB-2')];
  expect([first.code, second.code]).toEqual([0, 0]);
  /** Pays with real coins of a local chain, and waits until the order's page shows it without a reload. */
  const payAndSee = async ({ payload }: typeof first, orderId: string): Promise<void> => {
    await system.admin('demo', 'pay', payload.allscale_checkout_intent_id);
    await page.goto(`${base}/orders`);
    await page.getByRole('link', { name: orderId, exact: true }).click();
    await heading(page, `Order ${orderId}`);
    await page.getByTestId('order-timeline').getByText('Paid', { exact: true }).waitFor();
  };
  await payAndSee(first, 'HB-1');
  // The fee that the operator agreed to.
  const intentPath = `/v1/checkout_intents/${first.payload.allscale_checkout_intent_id}`;
  expect(await signedRequest(web, credentials, 'GET', intentPath)).toMatchObject({
    payload: { actual_paid_amount: '25.0000', service_fee_amount: '0.1250' },
  });
  await page.goto(`${base}/orders`);
  const row = page.getByRole('row').filter({ hasText: 'HB-1' });
  await expect.poll(() => row.textContent()).toMatch(/Paid25\.00.*on Local Chain/);
  await page.goto(base);
  await page.getByTestId('first-run').locator('[data-step=order][data-done=true]').waitFor({ state: 'attached' });
  await expect
    .poll(() => page.getByTestId('home-figures').textContent())
    .toMatch(/Gross25\.00.*before refunds.*Orders2/);

  await suspend(desk);
  await waitFor(async () => (await create('HB-3')).code === 30001, {
    what: 'code 30001 from the API of a suspended merchant',
    timeoutMs: PATIENCE_MS,
  });
  await page.goto(`${base}/settings`);
  await page.getByText('This store is suspended').waitFor();
  await page.getByText(WHY_SUSPENDED).waitFor();
  expect(await page.getByLabel('Store name').isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  await payAndSee(second, 'HB-2');

  expect(complaints.flat()).toEqual([]);
  await Promise.all([merchant.close(), desk.context().close()]);
  return { apiSecret: credentials.api_secret };
};
