// Pages over a real database for tests of log-ins, and what browsers and mailboxes do with them.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { type CheckoutWorld, openCheckoutWorld } from '#test/e2e/support/checkout-world.ts';
import { totp } from '#test/e2e/support/totp.ts';
import { proveAddress } from '#test/support/accounts.ts';
import { cookieHeader, keepCookies } from '#test/support/cookie-jar.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { signUpToken } from '#test/support/sign-up.ts';
import { type Auth, createAuth } from '#web/auth/create-auth.ts';

export const secret = (): string => randomBytes(32).toString('base64url');
export const newEmail = (name: string): string => `${name}-${randomBytes(4).toString('hex')}@victim-company.example`;
export const aside = async (): Promise<void> => {};

/** A browser without scripts: its cookies, JSON requests, and forms. */
const openBrowserOf = (url: string) => {
  const cookies = new Map<string, string>();
  const send = async (method: string, path: string, type: string, body: string | null): Promise<Response> => {
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        origin: url,
        cookie: cookieHeader(cookies),
        ...(body === null ? {} : { 'content-type': type }),
      },
      body,
    });
    keepCookies(cookies, response);
    return response;
  };
  return {
    cookies,
    get: (path: string) => send('GET', path, '', null),
    json: (path: string, body: object) => send('POST', path, 'application/json', JSON.stringify(body)),
    form: (path: string, fields: Record<string, string> = {}) =>
      send('POST', path, 'application/x-www-form-urlencoded', new URLSearchParams(fields).toString()),
  };
};
type Browser = ReturnType<typeof openBrowserOf>;

interface Mail {
  kind: string;
  link: string;
  token: string;
  event?: string;
}

/** Opens them before the file's tests, and closes them afterwards. @param passwordAlone a password alone counts as two factors */
export const openProofPages = ({ passwordAlone = true } = {}) => {
  let database: TestDatabase;
  let world: CheckoutWorld;
  let auth: Auth;
  beforeAll(async () => {
    database = await createTestDatabase();
    world = await openCheckoutWorld(database.url, { host: 'localhost', passwordAlone });
    auth = createAuth({ databaseUrl: database.url, secret: 's'.repeat(32), publicUrl: world.url });
  });
  afterAll(async () => {
    await auth?.close();
    await world?.close();
    await database?.drop();
  });
  /** Nobody waits for a window of the rate limiter. */
  const forgetAddresses = () => world.orm.em.fork().execute('delete from auth."rateLimit"');
  beforeEach(forgetAddresses);

  const openBrowser = (): Browser => openBrowserOf(world.url);

  /** An account whose address is unproven, as those from before a sign-up took a mailed link. */
  const signUp = async (email: string, password = secret()) => {
    const browser = openBrowser();
    const token = await signUpToken(world.orm, email);
    const response = await browser.json('/api/auth/sign-up/email', { email, name: email, password, token });
    expect(response.status).toBe(200);
    const { user } = (await response.json()) as { user: { id: string } };
    await world.orm.em.fork().execute('update auth."user" set "emailVerified" = false where id = ?', [user.id]);
    return { browser, userId: user.id, email, password };
  };

  const logIn = async (email: string, password: string) => {
    const browser = openBrowser();
    const response = await browser.json('/api/auth/sign-in/email', { email, password });
    return { browser, status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  /** As if the account had registered one: the ceremony is not what is tested. */
  const addPasskey = (userId: string) =>
    world.orm.em.fork().execute(
      `insert into auth.passkey (id, "publicKey", "userId", "credentialID", counter, "deviceType", "backedUp", "createdAt")
       values (?, 'key', ?, ?, 0, 'singleDevice', false, now())`,
      [randomBytes(8).toString('hex'), userId, randomBytes(16).toString('base64url')],
    );

  /** As if the account's open sessions had been made by its passkey. */
  const tookTwoFactors = (userId: string) =>
    world.orm.em.fork().execute('update auth.session set "twoFactors" = true where "userId" = ?', [userId]);

  /** An account that logs in by passkey only; its browser is logged in. */
  const signUpByPasskey = async (email: string) => {
    const account = await signUp(email);
    await addPasskey(account.userId);
    await world.orm.em.fork().execute('delete from auth.account where "userId" = ?', [account.userId]);
    await tookTwoFactors(account.userId);
    return account;
  };

  const passkeysOf = async (userId: string): Promise<number> =>
    Number(
      (await world.orm.em.fork().execute('select count(*) from auth.passkey where "userId" = ?', [userId]))[0]?.count,
    );

  const turnTotpOn = async ({ browser, password }: { browser: Browser; password: string }): Promise<string> => {
    const { totpURI } = (await (await browser.json('/api/auth/two-factor/enable', { password })).json()) as {
      totpURI: string;
    };
    const key = new URL(totpURI).searchParams.get('secret') ?? '';
    expect((await browser.json('/api/auth/two-factor/verify-totp', { code: totp(key) })).status).toBe(200);
    return key;
  };

  const mailsTo = async (email: string): Promise<Mail[]> => {
    const rows = await world.orm.em
      .fork()
      .execute<{ kind: string; data: { link?: string; event?: string } }[]>(
        'select kind, data from email_message where recipient = ? order by created_at',
        [email],
      );
    return rows.map(({ kind, data }) => {
      const link = data.link ?? '';
      const token = URL.canParse(link) ? (new URL(link).searchParams.get('token') ?? '') : '';
      return { kind, link, token, ...(data.event ? { event: data.event } : {}) };
    });
  };

  /** Lets the next link be mailed at once: one is sent in two minutes. */
  const forgetMails = (email: string) =>
    world.orm.em.fork().execute('delete from email_message where recipient = ?', [email]);

  const askForReset = async (email: string): Promise<Mail | undefined> => {
    await openBrowser().json('/api/auth/request-password-reset', { email });
    return (await mailsTo(email)).at(-1);
  };

  const reset = (token: string, newPassword: string) =>
    openBrowser().json('/api/auth/reset-password', { token, newPassword });

  const isLoggedIn = async (browser: Browser): Promise<boolean> =>
    (await (await browser.get('/api/auth/get-session')).json()) !== null;

  const prove = (userId: string) => proveAddress(world.orm, userId);

  return {
    get auth() {
      return auth;
    },
    get orm() {
      return world.orm;
    },
    get url() {
      return world.url;
    },
    get storeId() {
      return world.storeId;
    },
    ...{
      forgetAddresses,
      openBrowser,
      signUp,
      logIn,
      addPasskey,
      signUpByPasskey,
      tookTwoFactors,
      passkeysOf,
      turnTotpOn,
      mailsTo,
      forgetMails,
      askForReset,
      reset,
      isLoggedIn,
      prove,
    },
  };
};
