// Ways back without a passkey: recovery codes, and a recovery that an operator starts (decision 0060, finding 3).
import { expect, test } from 'vitest';
import { AuditEntry, Member } from '#db/entities/merchant-people.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { makeOperator } from '#web/auth/operators.ts';
import { createRecovery } from '#web/auth/recovery.ts';
import { aside, newEmail, openProofPages, secret } from './proof-pages.ts';

const pages = openProofPages();
const {
  addPasskey,
  askForReset,
  forgetMails,
  isLoggedIn,
  logIn,
  mailsTo,
  openBrowser,
  passkeysOf,
  prove,
  signUp,
  signUpByPasskey,
} = pages;

test('3: a recovery code with the mailed link logs in, once; a wrong code, a wrong link and a code alone do not', async () => {
  const person = await signUpByPasskey(newEmail('codes'));
  await prove(person.userId);
  const { codes } = (await (await person.browser.json('/api/auth/recovery-codes/make', {})).json()) as {
    codes: string[];
  };
  expect(codes).toHaveLength(8);
  const stored = await pages.orm.em
    .fork()
    .execute('select "codeSha256" h from auth."recoveryCode" where "userId" = ?', [person.userId]);
  expect(JSON.stringify(stored)).not.toContain(codes[0]?.slice(0, 6));
  const [first = '', second = ''] = codes;
  const { token = '' } = (await askForReset(person.email)) ?? {};
  const use = async (code: string, link: string) => {
    const browser = openBrowser();
    const { status } = await browser.json('/api/auth/recovery-codes/use', { token: link, code });
    return { status, browser };
  };
  const stranger = await signUpByPasskey(newEmail('other-codes'));
  const foreign = (await (await stranger.browser.json('/api/auth/recovery-codes/make', {})).json()) as {
    codes: string[];
  };
  for (const code of ['', '000000-000000-000000-000000-000000', foreign.codes[0] ?? '']) {
    expect((await use(code, token)).status).toBe(401);
  }
  for (const link of ['', 'x', `${token}x`]) expect((await use(first, link)).status).toBe(400);
  const { status, browser } = await use(` ${first.toUpperCase()} `, token);
  expect([status, await isLoggedIn(browser), await passkeysOf(person.userId)]).toEqual([200, true, 1]);
  expect((await use(second, token)).status).toBe(400);
  await forgetMails(person.email);
  const next = (await askForReset(person.email))?.token ?? '';
  expect((await use(first, next)).status).toBe(401);
  await pages.orm.em
    .fork()
    .execute(`update auth.session set "createdAt" = now() - interval '1 hour' where "userId" = ?`, [person.userId]);
  expect((await person.browser.json('/api/auth/recovery-codes/make', {})).status).toBe(403);
});

/** New codes, and the way to use one with a mailed link. */
const withCodes = async (name: string) => {
  const person = await signUpByPasskey(newEmail(name));
  await prove(person.userId);
  const made = await person.browser.json('/api/auth/recovery-codes/make', {});
  const { codes } = (await made.json()) as { codes: string[] };
  const { token = '' } = (await askForReset(person.email)) ?? {};
  const use = (code: string, browser = openBrowser()) => browser.json('/api/auth/recovery-codes/use', { token, code });
  return { ...person, codes, use };
};

test('recovery codes are in the audit log: made, guessed at and used', async () => {
  const { userId, codes, use } = await withCodes('logged');
  const wrong = await use('wrong');
  expect([wrong.status, await wrong.json()]).toMatchObject([401, { code: 'INVALID_RECOVERY_CODE' }]);
  expect((await use(codes[0] ?? '')).status).toBe(200);
  const entries = await pages.orm.em.fork().find(AuditEntry, { subjectId: userId }, { orderBy: { id: 'asc' } });
  const ofCodes = entries.filter(({ action }) => action !== 'account.create').slice(1);
  expect(ofCodes.map(({ action, data }) => ({ action, data }))).toMatchObject([
    { action: 'account.recovery_codes' },
    { action: 'account.password_reset_request' },
    { action: 'account.log_in_failed', data: { method: 'recovery_code', failures: 1 } },
    { action: 'account.log_in', data: { method: 'recovery_code', failures_before: 1 } },
  ]);
});

test('guesses at recovery codes wait after five, and the owner is told', async () => {
  const { email, codes, use } = await withCodes('guessed');
  const statuses: number[] = [];
  for (let guess = 0; guess < 8; guess += 1) statuses.push((await use(`wrong ${guess}`)).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 429, 429]);
  expect((await use(codes[0] ?? '')).status).toBe(429);
  expect((await mailsTo(email)).map(({ kind }) => kind)).toContain('log_in_attempts');
});

test('new recovery codes end the other sessions; a log-in with one takes one factor and ends the session that came with it', async () => {
  const { browser, email, password, userId } = await signUp(newEmail('sessions'));
  await addPasskey(userId);
  const other = await logIn(email, password);
  expect((await browser.json('/api/auth/recovery-codes/make', {})).status).toBe(200);
  expect([await isLoggedIn(browser), await isLoggedIn(other.browser)]).toEqual([true, false]);

  const { codes, use } = await withCodes('one-factor');
  expect((await use(codes[0] ?? '', browser)).status).toBe(200);
  const { user, session } = (await (await browser.get('/api/auth/get-session')).json()) as {
    user: { email: string };
    session: { twoFactors: boolean };
  };
  expect([user.email.startsWith('one-factor'), session.twoFactors]).toEqual([true, false]);
  expect(await pages.orm.em.fork().execute('select id from auth.session where "userId" = ?', [userId])).toEqual([]);
});

test('3: a recovery by an operator waits, tells every known address, and each of them can stop it', async () => {
  const person = await signUpByPasskey(newEmail('lost'));
  await prove(person.userId);
  const em = pages.orm.em.fork();
  const { merchant } = await em.findOneOrFail(Store, pages.storeId, { populate: ['merchant'] });
  const joinedAs = newEmail('joined-as');
  await em.insert(Member, { merchant, userId: person.userId, email: joinedAs, role: 'viewer', createdAt: new Date() });
  const recovery = createRecovery(pages.orm, pages.auth, pages.url);
  const by = { actor: { kind: 'command' as const, id: 'root', email: null }, reason: 'Called back' };
  const start = async () => {
    await recovery.start(person.email, by);
    const mails = await mailsTo(person.email);
    const of = (event: string) => mails.findLast((mail) => mail.event === event)?.token ?? '';
    return { link: of('recovery_link'), stop: of('recovery_started') };
  };
  const complete = (token: string, logInSecret: string) =>
    openBrowser().json('/account/recovery-link/complete', { token, logInSecret });

  const first = await start();
  for (const address of [joinedAs, merchant.email]) {
    expect((await mailsTo(address)).map(({ event }) => event)).toContain('recovery_started');
  }
  expect((await mailsTo(joinedAs)).map(({ event }) => event)).not.toContain('recovery_link');
  const early = await complete(first.link, secret());
  expect([early.status, await early.json()]).toMatchObject([409, { code: 'too_early' }]);
  expect(await passkeysOf(person.userId)).toBe(1);
  // The link to stop does not complete it, and opening it changes nothing.
  expect((await complete(first.stop, secret())).status).toBe(409);
  expect((await openBrowser().get(`/account/recovery-stop?token=${first.stop}`)).status).toBe(200);
  expect((await openBrowser().form(`/account/recovery-stop?token=${first.stop}`)).status).toBe(200);
  expect((await openBrowser().form(`/account/recovery-stop?token=${first.stop}`)).status).toBe(409);
  expect(await (await complete(first.link, secret())).json()).toMatchObject({ code: 'dead_link' });

  const { link } = await start();
  await em.execute(
    `update auth.verification set value = regexp_replace(value, '"readyAt":"[^"]*"', '"readyAt":"2020-01-01T00:00:00.000Z"')
      where value like ?`,
    [`link ${person.userId} %`],
  );
  const password = secret();
  expect((await complete(link, password)).status).toBe(200);
  expect((await complete(link, password)).status).toBe(409);
  expect([await passkeysOf(person.userId), await isLoggedIn(person.browser)]).toEqual([0, false]);
  expect((await logIn(person.email, password)).status).toBe(200);
  const done = ['account.recovery_start', 'account.recovery_stop', 'account.recovery_start', 'account.recovery_done'];
  const entries = await pages.orm.em.fork().find(AuditEntry, { subjectId: person.userId }, { orderBy: { id: 'asc' } });
  expect(entries.map(({ action }) => action).filter((action) => action.includes('recovery'))).toEqual(done);
  // Its sign-up, log-ins, proof and recovery: the log names a shopper by id only, because it keeps that for ever.
  expect(JSON.stringify(entries.map(({ actorEmail, data }) => ({ actorEmail, data })))).not.toContain('@');

  const operator = newEmail('operator');
  await makeOperator(pages.auth, operator, secret(), aside);
  await expect(recovery.start(operator, by)).rejects.toMatchObject({ code: 'operator' });
});
