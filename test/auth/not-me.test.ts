// "This was not me" in e-mails about a change: it logs the account out everywhere and cancels what it asked for and still waits, once. It
// gives nothing to who reads the mailbox: factors and settings stay.
import { expect, test } from 'vitest';
import { AuditEntry } from '#db/entities/merchant-people.entity.ts';
import { PendingChange } from '#db/entities/pending-change.entity.ts';
import { requestMember } from '#db/merchants/pending-changes.ts';
import { updateStore } from '#db/merchants/stores.ts';
import { join, memberActor } from '#test/dashboard/people.ts';
import { changePages } from './change-pages.ts';
import { newEmail, openProofPages } from './proof-pages.ts';

const pages = openProofPages();
const { isLoggedIn, logIn, mailsTo, openBrowser, turnTotpOn } = pages;
const { provenAccount } = changePages(pages);

const open = (path: string) => openBrowser().get(path);
const press = async (path: string): Promise<number> => (await openBrowser().form(path)).status;
const pathOf = (link: string): string => new URL(link).pathname + new URL(link).search;

test('a changed factor: the owner hears, and the link logs out everywhere and keeps the factors', async () => {
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
  expect(entries).toMatchObject([{ data: { canceled: 0 } }]);
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
