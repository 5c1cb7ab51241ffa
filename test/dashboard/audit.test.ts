// The audit log's page for owners, over HTTP: what was done in their merchant and the log-ins of its members; nothing of others.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Store } from '#db/entities/store.entity.ts';
import { updateStore } from '#db/merchants/change-store.ts';
import { removeMember } from '#db/merchants/members.ts';
import { setStoreFees } from '#db/merchants/store-terms.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import type { Units } from '#domain/money.ts';
import { type CheckoutWorld, openCheckoutWorld } from '#test/e2e/support/checkout-world.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { type Account, addAuthenticator, logInWithPassword, signUpWithPassword } from '#test/support/two-factors.ts';
import { join, memberActor, visit } from './people.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

let database: TestDatabase;
let world: CheckoutWorld;
let merchantId: string;
let otherStoreId: string;
const people = {} as Record<'ann' | 'mia' | 'vic' | 'ben', Account>;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openCheckoutWorld(database.url);
  merchantId = (await world.orm.em.fork().findOneOrFail(Store, world.storeId)).merchant.id;
  const other = await createMerchantAndStore(world.orm.em, { name: 'Elsewhere', email: 'office@elsewhere.example' });
  otherStoreId = other.storeId;
  for (const name of ['ann', 'mia', 'vic', 'ben'] as const)
    people[name] = await signUpWithPassword(world, `${name}@shop.example`);
  await join(world.orm, world.storeId, people.ann, 'owner');
  await join(world.orm, world.storeId, people.mia, 'manager');
  await join(world.orm, world.storeId, people.vic, 'viewer');
  await join(world.orm, otherStoreId, people.ben, 'owner');
});
afterAll(async () => {
  await world?.close();
  await database?.drop();
});

const read = async (cookie: string, query = '', storeId = world.storeId) => {
  const response = await visit(`${world.url}/dashboard/${storeId}/audit${query}`, { cookie });
  const html = await response.text();
  // Without the data that scripts get: what a person reads, row by row.
  const rows = html
    .split('<tr')
    .slice(2)
    .map((row) => row.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' '));
  return { status: response.status, html, rows };
};
const about = (rows: readonly string[], ...parts: string[]) =>
  rows.filter((row) => parts.every((part) => row.includes(part)));

test('owners see log-ins, failures, factors and sessions of their members since they joined, and of nobody else', async () => {
  const { ann, mia, ben } = people;
  await logInWithPassword(world.url, mia);
  await expect(logInWithPassword(world.url, { ...mia, password: ann.password })).rejects.toThrow('401');
  await addAuthenticator(world.url, { ...mia, cookie: await logInWithPassword(world.url, mia) });
  await logInWithPassword(world.url, ben);
  const { status, html, rows } = await read(ann.cookie);
  expect(status).toBe(200);
  expect(about(rows, mia.email, 'Logged in', 'by password')).toHaveLength(2);
  expect(about(rows, mia.email, 'Log-in failed', 'by password', 'failures so far that day: 1')).toHaveLength(1);
  expect(about(rows, mia.email, 'Turned the authenticator app on')).toHaveLength(1);
  // From before they worked here.
  expect(html).not.toContain('account.create');
  expect(html).not.toContain(ben.email);
  // Of log-ins, the log knows the device; colleagues do not.
  const [entry] = await world.orm.em
    .fork()
    .execute<{ data: { device: string } }[]>(
      `select data from audit_entry where action = 'account.log_in' and subject_id = ? order by id desc limit 1`,
      [mia.userId],
    );
  expect(entry?.data.device).toBeTruthy();
  expect(html).not.toContain('"device"');
  expect(html).not.toContain('127.0.0.1"');
});

test('only owners of the merchant may read it', async () => {
  const { mia, vic, ben } = people;
  // The factor that was turned on ended the earlier sessions.
  expect((await read(mia.cookie)).status).toBe(302);
  expect((await read(vic.cookie)).status).toBe(403);
  expect((await read(ben.cookie)).status).toBe(404);
  const own = await read(ben.cookie, '', otherStoreId);
  expect([own.status, about(own.rows, 'ann@'), about(own.rows, 'mia@')]).toEqual([200, [], []]);
});

test('changes are shown with their author; of the platform’s people only what they did', async () => {
  const { ann } = people;
  const em = world.orm.em;
  const member = memberActor(ann);
  await updateStore(em, world.storeId, { supportContact: 'new@shop.example' }, member);
  await setStoreFees(em, {
    ...{ storeId: world.storeId, feeBps: 30, minFeeUnits: 0n as Units, reason: 'asked by our partner Zed' },
    actor: { kind: 'operator', id: 'op', email: 'operator@platform.example' },
  });
  const { html, rows } = await read(ann.cookie, '?part=changes');
  expect(about(rows, ann.email, 'Changed settings', 'new@shop.example')).toHaveLength(1);
  expect(about(rows, 'AllScale', 'Changed the fee')).toHaveLength(1);
  expect(html).not.toContain('operator@platform.example');
  expect(html).not.toContain('our partner Zed');
  expect(about(rows, 'Logged in')).toEqual([]);
  expect(about((await read(ann.cookie, '?part=log-ins')).rows, 'Changed')).toEqual([]);
});

test('pages hold fifty entries, and every entry is on one of them', async () => {
  const { ann } = people;
  const actor = memberActor(ann);
  for (let count = 0; count < 60; count += 1)
    await updateStore(world.orm.em, world.storeId, { supportContact: `c${count}@shop.example` }, actor);
  const first = await read(ann.cookie);
  const [, after = ''] = /audit\?after=(\d+)/.exec(first.html) ?? [];
  const second = await read(ann.cookie, `?after=${after}`);
  expect(first.rows).toHaveLength(50);
  const seen = [...first.rows, ...second.rows];
  for (let count = 0; count < 60; count += 1) expect(about(seen, `→ c${count}@`)).toHaveLength(1);
  for (const odd of ['x', '-1', '9'.repeat(30), "1' or 1=1"])
    expect((await read(ann.cookie, `?after=${encodeURIComponent(odd)}`)).rows).toHaveLength(50);
});

test('log-ins of a person who left are no longer shown', async () => {
  const { ann, mia } = people;
  const actor = memberActor(ann);
  await removeMember(world.orm.em, { merchantId, userId: mia.userId, actor });
  const { rows } = await read(ann.cookie, '?part=log-ins');
  expect(about(rows, mia.email)).toEqual([]);
  expect(about((await read(ann.cookie)).rows, ann.email, 'Removed a person')).toHaveLength(1);
});
