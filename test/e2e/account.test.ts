// AllScale Pay accounts in a real browser on real local chains: sign-up by passkey and by password, the phrase, log-out and
// log-in, the faucet, a withdrawal that moves coins, what never leaves the browser, and the pages in every language.
import { HDNodeWallet } from 'ethers';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SealedKey, Wallet } from '#db/entities/wallet.entity.ts';
import { LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { LANGUAGES, type Language } from '#domain/languages.ts';
import { translator } from '#domain/texts.ts';
import { mailedSignUp, signUpUrl } from '#test/support/sign-up.ts';
import { ACCOUNT_CATALOGUES } from '#web/account/text/catalogues.server.ts';
import { checkPhrase, logInWithPassword, openVisitor, readPhrase, signUp } from './support/account-browser.ts';
import { type AccountWorld, openAccountWorld } from './support/account-world.ts';
import { axeViolations, complaintsOf, launchBrowser, untilHydrated } from './support/browser.ts';
import { expectWorksByKeyboard } from './support/keyboard.ts';
import { expectRightInEveryLook } from './support/looks.ts';
import { expectNothingSecret, secretsOf } from './support/secrets.ts';

const PASSWORD = 'correct horse battery 42';
const STRANGER = '0x9C7BC14e8a4B054e98C6DB99B9f1Ea2797BAee7B';

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
const newEmail = (): string => `shopper-${++count}@example.com`;

const addressOn = async (page: import('playwright-core').Page): Promise<string> =>
  (await page.getByTestId('address').textContent()) ?? '';

describe.each([
  ['a passkey', undefined],
  ['a password', PASSWORD],
] as const)('an account with %s', (_kind, password) => {
  test('signs up, checks the phrase, gets test coins, withdraws, logs out and in; no request has a secret', async () => {
    const visitor = await openVisitor(browser);
    const { page, sent } = visitor;
    const complaints = complaintsOf(page.context());
    const email = newEmail();
    const phrase = await signUp(page, world, { email, ...(password ? { password } : {}) });
    const address = await addressOn(page);
    expect(address).toBe(HDNodeWallet.fromPhrase(phrase).address);

    await page.getByRole('button', { name: 'Fill from the faucet of Local Chain A' }).click();
    await expect.poll(() => world.balanceOf(31337, 2, address)).toBe(1_000_000_000n);
    // The faucet's response redirects back; a reload before it would abort it.
    await page.waitForURL(/\?filled$/);
    await page.reload();
    await expect.poll(() => page.getByTestId('chain-31337').textContent()).toContain('1,000.00');

    await page.getByRole('link', { name: 'Withdraw', exact: true }).first().click();
    await page.getByLabel('Coin and network').selectOption(`31337:${LOCAL_TOKENS.usdc6}`);
    await page.getByLabel('To address').fill(STRANGER);
    await page.getByLabel('Amount').fill('12.5');
    await page.getByRole('button', { name: 'Review' }).click();
    expect(await page.getByTestId('review').textContent()).toContain('12.5000 USDC');
    const before = await world.balanceOf(31337, 2, STRANGER);
    if (password) await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: password ? 'Approve with the password' : 'Approve with a passkey' }).click();
    await expect.poll(() => world.balanceOf(31337, 2, STRANGER), { timeout: 60_000 }).toBe(before + 12_500_000n);
    await page.getByRole('heading', { name: 'Your wallet' }).waitFor();
    await expect.poll(() => page.getByTestId('history').textContent()).toContain('Sent');
    expect(await page.getByTestId('history').textContent()).toContain('−12.50 USDC');

    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.goto(`${world.url}/account`);
    expect(new URL(page.url()).pathname).toBe('/account/log-in');
    if (password) await logInWithPassword(page, world.url, { email, password });
    else await page.getByRole('button', { name: 'Log in with a passkey' }).click();
    await page.getByRole('heading', { name: 'Your wallet' }).waitFor();
    expect(await addressOn(page)).toBe(address);

    expectNothingSecret(sent, secretsOf(phrase, password));
    expect(complaints).toEqual([]);
    const [key] = await world.orm.em.fork().find(SealedKey, { wallet: { address: address as `0x${string}` } });
    expect(key?.kind).toBe(password ? 'password' : 'passkey');
    expect(secretsOf(phrase, password).filter((secret) => key?.blob.includes(secret))).toEqual([]);
    await visitor.close();
  });
});

test('each token has its own balance, and a withdrawal sends the token that was chosen', async () => {
  const { usdt6, usdt0 } = LOCAL_TOKENS;
  const { page, close } = await openVisitor(browser);
  const complaints = complaintsOf(page.context());
  await signUp(page, world, { email: newEmail() });
  const address = await addressOn(page);
  await world.fund(31337, usdt0, address, 40_000_000n);
  await world.fund(31337, usdt6, address, 7_500_000n);
  await page.goto(`${world.url}/account`);
  const lines = page.getByTestId('chain-31337').locator('dl > div');
  expect((await lines.allTextContents()).slice(0, 4)).toEqual(['USDT7.50', 'USDT040.00', 'USDC0.00', 'USDC.e0.00']);
  await expectRightInEveryLook(page, 'balances by token');

  await page.getByRole('link', { name: 'Withdraw', exact: true }).first().click();
  const source = page.getByLabel('Coin and network');
  await source.waitFor();
  // USDC.e, of which the wallet has nothing, is left out.
  expect(await source.locator('option').allTextContents()).toEqual([
    expect.stringMatching(/^USDT.*Local Chain A.*7\.50/),
    expect.stringMatching(/^USDT0.*Local Chain A.*40\.00/),
    expect.stringMatching(/^USDC.*Local Chain A.*0\.00/),
    expect.stringMatching(/^USDT.*Local Chain B.*0\.00/),
    expect.stringMatching(/^USDC.*Local Chain B.*0\.00/),
  ]);
  await source.selectOption(`31337:${usdt0}`);
  await page.getByLabel('To address').fill(STRANGER);
  await page.getByLabel('Amount').fill('12.5');
  await page.getByRole('button', { name: 'Review' }).click();
  expect(await page.getByTestId('review').textContent()).toContain('12.5000 USDT0');
  await page.getByRole('button', { name: 'Approve with a passkey' }).click();
  await expect.poll(() => world.tokenBalanceOf(31337, usdt0, STRANGER), { timeout: 60_000 }).toBe(12_500_000n);
  await page.getByRole('heading', { name: 'Your wallet' }).waitFor();
  await expect.poll(() => page.getByTestId('history').textContent()).toContain('−12.50 USDT0');
  await expect.poll(() => lines.nth(1).textContent()).toBe('USDT027.50');
  expect(await lines.first().textContent()).toBe('USDT7.50');
  expect(complaints).toEqual([]);
  await close();
});

test('the PRF result is 32 bytes, the same each time, and not in any request', async () => {
  const visitor = await openVisitor(browser);
  const { page, sent } = visitor;
  // Reads what the page's own calls receive, and does not change the page.
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { seenPrf: seen });
    for (const name of ['create', 'get'] as const) {
      const real = CredentialsContainer.prototype[name] as (options: unknown) => Promise<Credential | null>;
      CredentialsContainer.prototype[name] = async function (this: CredentialsContainer, options: unknown) {
        const credential = await real.call(this, options);
        const first = (credential as PublicKeyCredential | null)?.getClientExtensionResults().prf?.results?.first;
        if (first) seen.push(JSON.stringify([...new Uint8Array(first as ArrayBuffer)]));
        return credential;
      } as never;
    }
  });
  await signUp(page, world, { email: newEmail() });
  await page.goto(`${world.url}/account/recovery`);
  await page.getByRole('button', { name: 'Show the phrase with a passkey' }).click();
  await readPhrase(page);
  const seen = await page.evaluate(() => (globalThis as unknown as { seenPrf: string[] }).seenPrf);
  expect(seen).toHaveLength(1);
  const prf = Buffer.from(JSON.parse(seen[0] ?? '[]') as number[]);
  expect(prf).toHaveLength(32);
  const forms = [
    prf.toString('hex'),
    prf.toString('base64url'),
    prf.toString('base64').replace(/=+$/, ''),
    seen[0] ?? '',
  ];
  expectNothingSecret(sent, forms);
  await visitor.close();
});

test('an authenticator without PRF is reported before anything is registered', async () => {
  const visitor = await openVisitor(browser, false);
  const { page } = visitor;
  const email = newEmail();
  await page.goto(await signUpUrl(world, email));
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('cannot protect a wallet');
  const users = await world.orm.em.fork().execute('select 1 from auth."user" where email = ?', [email]);
  expect(users).toHaveLength(0);
  await visitor.close();
});

test('a wallet with an unchecked phrase cannot receive: its pages lead to the check', async () => {
  const visitor = await openVisitor(browser, null);
  const { page } = visitor;
  await page.goto(await signUpUrl(world, newEmail()));
  await page.getByText('A password', { exact: true }).click();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  const phrase = await readPhrase(page);
  await page.goto(`${world.url}/account`);
  expect(new URL(page.url()).pathname).toBe('/account/recovery');

  await page.getByLabel('Password').fill('another password');
  await page.getByRole('button', { name: 'Show the phrase with the password' }).click();
  await expect
    .poll(() => page.getByRole('alert').textContent(), { timeout: 60_000 })
    .toContain('The password is wrong');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Show the phrase with the password' }).click();
  expect(await readPhrase(page)).toBe(phrase);

  await page.getByRole('button', { name: 'I wrote it down' }).click();
  for (const field of await page.getByLabel(/^Word \d+$/).all()) await field.fill('zebra');
  await page.getByRole('button', { name: 'Check' }).click();
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('not what was shown');
  await page.getByRole('button', { name: 'Show the phrase again' }).click();
  await checkPhrase(page, phrase);
  await page.getByRole('heading', { name: 'Your wallet' }).waitFor();
  await visitor.close();
});

test('a phrase restores the same wallet in a new account', async () => {
  const visitor = await openVisitor(browser);
  const { page } = visitor;
  const phrase = await signUp(page, world, { email: newEmail() });
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  await page.goto(await signUpUrl(world, newEmail()));
  await page.getByText('A password', { exact: true }).click();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByText('I already have a recovery phrase').click();
  await page.getByRole('textbox', { name: 'Recovery phrase' }).fill(`${phrase} zebra`);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('not the words of a recovery phrase');
  await page.getByRole('textbox', { name: 'Recovery phrase' }).fill(phrase.toUpperCase());
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'Your wallet' }).waitFor();
  expect(await addressOn(page)).toBe(HDNodeWallet.fromPhrase(phrase).address);
  expect(await world.orm.em.fork().count(Wallet, { address: HDNodeWallet.fromPhrase(phrase).address as never })).toBe(
    2,
  );
  await visitor.close();
});

test('pages have no violation of accessibility rules, light and dark, phone and desktop', async () => {
  const visitor = await openVisitor(browser);
  const { page } = visitor;
  const look = async (path: string): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // Loaded in its colour scheme, because colours in transition have no valid contrast.
      await page.goto(world.url + path);
      expect(await axeViolations(page), `${path} ${colorScheme}`).toEqual([]);
    }
  };
  for (const path of ['log-in', 'sign-up', 'forgot-password', 'new-password?token=none'])
    await look(`/account/${path}`);
  await signUp(page, world, { email: newEmail() });
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ['/account', '/account/withdraw', '/account/recovery', '/account/security']) {
      await look(path);
      await untilHydrated(page);
      await expectWorksByKeyboard(page, `${path} ${width} px`);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  }
  await visitor.close();
});

const LANGUAGE_IDS = Object.keys(LANGUAGES) as Language[];
const NARROWEST = { width: 320, height: 800 };

test('a shopper signs up, gets an error and logs in again in their own language, and changes it on the page', async () => {
  const visitor = await openVisitor(browser);
  const { page } = visitor;
  const complaints = complaintsOf(page.context());
  const message = translator(ACCOUNT_CATALOGUES.ja);
  const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();
  const languageOfPage = () => page.locator('html').getAttribute('lang');
  // The requested language is kept in redirects.
  await page.goto(`${world.url}/account?lang=ja`);
  await heading(message('log_in'));
  await page.getByRole('link', { name: message('log_in_create') }).click();
  await heading(message('sign_up_title'));
  const email = newEmail();
  await page.getByLabel(message('email')).fill(email);
  await page.getByRole('button', { name: message('forgot_send') }).click();
  await page.getByText(message('sign_up_sent', { email })).waitFor();
  await page.goto(await mailedSignUp(world.orm, email));
  await page.getByRole('button', { name: message('sign_up') }).click();
  const phrase = await readPhrase(page);
  await page.getByRole('button', { name: message('phrase_written') }).click();
  for (const [index, word] of phrase.split(' ').entries()) {
    const field = page.getByLabel(message('phrase_word', { position: index + 1 }), { exact: true });
    if (await field.count()) await field.fill(word);
  }
  await page.getByRole('button', { name: message('phrase_check') }).click();
  await heading(message('home_title'));
  expect(await languageOfPage()).toBe('ja');

  await page.goto(`${world.url}/account/withdraw`);
  for (const [to, amount, problem] of [
    ['0x1234', '12.5', message('error_bad_address')],
    // A thousand or one.
    [STRANGER, '1.000', message('error_unclear_amount')],
    [STRANGER, '12,345.6789012', message('error_bad_amount', { decimals: '6' })],
    [
      ...[STRANGER, '１２．５'],
      message('error_not_enough', { coin: 'USDT', network: 'Local Chain A', has: '0.00', needs: '12.50' }),
    ],
  ] as const) {
    await page.getByLabel(message('withdraw_to')).fill(to);
    await page.getByLabel(message('review_amount')).fill(amount);
    await page.getByRole('button', { name: message('withdraw_review') }).click();
    await expect.poll(() => page.getByRole('alert').textContent()).toBe(problem);
  }

  // The longest texts and the tallest script, on the narrowest screen.
  await page.setViewportSize(NARROWEST);
  for (const language of ['ja', 'es'] as const) {
    const own = ACCOUNT_CATALOGUES[language];
    for (const [path, title] of [
      ['', own.home_title],
      ['/withdraw', own.nav_withdraw],
      ['/recovery', own.phrase],
      ['/security', own.nav_security],
    ] as const) {
      await page.goto(`${world.url}/account${path}?lang=${language}`);
      expect(await page.locator('h1').textContent()).toBe(title);
      expect(await languageOfPage()).toBe(language);
      expect(await page.locator('main').textContent(), `${path} ${language}`).not.toContain('{{');
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, `${path} ${language}`).toBe(NARROWEST.width);
    }
  }

  // The dashboard shows the same components in English, whatever language was chosen here.
  await page.goto(`${world.url}/dashboard/security`);
  await page.getByRole('heading', { name: ACCOUNT_CATALOGUES.en.passkeys, exact: true }).waitFor();
  expect(await languageOfPage()).toBe('en');

  await page.goto(`${world.url}/account/security`);
  await page.getByTestId('languages').locator('summary').click();
  await page.getByRole('link', { name: '日本語' }).click();
  await heading(message('nav_security'));
  await page.getByRole('button', { name: message('log_out'), exact: true }).click();
  await heading(message('log_in'));
  await page.getByLabel(message('email')).fill('nobody@example.com');
  await page.getByLabel(message('password')).fill('not the right one');
  await page.getByRole('button', { name: message('log_in'), exact: true }).click();
  await expect.poll(() => page.getByRole('alert').textContent()).toBe(message('error_wrong_log_in'));
  expect(complaints.filter((complaint) => !/40[01]/.test(complaint))).toEqual([]);
  await visitor.close();
});

test('pages before the log-in load only the language of the visit; the dashboard stays English', async () => {
  const htmlOf = async (path: string, headers: Record<string, string>): Promise<string> =>
    await (await fetch(world.url + path, { headers })).text();
  for (const path of ['/account/log-in', '/account/sign-up', '/account/forgot-password', '/account/new-password']) {
    for (const language of LANGUAGE_IDS) {
      const html = await htmlOf(path, { 'accept-language': language });
      expect(html, path).toContain(`<html lang="${language}"`);
      for (const other of LANGUAGE_IDS) {
        expect(html.includes(ACCOUNT_CATALOGUES[other].footer), `${path} ${other}`).toBe(other === language);
      }
    }
  }
  expect(await htmlOf('/account/log-in?lang=es', { cookie: 'lang=ja' })).toContain('<html lang="es"');
  const apply = await htmlOf('/dashboard/apply', { cookie: 'lang=ja' });
  expect(apply).toContain('<html lang="en"');
  expect(apply).toContain('Send me a link');
});
