// The console starts the recovery of an account: for operators with a recent log-in, with a reason, once at a time.
import { expect, test } from 'vitest';
import { AuditEntry } from '#db/entities/merchant-people.entity.ts';
import { makeOperator } from '#web/auth/operators.ts';
import { changePages } from './change-pages.ts';
import { aside, newEmail, openProofPages, secret } from './proof-pages.ts';

const pages = openProofPages();
const { logIn, mailsTo, openBrowser, passkeysOf, signUpByPasskey } = pages;
const { makeOld, provenAccount } = changePages(pages);

const operator = async () => {
  const [email, password] = [newEmail('operator'), secret()];
  const { userId } = await makeOperator(pages.auth, email, password, aside);
  const { browser } = await logIn(email, password);
  return { browser, email, userId };
};
type Browser = ReturnType<typeof openBrowser>;

const start = (browser: Browser, email: string, reason = 'Called back on the known number') =>
  browser.form('/operator/recovery', { do: 'start', email, reason });

const started = async (userId: string) =>
  await pages.orm.em.fork().find(AuditEntry, { subjectId: userId, action: 'account.recovery_start' });

test('starts it: every known address is told, nothing changes yet, and the audit log has operator and reason', async () => {
  const [person, ops] = [await signUpByPasskey(newEmail('lost')), await operator()];
  await pages.prove(person.userId);
  expect((await ops.browser.get(`/operator/recovery?email=${person.email}`)).status).toBe(200);
  expect(await started(person.userId)).toEqual([]);
  const response = await start(ops.browser, person.email);
  expect([response.status, response.headers.get('location')]).toEqual([302, '/operator/recovery?done=started']);
  const events = (await mailsTo(person.email)).map(({ event }) => event);
  expect(events).toEqual(expect.arrayContaining(['recovery_started', 'recovery_link']));
  expect(await passkeysOf(person.userId)).toBe(1);
  expect(await started(person.userId)).toMatchObject([
    { actorKind: 'operator', actorId: ops.userId, actorEmail: ops.email, reason: 'Called back on the known number' },
  ]);
  const page = await (await ops.browser.get('/operator/recovery')).text();
  expect(page).toContain('account.recovery_start');
  expect(page).toContain(person.email);
});

test('one at a time: a second start would mail everybody again, and begin the wait anew', async () => {
  const [person, ops] = [await provenAccount('twice'), await operator()];
  expect((await start(ops.browser, person.email)).status).toBe(302);
  const mails = (await mailsTo(person.email)).length;
  const again = await start(ops.browser, person.email);
  expect([again.status, (await again.text()).includes('waits already')]).toEqual([422, true]);
  expect(await mailsTo(person.email)).toHaveLength(mails);
  // Stopped from a mailbox, it can be started again.
  const stop = (await mailsTo(person.email)).find(({ event }) => event === 'recovery_started')?.token;
  expect((await openBrowser().form(`/account/recovery-stop?token=${stop}`)).status).toBe(200);
  expect((await start(ops.browser, person.email)).status).toBe(302);
});

test('not without a reason, for an operator’s or an unknown account, with an old log-in, or by anybody else', async () => {
  const [person, ops, other] = [await provenAccount('kept'), await operator(), await operator()];
  expect((await start(ops.browser, person.email, '')).status).toBe(422);
  expect((await start(ops.browser, other.email)).status).toBe(422);
  expect((await start(ops.browser, newEmail('nobody'))).status).toBe(422);
  await makeOld(ops.userId);
  expect((await start(ops.browser, person.email)).status).toBe(403);
  const shopper = await provenAccount('shopper');
  expect((await start(shopper.browser, person.email)).status).toBe(404);
  const stranger = await start(openBrowser(), person.email);
  expect([stranger.status, stranger.headers.get('location')]).toEqual([
    302,
    expect.stringContaining('/account/log-in'),
  ]);
  expect([await started(person.userId), await started(other.userId)]).toEqual([[], []]);
  expect(await mailsTo(person.email)).toEqual([]);
});
