// Guessing is limited by account, by account and network, and over all accounts (finding 5), and nobody can lock an owner out, alone or with a
// flood (decision 0092).
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
  const rule = { free: 10, firstWaitSeconds: 15, longestWaitSeconds: 900 };
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

/** As if strangers had used up the limit of a minute: for networks that were seen, and for new ones. */
const flooded = async (kind: string, halves: readonly string[] = ['', ':new']): Promise<void> => {
  for (const half of halves) {
    await world.rows(
      `insert into limits.log_in_rate values (?, 100000, ?)
       on conflict (key) do update set points = excluded.points, expire = excluded.expire`,
      [`all:${kind}${half}`, Date.now() + 60_000],
    );
  }
};
const afterFlood = () =>
  world.rows(`delete from limits.log_in_rate where key like 'all:%' or key like 'attempts:from:%'`);
/** What counts for strangers over all accounts. */
const inAll = async (kind: string): Promise<number> =>
  Number(
    (
      await world.rows<{ points: string }>(
        `select coalesce(sum(points), 0) points from limits.log_in_rate where key in (?, ?) and expire > ?`,
        [`all:${kind}`, `all:${kind}:new`, Date.now()],
      )
    )[0]?.points,
  );

test('a flood of strangers stops strangers only: an owner’s known browser logs in, with its code and by a mailed link', async () => {
  const email = world.newEmail();
  const { browser } = await world.signUp(email);
  const app = await turnTotpOn(browser);
  await browser.must('/sign-out', {});
  for (const kind of ['password', 'code', 'mail', 'passkey']) await flooded(kind);
  expect((await signIn(world.newEmail(), WRONG, '198.51.107.1')).status).toBe(429);
  expect((await signIn(email, PASSWORD, '198.51.107.2')).status).toBe(429);
  const reset = { email, redirectTo: '/account/new-password' };
  expect((await openBrowser(world.auth, { ip: '198.51.107.3' }).post('/request-password-reset', reset)).status).toBe(
    429,
  );
  await browser.must('/sign-in/email', { email, password: PASSWORD });
  await browser.must('/two-factor/verify-totp', { code: app.code() });
  expect(await browser.isLoggedIn()).toBe(true);
  expect((await browser.post('/request-password-reset', reset)).status).toBe(200);
  // A passkey of a browser that was never here is looked at: a signature cannot be guessed.
  const passkey = await openBrowser(world.auth, { ip: '198.51.107.4' }).post('/passkey/verify-authentication', {
    response: { id: 'unknown' },
  });
  expect(passkey.status).not.toBe(429);
  await afterFlood();
  expect((await signIn(email, PASSWORD, '198.51.107.5')).status).toBe(200);
});

/** The link in the latest e-mail about attempts, opened in this browser. @returns the status */
const letIn = async (email: string, browser: ReturnType<typeof openBrowser>): Promise<number> => {
  const [mail] = await world.rows<{ data: { letIn: string } }>(
    `select data from email_message where kind = 'log_in_attempts' and recipient = ? order by created_at desc limit 1`,
    [email],
  );
  const token = new URL(mail?.data.letIn ?? '', 'http://x').searchParams.get('token') ?? '';
  return (await browser.post('/let-in', { token })).status;
};

test('who has the mailbox gets in from a new device, during an attack on the account and during a flood, once by each link', async () => {
  const email = world.newEmail();
  await world.signUp(email);
  for (let index = 0; index < 12; index += 1) await signIn(email, WRONG, `198.51.111.${index}`);
  const owner = openBrowser(world.auth, { ip: '198.51.111.90' });
  expect((await owner.post('/sign-in/email', { email, password: PASSWORD })).status).toBe(429);
  expect(await letIn(email, owner)).toBe(200);
  // It is no log-in, and it is still a guess without the password.
  expect(await owner.isLoggedIn()).toBe(false);
  expect((await owner.post('/sign-in/email', { email, password: WRONG })).status).toBe(401);
  await owner.must('/sign-in/email', { email, password: PASSWORD });
  expect(await letIn(email, openBrowser(world.auth, { ip: '198.51.111.91' }))).toBe(400);

  // Strangers have used up what all of them have together: the owner's own attempt sends the link, once a day.
  const other = world.newEmail();
  const { userId } = await world.signUp(other);
  await flooded('password');
  await flooded('mail');
  const late = openBrowser(world.auth, { ip: '198.51.111.92' });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    expect((await late.post('/sign-in/email', { email: other, password: PASSWORD })).status).toBe(429);
  }
  expect(await mails(other)).toMatchObject([{ data: { wrong: 'none' } }]);
  expect(await letIn(other, late)).toBe(200);
  await late.must('/sign-in/email', { email: other, password: PASSWORD });
  // Those that were not mailed were not kept.
  const left = await world.rows(
    `select 1 from auth.verification where identifier like 'let-in:%' and starts_with(value, ?)`,
    [`link ${userId} `],
  );
  expect(left).toEqual([]);
  await afterFlood();
});

test('a new password by mail makes its browser known: a flood does not stop the log-in that follows', async () => {
  const email = world.newEmail();
  await world.signUp(email);
  await afterFlood();
  const browser = openBrowser(world.auth, { ip: '198.51.112.1' });
  await browser.must('/request-password-reset', { email, redirectTo: '/account/new-password' });
  const [mail] = await world.rows<{ data: { link: string } }>(
    `select data from email_message where kind = 'password_reset' and recipient = ?`,
    [email],
  );
  const token = new URL(mail?.data.link ?? '').searchParams.get('token') ?? '';
  await browser.must('/reset-password', { token, newPassword: WRONG });
  await flooded('password');
  const elsewhere = openBrowser(world.auth, { ip: '198.51.112.2' });
  expect((await elsewhere.post('/sign-in/email', { email, password: WRONG })).status).toBe(429);
  await browser.must('/sign-in/email', { email, password: WRONG });
  await afterFlood();
});

test('networks that were seen today use up their half of the limit; one that is new still gets in, three times', async () => {
  const email = world.newEmail();
  await world.signUp(email);
  await flooded('password', ['']);
  const attacker = (site: number) =>
    signIn(world.newEmail(), WRONG, `2001:db8:${site}:${Math.random().toString(16).slice(2, 6)}::1`);
  // Its /48 is one network, whatever the rest of the address.
  const statuses = [];
  for (let attempt = 0; attempt < 5; attempt += 1) statuses.push((await attacker(7)).status);
  expect(statuses).toEqual([401, 401, 401, 429, 429]);
  expect((await signIn(email, PASSWORD, '2001:db8:8::1')).status).toBe(200);
  await afterFlood();
});

test('an attacker’s own account, known browser and denied attempts use up nothing of the limit', async () => {
  const own = world.newEmail();
  const victim = world.newEmail();
  const { browser: attacker } = await world.signUp(own);
  await world.signUp(victim);
  await afterFlood();
  for (let index = 0; index < 15; index += 1) {
    await world.forgetAddresses();
    await attacker.post('/sign-in/email', { email: own, password: WRONG });
  }
  expect(await inAll('password')).toBe(0);
  for (let index = 0; index < 40; index += 1) await signIn(victim, WRONG, `198.51.108.${index}`);
  // Ten free ones and the first after a wait; the rest was denied.
  expect(await inAll('password')).toBe(11);
});

test('who tries on and on from one network waits longer than others do for the same account', async () => {
  const email = world.newEmail();
  await world.signUp(email);
  for (let index = 0; index < 22; index += 1) {
    await waited();
    await world.forgetAddresses();
    expect((await signIn(email, WRONG, '198.51.109.1')).status).toBe(401);
  }
  const again = await signIn(email, WRONG, '198.51.109.1');
  const owner = await signIn(email, PASSWORD, '198.51.109.2');
  expect([again.status, owner.status]).toEqual([429, 429]);
  expect(again.retryAfter).toBeGreaterThan(1_800);
  expect(owner.retryAfter).toBeLessThanOrEqual(900);
  // When the account's wait is over, the attacker's is not: the turn is the owner's.
  const shorter = await world.rows<{ key: string }>(
    `delete from limits.log_in_rate where key like 'wait:password:%' and key not like 'wait:password:one:%' returning key`,
  );
  expect(shorter.length).toBeGreaterThan(0);
  await world.forgetAddresses();
  expect((await signIn(email, WRONG, '198.51.109.1')).status).toBe(429);
  expect((await signIn(email, PASSWORD, '198.51.109.2')).status).toBe(200);
});

test('a computed hash counts with a living link only, and a mail counts although it was sent', async () => {
  const email = world.newEmail();
  const { userId } = await world.signUp(email);
  await afterFlood();
  for (let index = 0; index < 8; index += 1) {
    const dead = { token: `dead-link-${index}`, newPassword: PASSWORD };
    const { status } = await openBrowser(world.auth, { ip: `198.51.110.${index}` }).post('/reset-password', dead);
    expect(status).toBe(400);
    const noSignUp = { email: world.newEmail(), name: 'x', password: PASSWORD, token: `dead-${index}` };
    expect((await openBrowser(world.auth, { ip: `198.51.110.${index}` }).post('/sign-up/email', noSignUp)).status).toBe(
      400,
    );
  }
  expect(await inAll('hash')).toBe(0);
  const asking = openBrowser(world.auth, { ip: '198.51.110.90' });
  await asking.must('/request-password-reset', { email, redirectTo: '/account/new-password' });
  expect(await inAll('mail')).toBe(1);
  const [mail] = await world.rows<{ data: { link: string } }>(
    `select data from email_message where kind = 'password_reset' and recipient = ? order by id desc limit 1`,
    [email],
  );
  const token = new URL(mail?.data.link ?? '').searchParams.get('token') ?? '';
  await asking.must('/reset-password', { token, newPassword: WRONG });
  expect(await inAll('hash')).toBe(1);
  expect(userId).not.toBe('');
});
