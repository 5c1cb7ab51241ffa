// What a stolen operator password can do, tried as the thief over HTTP (docs/security/stolen-operator-password.md): finding 4's four
// requests, without a second factor and with one.
import { randomBytes } from 'node:crypto';
import { Wallet } from 'ethers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { Member } from '#db/entities/merchant-people.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { applyDueChanges } from '#db/merchants/decide-change.ts';
import type { AccountNotice, ChangeWaitsData } from '#domain/email-data.ts';
import { join, promoteToOperator, visit } from '#test/dashboard/people.ts';
import { type CheckoutWorld, openCheckoutWorld } from '#test/e2e/support/checkout-world.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { type Account, addAuthenticator, logInWithPassword, signUpWithPassword } from '#test/support/two-factors.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const HOUR = 3_600_000;
let database: TestDatabase;
let world: CheckoutWorld;
let operator: Account;
let owner: Account;
let merchantId: string;
/** With the second factor. */
let thiefsCookie = '';

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openCheckoutWorld(database.url, { passwordAlone: false });
  operator = await signUpWithPassword(world, 'operator@allscale.example');
  owner = await signUpWithPassword(world, 'owner@shop.example');
  const em = world.orm.em.fork();
  await promoteToOperator(world.orm, operator);
  await join(world.orm, world.storeId, owner, 'owner');
  merchantId = (await em.findOneOrFail(Store, world.storeId)).merchant.id;
});
afterAll(async () => {
  await world?.close();
  await database?.drop();
});

const send = async (path: string, cookie: string, form?: Record<string, string>) => {
  const response = await visit(`${world.url}${path}`, { cookie }, form);
  return { status: response.status, location: response.headers.get('location') ?? '', text: await response.text() };
};
const ask = (cookie: string, form: Record<string, string>) => send(`/operator/merchants/${merchantId}`, cookie, form);
const inviteMallory = (cookie: string) =>
  ask(cookie, { do: 'owner', email: 'mallory@evil.example', reason: 'asked by phone' });
const mails = (kind: EmailMessage['kind'], recipient: string) =>
  world.orm.em.fork().find(EmailMessage, { kind, recipient });
const owners = async (): Promise<string[]> =>
  (await world.orm.em.fork().find(Member, { merchant: merchantId, role: 'owner' })).map(({ email }) => email);
const receiver = async () => (await world.orm.em.fork().findOneOrFail(Store, world.storeId)).receiver;

test('the password alone opens no page and no action of the console', async () => {
  const cookie = await logInWithPassword(world.url, operator);
  for (const path of ['/operator/merchants', '/operator/audit', `/operator/merchants/${merchantId}`]) {
    const led = await send(path, cookie);
    expect([led.status, led.location]).toEqual([302, expect.stringContaining('/dashboard/security?why=two-factors')]);
  }
  const tried = await inviteMallory(cookie);
  expect(tried.location).toContain('/dashboard/security?why=two-factors');
  expect(await mails('invitation', 'mallory@evil.example')).toEqual([]);
});

test('with a second factor too, no owner is made, no link is sent and no money moves within 48 hours; the owner ends it', async () => {
  const before = await receiver();
  // The thief has the factor as well, or turned one on in an account that had none.
  const cookie = await addAuthenticator(world.url, {
    ...operator,
    cookie: await logInWithPassword(world.url, operator),
  });
  thiefsCookie = cookie;
  expect((await inviteMallory(cookie)).status).toBe(302);
  // No invitation exists that could be accepted, also not a moment before the end.
  expect(await applyDueChanges(world.orm.em, new Date(Date.now() + 47.9 * HOUR))).toBe(0);
  expect(await mails('invitation', 'mallory@evil.example')).toEqual([]);
  expect(await owners()).toEqual([owner.email]);
  const mallory = await signUpWithPassword(world, 'mallory@evil.example');
  const strong = await addAuthenticator(world.url, mallory);
  const thief = Wallet.createRandom().address;
  for (const session of [strong, cookie]) {
    const tried = await send(`/dashboard/${world.storeId}/settings/receiver`, session, {
      receiver: thief,
      signature: '',
      signedAt: '',
    });
    expect(tried.status).toBe(404);
    expect((await send(`/dashboard/${world.storeId}/changes`, session, { do: 'confirm', id: 'chg_x' })).status).toBe(
      404,
    );
  }
  // The real owner heard of it, and cancels without a log-in. Opening the link changes nothing.
  const [mail] = await mails('change_waits', owner.email);
  if (!mail) throw new Error('the owner got no e-mail');
  const { pathname } = new URL((mail.data as ChangeWaitsData).link);
  expect((await send(pathname, '')).text).toContain('mallory@evil.example');
  await send(pathname, '');
  const [waiting] = await world.orm.em.fork().execute<{ state: string }[]>('select state from pending_change');
  expect(waiting?.state).toBe('waiting');
  expect((await send(`/dashboard/cancel-change/${randomBytes(32).toString('base64url')}`, '', {})).status).toBe(409);
  expect((await send(pathname, '', {})).status).toBe(303);
  expect(await applyDueChanges(world.orm.em, new Date(Date.now() + 100 * HOUR))).toBe(0);
  expect(await mails('invitation', 'mallory@evil.example')).toEqual([]);
  expect(await owners()).toEqual([owner.email]);
  expect(await receiver()).toBe(before);
  expect(await mails('change_canceled', owner.email)).toHaveLength(1);
});

test('more requests wait each for themselves, and a suspension is mailed and applies nothing', async () => {
  const before = await receiver();
  const cookie = thiefsCookie;
  for (const name of ['eve', 'eve', 'oscar'])
    await ask(cookie, { do: 'owner', email: `${name}@evil.example`, reason: 'asked by phone' });
  const waiting = await world.orm.em
    .fork()
    .execute<{ subject: string }[]>(`select subject from pending_change where state = 'waiting' order by subject`);
  expect(waiting.map(({ subject }) => subject)).toEqual(
    ['eve', 'oscar'].map((name) => `${merchantId}:${name}@evil.example`),
  );
  // One for each request: mallory's, eve's two and oscar's; the second for eve ended the first.
  expect(await mails('change_waits', owner.email)).toHaveLength(4);
  await ask(cookie, { do: 'suspend', reason: 'a thief wants to' });
  expect(await mails('store_suspended', owner.email)).toHaveLength(1);
  expect(await applyDueChanges(world.orm.em, new Date(Date.now() + 100 * HOUR))).toBe(0);
  expect(await owners()).toEqual([owner.email]);
  expect(await receiver()).toBe(before);
});

test('a fee waits for another operator, and the thief is not one', async () => {
  const feeOf = async () => (await world.orm.em.fork().findOneOrFail(Store, world.storeId)).feeBps;
  const before = await feeOf();
  const proposed = await ask(thiefsCookie, {
    ...{ do: 'fees', subject: world.storeId, reason: 'more for us' },
    ...{ percent: '9', minFee: '0.1' },
  });
  expect(proposed.status).toBe(302);
  const [proposal] = await world.orm.em
    .fork()
    .execute<{ id: string; state: string }[]>('select id, state from operator_proposal');
  expect(proposal?.state).toBe('waiting');
  await send('/operator/proposals', thiefsCookie, { do: 'confirm', id: proposal?.id ?? '' });
  expect(await feeOf()).toBe(before);
});

test('the operator who reads the e-mail about the new factor ends the log-in and everything that it asked for', async () => {
  const told = (await mails('account_notice', operator.email)).map(({ data }) => data as AccountNotice);
  const { pathname, search } = new URL(told.find(({ event }) => event === 'factors_changed')?.link ?? '');
  // Who opens it is not logged in, and opening it changes nothing.
  await send(pathname + search, '');
  expect((await send('/operator/merchants', thiefsCookie)).status).toBe(200);
  expect((await send(pathname + search, '', {})).status).toBe(200);
  const led = await send('/operator/merchants', thiefsCookie);
  expect([led.status, led.location]).toEqual([302, expect.stringContaining('/account/log-in')]);
  const states = async (table: string): Promise<string[]> =>
    (await world.orm.em.fork().execute<{ state: string }[]>(`select distinct state from ${table}`)).map(
      ({ state }) => state,
    );
  expect([await states('pending_change'), await states('operator_proposal')]).toEqual([['canceled'], ['canceled']]);
});
