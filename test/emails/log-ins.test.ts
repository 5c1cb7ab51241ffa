// Which log-ins are mailed to the account's owner: those from a browser that has not logged in to this account before, when they
// are complete.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { type AuthBrowser, ORIGIN, openBrowser, PASSWORD } from '#test/auth/auth-browser.ts';
import { totp } from '#test/e2e/support/totp.ts';
import { proveAddress } from '#test/support/accounts.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { signUpToken } from '#test/support/sign-up.ts';
import { createAccountMail } from '#web/auth/account-mail.ts';
import { type Auth, createAuth } from '#web/auth/create-auth.ts';
import { CLIENT_IP_HEADER } from '#web/auth/request-account.ts';

const addressOf = (name: string): string => `${name}-${randomBytes(4).toString('hex')}@shop.test`;

let database: TestDatabase;
let orm: Orm;
let auth: Auth;
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
  auth = createAuth({
    databaseUrl: database.url,
    secret: 's'.repeat(32),
    publicUrl: ORIGIN,
    mail: createAccountMail(orm, ORIGIN),
  });
});
afterAll(async () => {
  await auth?.close();
  await orm?.close();
  await database?.drop();
});
// Nobody waits for a window of the rate limiter.
beforeEach(() => orm.em.fork().execute('delete from auth."rateLimit"'));

const logIn = (browser: AuthBrowser, email: string, password = PASSWORD) =>
  browser.must('/sign-in/email', { email, password });

/** An account that was made long ago, and the browser that made it. */
const oldAccount = async (email: string): Promise<{ browser: AuthBrowser; userId: string }> => {
  const browser = openBrowser(auth);
  const token = await signUpToken(orm, email);
  const { user } = await browser.must('/sign-up/email', { email, name: email, password: PASSWORD, token });
  const { id: userId } = user as { id: string };
  await orm.em.fork().execute(`update auth."user" set "createdAt" = now() - interval '1 day' where id = ?`, [userId]);
  return { browser, userId };
};

const codeOf = (totpUri: string): string => totp(new URL(totpUri).searchParams.get('secret') ?? '');

const mailsTo = (email: string) =>
  orm.em.fork().execute<{ kind: string; locale: string; data: Record<string, string>; queued: boolean }[]>(
    `select kind, locale, data, exists (select from dispatch d where d.kind = 'start_email' and d.subject_id = m.id) as queued
       from email_message m where recipient = ? order by created_at`,
    [email],
  );

it('a new browser sends one e-mail; the browser that created the account and known ones send none', async () => {
  const email = addressOf('maja');
  const { browser } = await oldAccount(email);
  await logIn(browser, email);
  expect(await mailsTo(email)).toEqual([]);

  const other = openBrowser(auth);
  await logIn(other, email);
  await logIn(other, email);
  expect(await mailsTo(email)).toMatchObject([
    {
      kind: 'new_device',
      locale: 'en',
      queued: true,
      data: { device: 'Firefox on Linux', ipAddress: '203.0.113.7', link: `${ORIGIN}/account/security` },
    },
  ]);
});

it('a browser is new when only another account knows it or its cookie is forged', async () => {
  const [email, somebody] = [addressOf('noor'), addressOf('somebody')];
  const { browser } = await oldAccount(somebody);
  await oldAccount(email);
  await logIn(browser, email);
  const [name = ''] = [...browser.cookies.keys()].filter((key) => key.includes('known_browser'));
  const value = decodeURIComponent(browser.cookies.get(name) ?? '');
  expect(value).toMatch(/^[\w-]{43}\.[\w-]{43}\./);
  const forged = openBrowser(auth, {
    cookies: new Map([[name, encodeURIComponent(`${value.slice(0, -10)}AAAAAAAAA=`)]]),
  });
  await logIn(forged, email);
  expect(await mailsTo(email)).toHaveLength(2);
  // Both accounts know the shared browser now.
  await logIn(browser, somebody);
  await logIn(browser, email);
  expect(await mailsTo(email)).toHaveLength(2);
  expect(await mailsTo(somebody)).toEqual([]);
});

it('a password without the second factor is no log-in; with it, it is one', async () => {
  const email = addressOf('ada');
  const { browser } = await oldAccount(email);
  const { totpURI } = (await browser.must('/two-factor/enable', { password: PASSWORD })) as { totpURI: string };
  await browser.must('/two-factor/verify-totp', { code: codeOf(totpURI) });
  const other = openBrowser(auth);
  expect(await logIn(other, email)).toMatchObject({ twoFactorRedirect: true });
  expect(await mailsTo(email)).toEqual([]);
  await other.must('/two-factor/verify-totp', { code: codeOf(totpURI) });
  expect(await mailsTo(email)).toHaveLength(1);
});

it('after a new password every browser is new', async () => {
  const email = addressOf('kim');
  const { browser, userId } = await oldAccount(email);
  const { password } = await auth.$context;
  const changed = 'q'.repeat(43);
  const hash = await password.hash(changed);
  await orm.em.fork().execute(`update auth.account set password = ? where "userId" = ?`, [hash, userId]);
  await logIn(browser, email, changed);
  expect(await mailsTo(email)).toHaveLength(1);
});

it('a member of a store gets the e-mail in its language', async () => {
  const email = addressOf('aki');
  const { userId } = await oldAccount(email);
  await proveAddress(orm, userId);
  const { merchantId } = await createMerchantAndStore(orm.em, { name: 'Kumo', email: addressOf('kumo'), locale: 'ja' });
  await orm.em
    .fork()
    .execute(`insert into member (merchant_id, user_id, email, role) values (?, ?, ?, 'viewer')`, [
      ...[merchantId, userId, email],
    ]);
  await logIn(openBrowser(auth), email);
  expect(await mailsTo(email)).toMatchObject([{ kind: 'new_device', locale: 'ja' }]);
});

it('a log-in fails when its e-mail cannot be queued', async () => {
  const email = addressOf('lin');
  await oldAccount(email);
  // better-auth prints its errors with status 500.
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  const mail = createAccountMail(orm, ORIGIN);
  const broken = createAuth({
    databaseUrl: database.url,
    secret: 's'.repeat(32),
    publicUrl: ORIGIN,
    mail: { ...mail, newLogIn: () => Promise.reject(new Error('no mail today')) },
  });
  try {
    const response = await broken.handler(
      new Request(`${ORIGIN}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: ORIGIN, [CLIENT_IP_HEADER]: '203.0.113.8' },
        body: JSON.stringify({ email, password: PASSWORD }),
      }),
    );
    expect(response.status).toBe(500);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.text()).not.toContain('no mail today');
  } finally {
    printed.mockRestore();
    await broken.close();
  }
});
