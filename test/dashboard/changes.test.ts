// Waiting changes over HTTP: confirming one needs two factors and a fresh log-in, and opening the e-mail's link changes nothing.
import { Wallet } from 'ethers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { PendingChange } from '#db/entities/pending-change.entity.ts';
import { checkSettings } from '#db/merchants/change-store.ts';
import { requestReceiver } from '#db/merchants/pending-changes.ts';
import type { Address } from '#domain/address.ts';
import type { ChangeWaitsData } from '#domain/email-data.ts';
import { type CheckoutWorld, openCheckoutWorld } from '#test/e2e/support/checkout-world.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { checkWithoutChains } from '#test/support/payable.ts';
import { type Account, addAuthenticator, signUpWithPassword } from '#test/support/two-factors.ts';
import { join } from './people.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

let database: TestDatabase;
let world: CheckoutWorld;
let author: Account;
let second: Account;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openCheckoutWorld(database.url, { passwordAlone: false });
  author = await signUpWithPassword(world, 'ann@shop.example');
  second = await signUpWithPassword(world, 'bob@shop.example');
  for (const owner of [author, second]) await join(world.orm, world.storeId, owner, 'owner');
});
afterAll(async () => {
  await world?.close();
  await database?.drop();
});

const newReceiver = async (): Promise<string> => {
  const { em } = world.orm;
  const receiver = Wallet.createRandom().address as Address;
  const outcome = await requestReceiver(em, {
    actor: { kind: 'member', id: author.userId, email: author.email },
    waitMs: 3_600_000,
    publicUrl: world.url,
    storeId: world.storeId,
    checked: await checkSettings(em, checkWithoutChains, world.storeId, { receiver }),
  });
  if (!outcome.waits) throw new Error('it took effect at once');
  return outcome.id;
};
const stateOf = async (id: string) => (await world.orm.em.fork().findOneOrFail(PendingChange, id)).state;
const send = (path: string, cookie: string, form?: Record<string, string>): Promise<Response> =>
  fetch(`${world.url}${path}`, {
    method: form ? 'POST' : 'GET',
    redirect: 'manual',
    headers: { origin: world.url, ...(cookie ? { cookie } : {}) },
    ...(form ? { body: new URLSearchParams(form) } : {}),
  });
const decide = (what: 'confirm' | 'cancel', id: string, cookie: string) =>
  send(`/dashboard/${world.storeId}/changes`, cookie, { do: what, id });
const setAge = (hours: number) =>
  world.orm.em.fork().execute('update auth.session set "createdAt" = now() - make_interval(hours => ?)', [hours]);

test('a confirmation needs a second owner, two factors and a fresh log-in; a cancellation needs no fresh one', async () => {
  const id = await newReceiver();
  const alone = await decide('confirm', id, second.cookie);
  expect([alone.status, alone.headers.get('location')]).toEqual([302, expect.stringContaining('why=two-factors')]);
  const [strong, own] = [await addAuthenticator(world.url, second), await addAuthenticator(world.url, author)];
  await setAge(1);
  expect((await decide('confirm', id, strong)).status).toBe(403);
  expect(await stateOf(id)).toBe('waiting');
  expect((await decide('cancel', id, strong)).status).toBe(303);
  expect(await stateOf(id)).toBe('canceled');
  await setAge(0);
  const last = await newReceiver();
  expect((await decide('confirm', last, own)).status).toBe(422);
  expect(await stateOf(last)).toBe('waiting');
  expect((await decide('confirm', last, strong)).status).toBe(303);
  expect(await stateOf(last)).toBe('applied');
});

test('opening the link of the e-mail changes nothing, its button cancels', async () => {
  const id = await newReceiver();
  const mail = await world.orm.em
    .fork()
    .findOneOrFail(EmailMessage, { kind: 'change_waits', subjectId: id, recipient: second.email });
  const { pathname } = new URL((mail.data as ChangeWaitsData).link);
  for (const method of ['GET', 'HEAD'])
    expect((await fetch(`${world.url}${pathname}`, { method, redirect: 'manual' })).status).toBe(200);
  expect(await stateOf(id)).toBe('waiting');
  expect((await send(pathname, '', {})).status).toBe(303);
  expect(await stateOf(id)).toBe('canceled');
});
