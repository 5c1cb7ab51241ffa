// A log-in that grows old while somebody types: the page asks for a new one in place, keeps what was typed, and sends the same
// submission again. Without JavaScript the typed values stay too.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Store } from '#db/entities/store.entity.ts';
import { join as joinStore } from '#test/dashboard/people.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { signUpToken } from '#test/support/sign-up.ts';
import { derivePasswordKeys } from '#web/account/keys/password-keys.ts';
import { axeViolations, launchBrowser, openPage, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';
import { expectRightInEveryLook } from './support/looks.ts';

const EMAIL = 'owner@nordlicht.example';
const PASSWORD = 'harbour-lantern-42';

let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;
let page: Page;
let base: string;

beforeAll(async () => {
  [database, browser] = await Promise.all([createTestDatabase(), launchBrowser()]);
  world = await openCheckoutWorld(database.url, { host: 'localhost' });
  base = `${world.url}/dashboard/${world.storeId}`;
  page = await openPage(browser);
  const { logInSecret } = await derivePasswordKeys(EMAIL, PASSWORD);
  const response = await page.context().request.post(`${world.url}/api/auth/sign-up/email`, {
    headers: { origin: world.url },
    data: { email: EMAIL, name: EMAIL, password: logInSecret, token: await signUpToken(world.orm, EMAIL) },
  });
  const { user } = (await response.json()) as { user: { id: string } };
  await joinStore(world.orm, world.storeId, { userId: user.id, email: EMAIL }, 'owner');
});

afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
});

beforeEach(() => world.orm.em.fork().execute(`update auth.session set "createdAt" = now() - interval '1 hour'`));

const open = async (path: string): Promise<void> => {
  await page.goto(base + path);
  await untilHydrated(page);
};

const dialog = () => page.getByRole('dialog', { name: 'Log in again' });

const logIn = async (password = PASSWORD): Promise<void> => {
  expect(await dialog().getByLabel('E-mail address').inputValue()).toBe(EMAIL);
  await dialog().getByLabel('Password').fill(password);
  await dialog().getByRole('button', { name: 'Log in', exact: true }).click();
};

/** E-mails that tell of a change of the address. */
const asked = async (): Promise<number> =>
  (
    await world.orm.em
      .fork()
      .execute(
        `select 1 from email_message where kind = 'account_notice' and recipient = ? and data->>'event' = 'email_asked'`,
        [EMAIL],
      )
  ).length;

const settings = () => world.orm.em.fork().findOneOrFail(Store, world.storeId);

test('settings: typed, sent, logged in on the page, saved', async () => {
  await open('/settings/notifications');
  await page.getByLabel('Reports go to').fill('books@nordlicht.example');
  await page.getByRole('button', { name: 'Save' }).click();
  await dialog().waitFor();
  expect((await settings()).reportRecipients).toEqual([]);
  expect(await axeViolations(page)).toEqual([]);
  await expectRightInEveryLook(page, 'log-in-again');
  await logIn('not-my-password-1');
  await dialog().getByText('The e-mail address or the password is wrong').waitFor();
  await logIn();
  await page.getByText('Saved', { exact: true }).waitFor();
  expect(await dialog().count()).toBe(0);
  expect((await settings()).reportRecipients).toEqual(['books@nordlicht.example']);
});

test('what is typed after the dialog was closed is what is saved', async () => {
  await open('/settings/payments');
  await page.getByLabel('Tolerance, in percent').fill('10');
  await page.getByRole('button', { name: 'Save' }).click();
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  expect(await page.getByLabel('Tolerance, in percent').inputValue()).toBe('10');
  await page.getByLabel('Tolerance, in percent').fill('2');
  await page.getByRole('button', { name: 'Log in again' }).click();
  await logIn();
  await page.getByText('Saved', { exact: true }).waitFor();
  expect((await settings()).toleranceBps).toBe(200);
});

test('a button that carries the action: the same button is pressed again', async () => {
  await open('/team');
  await page.getByLabel('E-mail address').fill('new@nordlicht.example');
  await page.getByRole('button', { name: /invit/i }).click();
  await dialog().waitFor();
  await logIn();
  await page.getByText('The invitation is on its way.').waitFor();
});

test('a session of another account sends nothing', async () => {
  await open('/settings/payments');
  await page.getByLabel('Tolerance, in percent').fill('9');
  await page.getByRole('button', { name: 'Save' }).click();
  await dialog().waitFor();
  await page.route('**/api/auth/get-session', (route) =>
    route.fulfill({ json: { user: { email: 'stranger@elsewhere.example' } } }),
  );
  await logIn();
  await dialog().getByText('You are logged in as stranger@elsewhere.example now. Nothing was sent.').waitFor();
  await page.unroute('**/api/auth/get-session');
  expect((await settings()).toleranceBps).not.toBe(900);
});

test('another e-mail address: typed, logged in on the page, sent; in the visitor’s language', async () => {
  await page.goto(`${world.url}/account/email?lang=es`);
  await untilHydrated(page);
  await page.getByLabel('Nueva dirección de correo').fill('new-owner@nordlicht.example');
  await page.getByRole('button', { name: 'Enviarme un enlace' }).click();
  const spanish = page.getByRole('dialog', { name: 'Iniciar sesión de nuevo' });
  await spanish.waitFor();
  expect(await asked()).toBe(0);
  expect(await axeViolations(page)).toEqual([]);
  await expectRightInEveryLook(page, 'log-in-again-account');
  await spanish.getByLabel('Contraseña').fill(PASSWORD);
  await spanish.getByRole('button', { name: 'Iniciar sesión', exact: true }).click();
  await page.getByRole('status').getByText('new-owner@nordlicht.example').waitFor();
  expect(await asked()).toBe(1);
});

test('deleting the account: what was typed stays, and is sent after the log-in', async () => {
  await page.goto(`${world.url}/account/delete?lang=en`);
  await untilHydrated(page);
  await page.getByRole('textbox').fill(EMAIL);
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  expect(await page.getByRole('textbox').inputValue()).toBe(EMAIL);
  await page.getByRole('button', { name: 'Log in again' }).click();
  await logIn();
  // A member of a team is rejected by the service: the form was sent.
  await page.getByText('You still work for a merchant.').waitFor();
  expect(await page.getByRole('textbox').inputValue()).toBe(EMAIL);
});

test('without JavaScript what was typed stays, and goes through after a log-in elsewhere', async () => {
  const plain = await openPage(browser, {
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  await plain.goto(`${base}/settings/payments`);
  await plain.getByLabel('Tolerance, in percent').fill('3');
  await plain.getByRole('button', { name: 'Save' }).click();
  await plain.getByText('Nothing was saved: log in again first').waitFor();
  expect(await plain.getByLabel('Tolerance, in percent').inputValue()).toBe('3');
  await world.orm.em.fork().execute('update auth.session set "createdAt" = now()');
  await plain.getByRole('button', { name: 'Save' }).click();
  await plain.getByText('Saved', { exact: true }).waitFor();
  expect((await settings()).toleranceBps).toBe(300);
  await plain.context().close();
});
