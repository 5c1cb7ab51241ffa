// A change of an account's e-mail address: what it needs, what follows it, and what it does not disclose.
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { AuditEntry, Member } from '#db/entities/merchant-people.entity.ts';
import { join } from '#test/dashboard/people.ts';
import { makeOperator } from '#web/auth/operators.ts';
import { changePages } from './change-pages.ts';
import { aside, newEmail, openProofPages, secret } from './proof-pages.ts';

const pages = openProofPages({ passwordAlone: false });
const { addPasskey, forgetMails, isLoggedIn, logIn, mailsTo, openBrowser, passkeysOf, signUpByPasskey, turnTotpOn } =
  pages;
const { ask, askedLink, confirm, makeOld, provenAccount, shown } = changePages(pages);

const auditOf = async (userId: string) =>
  (await pages.orm.em.fork().find(AuditEntry, { subjectId: userId }, { orderBy: { id: 'asc' } })).filter(({ action }) =>
    action.startsWith('account.email_'),
  );

test('both sides are told, the link in the new mailbox changes it, and other sessions end', async () => {
  const person = await provenAccount('moves');
  const other = await logIn(person.email, person.password);
  const to = newEmail('new');
  await join(pages.orm, pages.storeId, person, 'viewer');

  expect((await ask(person.browser, ` ${to.toUpperCase()} `)).status).toBe(200);
  expect(await mailsTo(person.email)).toMatchObject([{ event: 'email_asked' }]);
  const [mail] = await mailsTo(to);
  expect(mail).toMatchObject({ kind: 'account_notice', event: 'email_confirm' });
  // Asking and opening the link change nothing.
  expect((await person.browser.get(new URL(mail?.link ?? '').pathname + new URL(mail?.link ?? '').search)).status).toBe(
    200,
  );
  expect((await logIn(person.email, person.password)).status).toBe(200);

  const next = secret();
  expect((await confirm(person, mail?.token ?? '', next)).status).toBe(200);
  expect((await logIn(to, next)).status).toBe(200);
  expect((await logIn(person.email, person.password)).status).toBe(401);
  expect([await isLoggedIn(person.browser), await isLoggedIn(other.browser)]).toEqual([true, false]);
  const member = await pages.orm.em.fork().findOneOrFail(Member, { userId: person.userId });
  expect(member).toMatchObject({ email: to, role: 'viewer' });
  const [, told] = await mailsTo(person.email);
  expect(told).toMatchObject({ event: 'email_changed' });
  expect(told?.link).toContain('/account/undo-email?token=');
  // Once.
  expect(await (await confirm(person, mail?.token ?? '', next)).json()).toMatchObject({ code: 'dead_link' });
  // The log is kept for ever: it has no address of somebody who is no operator.
  const entries = await auditOf(person.userId);
  expect(entries.map(({ action }) => action)).toEqual(['account.email_ask', 'account.email_change']);
  expect(JSON.stringify(entries)).not.toContain('victim-company');
});

test('a taken address is not disclosed: the response is the same, and nobody gets a link', async () => {
  const [person, holder] = [await provenAccount('asks'), await provenAccount('taken')];
  const free = newEmail('asker');
  const [known, unknown] = [await ask(person.browser, holder.email), await ask(person.browser, free)];
  expect(await shown(known, holder.email)).toEqual(await shown(unknown, free));
  expect(known.status).toBe(200);
  expect(await mailsTo(holder.email)).toEqual([]);
  expect(await mailsTo(free)).toMatchObject([{ event: 'email_confirm' }]);
});

test('an address that is taken after the question stays with its account', async () => {
  const person = await provenAccount('late');
  const to = newEmail('race');
  const token = await askedLink(person.browser, to);
  const holder = await pages.signUp(to);
  const response = await confirm(person, token, secret());
  expect([response.status, await response.json()]).toMatchObject([409, { code: 'taken' }]);
  expect((await logIn(person.email, person.password)).status).toBe(200);
  expect((await logIn(to, holder.password)).status).toBe(200);
});

test('needs a recent log-in to the same account, its password, and a link that is alive', async () => {
  const [person, thief] = [await provenAccount('owner'), await provenAccount('thief')];
  const to = newEmail('goal');
  const link = async () => {
    await forgetMails(to);
    return await askedLink(person.browser, to);
  };
  const first = await link();
  const token = await link();
  const next = secret();
  const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code?: string }).code];
  expect(await codeOf(await confirm(person, first, next))).toEqual([409, 'dead_link']);
  expect(await codeOf(await confirm(person, `${token}x`, next))).toEqual([409, 'dead_link']);
  expect(await codeOf(await confirm(thief, token, next))).toEqual([409, 'other_account']);
  expect(await codeOf(await confirm({ ...person, browser: openBrowser() }, token, next))).toEqual([401, 'logged_out']);
  expect(await codeOf(await confirm({ ...person, password: secret() }, token, next))).toEqual([409, 'wrong_password']);
  expect(await codeOf(await confirm({ ...person, password: null }, token, next))).toEqual([409, 'wrong_password']);
  expect(await codeOf(await confirm(person, token, 'typed in the clear'))).toEqual([409, 'bad_password']);
  await makeOld(person.userId);
  expect(await codeOf(await confirm(person, token, next))).toEqual([409, 'stale']);
  const typed = newEmail('stale');
  const asked = await ask(person.browser, typed);
  expect(asked.status).toBe(403);
  // What was typed stays on the page, and nothing was mailed.
  expect(await asked.text()).toContain(typed);
  expect(await mailsTo(typed)).toEqual([]);
  expect((await logIn(person.email, person.password)).status).toBe(200);
});

test('guesses at the password wait, as at the log-in', async () => {
  const person = await provenAccount('guessed');
  const to = newEmail('guess');
  const token = await askedLink(person.browser, to);
  const codes: unknown[] = [];
  for (let guess = 0; guess < 14; guess += 1) {
    await pages.forgetAddresses();
    const response = await confirm({ ...person, password: secret() }, token, secret());
    codes.push(((await response.json()) as { code: string }).code);
  }
  expect(codes.slice(0, 10)).toEqual(Array(10).fill('wrong_password'));
  expect(codes.at(-1)).toBe('too_many');
});

test('an account with a second factor, an operator and people who decide about money use two', async () => {
  const reply = async (response: Response) => [
    response.status,
    (await response.text()).includes('>This needs your second factor'),
  ];
  const passkey = await provenAccount('both');
  await addPasskey(passkey.userId);
  expect(await reply(await ask(passkey.browser, newEmail('x')))).toEqual([422, true]);

  const manager = await provenAccount('manager');
  await join(pages.orm, pages.storeId, manager, 'manager');
  expect(await reply(await ask(manager.browser, newEmail('x')))).toEqual([422, true]);

  const app = await provenAccount('app');
  const withOne = await logIn(app.email, app.password);
  await turnTotpOn(app);
  // Turning it on ends the session that took the password alone.
  expect((await ask(withOne.browser, newEmail('x'))).status).toBe(302);
  const to = newEmail('two');
  expect((await ask(app.browser, to)).status).toBe(200);
  const next = secret();
  expect((await confirm(app, (await mailsTo(to)).at(-1)?.token ?? '', next)).status).toBe(200);
  // The second factor stays.
  expect((await logIn(to, next)).body).toMatchObject({ twoFactorRedirect: true });
});

test('an operator stays one, with two factors, and the audit log has the address', async () => {
  const person = await provenAccount('operator');
  await makeOperator(pages.auth, person.email, null, aside);
  const { browser } = await logIn(person.email, person.password);
  expect((await ask(browser, newEmail('x'))).status).toBe(422);
  await turnTotpOn({ ...person, browser });
  const to = newEmail('console');
  expect((await confirm({ ...person, browser }, await askedLink(browser, to), secret())).status).toBe(200);
  const rows = await pages.orm.em.fork().execute('select email, role from auth."user" where id = ?', [person.userId]);
  expect(rows).toEqual([{ email: to, role: 'operator' }]);
  const entries = await auditOf(person.userId);
  expect(entries.at(-1)).toMatchObject({ actorKind: 'operator', actorEmail: person.email, data: { to } });
});

test('an account that logs in by passkey keeps its passkey, and gets no password', async () => {
  const person = await signUpByPasskey(newEmail('passkey'));
  await pages.prove(person.userId);
  await pages.orm.em.fork().execute('update auth.session set "twoFactors" = true where "userId" = ?', [person.userId]);
  const to = newEmail('passkey-new');
  const token = await askedLink(person.browser, to);
  expect((await confirm({ ...person, password: null }, token, secret())).status).toBe(200);
  expect([await passkeysOf(person.userId), await isLoggedIn(person.browser)]).toEqual([1, true]);
  const accounts = await pages.orm.em.fork().execute('select id from auth.account where "userId" = ?', [person.userId]);
  expect(accounts).toEqual([]);
});

test('five requests a day, and never more mail to one mailbox than its limit', async () => {
  const person = await provenAccount('often');
  const statuses: number[] = [];
  for (let turn = 0; turn < 7; turn += 1) {
    statuses.push((await ask(person.browser, `${randomBytes(4).toString('hex')}@victim-company.example`)).status);
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 422, 422]);
  expect(await mailsTo(person.email)).toHaveLength(5);
});

test('an invalid address and the present one are rejected', async () => {
  const person = await provenAccount('same');
  for (const email of ['', 'x', `${'a'.repeat(250)}@x.example`, person.email, ` ${person.email.toUpperCase()}`]) {
    expect((await ask(person.browser, email)).status, email).toBeGreaterThanOrEqual(400);
  }
  expect((await person.browser.json('/account/email', { email: newEmail('json') })).status).toBe(400);
  expect(await mailsTo(person.email)).toEqual([]);
});

test('what was mailed to the old address before proves nothing afterwards', async () => {
  const person = await provenAccount('links');
  const reset = await pages.askForReset(person.email);
  const to = newEmail('links-new');
  expect((await confirm(person, await askedLink(person.browser, to), secret())).status).toBe(200);
  expect((await pages.reset(reset?.token ?? '', secret())).status).toBe(400);
});
