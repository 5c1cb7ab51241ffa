// An e-mail address that nobody has proven gives no right, and the person who proves one starts clean (decision 0060): the proofs of
// the security review's finding 1, repeated.
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createWallet, findWallet, listSealedKeys } from '#db/accounts/account-wallets.ts';
import { AuditEntry, Member } from '#db/entities/merchant-people.entity.ts';
import { Merchant, Store } from '#db/entities/store.entity.ts';
import { inviteMember } from '#db/merchants/invitations.ts';
import { activateMerchant } from '#db/merchants/merchants.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { toChecksumAddress } from '#domain/address.ts';
import { addAccount } from '#test/support/accounts.ts';
import { makeOperator, setUpLink } from '#web/auth/operators.ts';
import { aside, newEmail, openProofPages, secret } from './proof-pages.ts';

const pages = openProofPages();
const {
  openBrowser,
  signUp,
  logIn,
  addPasskey,
  signUpByPasskey,
  passkeysOf,
  turnTotpOn,
  mailsTo,
  reset,
  isLoggedIn,
  prove,
} = pages;

test('1: a promotion ends what a stranger set up at the address before; the console stays closed to the old cookie', async () => {
  const attacker = await signUp(newEmail('cto'));
  await turnTotpOn(attacker);
  await addPasskey(attacker.userId);
  const made = await makeOperator(pages.auth, attacker.email, null, aside);
  expect(made).toMatchObject({ existed: true, startedClean: true, canLogIn: false });
  for (const path of ['/operator/merchants', '/operator/audit']) {
    const response = await attacker.browser.get(path);
    expect([response.status, response.headers.get('location')?.split('?')[0]]).toEqual([302, '/account/log-in']);
  }
  expect((await logIn(attacker.email, attacker.password)).status).toBe(401);
  expect(await passkeysOf(attacker.userId)).toBe(0);
  const { link } = await setUpLink(pages.auth, made.userId, pages.url);
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
  expect(await makeOperator(pages.auth, person.email, null, aside)).toMatchObject({
    startedClean: false,
    canLogIn: true,
  });
  expect(await isLoggedIn(person.browser)).toBe(false);
  expect((await logIn(person.email, person.password)).status).toBe(200);
});

test('1: the database itself refuses an unproven operator and an unproven member', async () => {
  const stranger = await signUp(newEmail('finance'));
  const em = pages.orm.em.fork();
  await expect(em.execute(`update auth."user" set role = 'operator' where id = ?`, [stranger.userId])).rejects.toThrow(
    'operator_is_proven',
  );
  const { merchant } = await em.findOneOrFail(Store, pages.storeId);
  const member = { userId: stranger.userId, email: stranger.email, role: 'viewer' as const, createdAt: new Date() };
  await expect(em.insert(Member, { merchant, ...member })).rejects.toThrow('unproven');
});

test('1a: after the owner of a mailbox has opened the link to verify it, the passkey of the stranger is gone', async () => {
  const attacker = await signUpByPasskey(newEmail('victim'));
  const { email, userId } = attacker;
  await createWallet(pages.orm.em, userId, toChecksumAddress(`0x${'5a'.repeat(20)}`), {
    kind: 'passkey',
    credentialId: 'c'.repeat(22),
    blob: '{}',
  });
  const wallet = await findWallet(pages.orm.em, userId);
  await attacker.browser.json('/api/auth/send-verification-email', { email });
  const { link, token, kind } = (await mailsTo(email))[0] ?? { link: '', token: '', kind: '' };
  expect(kind).toBe('email_verification');
  const victim = openBrowser();
  const page = await victim.get(link.slice(pages.url.length));
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
  expect(await findWallet(pages.orm.em, userId)).toBeNull();
  expect(await listSealedKeys(pages.orm.em, `aside:${wallet?.id}:${userId}`)).toHaveLength(1);
  expect((await victim.json('/account/verify/start-clean', { token, logInSecret })).status).toBe(409);
  expect(await pages.orm.em.fork().count(AuditEntry, { action: 'account.start_clean', subjectId: userId })).toBe(1);
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
  expect(
    (await pages.orm.em.fork().execute('select "emailVerified" v from auth."user" where id = ?', [userId]))[0]?.v,
  ).toBe(false);
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
  await pages.orm.em
    .fork()
    .execute(`update auth.session set "createdAt" = now() - interval '1 hour' where "userId" = ?`, [person.userId]);
  expect((await person.browser.form(`/account/verify?token=${token}`)).headers.get('location')).toContain('why=again');
  await pages.orm.em.fork().execute(`update auth.session set "createdAt" = now() where "userId" = ?`, [person.userId]);
  const proven = await person.browser.form(`/account/verify?token=${token}`);
  expect([proven.status, proven.headers.get('location')]).toEqual([303, '/dashboard/apply']);
  expect(await isLoggedIn(person.browser)).toBe(true);
  expect(await isLoggedIn(other.browser)).toBe(false);
  expect(await passkeysOf(person.userId)).toBe(1);
  expect((await logIn(person.email, person.password)).status).toBe(200);
});

test('1c: an unproven account cannot apply, and neither store nor activation reaches a merchant of one', async () => {
  const attacker = await signUp(newEmail('newshop'));
  const application = { name: 'New shop', website: 'shop.example', about: 'Mugs' };
  expect((await attacker.browser.form('/dashboard/apply', application)).headers.get('location')).toContain(
    '/account/verify',
  );
  expect(await pages.orm.em.fork().count(Merchant, { email: attacker.email })).toBe(0);

  // A merchant from before the rule: it waits, and its owner is unproven.
  const old = { userId: `old-${randomBytes(4).toString('hex')}`, email: newEmail('old') };
  const em = pages.orm.em.fork();
  const merchant = em.create(Merchant, {
    id: `mer_${randomBytes(16).toString('hex')}`,
    name: 'Old',
    email: old.email,
    status: 'applied',
    createdAt: new Date(),
  });
  em.create(Member, { merchant, ...old, role: 'owner', createdAt: new Date() });
  await em.flush();
  await addAccount(pages.orm, old, false);
  const actor = { kind: 'operator' as const, id: 'bd', email: 'bd@allscale.example' };
  const change = { merchantId: merchant.id, actor, reason: 'fine', publicUrl: pages.url };
  await expect(createMerchantAndStore(pages.orm.em, { name: 'Shop', email: old.email })).rejects.toMatchObject({
    code: 'merchant_applied',
  });
  await expect(activateMerchant(pages.orm.em, change)).rejects.toMatchObject({ code: 'unproven' });
  await prove(old.userId);
  await activateMerchant(pages.orm.em, change);
  await pages.orm.em.fork().execute('update auth."user" set "emailVerified" = false where id = ?', [old.userId]);
  await expect(createMerchantAndStore(pages.orm.em, { name: 'Shop', email: old.email })).rejects.toMatchObject({
    code: 'unproven',
  });
});

test('a member or operator from before the rule proves the address first', async () => {
  const old = await signUp(newEmail('legacy'));
  const em = pages.orm.em.fork();
  const { merchant } = await em.findOneOrFail(Store, pages.storeId);
  await prove(old.userId);
  await em.insert(Member, { merchant, userId: old.userId, email: old.email, role: 'viewer', createdAt: new Date() });
  expect((await old.browser.get(`/dashboard/${pages.storeId}`)).status).toBe(200);
  await em.execute('update auth."user" set "emailVerified" = false where id = ?', [old.userId]);
  expect((await old.browser.get(`/dashboard/${pages.storeId}`)).headers.get('location')).toContain('/account/verify?');
});

test('an invitation’s link proves the mailbox, and only a fresh log-in keeps the factors', async () => {
  const invited = await signUp(newEmail('helper'));
  const em = pages.orm.em.fork();
  const { merchant } = await em.findOneOrFail(Store, pages.storeId);
  await inviteMember(pages.orm.em, {
    merchantId: merchant.id,
    email: invited.email,
    role: 'viewer',
    actor: { kind: 'member', id: 'o', email: 'owner@shop.example' },
    publicUrl: pages.url,
  });
  const path = ((await mailsTo(invited.email))[0]?.link ?? '').slice(pages.url.length);
  const stranger = await signUp(newEmail('thief'));
  expect((await stranger.browser.form(path)).status).toBe(409);
  const age = (interval: string) =>
    em.execute(`update auth.session set "createdAt" = now() - interval '${interval}' where "userId" = ?`, [
      invited.userId,
    ]);
  await age('1 hour');
  expect((await invited.browser.form(path)).headers.get('location')).toContain('why=again');
  await age('1 minute');
  expect((await invited.browser.form(path)).headers.get('location')).toBe(`/dashboard?merchant=${merchant.id}`);
  expect(await pages.orm.em.fork().count(Member, { userId: invited.userId })).toBe(1);
});
