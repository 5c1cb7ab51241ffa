// A change of the password by its owner: the present one is needed, the wallet follows, other sessions end, and the owner is told.
import { expect, test } from 'vitest';
import { AuditEntry } from '#db/entities/merchant-people.entity.ts';
import { changePages } from './change-pages.ts';
import { newEmail, openProofPages, secret } from './proof-pages.ts';

const pages = openProofPages({ passwordAlone: false });
const { addPasskey, isLoggedIn, logIn, mailsTo, openBrowser, signUpByPasskey, turnTotpOn } = pages;
const { addWallet, makeOld, provenAccount, sealedBlobs } = changePages(pages);

type Browser = ReturnType<typeof openBrowser>;
const change = async (browser: Browser, current: string, next: string, sealedKey: string | null = null) => {
  const response = await browser.json('/account/change-password', { current, next, sealedKey });
  return [response.status, ((await response.json()) as { code?: string }).code ?? null];
};

test('the new password logs in, the old one does not; other sessions and mailed links end, and the owner is told', async () => {
  const person = await provenAccount('changes');
  const other = await logIn(person.email, person.password);
  const link = await pages.askForReset(person.email);
  const next = secret();
  expect(await change(person.browser, person.password, next)).toEqual([200, null]);
  expect([await isLoggedIn(person.browser), await isLoggedIn(other.browser)]).toEqual([true, false]);
  expect((await logIn(person.email, person.password)).status).toBe(401);
  expect((await logIn(person.email, next)).status).toBe(200);
  expect((await pages.reset(link?.token ?? '', secret())).status).toBe(400);
  expect((await mailsTo(person.email)).map(({ event }) => event)).toContain('password_changed');
  const entries = await pages.orm.em.fork().find(AuditEntry, { action: 'account.password_change' });
  expect(entries).toMatchObject([{ actorKind: 'account', actorId: person.userId, subjectId: person.userId }]);
  expect(JSON.stringify(entries)).not.toContain(person.email);
});

test('needs the present password, a recent log-in and the second factor', async () => {
  const person = await provenAccount('owner');
  const next = secret();
  expect(await change(person.browser, secret(), next)).toEqual([409, 'wrong_password']);
  expect(await change(person.browser, person.password, 'typed in the clear')).toEqual([409, 'bad_password']);
  expect(await change(openBrowser(), person.password, next)).toEqual([401, 'logged_out']);
  await makeOld(person.userId);
  expect(await change(person.browser, person.password, next)).toEqual([409, 'stale']);

  const withPasskey = await provenAccount('passkey');
  await addPasskey(withPasskey.userId);
  expect(await change(withPasskey.browser, withPasskey.password, next)).toEqual([409, 'second_factor']);

  const withApp = await provenAccount('app');
  await turnTotpOn(withApp);
  expect(await change(withApp.browser, withApp.password, next)).toEqual([200, null]);
  expect((await logIn(withApp.email, next)).body).toMatchObject({ twoFactorRedirect: true });

  const only = await signUpByPasskey(newEmail('only'));
  await pages.orm.em.fork().execute('update auth.session set "twoFactors" = true where "userId" = ?', [only.userId]);
  expect(await change(only.browser, secret(), next)).toEqual([409, 'no_password']);
  expect((await logIn(person.email, person.password)).status).toBe(200);
});

test('guesses at the present password wait', async () => {
  const person = await provenAccount('guessed');
  const codes: unknown[] = [];
  for (let guess = 0; guess < 14; guess += 1) {
    await pages.forgetAddresses();
    codes.push((await change(person.browser, secret(), secret()))[1]);
  }
  expect(codes[0]).toBe('wrong_password');
  expect(codes.at(-1)).toBe('too_many');
});

test('the wallet’s key is sealed for the new password in the same step, or nothing changes', async () => {
  const person = await provenAccount('wallet');
  await addWallet(person.userId, '{"sealed":"before"}');
  const next = secret();
  for (const sealedKey of [null, 'no JSON']) {
    expect(await change(person.browser, person.password, next, sealedKey)).toEqual([409, 'bad_wallet']);
  }
  expect((await logIn(person.email, person.password)).status).toBe(200);
  expect(await change(person.browser, person.password, next, '{"sealed":"after"}')).toEqual([200, null]);
  expect(await sealedBlobs(person.userId)).toEqual(['{"sealed":"after"}']);
});
