// Undoing a change of an account's e-mail address from the old mailbox: the person who changed it keeps no way in.
import { expect, test } from 'vitest';
import { AuditEntry, Member } from '#db/entities/merchant-people.entity.ts';
import { PendingChange } from '#db/entities/pending-change.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { requestMember } from '#db/merchants/pending-changes.ts';
import { join } from '#test/dashboard/people.ts';
import { makeOperator } from '#web/auth/operators.ts';
import { createRecovery } from '#web/auth/recovery.ts';
import { changePages } from './change-pages.ts';
import { newEmail, openProofPages, secret } from './proof-pages.ts';

const pages = openProofPages();
const { addPasskey, forgetMails, isLoggedIn, logIn, mailsTo, openBrowser, passkeysOf, turnTotpOn } = pages;
const { addWallet, askedLink, confirm, provenAccount, sealedBlobs } = changePages(pages);

type Account = Awaited<ReturnType<typeof provenAccount>>;

/** Changes the address. @returns the account as it is then, and the undo link's secret */
const change = async (account: Account, sealedKey: string | null = null) => {
  const to = newEmail('changed');
  const next = secret();
  const response = await confirm(account, await askedLink(account.browser, to), next, sealedKey);
  expect(response.status, await response.clone().text()).toBe(200);
  const mail = (await mailsTo(account.email)).findLast(({ event }) => event === 'email_changed');
  return { account: { ...account, email: to, password: next }, token: mail?.token ?? '' };
};

const undo = (token: string): Promise<Response> => openBrowser().form(`/account/undo-email?token=${token}`);

test('address, password, passkeys and two-factor return as they were, and every session ends', async () => {
  const person = await provenAccount('victim');
  await join(pages.orm, pages.storeId, person, 'viewer');
  await addPasskey(person.userId);
  const passkeyRows = () =>
    pages.orm.em
      .fork()
      .execute('select id, "publicKey", "credentialID", counter from auth.passkey where "userId" = ?', [person.userId]);
  const before = await passkeyRows();
  expect(before).toHaveLength(1);

  const { account: thief, token } = await change(person);
  // The thief removes the owner's passkey, and adds passkeys, an authenticator app and recovery codes.
  await pages.orm.em.fork().execute('delete from auth.passkey where "userId" = ?', [person.userId]);
  await addPasskey(person.userId);
  await addPasskey(person.userId);
  await turnTotpOn(thief);
  await thief.browser.json('/api/auth/recovery-codes/make', {});

  // Opening the link changes nothing: mail scanners do that.
  expect((await openBrowser().get(`/account/undo-email?token=${token}`)).status).toBe(200);
  expect((await logIn(thief.email, thief.password)).body).toMatchObject({ twoFactorRedirect: true });
  expect((await undo(token)).status).toBe(200);

  expect((await logIn(thief.email, thief.password)).status).toBe(401);
  expect(await isLoggedIn(thief.browser)).toBe(false);
  const back = await logIn(person.email, person.password);
  expect([back.status, back.body.twoFactorRedirect]).toEqual([200, undefined]);
  expect(await passkeyRows()).toEqual(before);
  const codes = await pages.orm.em
    .fork()
    .execute('select id from auth."recoveryCode" where "userId" = ?', [person.userId]);
  expect(codes).toEqual([]);
  expect(await pages.orm.em.fork().findOneOrFail(Member, { userId: person.userId })).toMatchObject({
    email: person.email,
  });
  for (const { email } of [person, thief]) {
    expect((await mailsTo(email)).at(-1)).toMatchObject({ event: 'email_undone' });
  }
  const entries = await pages.orm.em
    .fork()
    .find(AuditEntry, { subjectId: person.userId, action: 'account.email_undo' });
  expect(entries).toHaveLength(1);
  expect((await undo(token)).status).toBe(409);
});

test('an authenticator app that the thief exchanged is exchanged back', async () => {
  const person = await provenAccount('totp');
  await turnTotpOn(person);
  const secretOf = async () =>
    (await pages.orm.em.fork().execute('select secret from auth."twoFactor" where "userId" = ?', [person.userId]))[0];
  const before = await secretOf();
  const { account: thief, token } = await change(person);
  await thief.browser.json('/api/auth/two-factor/disable', { password: thief.password });
  await turnTotpOn(thief);
  expect(await secretOf()).not.toEqual(before);
  expect((await undo(token)).status).toBe(200);
  expect(await secretOf()).toEqual(before);
  expect((await logIn(person.email, person.password)).body).toMatchObject({ twoFactorRedirect: true });
});

test('the link in the old mailbox outlives a second change, and the second change’s link dies with the first', async () => {
  const person = await provenAccount('chain');
  const first = await change(person);
  const second = await change(first.account);
  // The mailbox in between belongs to the thief: its undo must not end the owner's.
  expect((await undo(second.token)).status).toBe(200);
  expect((await logIn(first.account.email, first.account.password)).status).toBe(200);
  const { browser } = await logIn(first.account.email, first.account.password);
  const third = await change({ ...first.account, browser });
  expect((await undo(first.token)).status).toBe(200);
  expect((await undo(third.token)).status).toBe(409);
  expect((await logIn(person.email, person.password)).status).toBe(200);
});

test('the sealed keys of the wallet return too', async () => {
  const person = await provenAccount('wallet');
  await addWallet(person.userId, '{"sealed":"before"}');

  // Without the key under the new password, the password would open nothing.
  const to = newEmail('no-key');
  const missing = await confirm(person, await askedLink(person.browser, to), secret());
  expect([missing.status, await missing.json()]).toMatchObject([409, { code: 'bad_wallet' }]);

  const { token } = await change(person, '{"sealed":"after"}');
  expect(await sealedBlobs(person.userId)).toEqual(['{"sealed":"after"}']);
  expect((await undo(token)).status).toBe(200);
  expect(await sealedBlobs(person.userId)).toEqual(['{"sealed":"before"}']);
});

test('who becomes an operator keeps no undo: the old mailbox would bring back the factors of then', async () => {
  const person = await provenAccount('promoted');
  const { account, token } = await change(person);
  await makeOperator(pages.auth, account.email, null, async () => {});
  expect((await undo(token)).status).toBe(409);
  expect((await logIn(person.email, person.password)).status).toBe(401);
  expect((await logIn(account.email, account.password)).status).toBe(200);
});

test('works for a week, and not when another account has the address', async () => {
  const person = await provenAccount('week');
  const { token } = await change(person);
  const [{ days } = { days: 0 }] = await pages.orm.em
    .fork()
    .execute<{ days: string }[]>(
      `select round(extract(epoch from "expiresAt" - now()) / 86400) days from auth.verification where value like ?`,
      [`link ${person.userId} %`],
    );
  expect(Number(days)).toBe(7);
  const holder = await pages.signUp(person.email);
  expect((await undo(token)).status).toBe(409);
  await pages.orm.em.fork().execute('delete from auth."user" where id = ?', [holder.userId]);
  await pages.orm.em
    .fork()
    .execute(`update auth.verification set "expiresAt" = now() - interval '1 second' where value like ?`, [
      `link ${person.userId} %`,
    ]);
  expect((await undo(token)).status).toBe(409);
});

test('an address that was never proven gets no link to undo', async () => {
  const person = await pages.signUp(newEmail('unproven'));
  const to = newEmail('proven');
  expect((await confirm(person, await askedLink(person.browser, to), secret())).status).toBe(200);
  expect(await mailsTo(person.email)).toEqual([]);
  const rows = await pages.orm.em
    .fork()
    .execute('select "emailVerified" p from auth."user" where id = ?', [person.userId]);
  expect(rows).toEqual([{ p: true }]);
});

test('the old mailbox hears of a recovery while it can undo the change', async () => {
  const person = await provenAccount('heard');
  await change(person);
  await forgetMails(person.email);
  const { account } = await change(await provenAccount('other'));
  const [{ email } = { email: '' }] = await pages.orm.em
    .fork()
    .execute<{ email: string }[]>('select email from auth."user" where id = ?', [person.userId]);
  const by = { actor: { kind: 'command' as const, id: 'root', email: null }, reason: 'Called back' };
  await createRecovery(pages.orm, pages.auth, pages.url).start(email, by);
  expect(await mailsTo(person.email)).toMatchObject([{ event: 'recovery_started' }]);
  expect((await mailsTo(account.email)).map(({ event }) => event)).not.toContain('recovery_started');
  expect(await passkeysOf(person.userId)).toBe(0);
});

test('what waits is mailed to the old mailbox too, and an undo cancels what was asked for since the change', async () => {
  const person = await provenAccount('owner');
  await join(pages.orm, pages.storeId, person, 'owner');
  const { id: merchantId } = (await pages.orm.em.fork().findOneOrFail(Store, pages.storeId)).merchant;
  const ask = (email: string) =>
    requestMember(pages.orm.em, {
      ...{ merchantId, email: newEmail('invited'), role: 'owner', waitMs: 3_600_000, publicUrl: pages.url },
      actor: { kind: 'member', id: person.userId, email },
    });
  await ask(person.email);
  const { account: thief, token } = await change(person);
  await forgetMails(person.email);
  await ask(thief.email);
  for (const { email } of [person, thief])
    expect((await mailsTo(email)).map(({ kind }) => kind)).toContain('change_waits');
  expect((await undo(token)).status).toBe(200);
  const states = await pages.orm.em
    .fork()
    .find(PendingChange, { actorId: person.userId }, { orderBy: { createdAt: 'asc' } });
  expect(states.map(({ state }) => state)).toEqual(['waiting', 'canceled']);
  expect((await mailsTo(person.email)).map(({ kind }) => kind)).toContain('change_canceled');
});
