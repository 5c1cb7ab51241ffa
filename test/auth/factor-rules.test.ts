// Only a log-in that took all factors of an account changes how it logs in (decision 0089): a password, or a mailbox that resets it, does not
// become two factors where the second one is a passkey. Walks every endpoint of better-auth, so that a new one is in the test too.
import { expect, test } from 'vitest';
import { totp } from '#test/e2e/support/totp.ts';
import { KEEPS_FACTORS } from '#web/auth/factor-rules.ts';
import { changePages } from './change-pages.ts';
import { openProofPages, secret } from './proof-pages.ts';

const pages = openProofPages({ passwordAlone: false });
const { addPasskey, askForReset, forgetAddresses, logIn, passkeysOf, reset, tookTwoFactors, turnTotpOn } = pages;
const { makeOld, provenAccount } = changePages(pages);

type Browser = ReturnType<typeof pages.openBrowser>;
interface Endpoint {
  path?: string;
  options: { method: string | string[] };
}

const endpoints = (): Endpoint[] => Object.values(pages.auth.api) as unknown as Endpoint[];
const off = (): readonly string[] => pages.auth.options.disabledPaths;
/** Those that pass the rule, and can be called over HTTP. */
const concerned = (): Endpoint[] =>
  endpoints().filter(({ path }) => path !== undefined && !KEEPS_FACTORS.has(path) && !off().includes(path));

const call = async (browser: Browser, { path = '', options }: Endpoint): Promise<string> => {
  await forgetAddresses();
  const url = `/api/auth${path.replace(':id', 'x')}`;
  const response = await ([options.method].flat().includes('POST') ? browser.json(url, {}) : browser.get(url));
  const { code, message } = ((await response.json().catch(() => null)) ?? {}) as { code?: string; message?: string };
  return code === 'SECOND_FACTOR' ? `${response.status} ${message}` : 'passed';
};

const walk = async (browser: Browser): Promise<Record<string, string>> => {
  const results: Record<string, string> = {};
  for (const endpoint of concerned()) results[endpoint.path ?? ''] = await call(browser, endpoint);
  return results;
};
const all = (result: string): Record<string, string> =>
  Object.fromEntries(concerned().map(({ path }) => [path, result]));

const LOG_IN = '403 Log in with your passkey to change how you log in';

/** With a password and a passkey. Its browser is logged in by the password alone. */
const withBoth = async (name: string) => {
  const person = await provenAccount(name);
  await addPasskey(person.userId);
  return person;
};

/** Everything that the account logs in with. */
const factorRows = (userId: string) =>
  pages.orm.em.fork().execute(
    `select (select count(*) from auth.passkey where "userId" = ?) passkeys,
            (select count(*) from auth."twoFactor" where "userId" = ?) apps,
            (select count(*) from auth."recoveryCode" where "userId" = ?) codes,
            (select password from auth.account where "userId" = ?) password,
            (select email from auth."user" where id = ?) email`,
    Array(5).fill(userId),
  );

test('the list of endpoints that keep the factors names endpoints; those without a path are called by the server only', () => {
  const paths = new Set(endpoints().map(({ path }) => path));
  expect([...KEEPS_FACTORS].filter((path) => !paths.has(path))).toEqual([]);
  const serverOnly = Object.entries(pages.auth.api).filter(([, endpoint]) => !(endpoint as Endpoint).path);
  expect(serverOnly.map(([name]) => name).sort()).toEqual(['generateTOTP', 'setPassword', 'viewBackupCodes']);
  expect(concerned().map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      '/passkey/generate-register-options',
      '/passkey/verify-registration',
      '/recovery-codes/make',
      '/two-factor/enable',
      '/two-factor/disable',
      '/two-factor/verify-totp',
      '/two-factor/get-totp-uri',
      '/two-factor/generate-backup-codes',
      '/unlink-account',
    ]),
  );
});

test('password alone, with a passkey on the account: every endpoint that changes a factor says to log in with it', async () => {
  const { browser, userId } = await withBoth('password');
  const before = await factorRows(userId);
  expect(await walk(browser)).toEqual(all(LOG_IN));
  expect(await factorRows(userId)).toEqual(before);
});

test('mailbox alone: after a reset too, and the passkey stays', async () => {
  const { email, userId } = await withBoth('mailbox');
  const { token = '' } = (await askForReset(email)) ?? {};
  const password = secret();
  expect((await reset(token, password)).status).toBe(200);
  const { browser } = await logIn(email, password);
  const before = await factorRows(userId);
  expect(await walk(browser)).toEqual(all(LOG_IN));
  expect(await factorRows(userId)).toEqual(before);
});

test('a log-in with all factors passes each endpoint, while it is recent', async () => {
  const { browser, userId } = await withBoth('full');
  await tookTwoFactors(userId);
  expect(await walk(browser)).toEqual(all('passed'));
});

test('an account with one factor adds its second, and its log-in has two then', async () => {
  const person = await provenAccount('first');
  expect((await person.browser.get('/api/auth/passkey/generate-register-options')).status).toBe(200);
  await turnTotpOn(person);
  const { session } = (await (await person.browser.get('/api/auth/get-session')).json()) as {
    session: { twoFactors: boolean };
  };
  expect(session.twoFactors).toBe(true);
});

test('an authenticator app that was begun before the passkey is not completed by the password alone', async () => {
  const person = await provenAccount('begun');
  const begun = await person.browser.json('/api/auth/two-factor/enable', { password: person.password });
  const { totpURI } = (await begun.json()) as { totpURI: string };
  await addPasskey(person.userId);
  const code = totp(new URL(totpURI).searchParams.get('secret') ?? '');
  expect((await person.browser.json('/api/auth/two-factor/verify-totp', { code })).status).toBe(403);
  expect(
    await pages.orm.em.fork().execute('select verified from auth."twoFactor" where "userId" = ?', [person.userId]),
  ).toEqual([{ verified: false }]);
});

test('a passkey is added and recovery codes are made with a recent log-in only', async () => {
  const { browser, userId } = await provenAccount('old');
  await makeOld(userId);
  for (const path of ['/passkey/verify-registration', '/recovery-codes/make']) {
    const reply = await browser.json(`/api/auth${path}`, {});
    expect([reply.status, await reply.json()]).toMatchObject([403, { code: 'SESSION_NOT_FRESH' }]);
  }
});

test('a recovery code after the password may add a passkey, and nothing else', async () => {
  const person = await withBoth('code');
  await tookTwoFactors(person.userId);
  const made = await person.browser.json('/api/auth/recovery-codes/make', {});
  const { codes } = (await made.json()) as { codes: string[] };
  const { browser } = await logIn(person.email, person.password);
  expect((await browser.json('/api/auth/recovery-codes/use', { code: 'wrong' })).status).toBe(401);
  expect((await pages.openBrowser().json('/api/auth/recovery-codes/use', { code: codes[0] })).status).toBe(400);
  expect((await browser.json('/api/auth/recovery-codes/use', { code: codes[0] })).status).toBe(200);
  expect(await walk(browser)).toEqual({
    ...all(LOG_IN),
    '/passkey/generate-register-options': 'passed',
    '/passkey/verify-registration': 'passed',
  });
});

test.each([
  ['password', false],
  ['all factors', true],
])('pages that change a factor or delete the account, with %s', async (_, strong) => {
  const person = await withBoth('pages');
  if (strong) await tookTwoFactors(person.userId);
  const before = await factorRows(person.userId);
  const [passkey] = await pages.orm.em
    .fork()
    .execute<{ id: string }[]>('select id from auth.passkey where "userId" = ?', [person.userId]);
  const { browser } = person;
  const next = { current: person.password, next: secret(), sealedKey: null };
  const tries: [string, () => Promise<Response>][] = [
    ['e-mail', () => browser.form('/account/email', { email: `new-${person.email}` })],
    ['remove', () => browser.form('/dashboard/security', { do: 'remove-passkey', id: passkey?.id ?? '' })],
    ['password', () => browser.json('/account/change-password', next)],
    ['delete', () => browser.form('/account/delete', { email: person.email })],
  ];
  const outcomes: [string, number][] = [];
  for (const [name, request] of tries) {
    const response = await request();
    outcomes.push([name, response.status]);
  }
  const statuses = strong ? [200, 303, 200, 303] : [422, 422, 409, 409];
  expect(outcomes).toEqual(tries.map(([name], index) => [name, statuses[index]]));
  expect(await passkeysOf(person.userId)).toBe(strong ? 0 : 1);
  if (!strong) expect(await factorRows(person.userId)).toEqual(before);
});
