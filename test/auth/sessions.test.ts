// Logging in ends the session that came with it, a change of factors ends the other sessions, and unused sessions end (finding 7).
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { signUpToken } from '#test/support/sign-up.ts';
import { createAccountSessions } from '#web/account/server/account-sessions.ts';
import { createAccountRecords } from '#web/auth/account-records.ts';
import { endOfSession } from '#web/auth/session-lifetime.ts';
import { type AuthBrowser, ORIGIN, openBrowser, PASSWORD, turnTotpOn, WRONG } from './auth-browser.ts';
import { type AuthWorld, openAuthWorld } from './auth-world.ts';

let world: AuthWorld;
beforeAll(async () => {
  world = await openAuthWorld();
});
afterAll(async () => await world?.close());
beforeEach(async () => {
  await world.forgetAddresses();
  await world.rows('delete from limits.log_in_rate');
});

/** The same browser before its next log-in: what a copied cookie still opens. */
const copyOf = (browser: AuthBrowser): AuthBrowser => openBrowser(world.auth, { cookies: new Map(browser.cookies) });
const sessionsOf = (userId: string) => world.rows('select token from auth.session where "userId" = ?', [userId]);
const another = async (email: string): Promise<AuthBrowser> => {
  const browser = openBrowser(world.auth, { ip: '203.0.113.50' });
  await browser.must('/sign-in/email', { email, password: PASSWORD });
  return browser;
};

test('a log-in by password ends the session that came with it; log-out then leaves none', async () => {
  const email = world.newEmail();
  const { browser, userId } = await world.signUp(email);
  for (let again = 0; again < 3; again += 1) {
    const before = copyOf(browser);
    await browser.must('/sign-in/email', { email, password: PASSWORD });
    expect([await before.isLoggedIn(), await browser.isLoggedIn()]).toEqual([false, true]);
    expect(await sessionsOf(userId)).toHaveLength(1);
  }
  await browser.must('/sign-out', {});
  expect(await sessionsOf(userId)).toEqual([]);
});

test('a wrong password ends nothing', async () => {
  const email = world.newEmail();
  const { browser } = await world.signUp(email);
  expect((await browser.post('/sign-in/email', { email, password: WRONG })).status).toBe(401);
  expect(await browser.isLoggedIn()).toBe(true);
});

test('the session before ends with the right password already, when a code is still needed; the code makes one session', async () => {
  const email = world.newEmail();
  const { browser, userId } = await world.signUp(email);
  const app = await turnTotpOn(browser);
  const before = copyOf(browser);
  expect(await browser.must('/sign-in/email', { email, password: PASSWORD })).toMatchObject({
    twoFactorRedirect: true,
  });
  expect([await before.isLoggedIn(), await browser.isLoggedIn()]).toEqual([false, false]);
  await browser.must('/two-factor/verify-totp', { code: app.code() });
  expect(await browser.isLoggedIn()).toBe(true);
  expect(await sessionsOf(userId)).toHaveLength(1);
});

test('a sign-up, and a log-in to another account, end the session of the browser', async () => {
  const { browser, userId } = await world.signUp(world.newEmail());
  const before = copyOf(browser);
  const email = world.newEmail();
  const token = await signUpToken(world.orm, email);
  await browser.must('/sign-up/email', { email, name: email, password: PASSWORD, token });
  expect([await before.isLoggedIn(), await browser.isLoggedIn()]).toEqual([false, true]);
  expect(await sessionsOf(userId)).toEqual([]);
});

test('turning two-factor on, new backup codes, and turning it off each end the other sessions, not this one', async () => {
  const email = world.newEmail();
  const { browser, userId } = await world.signUp(email);
  const other = await another(email);
  const app = await turnTotpOn(browser);
  expect([await other.isLoggedIn(), await browser.isLoggedIn()]).toEqual([false, true]);
  for (const [path, code] of [
    ['/two-factor/generate-backup-codes', app.code()],
    ['/two-factor/disable', app.code(1)],
  ] as const) {
    const more = await another(email);
    await more.must('/two-factor/verify-totp', { code });
    expect(await sessionsOf(userId)).toHaveLength(2);
    await browser.must(path, { password: PASSWORD });
    expect([await more.isLoggedIn(), await browser.isLoggedIn()], path).toEqual([false, true]);
  }
});

test('better-auth’s own ways to end sessions are closed: they ask for no fresh log-in', async () => {
  const { browser } = await world.signUp(world.newEmail());
  for (const path of ['/revoke-session', '/revoke-sessions', '/revoke-other-sessions', '/update-session']) {
    expect((await browser.post(path, { token: 'x' })).status, path).toBe(404);
  }
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  ['operator', 0, 29 * MINUTE, true],
  ['operator', 0, 31 * MINUTE, false],
  ['operator', 12 * HOUR + MINUTE, MINUTE, false],
  ['operator', 11 * HOUR, 20 * MINUTE, true],
  ['shopper', 0, 2 * DAY, true],
  ['shopper', 0, 3 * DAY + MINUTE, false],
  ['shopper', 7 * DAY + MINUTE, MINUTE, false],
  ['shopper', 6 * DAY, DAY, true],
] as const)('a session of a %s, %i ms old and unused for %i ms, is alive: %s', async (role, age, idle, alive) => {
  const { browser, userId } = await world.signUp(world.newEmail());
  await world.rows('update auth."user" set role = ?, "emailVerified" = true where id = ?', [role, userId]);
  const now = Date.now();
  // As it was before this rule: better-auth's own end is far away.
  await world.rows('update auth.session set "createdAt" = ?, "updatedAt" = ?, "expiresAt" = ? where "userId" = ?', [
    new Date(now - Math.max(age, idle)),
    new Date(now - idle),
    new Date(now + 7 * DAY),
    userId,
  ]);
  const sessions = createAccountSessions({
    ...{ auth: world.auth, records: createAccountRecords(world.orm), publicOrigin: ORIGIN, passwordAlone: false },
  });
  const found = await sessions.session(new Request(ORIGIN, { headers: browser.headers() }));
  expect(found !== null).toBe(alive);
  const [row] = await world.rows<{ expiresAt: string; createdAt: string }>(
    'select "expiresAt", "createdAt" from auth.session where "userId" = ?',
    [userId],
  );
  if (!alive) return expect(row).toBeUndefined();
  const end = endOfSession(role, { createdAt: new Date(row?.createdAt ?? 0), updatedAt: new Date() });
  expect(Math.abs(new Date(row?.expiresAt ?? 0).getTime() - end.getTime())).toBeLessThan(15 * MINUTE);
});

test('a new session of an operator ends in half an hour when it is not used', async () => {
  const email = world.newEmail();
  const { userId } = await world.signUp(email);
  await world.rows(`update auth."user" set role = 'operator', "emailVerified" = true where id = ?`, [userId]);
  await world.rows('delete from auth.session where "userId" = ?', [userId]);
  const browser = await another(email);
  const end = async () => {
    const [row] = await world.rows<{ end: string }>('select "expiresAt" as end from auth.session where "userId" = ?', [
      userId,
    ]);
    return new Date(row?.end ?? 0).getTime() - Date.now();
  };
  expect(await end()).toBeLessThanOrEqual(30 * MINUTE);
  // better-auth's own routes do not make it longer.
  await browser.isLoggedIn();
  expect(await end()).toBeLessThanOrEqual(30 * MINUTE);
});

test('log out everywhere ends all sessions, half log-ins and trusted browsers, and is in the audit log', async () => {
  const email = world.newEmail();
  const { browser, userId } = await world.signUp(email);
  const app = await turnTotpOn(browser);
  const other = await another(email);
  await other.must('/two-factor/verify-totp', { code: app.code(), trustDevice: true });
  const half = await another(email);
  const sessions = createAccountSessions({
    ...{ auth: world.auth, records: createAccountRecords(world.orm), publicOrigin: ORIGIN, passwordAlone: false },
  });
  const session = await sessions.session(new Request(ORIGIN, { headers: browser.headers() }));
  if (!session) throw new Error('not logged in');
  await sessions.endAllSessions(session);
  expect(await sessionsOf(userId)).toEqual([]);
  expect((await half.post('/two-factor/verify-totp', { code: app.code(1) })).status).toBe(401);
  expect(await other.must('/sign-in/email', { email, password: PASSWORD })).toMatchObject({ twoFactorRedirect: true });
  expect(
    await world.rows(`select action from audit_entry where subject_id = ? and action = 'account.end_all_sessions'`, [
      userId,
    ]),
  ).toHaveLength(1);
});
