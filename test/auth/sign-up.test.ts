// Signing up discloses nothing about who has an account, takes a mailed link, and leaves a proven address.
import { expect, test } from 'vitest';
import { Member } from '#db/entities/merchant-people.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { inviteMember } from '#db/merchants/invitations.ts';
import { signUpToken } from '#test/support/sign-up.ts';
import { changePages } from './change-pages.ts';
import { newEmail, openProofPages, secret } from './proof-pages.ts';

const pages = openProofPages();
const { forgetMails, isLoggedIn, mailsTo, openBrowser, signUp } = pages;
const { provenAccount, shown } = changePages(pages);

const usersOf = (email: string) =>
  pages.orm.em.fork().execute('select "emailVerified" as proven, role from auth."user" where email = ?', [email]);

type Visit = (email: string) => Promise<Response>;
const json =
  (path: string, fields: object): Visit =>
  (email) =>
    openBrowser().json(path, { email, ...fields });

const VISITS: readonly (readonly [string, Visit])[] = [
  ['the form', (email) => openBrowser().form('/account/sign-up?next=/account', { email })],
  ['the form of merchants', (email) => openBrowser().form('/account/sign-up?next=/dashboard/apply', { email })],
  ['the request for a link', json('/api/auth/sign-up/ask', {})],
  ['a sign-up without a link', json('/api/auth/sign-up/email', { name: 'x', password: secret() })],
  ['a sign-up with a link of nobody', json('/api/auth/sign-up/email', { name: 'x', password: secret(), token: 'x' })],
  [
    'the options of a passkey',
    (email) =>
      openBrowser().get(`/api/auth/passkey/generate-register-options?${new URLSearchParams({ context: email })}`),
  ],
];

test.each(VISITS)(
  '%s: status, headers and body are the same for a known and an unknown address',
  async (_name, visit) => {
    const known = await provenAccount('known');
    const unproven = await signUp(newEmail('unproven'));
    const unknown = newEmail('unknown');
    const expected = await shown(await visit(unknown), unknown);
    for (const { email } of [known, unproven]) {
      await pages.forgetAddresses();
      expect(await shown(await visit(email), email)).toEqual(expected);
    }
    expect(await usersOf(unknown)).toEqual([]);
  },
);

test('a link of another address opens no sign-up, known or unknown', async () => {
  const known = await provenAccount('known');
  const own = newEmail('own');
  const reply = async (email: string) => {
    const fields = { name: 'x', password: secret(), token: await signUpToken(pages.orm, own) };
    return await shown(await json('/api/auth/sign-up/email', fields)(email), email);
  };
  const unknown = newEmail('unknown');
  expect(await reply(known.email)).toEqual(await reply(unknown));
  expect(await usersOf(unknown)).toEqual([]);
});

test('limits are the same for a known and an unknown address', async () => {
  const known = await provenAccount('often');
  const statuses = async (email: string) => {
    const found: number[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      await pages.forgetAddresses();
      found.push((await json('/api/auth/sign-up/ask', {})(email)).status);
    }
    return found;
  };
  const expected = await statuses(newEmail('unknown'));
  expect(await statuses(known.email)).toEqual(expected);
  expect([expected[0], expected.at(-1)]).toEqual([200, 429]);
});

test('an unknown address gets a link, a known one a message on how to log in; both once in two minutes', async () => {
  const known = await provenAccount('known');
  const unknown = newEmail('unknown');
  for (const email of [known.email, unknown, known.email, unknown]) {
    expect((await openBrowser().form('/account/sign-up?next=/dashboard/apply', { email })).status).toBe(200);
  }
  const mails = await mailsTo(known.email);
  expect(mails).toMatchObject([{ event: 'sign_up_known', token: '' }]);
  expect(new URL(mails[0]?.link ?? '').pathname).toBe('/account/log-in');
  const [mail, ...more] = await mailsTo(unknown);
  expect(more).toEqual([]);
  expect(new URL(mail?.link ?? '').searchParams.get('next')).toBe('/dashboard/apply');
});

test('two minutes are counted from the last message, also where a fixed window of two minutes ends', async () => {
  const email = newEmail('edge');
  const ask = () => openBrowser().form('/account/sign-up', { email });
  /** Moves every message of the mailbox into the past, with the number of the window in its subject. */
  const age = (windows: number, seconds: number) =>
    pages.orm.em.fork().execute(
      `update email_message set created_at = created_at - make_interval(secs => ?),
         subject_id = regexp_replace(subject_id, '[0-9]+$', '') || (substring(subject_id from '[0-9]+$')::bigint - ?)
       where recipient = ?`,
      [seconds, windows, email],
    );
  await ask();
  await age(1, 60);
  await ask();
  expect(await mailsTo(email)).toHaveLength(1);
  await age(0, 61);
  await ask();
  expect(await mailsTo(email)).toHaveLength(2);
  await Promise.all([ask(), ask(), ask()]);
  expect(await mailsTo(email)).toHaveLength(2);
});

test('the link works once, for its address, and proves it; opening it changes nothing', async () => {
  const email = newEmail('new');
  await openBrowser().form('/account/sign-up', { email });
  const [mail] = await mailsTo(email);
  const token = mail?.token ?? '';
  expect((await openBrowser().get(`/account/sign-up?token=${token}`)).status).toBe(200);
  expect(await usersOf(email)).toEqual([]);
  const post = (password: string) => {
    const browser = openBrowser();
    return browser.json('/api/auth/sign-up/email', { email, name: email, password, token }).then((response) => ({
      browser,
      response,
    }));
  };
  // A failed sign-up leaves the link.
  expect((await post('typed in the clear')).response.status).toBe(400);
  const { browser, response } = await post(secret());
  expect([response.status, await isLoggedIn(browser)]).toEqual([200, true]);
  expect(await usersOf(email)).toEqual([{ proven: true, role: 'shopper' }]);
  expect((await post(secret())).response.status).toBe(400);
});

test('of two sign-ups with one link at the same moment, one makes the account', async () => {
  const email = newEmail('twice');
  const token = await signUpToken(pages.orm, email);
  const post = () => openBrowser().json('/api/auth/sign-up/email', { email, name: email, password: secret(), token });
  const statuses = (await Promise.all([post(), post(), post()])).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(await usersOf(email)).toHaveLength(1);
});

test('a new request ends the link before it, and an old link is dead', async () => {
  const email = newEmail('again');
  await openBrowser().form('/account/sign-up', { email });
  const first = (await mailsTo(email)).at(-1)?.token ?? '';
  await forgetMails(email);
  await openBrowser().form('/account/sign-up', { email });
  const second = (await mailsTo(email)).at(-1)?.token ?? '';
  const post = (token: string) =>
    openBrowser().json('/api/auth/sign-up/email', { email, name: email, password: secret(), token });
  expect((await post(first)).status).toBe(400);
  await pages.orm.em
    .fork()
    .execute(`update auth.verification set "expiresAt" = now() - interval '1 second' where value like ?`, [
      `%${email}%`,
    ]);
  expect((await post(second)).status).toBe(400);
});

test('an open invitation’s link proves its address, and no other', async () => {
  const { merchant } = await pages.orm.em.fork().findOneOrFail(Store, pages.storeId, { populate: ['merchant'] });
  const email = newEmail('invited');
  await inviteMember(pages.orm.em, {
    ...{ merchantId: merchant.id, email, role: 'viewer' as const, publicUrl: pages.url },
    actor: { kind: 'command', id: 'root', email: null },
  });
  const link = (await mailsTo(email)).at(-1)?.link ?? '';
  const token = new URL(link).pathname.split('/').at(-1) ?? '';
  const post = (address: string) =>
    openBrowser().json('/api/auth/sign-up/email', { email: address, name: 'x', password: secret(), token });
  expect((await post(newEmail('other'))).status).toBe(400);
  expect((await post(email)).status).toBe(200);
  expect(await usersOf(email)).toMatchObject([{ proven: true }]);
  expect(await pages.orm.em.fork().count(Member, { email })).toBe(0);
});
