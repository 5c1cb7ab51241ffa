// Guessing is limited by account and over all accounts, not by address alone (finding 5), and nobody can lock an owner out.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { waitSeconds } from '#web/auth/attempt-counters.ts';
import { openBrowser, PASSWORD, type Reply, turnTotpOn, WRONG } from './auth-browser.ts';
import { type AuthWorld, openAuthWorld } from './auth-world.ts';

let world: AuthWorld;
beforeAll(async () => {
  world = await openAuthWorld();
});
afterAll(async () => await world?.close());
beforeEach(async () => await world.forgetAddresses());

const signIn = (email: string, password: string, ip: string, auth = world.auth): Promise<Reply> =>
  openBrowser(auth, { ip }).post('/sign-in/email', { email, password });
const count = (replies: Reply[], status: number): number => replies.filter((reply) => reply.status === status).length;
const mails = (email: string) =>
  world.rows<{ data: Record<string, unknown> }>(
    `select data from email_message where kind = 'log_in_attempts' and recipient = ?`,
    [email],
  );
/** As if the last wait were over. */
const waited = () => world.rows(`delete from limits.log_in_rate where key like 'wait:%'`);

test('of 110 wrong passwords from 11 addresses, ten and one more are checked; the right one then waits, and the owner is told once', async () => {
  const email = world.newEmail();
  await world.signUp(email);
  const other = world.openAuth();
  const replies = await Promise.all(
    Array.from({ length: 110 }, (_, index) =>
      signIn(email, WRONG, `198.51.100.${index % 11}`, index % 2 === 0 ? world.auth : other),
    ),
  );
  expect(count(replies, 401)).toBeLessThanOrEqual(11);
  expect(count(replies, 401) + count(replies, 429)).toBe(110);
  const denied = await signIn(email, PASSWORD, '198.51.100.77');
  expect(denied).toMatchObject({ status: 429, body: { code: 'TOO_MANY_ATTEMPTS' } });
  expect(denied.retryAfter).toBeGreaterThan(0);
  expect(denied.retryAfter).toBeLessThanOrEqual(15);
  expect(await mails(email)).toMatchObject([{ data: { wrong: 'password', attempts: 10 } }]);

  await waited();
  expect((await signIn(email.toUpperCase(), WRONG, '198.51.100.78')).status).toBe(401);
  expect((await signIn(email, WRONG, '198.51.100.79')).status).toBe(429);
  expect(await mails(email)).toHaveLength(1);
});

test('waits double and are capped; denied attempts make none longer', async () => {
  const rule = { free: 10, firstWaitSeconds: 15, longestWaitSeconds: 900, inAllPerMinute: 600 };
  expect([11, 12, 13, 16, 17, 18, 500].map((each) => waitSeconds(rule, each))).toEqual([
    ...[15, 30, 60, 480, 900, 900, 900],
  ]);
  const email = world.newEmail();
  await world.signUp(email);
  for (let index = 0; index < 60; index += 1) await signIn(email, WRONG, `198.51.101.${index}`);
  await waited();
  const next = await signIn(email, WRONG, '198.51.101.90');
  const denied = await signIn(email, WRONG, '198.51.101.91');
  expect([next.status, denied.status]).toEqual([401, 429]);
  expect(denied.retryAfter).toBeLessThanOrEqual(30);
});

test('a browser that logged in before gets in while others wait, and ends nobody else’s wait', async () => {
  const email = world.newEmail();
  const { browser } = await world.signUp(email);
  await browser.must('/sign-out', {});
  for (let index = 0; index < 12; index += 1) await signIn(email, WRONG, `198.51.102.${index}`);
  expect((await signIn(email, PASSWORD, '198.51.102.90')).status).toBe(429);
  await browser.must('/sign-in/email', { email, password: PASSWORD });
  expect((await signIn(email, PASSWORD, '198.51.102.91')).status).toBe(429);
  // A cookie of another account, or of nobody, makes no browser known.
  const { browser: stranger } = await world.signUp(world.newEmail());
  expect((await stranger.post('/sign-in/email', { email, password: PASSWORD })).status).toBe(429);
});

test('an owner who is in starts with a clean count', async () => {
  const email = world.newEmail();
  await world.signUp(email);
  for (let index = 0; index < 9; index += 1) await signIn(email, WRONG, `198.51.103.${index}`);
  expect((await signIn(email, PASSWORD, '198.51.103.80')).status).toBe(200);
  for (let index = 0; index < 10; index += 1) {
    expect((await signIn(email, WRONG, `198.51.103.${100 + index}`)).status).toBe(401);
  }
});

test('an address without an account is limited like one with an account', async () => {
  const email = world.newEmail();
  const replies = await Promise.all(
    Array.from({ length: 40 }, (_, index) => signIn(email, WRONG, `198.51.104.${index}`)),
  );
  expect(count(replies, 401)).toBeLessThanOrEqual(11);
  expect(await mails(email)).toEqual([]);
});

test('codes after the right password: five and one more are checked, the owner is told, and the trusted browser gets in', async () => {
  const email = world.newEmail();
  const { browser } = await world.signUp(email);
  const app = await turnTotpOn(browser);
  await browser.must('/sign-out', {});
  const statuses: number[] = [];
  for (let challenge = 0; challenge < 6; challenge += 1) {
    const attacker = openBrowser(world.auth, { ip: `198.51.105.${challenge}` });
    await attacker.post('/sign-in/email', { email, password: PASSWORD });
    for (let guess = 0; guess < 4; guess += 1) {
      statuses.push((await attacker.post('/two-factor/verify-totp', { code: `00000${guess}` })).status);
    }
  }
  expect(statuses.filter((status) => status === 401)).toHaveLength(6);
  expect(statuses.filter((status) => status === 429)).toHaveLength(18);
  expect(await mails(email)).toMatchObject([{ data: { wrong: 'code', attempts: 5 } }]);
  await browser.must('/sign-in/email', { email, password: PASSWORD });
  await browser.must('/two-factor/verify-totp', { code: app.code() });
  expect(await browser.isLoggedIn()).toBe(true);
});

test.each(['/verify-password', '/two-factor/enable', '/two-factor/disable', '/two-factor/get-totp-uri'])(
  'the password cannot be guessed at %s with a session',
  async (path) => {
    const { browser } = await world.signUp(world.newEmail());
    const statuses: number[] = [];
    for (let index = 0; index < 16; index += 1) {
      await world.forgetAddresses();
      statuses.push((await browser.post(path, { password: WRONG })).status);
    }
    expect(statuses.filter((status) => status !== 429).length).toBeLessThanOrEqual(11);
    expect(statuses.at(-1)).toBe(429);
  },
);

test('links to one address are limited, from however many addresses they are asked for', async () => {
  const email = world.newEmail();
  await world.signUp(email);
  const ask = (ip: string) =>
    openBrowser(world.auth, { ip }).post('/request-password-reset', { email, redirectTo: '/account/new-password' });
  const replies = await Promise.all(Array.from({ length: 40 }, (_, index) => ask(`198.51.106.${index}`)));
  expect(count(replies, 200)).toBeLessThanOrEqual(6);
  expect(count(replies, 429)).toBeGreaterThanOrEqual(34);
});

test('attempts over all accounts are limited too; browsers that are known have a limit of their own', async () => {
  const email = world.newEmail();
  const { browser } = await world.signUp(email);
  await world.rows(
    `insert into limits.log_in_rate values ('all:password', 600, ?) on conflict (key) do update set points = 600, expire = excluded.expire`,
    [Date.now() + 60_000],
  );
  expect((await signIn(world.newEmail(), WRONG, '198.51.107.1')).status).toBe(429);
  await browser.must('/sign-in/email', { email, password: PASSWORD });
  await world.rows(`delete from limits.log_in_rate where key = 'all:password'`);
  expect((await signIn(email, PASSWORD, '198.51.107.2')).status).toBe(200);
});
