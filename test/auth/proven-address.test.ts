// An e-mail address that nobody has proven gives no right, and whoever proves one starts clean (decision 0060): the proofs of the
// security review's findings 1, 3 and 18, repeated.
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createWallet, findWallet, listSealedKeys } from '#db/accounts/account-wallets.ts';
import { AuditEntry, Member } from '#db/entities/merchant-people.entity.ts';
import { Merchant, Store } from '#db/entities/store.entity.ts';
import { inviteMember } from '#db/merchants/invitations.ts';
import { activateMerchant } from '#db/merchants/merchants.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import type { Orm } from '#db/orm.ts';
import { toChecksumAddress } from '#domain/address.ts';
import { type CheckoutWorld, openCheckoutWorld } from '#test/e2e/support/checkout-world.ts';
import { totp } from '#test/e2e/support/totp.ts';
import { addAccount } from '#test/support/accounts.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { type Auth, createAuth } from '#web/auth/create-auth.ts';
import { makeOperator, recoverOperator, setUpLink } from '#web/auth/operators.ts';
import { createRecovery } from '#web/auth/recovery.ts';

const secret = (): string => randomBytes(32).toString('base64url');
const newEmail = (name: string): string => `${name}-${randomBytes(4).toString('hex')}@victim-company.example`;

let database: TestDatabase;
let world: CheckoutWorld;
let orm: Orm;
let auth: Auth;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openCheckoutWorld(database.url, { host: 'localhost' });
  orm = world.orm;
  auth = createAuth({ databaseUrl: database.url, secret: 's'.repeat(32), publicUrl: world.url });
});
afterAll(async () => {
  await auth?.close();
  await world?.close();
  await database?.drop();
});
// Nobody waits for a window of the rate limiter, or for the two minutes between e-mails.
beforeEach(async () => {
  await orm.em.fork().execute('delete from auth."rateLimit"');
});

/** A browser without scripts: its cookies, JSON requests, and forms. */
const openBrowser = () => {
  const cookies = new Map<string, string>();
  const send = async (method: string, path: string, type: string, body: string | null): Promise<Response> => {
    const response = await fetch(`${world.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        origin: world.url,
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body === null ? {} : { 'content-type': type }),
      },
      body,
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
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
type Browser = ReturnType<typeof openBrowser>;

const signUp = async (email: string, password = secret()) => {
  const browser = openBrowser();
  const response = await browser.json('/api/auth/sign-up/email', { email, name: email, password });
  expect(response.status).toBe(200);
  const { user } = (await response.json()) as { user: { id: string } };
  return { browser, userId: user.id, email, password };
};

const logIn = async (email: string, password: string) => {
  const browser = openBrowser();
  const response = await browser.json('/api/auth/sign-in/email', { email, password });
  return { browser, status: response.status, body: (await response.json()) as Record<string, unknown> };
};

/** As if the account had registered one: the ceremony is not what is tested. */
const addPasskey = (userId: string) =>
  orm.em.fork().execute(
    `insert into auth.passkey (id, "publicKey", "userId", "credentialID", counter, "deviceType", "backedUp", "createdAt")
     values (?, 'key', ?, ?, 0, 'singleDevice', false, now())`,
    [randomBytes(8).toString('hex'), userId, randomBytes(16).toString('base64url')],
  );

/** An account that logs in by passkey only; its browser is logged in. */
const signUpByPasskey = async (email: string) => {
  const account = await signUp(email);
  await addPasskey(account.userId);
  await orm.em.fork().execute('delete from auth.account where "userId" = ?', [account.userId]);
  return account;
};

const passkeysOf = async (userId: string): Promise<number> =>
  Number((await orm.em.fork().execute('select count(*) from auth.passkey where "userId" = ?', [userId]))[0]?.count);

const turnTotpOn = async ({ browser, password }: { browser: Browser; password: string }): Promise<string> => {
  const { totpURI } = (await (await browser.json('/api/auth/two-factor/enable', { password })).json()) as {
    totpURI: string;
  };
  const key = new URL(totpURI).searchParams.get('secret') ?? '';
  expect((await browser.json('/api/auth/two-factor/verify-totp', { code: totp(key) })).status).toBe(200);
  return key;
};

interface Mail {
  kind: string;
  link: string;
  token: string;
  event?: string;
}

const mailsTo = async (email: string): Promise<Mail[]> => {
  const rows = await orm.em
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
const forgetMails = (email: string) => orm.em.fork().execute('delete from email_message where recipient = ?', [email]);

const askForReset = async (email: string): Promise<Mail | undefined> => {
  await openBrowser().json('/api/auth/request-password-reset', { email });
  return (await mailsTo(email)).at(-1);
};

const reset = (token: string, newPassword: string) =>
  openBrowser().json('/api/auth/reset-password', { token, newPassword });

const isLoggedIn = async (browser: Browser): Promise<boolean> =>
  (await (await browser.get('/api/auth/get-session')).json()) !== null;

const prove = (userId: string) =>
  orm.em.fork().execute('update auth."user" set "emailVerified" = true where id = ?', [userId]);

const aside = async (): Promise<void> => {};

test('1: a promotion ends what a stranger set up at the address before; the console stays closed to the old cookie', async () => {
  const attacker = await signUp(newEmail('cto'));
  await turnTotpOn(attacker);
  await addPasskey(attacker.userId);
  const made = await makeOperator(auth, attacker.email, null, aside);
  expect(made).toMatchObject({ existed: true, startedClean: true, canLogIn: false });
  for (const path of ['/operator/merchants', '/operator/audit']) {
    const response = await attacker.browser.get(path);
    expect([response.status, response.headers.get('location')?.split('?')[0]]).toEqual([302, '/account/log-in']);
  }
  expect((await logIn(attacker.email, attacker.password)).status).toBe(401);
  expect(await passkeysOf(attacker.userId)).toBe(0);
  const { link } = await setUpLink(auth, made.userId, world.url);
  const password = secret();
  expect((await reset(new URL(link).searchParams.get('token') ?? '', password)).status).toBe(200);
  expect(await logIn(attacker.email, password)).toMatchObject({
    status: 200,
    body: { user: { email: attacker.email } },
  });
});

test('1: a proven account keeps its factors when it becomes an operator, and its sessions end', async () => {
  const person = await signUp(newEmail('ops'));
  await prove(person.userId);
  expect(await makeOperator(auth, person.email, null, aside)).toMatchObject({ startedClean: false, canLogIn: true });
  expect(await isLoggedIn(person.browser)).toBe(false);
  expect((await logIn(person.email, person.password)).status).toBe(200);
});

test('1: the database itself refuses an unproven operator and an unproven member', async () => {
  const stranger = await signUp(newEmail('finance'));
  const em = orm.em.fork();
  await expect(em.execute(`update auth."user" set role = 'operator' where id = ?`, [stranger.userId])).rejects.toThrow(
    'operator_is_proven',
  );
  const { merchant } = await em.findOneOrFail(Store, world.storeId);
  const member = { userId: stranger.userId, email: stranger.email, role: 'viewer' as const, createdAt: new Date() };
  await expect(em.insert(Member, { merchant, ...member })).rejects.toThrow('unproven');
});

test('1a: after the owner of a mailbox has opened the link to verify it, the passkey of the stranger is gone', async () => {
  const attacker = await signUpByPasskey(newEmail('victim'));
  const { email, userId } = attacker;
  await createWallet(orm.em, userId, toChecksumAddress(`0x${'5a'.repeat(20)}`), {
    kind: 'passkey',
    credentialId: 'c'.repeat(22),
    blob: '{}',
  });
  const wallet = await findWallet(orm.em, userId);
  await attacker.browser.json('/api/auth/send-verification-email', { email });
  const { link, token, kind } = (await mailsTo(email))[0] ?? { link: '', token: '', kind: '' };
  expect(kind).toBe('email_verification');
  const victim = openBrowser();
  const page = await victim.get(link.slice(world.url.length));
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('was created');
  // A safe method has changed nothing, and without the log-in the link alone does not keep the factors.
  expect(await passkeysOf(userId)).toBe(1);
  expect((await victim.form(`/account/verify?token=${token}`)).headers.get('location')).toContain('/account/log-in');

  const logInSecret = secret();
  expect((await victim.json('/account/verify/start-clean', { token, logInSecret })).status).toBe(200);
  expect(await passkeysOf(userId)).toBe(0);
  expect(await isLoggedIn(attacker.browser)).toBe(false);
  expect((await logIn(email, logInSecret)).status).toBe(200);
  // The wallet is not shown as the new owner's, and its sealed key is kept.
  expect(await findWallet(orm.em, userId)).toBeNull();
  expect(await listSealedKeys(orm.em, `aside:${wallet?.id}:${userId}`)).toHaveLength(1);
  expect((await victim.json('/account/verify/start-clean', { token, logInSecret })).status).toBe(409);
  expect(await orm.em.fork().count(AuditEntry, { action: 'account.start_clean', subjectId: userId })).toBe(1);
});

test('1a: better-auth’s own link is closed, and a secret that is not derived is rejected', async () => {
  expect((await openBrowser().get('/api/auth/verify-email?token=x')).status).toBe(404);
  const { browser, email, userId } = await signUp(newEmail('typed'));
  await browser.json('/api/auth/send-verification-email', { email });
  const token = (await mailsTo(email))[0]?.token ?? '';
  expect((await browser.json('/account/verify/start-clean', { token, logInSecret: 'typed' })).status).toBe(409);
  expect((await browser.json('/account/verify/start-clean', { token })).status).toBe(400);
  expect(
    (await browser.json('/account/verify/start-clean', { token: `${token}x`, logInSecret: secret() })).status,
  ).toBe(409);
  expect((await orm.em.fork().execute('select "emailVerified" v from auth."user" where id = ?', [userId]))[0]?.v).toBe(
    false,
  );
});

test('the honest sign-up keeps its factors: link and fresh log-in prove both; other devices are logged out', async () => {
  const person = await signUp(newEmail('honest'));
  await addPasskey(person.userId);
  const other = await logIn(person.email, person.password);
  await person.browser.form('/account/verify?next=/dashboard/apply');
  const { token } = (await mailsTo(person.email)).at(-1) ?? { token: '' };
  // Another account's log-in is not enough, and an old one is not.
  const stranger = await signUp(newEmail('stranger'));
  expect((await stranger.browser.form(`/account/verify?token=${token}`)).status).toBe(409);
  await orm.em
    .fork()
    .execute(`update auth.session set "createdAt" = now() - interval '1 hour' where "userId" = ?`, [person.userId]);
  expect((await person.browser.form(`/account/verify?token=${token}`)).headers.get('location')).toContain('why=again');
  await orm.em.fork().execute(`update auth.session set "createdAt" = now() where "userId" = ?`, [person.userId]);
  const proven = await person.browser.form(`/account/verify?token=${token}`);
  expect([proven.status, proven.headers.get('location')]).toEqual([303, '/dashboard/apply']);
  expect(await isLoggedIn(person.browser)).toBe(true);
  expect(await isLoggedIn(other.browser)).toBe(false);
  expect(await passkeysOf(person.userId)).toBe(1);
  expect((await logIn(person.email, person.password)).status).toBe(200);
});

test('1b: after a reset of an unproven account the owner logs in: TOTP, passkeys and trusted browsers of the stranger are gone', async () => {
  const attacker = await signUp(newEmail('shut-out'));
  await turnTotpOn(attacker);
  await addPasskey(attacker.userId);
  const { token = '' } = (await askForReset(attacker.email)) ?? {};
  const password = secret();
  expect((await reset(token, password)).status).toBe(200);
  const owner = await logIn(attacker.email, password);
  expect(owner.body.twoFactorRedirect).toBeUndefined();
  expect(await isLoggedIn(owner.browser)).toBe(true);
  expect(await passkeysOf(attacker.userId)).toBe(0);
  expect(await isLoggedIn(attacker.browser)).toBe(false);
});

test('1b: a proven account with TOTP is still asked for its code after a reset, by trusted browsers too', async () => {
  const person = await signUp(newEmail('totp'));
  await prove(person.userId);
  const key = await turnTotpOn(person);
  const { browser } = await logIn(person.email, person.password);
  await orm.em.fork().execute('delete from auth."rateLimit"');
  expect(
    (
      await browser.json('/api/auth/two-factor/verify-totp', {
        code: totp(key, Date.now() + 30_000),
        trustDevice: true,
      })
    ).status,
  ).toBe(200);
  const { token = '' } = (await askForReset(person.email)) ?? {};
  const password = secret();
  expect((await reset(token, password)).status).toBe(200);
  const again = await browser.json('/api/auth/sign-in/email', { email: person.email, password });
  expect(await again.json()).toMatchObject({ twoFactorRedirect: true });
});

test('1c: an unproven account cannot apply, and neither store nor activation reaches a merchant of one', async () => {
  const attacker = await signUp(newEmail('newshop'));
  const application = { name: 'New shop', website: 'shop.example', about: 'Mugs' };
  expect((await attacker.browser.form('/dashboard/apply', application)).headers.get('location')).toContain(
    '/account/verify',
  );
  expect(await orm.em.fork().count(Merchant, { email: attacker.email })).toBe(0);

  // A merchant from before the rule: it waits, and its owner is unproven.
  const old = { userId: `old-${randomBytes(4).toString('hex')}`, email: newEmail('old') };
  const em = orm.em.fork();
  const merchant = em.create(Merchant, {
    id: `mer_${randomBytes(16).toString('hex')}`,
    name: 'Old',
    email: old.email,
    status: 'applied',
    createdAt: new Date(),
  });
  em.create(Member, { merchant, ...old, role: 'owner', createdAt: new Date() });
  await em.flush();
  await addAccount(orm, old, false);
  const actor = { kind: 'operator' as const, id: 'bd', email: 'bd@allscale.example' };
  const change = { merchantId: merchant.id, actor, reason: 'fine', publicUrl: world.url };
  await expect(createMerchantAndStore(orm.em, { name: 'Shop', email: old.email })).rejects.toMatchObject({
    code: 'merchant_applied',
  });
  await expect(activateMerchant(orm.em, change)).rejects.toMatchObject({ code: 'unproven' });
  await prove(old.userId);
  await activateMerchant(orm.em, change);
  await orm.em.fork().execute('update auth."user" set "emailVerified" = false where id = ?', [old.userId]);
  await expect(createMerchantAndStore(orm.em, { name: 'Shop', email: old.email })).rejects.toMatchObject({
    code: 'unproven',
  });
});

test('a member or operator from before the rule proves the address first', async () => {
  const old = await signUp(newEmail('legacy'));
  const em = orm.em.fork();
  const { merchant } = await em.findOneOrFail(Store, world.storeId);
  await prove(old.userId);
  await em.insert(Member, { merchant, userId: old.userId, email: old.email, role: 'viewer', createdAt: new Date() });
  expect((await old.browser.get(`/dashboard/${world.storeId}`)).status).toBe(200);
  await em.execute('update auth."user" set "emailVerified" = false where id = ?', [old.userId]);
  expect((await old.browser.get(`/dashboard/${world.storeId}`)).headers.get('location')).toContain('/account/verify?');
});

test('an invitation’s link proves the mailbox, and only a fresh log-in keeps the factors', async () => {
  const invited = await signUp(newEmail('helper'));
  const em = orm.em.fork();
  const { merchant } = await em.findOneOrFail(Store, world.storeId);
  await inviteMember(orm.em, {
    merchantId: merchant.id,
    email: invited.email,
    role: 'viewer',
    actor: { kind: 'member', id: 'o', email: 'owner@shop.example' },
    publicUrl: world.url,
  });
  const path = ((await mailsTo(invited.email))[0]?.link ?? '').slice(world.url.length);
  const stranger = await signUp(newEmail('thief'));
  expect((await stranger.browser.form(path)).status).toBe(409);
  const age = (interval: string) =>
    em.execute(`update auth.session set "createdAt" = now() - interval '${interval}' where "userId" = ?`, [
      invited.userId,
    ]);
  await age('1 hour');
  expect((await invited.browser.form(path)).headers.get('location')).toContain('why=again');
  await age('1 minute');
  expect((await invited.browser.form(path)).headers.get('location')).toBe('/dashboard');
  expect(await orm.em.fork().count(Member, { userId: invited.userId })).toBe(1);
});

test.each(['proven', 'unproven'])(
  '3: an account that logs in by passkey only gets no password by mail: %s',
  async (state) => {
    const person = await signUpByPasskey(newEmail('passkey'));
    if (state === 'proven') await prove(person.userId);
    const mail = await askForReset(person.email);
    expect(mail).toMatchObject(
      state === 'proven' ? { kind: 'account_notice', event: 'passkey_reset' } : { kind: 'email_verification' },
    );
    const password = secret();
    expect((await reset(mail?.token ?? '', password)).status).toBe(400);
    expect((await logIn(person.email, password)).status).toBe(401);
    expect(await passkeysOf(person.userId)).toBe(1);
    expect(await isLoggedIn(person.browser)).toBe(true);
  },
);

test('3: a reset link from before does not add a password once a passkey is the only factor', async () => {
  const person = await signUp(newEmail('later'));
  await prove(person.userId);
  const { token = '' } = (await askForReset(person.email)) ?? {};
  await addPasskey(person.userId);
  await orm.em.fork().execute('delete from auth.account where "userId" = ?', [person.userId]);
  expect((await reset(token, secret())).status).toBe(400);
});

test('3: a recovery code with the mailed link logs in, once; a wrong code, a wrong link and a code alone do not', async () => {
  const person = await signUpByPasskey(newEmail('codes'));
  await prove(person.userId);
  const { codes } = (await (await person.browser.json('/api/auth/recovery-codes/make', {})).json()) as {
    codes: string[];
  };
  expect(codes).toHaveLength(8);
  const stored = await orm.em
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
  await orm.em
    .fork()
    .execute(`update auth.session set "createdAt" = now() - interval '1 hour' where "userId" = ?`, [person.userId]);
  expect((await person.browser.json('/api/auth/recovery-codes/make', {})).status).toBe(403);
});

test('3: a recovery by an operator waits, tells every known address, and each of them can stop it', async () => {
  const person = await signUpByPasskey(newEmail('lost'));
  await prove(person.userId);
  const em = orm.em.fork();
  const { merchant } = await em.findOneOrFail(Store, world.storeId, { populate: ['merchant'] });
  const joinedAs = newEmail('joined-as');
  await em.insert(Member, { merchant, userId: person.userId, email: joinedAs, role: 'viewer', createdAt: new Date() });
  const recovery = createRecovery(orm, auth, world.url);
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
  const entries = await orm.em.fork().find(AuditEntry, { subjectId: person.userId }, { orderBy: { id: 'asc' } });
  expect(entries.map(({ action }) => action).filter((action) => action.includes('recovery'))).toEqual(done);

  const operator = newEmail('operator');
  await makeOperator(auth, operator, secret(), aside);
  await expect(recovery.start(operator, by)).rejects.toMatchObject({ code: 'operator' });
});

test('operators recover by command only', async () => {
  const email = newEmail('operator');
  await makeOperator(auth, email, secret(), aside);
  expect(await askForReset(email)).toMatchObject({ kind: 'account_notice', event: 'operator_reset', token: '' });
  const { userId } = await recoverOperator(auth, email, aside);
  const { link } = await setUpLink(auth, userId, world.url);
  const token = new URL(link).searchParams.get('token') ?? '';
  // A newer link ends it.
  await setUpLink(auth, userId, world.url);
  expect((await reset(token, secret())).status).toBe(400);
});

test('18: reset links are stored as hashes, one at a time; a second request within two minutes leaves the first', async () => {
  const { email, userId } = await signUp(newEmail('hashed'));
  const first = (await askForReset(email))?.token ?? '';
  const rows = () =>
    orm.em
      .fork()
      .execute<{ identifier: string }[]>('select identifier from auth.verification where value = ?', [userId]);
  expect(await rows()).toEqual([{ identifier: `reset-password:${createHash('sha256').update(first).digest('hex')}` }]);
  await askForReset(email);
  expect(await rows()).toHaveLength(1);
  await forgetMails(email);
  const second = (await askForReset(email))?.token ?? '';
  expect(second).not.toBe(first);
  expect(await rows()).toHaveLength(1);
  expect((await reset(first, secret())).status).toBe(400);
  expect((await reset(second, secret())).status).toBe(200);
  expect((await reset(second, secret())).status).toBe(400);
});

test('18: a passkey’s response that is not for this site is a bad request', async () => {
  const browser = openBrowser();
  for (const origin of ['https://evil.example', world.url]) {
    await browser.get(`/api/auth/passkey/generate-register-options?context=${newEmail('webauthn')}`);
    const clientDataJSON = Buffer.from(JSON.stringify({ type: 'webauthn.create', challenge: 'x', origin })).toString(
      'base64url',
    );
    const response = {
      id: 'aaaa',
      rawId: 'aaaa',
      type: 'public-key',
      response: { clientDataJSON, attestationObject: 'o2M' },
      clientExtensionResults: {},
    };
    expect((await browser.json('/api/auth/passkey/verify-registration', { response })).status).toBe(400);
  }
});
