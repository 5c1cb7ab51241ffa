// "This was not me" in e-mails about what an account did: it logs the account out everywhere, cancels what it asked for and still waits, and
// deletes what it added, once. It gives nothing to who reads the mailbox: nothing comes back, and an account with two factors keeps two.
import { expect, test } from 'vitest';
import { AuditEntry, Invitation } from '#db/entities/merchant-people.entity.ts';
import { PendingChange } from '#db/entities/pending-change.entity.ts';
import { updateStore } from '#db/merchants/change-store.ts';
import { requestMember } from '#db/merchants/pending-changes.ts';
import { join, memberActor } from '#test/dashboard/people.ts';
import { changePages } from './change-pages.ts';
import { newEmail, openProofPages } from './proof-pages.ts';

const pages = openProofPages();
const { isLoggedIn, logIn, mailsTo, openBrowser, turnTotpOn } = pages;
const { provenAccount } = changePages(pages);

const open = (path: string) => openBrowser().get(path);
const press = async (path: string): Promise<number> => (await openBrowser().form(path)).status;
const pathOf = (link: string): string => new URL(link).pathname + new URL(link).search;

/** The path of "This was not me" in the latest e-mail of this kind to the address. */
const notMeOf = async (email: string, kind: string): Promise<string> => {
  const [mail] = await pages.orm.em
    .fork()
    .execute<{ data: { notMe?: string; link?: string } }[]>(
      'select data from email_message where recipient = ? and kind = ? order by created_at desc limit 1',
      [email, kind],
    );
  const path = kind === 'account_notice' ? pathOf(mail?.data.link ?? '') : (mail?.data.notMe ?? '');
  expect(path, kind).toMatch(/^\/account\/not-me\?token=[\w-]{43}$/);
  return path;
};
/** A log-in that its owner did not make, to an account that is not new. */
const intrusion = async (account: { userId: string; email: string; password: string }) => {
  await pages.orm.em
    .fork()
    .execute(`update auth."user" set "createdAt" = now() - interval '1 day' where id = ?`, [account.userId]);
  return (await logIn(account.email, account.password)).browser;
};
const factorsOf = async (userId: string) => {
  const count = async (table: string) =>
    Number(
      (await pages.orm.em.fork().execute(`select count(*) from auth."${table}" where "userId" = ?`, [userId]))[0]
        ?.count,
    );
  return { passkeys: await count('passkey'), apps: await count('twoFactor'), codes: await count('recoveryCode') };
};
const outcomes = async (userId: string) =>
  (await pages.orm.em.fork().find(AuditEntry, { action: 'account.not_me', subjectId: userId })).map(({ data }) => data);

test('a log-in from a new device: what it added is deleted while an older passkey stays, and a new password is next', async () => {
  const owner = await provenAccount('device');
  await pages.addPasskey(owner.userId);
  const thief = await intrusion(owner);
  const path = await notMeOf(owner.email, 'new_device');
  await pages.addPasskey(owner.userId);
  await turnTotpOn({ ...owner, browser: thief });
  await thief.json('/api/auth/recovery-codes/make', {});
  expect(await factorsOf(owner.userId)).toEqual({ passkeys: 2, apps: 1, codes: 8 });
  const done = await openBrowser().form(path);
  expect(done.status).toBe(200);
  expect(await done.text()).toContain('/account/forgot-password');
  expect(await factorsOf(owner.userId)).toEqual({ passkeys: 1, apps: 0, codes: 0 });
  expect(await isLoggedIn(thief)).toBe(false);
  expect(await outcomes(owner.userId)).toEqual([{ canceled: 0, factors: 'deleted' }]);
  // The password is asked for alone again: no trace of the thief's app is left.
  expect((await logIn(owner.email, owner.password)).body).not.toHaveProperty('twoFactorRedirect');
});

test('codes of an authenticator app that were made since work no more, and the app stays', async () => {
  const owner = await provenAccount('backup');
  await turnTotpOn(owner);
  // As if the app had been there for long.
  await pages.orm.em.fork().execute(`update auth.session set "createdAt" = now() where "userId" = ?`, [owner.userId]);
  const made = await owner.browser.json('/api/auth/two-factor/generate-backup-codes', { password: owner.password });
  const { backupCodes } = (await made.json()) as { backupCodes: string[] };
  expect(await press(await notMeOf(owner.email, 'account_notice'))).toBe(200);
  expect(await factorsOf(owner.userId)).toMatchObject({ apps: 1 });
  expect(await outcomes(owner.userId)).toEqual([{ canceled: 0, factors: 'deleted' }]);
  const { browser } = await logIn(owner.email, owner.password);
  const used = await browser.json('/api/auth/two-factor/verify-backup-code', { code: backupCodes[0] });
  expect([used.status, await isLoggedIn(browser)]).toEqual([401, false]);
});

test('another e-mail address that was asked for: the link in the new mailbox is dead', async () => {
  const owner = await provenAccount('asked');
  const thief = await intrusion(owner);
  const elsewhere = newEmail('elsewhere');
  const token = await changePages(pages).askedLink(thief, elsewhere);
  expect(token).not.toBe('');
  expect(await press(await notMeOf(owner.email, 'account_notice'))).toBe(200);
  const { browser } = await logIn(owner.email, owner.password);
  const confirmed = await changePages(pages).confirm({ browser, password: owner.password }, token, 'n'.repeat(43));
  expect(confirmed.status).toBe(409);
});

test('a new key and an invitation are revoked; who is told and is no owner cannot revoke', async () => {
  const owner = await provenAccount('team');
  await join(pages.orm, pages.storeId, owner, 'owner');
  const em = pages.orm.em.fork();
  const [store] = await em.execute<{ merchant_id: string }[]>(
    `update store set notification_emails = '{desk@shop.example}' where id = ? returning merchant_id`,
    [pages.storeId],
  );
  const form = (path: string, fields: Record<string, string>) =>
    owner.browser.form(`/dashboard/${pages.storeId}${path}`, fields);
  const made = await form('/developers', { name: 'Thief', ipAllowlist: '' });
  expect(made.status).toBe(200);
  const desk = await em.execute<{ data: { notMe?: string } }[]>(
    `select data from email_message where recipient = 'desk@shop.example' and kind = 'new_key'`,
  );
  expect(desk.map(({ data }) => data.notMe)).toEqual([undefined]);
  const keyPath = await notMeOf(owner.email, 'new_key');
  expect(await (await open(keyPath)).text()).toContain('Thief');

  expect((await form('/team', { do: 'invite', email: newEmail('friend'), role: 'manager' })).status).toBeLessThan(400);
  const invitePath = await notMeOf(owner.email, 'team_changed');
  const keysOf = () =>
    em.execute<{ ended: boolean }[]>(`select revoked_at is not null as ended from api_key where name = 'Thief'`);
  expect(await keysOf()).toEqual([{ ended: false }]);
  expect(await press(keyPath)).toBe(200);
  expect(await keysOf()).toEqual([{ ended: true }]);
  const invited = () => pages.orm.em.fork().find(Invitation, { merchant: store?.merchant_id ?? '', role: 'manager' });
  expect((await invited()).map(({ revokedAt }) => revokedAt ?? null)).toEqual([null]);
  expect(await press(invitePath)).toBe(200);
  expect((await invited()).map(({ revokedAt }) => revokedAt)).toEqual([expect.any(Date)]);
});

test('a waiting change: its e-mail also logs out who asked for it', async () => {
  const [owner, thief] = [await provenAccount('waits'), await provenAccount('asks')];
  await join(pages.orm, pages.storeId, owner, 'owner');
  await join(pages.orm, pages.storeId, thief, 'owner');
  const [store] = await pages.orm.em
    .fork()
    .execute<{ merchant_id: string }[]>('select merchant_id from store where id = ?', [pages.storeId]);
  await requestMember(pages.orm.em, {
    ...{ merchantId: store?.merchant_id ?? '', email: newEmail('friend'), role: 'owner', actor: memberActor(thief) },
    ...{ publicUrl: 'https://pay.example', waitMs: 3_600_000 },
  });
  expect(await press(await notMeOf(owner.email, 'change_waits'))).toBe(200);
  expect([await isLoggedIn(owner.browser), await isLoggedIn(thief.browser)]).toEqual([true, false]);
  const changes = await pages.orm.em.fork().find(PendingChange, { actorId: thief.userId });
  expect(changes.map(({ state }) => state)).toEqual(['canceled']);
});

test('a changed factor: the owner hears, and the link logs out everywhere and keeps the only second factor', async () => {
  const owner = await provenAccount('owner');
  const thief = await logIn(owner.email, owner.password);
  await turnTotpOn({ ...owner, browser: thief.browser });
  const mail = (await mailsTo(owner.email)).find(({ event }) => event === 'factors_changed');
  const path = pathOf(mail?.link ?? '');
  expect(path).toMatch(/^\/account\/not-me\?token=[\w-]{43}$/);
  // Opening it changes nothing: mail scanners do that.
  expect(await (await open(path)).text()).toContain(owner.email);
  expect(await isLoggedIn(thief.browser)).toBe(true);
  expect(await press(path)).toBe(200);
  expect(await isLoggedIn(thief.browser)).toBe(false);
  // The second factor stays: a mailbox never lowers the factors.
  expect((await logIn(owner.email, owner.password)).body).toMatchObject({ twoFactorRedirect: true });
  expect(await press(path)).toBe(409);
  expect(await press('/account/not-me?token=made-up')).toBe(409);
  const entries = await pages.orm.em.fork().find(AuditEntry, { action: 'account.not_me', subjectId: owner.userId });
  expect(entries).toMatchObject([{ data: { canceled: 0, factors: 'kept' } }]);
});

test('removing a passkey and making recovery codes are told too, logging out is not', async () => {
  const owner = await provenAccount('codes');
  const told = async () => (await mailsTo(owner.email)).filter(({ event }) => event === 'factors_changed').length;
  await owner.browser.json('/api/auth/recovery-codes/make', {});
  expect(await told()).toBe(1);
  await owner.browser.json('/api/auth/sign-out', {});
  expect(await told()).toBe(1);
});

test('a changed setting: any owner stops the person who did it, and what that person asked for and waits', async () => {
  const [owner, thief] = [await provenAccount('first'), await provenAccount('second')];
  await join(pages.orm, pages.storeId, owner, 'owner');
  await join(pages.orm, pages.storeId, thief, 'owner');
  const em = pages.orm.em.fork();
  const [store] = await em.execute<{ merchant_id: string }[]>('select merchant_id from store where id = ?', [
    pages.storeId,
  ]);
  const asked = (person: typeof owner) =>
    requestMember(pages.orm.em, {
      ...{ merchantId: store?.merchant_id ?? '', email: newEmail('friend'), role: 'owner', actor: memberActor(person) },
      ...{ publicUrl: 'https://pay.example', waitMs: 3_600_000 },
    } as never);
  await asked(owner);
  await asked(thief);
  const webhookUrl = 'https://thief.example/hook';
  await updateStore(pages.orm.em, pages.storeId, { webhookUrl }, memberActor(thief));
  const mails = await em.execute<{ recipient: string; data: { notMe: string } }[]>(
    `select recipient, data from email_message where kind = 'settings_changed' and recipient in (?, ?)`,
    [owner.email, thief.email],
  );
  expect(mails.map(({ recipient }) => recipient).sort()).toEqual([owner.email, thief.email].sort());
  expect(await press(mails[0]?.data.notMe ?? '')).toBe(200);
  expect([await isLoggedIn(owner.browser), await isLoggedIn(thief.browser)]).toEqual([true, false]);
  const stateOf = async ({ userId }: typeof owner) =>
    (await pages.orm.em.fork().find(PendingChange, { actorId: userId })).map(({ state }) => state);
  expect([await stateOf(owner), await stateOf(thief)]).toEqual([['waiting'], ['canceled']]);
  // One link for all owners, once.
  expect(await press(mails[1]?.data.notMe ?? '')).toBe(409);
});

test('what a command or a script changes has no such link', async () => {
  await updateStore(pages.orm.em, pages.storeId, { webhookUrl: 'https://command.example/hook' });
  const [mail] = await pages.orm.em
    .fork()
    .execute<{ data: { notMe: string | null } }[]>(
      `select data from email_message where kind = 'settings_changed' order by created_at desc limit 1`,
    );
  expect(mail?.data.notMe).toBeNull();
});
