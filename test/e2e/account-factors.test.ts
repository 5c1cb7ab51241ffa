// Log-in factors and sessions of an account in a real browser: a second passkey that opens the wallet, two-factor codes, ended
// sessions, and the limits on guessing.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signUpToken } from '#test/support/sign-up.ts';
import { logInWithPassword, openVisitor, readPhrase, signUp } from './support/account-browser.ts';
import { type AccountWorld, openAccountWorld } from './support/account-world.ts';
import { launchBrowser } from './support/browser.ts';
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
const newEmail = (): string => `factors-${++count}@example.com`;

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor();

test('a second passkey is added by opening the wallet and opens it too, and the last log-in method cannot be removed', async () => {
  const visitor = await openVisitor(browser);
  const { page } = visitor;
  const phrase = await signUp(page, world, { email: newEmail(), password: PASSWORD });
  await page.goto(`${world.url}/account/security`);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name of the passkey').fill('Laptop');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Add it with the password' }).click();
  await expect
    .poll(() => page.getByTestId('passkeys').textContent(), { timeout: 60_000 })
    .toContain('Logs in and opens the wallet.');

  await page.goto(`${world.url}/account/recovery`);
  await page.getByRole('button', { name: 'Show the phrase with a passkey' }).click();
  expect(await readPhrase(page)).toBe(phrase);

  await page.goto(`${world.url}/account/security`);
  await page.getByRole('button', { name: 'Remove Laptop' }).click();
  await expect.poll(() => page.getByTestId('passkeys').locator('li').count()).toBe(0);
  await visitor.close();

  const only = await openVisitor(browser);
  await signUp(only.page, world, { email: newEmail() });
  await only.page.goto(`${world.url}/account/security`);
  await only.page.getByRole('button', { name: 'Remove Passkey' }).click();
  await expect.poll(() => only.page.getByRole('alert').textContent()).toContain('the only way to log in');
  expect(await only.page.getByTestId('passkeys').locator('li').count()).toBe(1);
  await only.close();
});

test('two-factor: a log-in then needs a code from the app, and a backup code works once', async () => {
  const visitor = await openVisitor(browser, null);
  const { page } = visitor;
  const account = { email: newEmail(), password: PASSWORD };
  await signUp(page, world, account);
  await page.goto(`${world.url}/account/security`);
  await page.getByLabel('Your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Turn two-factor on' }).click();
  const key = (await page.getByTestId('totp-key').textContent()) ?? '';
  await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
  // The code of the step before: each code counts once, and the present one logs in below.
  await page.getByLabel('Code from the app').fill(totp(key, Date.now() - 30_000));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByTestId('backup-codes').waitFor();
  const [backupCode = ''] = await page.getByTestId('backup-codes').locator('li').allTextContents();

  const enter = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Log out', exact: true }).click();
    await heading(page, 'Log in');
    await logInWithPassword(page, world.url, account);
    await heading(page, 'Enter your code');
    await page.goto(`${world.url}/account`);
    expect(new URL(page.url()).pathname).toBe('/account/log-in');
    await logInWithPassword(page, world.url, account);
    await heading(page, 'Enter your code');
  };
  await enter();
  await page.getByLabel('Code from your authenticator app').fill('000000');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Code from your authenticator app').fill(totp(key));
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(page, 'Your wallet');

  await enter();
  await page.getByRole('button', { name: 'Use a backup code' }).click();
  await page.getByLabel('Backup code').fill(backupCode);
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(page, 'Your wallet');
  await visitor.close();
});

test('a session ended elsewhere ends immediately, also when ended without JavaScript', async () => {
  const first = await openVisitor(browser, null);
  const account = { email: newEmail(), password: PASSWORD };
  await signUp(first.page, world, account);
  const second = await openVisitor(browser, null);
  await logInWithPassword(second.page, world.url, account);
  await heading(second.page, 'Your wallet');

  const plain = await browser.newContext({ javaScriptEnabled: false });
  await plain.addCookies(await first.page.context().cookies());
  const page = await plain.newPage();
  await page.goto(`${world.url}/account/security`);
  expect(await page.getByTestId('sessions').locator('li').count()).toBe(2);
  await page.getByRole('button', { name: 'End session' }).click();
  await expect.poll(() => page.getByTestId('sessions').locator('li').count()).toBe(1);
  await plain.close();

  await second.page.goto(`${world.url}/account`);
  expect(new URL(second.page.url()).pathname).toBe('/account/log-in');
  await first.page.goto(`${world.url}/account`);
  await heading(first.page, 'Your wallet');
  await Promise.all([first.close(), second.close()]);
});

test('guessing is limited by the address of the socket, whatever the client claims', async () => {
  const tryOnce = (index: number): Promise<Response> =>
    fetch(`${world.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: world.url,
        'x-client-ip': `10.1.2.${index}`,
        'x-forwarded-for': `10.1.3.${index}`,
      },
      body: JSON.stringify({ email: 'nobody@example.com', password: 'x'.repeat(43) }),
    });
  const statuses: number[] = [];
  for (let index = 0; index < 12; index++) statuses.push((await tryOnce(index)).status);
  expect(statuses).toContain(401);
  expect(statuses.at(-1)).toBe(429);
});

test('a typed password, another site, and paths that could break a seal are rejected', async () => {
  const post = (path: string, body: object, origin = world.url): Promise<Response> =>
    fetch(`${world.url}/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify(body),
    });
  const email = newEmail();
  const typed = await post('/sign-up/email', {
    email,
    name: 'x',
    password: PASSWORD,
    token: await signUpToken(world.orm, email),
  });
  expect(typed.status).toBe(400);
  expect((await post('/sign-out', {}, 'https://evil.example')).status).toBe(403);
  for (const path of ['/change-password', '/change-email', '/delete-user', '/passkey/delete-passkey']) {
    expect((await post(path, {})).status, path).toBe(404);
  }
});
