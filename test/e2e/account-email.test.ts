// A change of an account's e-mail address in a real browser: the password and the wallet follow it, and the old mailbox undoes it.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeNotMeLink, newLetInLink } from '#db/accounts/mailed-links.ts';
import { mailedLink } from '#test/support/sign-up.ts';
import { logInWithPassword, openVisitor, readPhrase, signUp } from './support/account-browser.ts';
import { type AccountWorld, openAccountWorld } from './support/account-world.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { expectRightInEveryLook, picture } from './support/looks.ts';

const PASSWORD = 'correct horse battery 42';
const OLD = 'before@example.com';
const NEW = 'after@example.com';

let world: AccountWorld;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([openAccountWorld(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** Logs in anew: the password opens the account and the wallet of this phrase. */
const expectOpens = async (page: Page, account: { email: string; password: string }, phrase: string): Promise<void> => {
  await page.context().clearCookies();
  await logInWithPassword(page, world.url, account);
  await page.getByRole('heading', { name: 'Your wallet' }).waitFor();
  await page.goto(`${world.url}/account/recovery`);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Show the phrase with the password' }).click();
  expect(await readPhrase(page)).toBe(phrase);
};

test('the password opens log-in and wallet under the new address, and under the old one after an undo', async () => {
  const visitor = await openVisitor(browser, null);
  const { page } = visitor;
  const phrase = await signUp(page, world, { email: OLD, password: PASSWORD });
  await world.orm.em.fork().execute('update auth."user" set "emailVerified" = true where email = ?', [OLD]);

  await page.goto(`${world.url}/account/security`);
  await expectRightInEveryLook(page, 'security');
  await page.getByRole('link', { name: 'Change the e-mail address' }).click();
  await page.getByLabel('New e-mail address').fill(NEW);
  await expectRightInEveryLook(page, 'ask');
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await expect.poll(() => page.getByRole('status').textContent()).toContain(NEW);
  await expectRightInEveryLook(page, 'asked');

  await page.goto(await mailedLink(world.orm, NEW, 'email_confirm'));
  await page.getByLabel('Password', { exact: true }).fill('not the password 42');
  await page.getByRole('button', { name: 'Use this address' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await expectRightInEveryLook(page, 'confirm');
  await page.getByRole('button', { name: 'Use this address' }).click();
  await page.getByRole('heading', { name: 'Security' }).waitFor();
  expect(await page.locator('main').textContent()).toContain(NEW);

  await expectOpens(page, { email: NEW, password: PASSWORD }, phrase);

  const undoLink = await mailedLink(world.orm, OLD, 'email_changed');
  const reader = await openPage(browser);
  await reader.goto(undoLink);
  await expectRightInEveryLook(reader, 'undo');
  const old = await openPage(browser, { javaScriptEnabled: false });
  await old.goto(undoLink);
  await old.getByRole('button', { name: 'Undo it' }).click();
  await old.getByRole('status').waitFor();
  await picture(old, 'undo-done');
  await reader.goto(undoLink);
  await expectRightInEveryLook(reader, 'undo-dead');
  await reader.context().close();
  await old.getByRole('link', { name: 'Log in', exact: true }).click();
  await old.waitForURL('**/account/log-in');
  await old.context().close();
  await page.goto(`${world.url}/account`);
  expect(new URL(page.url()).pathname).toBe('/account/log-in');
  await expectOpens(page, { email: OLD, password: PASSWORD }, phrase);
  await visitor.close();
});

test('another password opens log-in and wallet; one that is too easy is rejected on the page', async () => {
  const visitor = await openVisitor(browser, null);
  const { page } = visitor;
  const email = 'password@example.com';
  const phrase = await signUp(page, world, { email, password: PASSWORD });
  await page.goto(`${world.url}/account/security`);
  const next = 'another horse battery 43';
  const change = async (current: string, typed: string): Promise<void> => {
    await page.getByLabel('Present password').fill(current);
    await page.getByLabel('New password').fill(typed);
    await page.getByRole('button', { name: 'Change the password' }).click();
  };
  await change(PASSWORD, 'Password2026!!');
  await page.getByText('too easy to guess').waitFor();
  await change(PASSWORD, next);
  await expect
    .poll(() => page.getByRole('status').allTextContents())
    .toContain('Your password was changed. Other devices were logged out.');
  await expectRightInEveryLook(page, 'security');
  await expectOpens(page, { email, password: next }, phrase);
  await visitor.close();
});

test('“This was not me” of an e-mail logs out everywhere, from a browser that is not logged in', async () => {
  const account = { email: 'not-me@example.com', password: PASSWORD };
  const { page } = await openVisitor(browser, null);
  await signUp(page, world, account);
  const em = world.orm.em.fork();
  const [user] = await em.execute<{ id: string }[]>('select id from auth."user" where email = ?', [account.email]);
  const { path } = await makeNotMeLink(em, user?.id ?? '', { since: new Date().toISOString() });
  const mailbox = await openPage(browser);
  const letIn = newLetInLink(user?.id ?? '');
  await letIn.keep(em);
  await mailbox.goto(world.url + letIn.path);
  await expectRightInEveryLook(mailbox, 'let in');
  await mailbox.getByRole('button', { name: 'Let this browser log in' }).click();
  await mailbox.getByRole('status').getByText('You can log in from this browser now').waitFor();
  await mailbox.goto(world.url + path);
  await expectRightInEveryLook(mailbox, 'not me');
  await mailbox.getByRole('button', { name: 'Log out everywhere and cancel' }).click();
  await mailbox.getByRole('status').getByText('Every device was logged out').waitFor();
  await page.goto(`${world.url}/account/security`);
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  await mailbox.context().close();
  await page.context().close();
});
