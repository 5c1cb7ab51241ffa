// What a mailed link for a new password may do (decision 0060): the proofs of the security review's findings 1b, 3 and 18, repeated.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { totp } from '#test/e2e/support/totp.ts';
import { signUpToken } from '#test/support/sign-up.ts';
import { makeOperator, recoverOperator, setUpLink } from '#web/auth/operators.ts';
import { aside, newEmail, openProofPages, secret } from './proof-pages.ts';

const pages = openProofPages();
const {
  openBrowser,
  signUp,
  logIn,
  addPasskey,
  signUpByPasskey,
  passkeysOf,
  turnTotpOn,
  forgetMails,
  askForReset,
  reset,
  isLoggedIn,
  prove,
} = pages;

test('1b: after a reset of an unproven account the owner logs in: TOTP, passkeys and trusted browsers of the stranger are gone', async () => {
  const attacker = await signUp(newEmail('shut-out'));
  await turnTotpOn(attacker);
  await addPasskey(attacker.userId);
  const { token = '' } = (await askForReset(attacker.email)) ?? {};
  const password = secret();
  expect((await reset(token, password)).status).toBe(200);
  const owner = await logIn(attacker.email, password);
  expect(owner.body.twoFactorRedirect).toBeUndefined();
  expect(await isLoggedIn(owner.browser)).toBe(true);
  expect(await passkeysOf(attacker.userId)).toBe(0);
  expect(await isLoggedIn(attacker.browser)).toBe(false);
});

test('1b: a proven account with TOTP is still asked for its code after a reset, by trusted browsers too', async () => {
  const person = await signUp(newEmail('totp'));
  await prove(person.userId);
  const key = await turnTotpOn(person);
  const { browser } = await logIn(person.email, person.password);
  await pages.orm.em.fork().execute('delete from auth."rateLimit"');
  expect(
    (
      await browser.json('/api/auth/two-factor/verify-totp', {
        code: totp(key, Date.now() + 30_000),
        trustDevice: true,
      })
    ).status,
  ).toBe(200);
  const { token = '' } = (await askForReset(person.email)) ?? {};
  const password = secret();
  expect((await reset(token, password)).status).toBe(200);
  const again = await browser.json('/api/auth/sign-in/email', { email: person.email, password });
  expect(await again.json()).toMatchObject({ twoFactorRedirect: true });
});

test.each(['proven', 'unproven'])(
  '3: an account that logs in by passkey only gets no password by mail: %s',
  async (state) => {
    const person = await signUpByPasskey(newEmail('passkey'));
    if (state === 'proven') await prove(person.userId);
    const mail = await askForReset(person.email);
    expect(mail).toMatchObject(
      state === 'proven' ? { kind: 'account_notice', event: 'passkey_reset' } : { kind: 'email_verification' },
    );
    const password = secret();
    expect((await reset(mail?.token ?? '', password)).status).toBe(400);
    expect((await logIn(person.email, password)).status).toBe(401);
    expect(await passkeysOf(person.userId)).toBe(1);
    expect(await isLoggedIn(person.browser)).toBe(true);
  },
);

test('3: a reset link from before does not add a password once a passkey is the only factor', async () => {
  const person = await signUp(newEmail('later'));
  await prove(person.userId);
  const { token = '' } = (await askForReset(person.email)) ?? {};
  await addPasskey(person.userId);
  await pages.orm.em.fork().execute('delete from auth.account where "userId" = ?', [person.userId]);
  expect((await reset(token, secret())).status).toBe(400);
});

test('operators recover by command only', async () => {
  const email = newEmail('operator');
  await makeOperator(pages.auth, email, secret(), aside);
  expect(await askForReset(email)).toMatchObject({ kind: 'account_notice', event: 'operator_reset', token: '' });
  const { userId } = await recoverOperator(pages.auth, email, aside);
  const { link } = await setUpLink(pages.auth, userId, pages.url);
  const token = new URL(link).searchParams.get('token') ?? '';
  // A newer link ends it.
  await setUpLink(pages.auth, userId, pages.url);
  expect((await reset(token, secret())).status).toBe(400);
});

test('18: reset links are stored as hashes, one at a time; a second request within two minutes leaves the first', async () => {
  const { email, userId } = await signUp(newEmail('hashed'));
  const first = (await askForReset(email))?.token ?? '';
  const rows = () =>
    pages.orm.em
      .fork()
      .execute<{ identifier: string }[]>('select identifier from auth.verification where value = ?', [userId]);
  expect(await rows()).toEqual([{ identifier: `reset-password:${createHash('sha256').update(first).digest('hex')}` }]);
  await askForReset(email);
  expect(await rows()).toHaveLength(1);
  await forgetMails(email);
  const second = (await askForReset(email))?.token ?? '';
  expect(second).not.toBe(first);
  expect(await rows()).toHaveLength(1);
  expect((await reset(first, secret())).status).toBe(400);
  expect((await reset(second, secret())).status).toBe(200);
  expect((await reset(second, secret())).status).toBe(400);
});

test('18: a passkey’s response that is not for this site is a bad request', async () => {
  const browser = openBrowser();
  for (const origin of ['https://evil.example', pages.url]) {
    const token = await signUpToken(pages.orm, newEmail('webauthn'));
    const options = await browser.get(`/api/auth/passkey/generate-register-options?context=${token}`);
    expect(options.status).toBe(200);
    const clientDataJSON = Buffer.from(JSON.stringify({ type: 'webauthn.create', challenge: 'x', origin })).toString(
      'base64url',
    );
    const response = {
      id: 'aaaa',
      rawId: 'aaaa',
      type: 'public-key',
      response: { clientDataJSON, attestationObject: 'o2M' },
      clientExtensionResults: {},
    };
    expect((await browser.json('/api/auth/passkey/verify-registration', { response })).status).toBe(400);
  }
});
