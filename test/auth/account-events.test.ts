// Log-ins, failures and changes of factors are in the audit log, without IP addresses, and nobody can flood it (finding 10).
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findBrokenAuditEntry } from '#db/merchants/audit.ts';
import { openBrowser, PASSWORD, turnTotpOn, WRONG } from './auth-browser.ts';
import { type AuthWorld, openAuthWorld } from './auth-world.ts';

let world: AuthWorld;
beforeAll(async () => {
  world = await openAuthWorld();
});
afterAll(async () => await world?.close());
beforeEach(async () => await world.forgetAddresses());

interface Entry {
  actor_kind: string;
  actor_email: string | null;
  action: string;
  data: Record<string, unknown>;
}
const entriesOf = (userId: string) =>
  world.rows<Entry>('select actor_kind, actor_email, action, data from audit_entry where subject_id = ? order by id', [
    userId,
  ]);

test('an account’s life: sign-up, log-in, factors, log-out, with the method and without the address', async () => {
  const email = world.newEmail();
  const { browser, userId } = await world.signUp(email);
  const app = await turnTotpOn(browser);
  await browser.must('/two-factor/generate-backup-codes', { password: PASSWORD });
  await browser.must('/sign-out', {});
  await browser.must('/sign-in/email', { email, password: PASSWORD });
  await browser.must('/two-factor/verify-totp', { code: app.code() });
  await browser.must('/two-factor/disable', { password: PASSWORD });
  await browser.must('/request-password-reset', { email, redirectTo: '/account/new-password' });
  const entries = await entriesOf(userId);
  expect(entries.map(({ action, data }) => [action, data.method ?? null])).toEqual([
    ['account.create', null],
    ['account.log_in', 'password'],
    ['account.totp_on', null],
    ['account.backup_codes', null],
    ['account.log_out', null],
    ['account.log_in', 'totp'],
    ['account.totp_off', null],
    ['account.password_reset_request', null],
  ]);
  expect(entries.every((entry) => entry.actor_kind === 'account' && entry.actor_email === null)).toBe(true);
  expect(JSON.stringify(entries)).not.toContain('203.0.113');
  expect(entries[1]?.data).toMatchObject({ device: 'Firefox on Linux' });
  expect(await findBrokenAuditEntry(world.orm.em)).toBeNull();
});

test('wrong passwords and codes are entries of the account; the log-in after them has their number', async () => {
  const email = world.newEmail();
  const { browser, userId } = await world.signUp(email);
  const app = await turnTotpOn(browser);
  await browser.must('/sign-out', {});
  for (let index = 0; index < 3; index += 1) await browser.post('/sign-in/email', { email, password: WRONG });
  await browser.must('/sign-in/email', { email, password: PASSWORD });
  await browser.post('/two-factor/verify-totp', { code: '000000' });
  await browser.must('/two-factor/verify-totp', { code: app.code() });
  const entries = (await entriesOf(userId)).slice(-2);
  expect(entries).toMatchObject([
    { action: 'account.log_in_failed', data: { method: 'password', failures: 1 } },
    { action: 'account.log_in', data: { method: 'totp', failures_before: 4 } },
  ]);
});

test('200 failures of one account and 200 of unknown ones write a handful of entries', async () => {
  const email = world.newEmail();
  const { userId } = await world.signUp(email);
  const countAll = async (): Promise<number> =>
    Number((await world.rows<{ n: string }>('select count(*) as n from audit_entry'))[0]?.n);
  const before = await countAll();
  for (let index = 0; index < 200; index += 1) {
    const browser = openBrowser(world.auth, { ip: `198.51.${index}.1` });
    await Promise.all([
      browser.post('/sign-in/email', { email, password: WRONG }),
      browser.post('/passkey/verify-authentication', { response: { id: `unknown-${index}` } }),
    ]);
  }
  expect((await countAll()) - before).toBeLessThanOrEqual(8);
  expect((await entriesOf(userId)).filter(({ action }) => action === 'account.log_in_slowed')).toHaveLength(1);
});

test('an operator is named by e-mail address', async () => {
  const email = world.newEmail();
  const { browser, userId } = await world.signUp(email);
  await world.rows(`update auth."user" set role = 'operator', "emailVerified" = true where id = ?`, [userId]);
  await browser.must('/sign-in/email', { email, password: PASSWORD });
  expect((await entriesOf(userId)).at(-1)).toMatchObject({
    ...{ actor_kind: 'operator', actor_email: email, action: 'account.log_in' },
  });
});

test('a log-in that cannot be written down fails, and leaves no session cookie', async () => {
  const email = world.newEmail();
  await world.signUp(email);
  const { printed, auth } = world.openBroken();
  try {
    const browser = openBrowser(auth, { ip: '203.0.113.60' });
    expect((await browser.post('/sign-in/email', { email, password: PASSWORD })).status).toBe(500);
    expect(await browser.isLoggedIn()).toBe(false);
  } finally {
    printed.mockRestore();
  }
});
