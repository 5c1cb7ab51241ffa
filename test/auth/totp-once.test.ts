// A code of an authenticator app, or a backup code, logs in once (finding 6).
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Auth } from '#web/auth/create-auth.ts';
import { type AuthBrowser, openBrowser, PASSWORD, turnTotpOn, WRONG } from './auth-browser.ts';
import { type AuthWorld, openAuthWorld } from './auth-world.ts';

let world: AuthWorld;
beforeAll(async () => {
  world = await openAuthWorld();
});
afterAll(async () => await world?.close());
beforeEach(async () => await world.forgetAddresses());

/** A browser at the second factor. */
const challenged = async (email: string, ip = '203.0.113.9', auth = world.auth) => {
  const browser = openBrowser(auth, { ip });
  expect(await browser.must('/sign-in/email', { email, password: PASSWORD })).toMatchObject({
    twoFactorRedirect: true,
  });
  return browser;
};

/** Twenty browsers at the second factor. The limits would let fewer of them guess, so their counters are emptied. */
const challengedMany = async (email: string, processes: Auth[]): Promise<AuthBrowser[]> => {
  const browsers: AuthBrowser[] = [];
  for (let index = 0; index < 20; index += 1) {
    await world.rows('delete from limits.log_in_rate');
    browsers.push(await challenged(email, `203.0.113.${100 + index}`, processes[index % processes.length]));
  }
  await world.rows('delete from limits.log_in_rate');
  return browsers;
};

test('the code that turned two-factor on, a used code and an earlier one are rejected; a later one logs in', async () => {
  const email = world.newEmail();
  const { browser } = await world.signUp(email);
  const app = await turnTotpOn(browser);
  const enter = async (code: string) =>
    (await (await challenged(email)).post('/two-factor/verify-totp', { code })).status;
  expect(await enter(app.code(-1))).toBe(401);
  expect(await enter(app.code())).toBe(200);
  for (const steps of [0, -1, 0]) expect(await enter(app.code(steps)), String(steps)).toBe(401);
  expect(await enter(app.code(1))).toBe(200);
  for (const steps of [1, 0, -1]) expect(await enter(app.code(steps)), String(steps)).toBe(401);
});

test('of 20 requests with one code at once, in two processes, one logs in', async () => {
  const email = world.newEmail();
  const { browser } = await world.signUp(email);
  const app = await turnTotpOn(browser);
  const other = world.openAuth();
  const browsers = await challengedMany(email, [world.auth, other]);
  const code = app.code();
  const statuses = await Promise.all(
    browsers.map(async (each) => (await each.post('/two-factor/verify-totp', { code })).status),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  const sessions = await Promise.all(browsers.map((each) => each.isLoggedIn()));
  expect(sessions.filter(Boolean)).toHaveLength(1);
});

test('of 20 requests with one backup code at once, one logs in, and never again', async () => {
  const email = world.newEmail();
  const { browser } = await world.signUp(email);
  const { backupCodes } = await turnTotpOn(browser);
  const [code = ''] = backupCodes;
  const browsers = await challengedMany(email, [world.auth]);
  const statuses = await Promise.all(
    browsers.map(async (each) => (await each.post('/two-factor/verify-backup-code', { code })).status),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  await world.rows('delete from limits.log_in_rate');
  const late = await challenged(email);
  expect((await late.post('/two-factor/verify-backup-code', { code })).status).toBe(401);
});

test('a new authenticator app starts anew, and a wrong password turns nothing off', async () => {
  const email = world.newEmail();
  const { browser } = await world.signUp(email);
  const app = await turnTotpOn(browser);
  expect((await (await challenged(email)).post('/two-factor/verify-totp', { code: app.code(1) })).status).toBe(200);
  expect((await browser.post('/two-factor/disable', { password: WRONG })).status).toBe(400);
  await browser.must('/two-factor/disable', { password: PASSWORD });
  const next = await turnTotpOn(browser);
  expect((await (await challenged(email)).post('/two-factor/verify-totp', { code: app.code(1) })).status).toBe(401);
  expect((await (await challenged(email)).post('/two-factor/verify-totp', { code: next.code() })).status).toBe(200);
});
