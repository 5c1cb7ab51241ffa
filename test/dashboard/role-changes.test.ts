// A role that is taken away ends with the next request of an open session: a member's, and an operator's.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Store } from '#db/entities/store.entity.ts';
import { removeMember, setMemberRole } from '#db/merchants/members.ts';
import { type CheckoutWorld, openCheckoutWorld } from '#test/e2e/support/checkout-world.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { createAuth } from '#web/auth/create-auth.ts';
import { makeOperator, removeOperator } from '#web/auth/operators.ts';
import { join, memberActor, type Person, promoteToOperator, signUp, visit } from './people.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

let database: TestDatabase;
let world: CheckoutWorld;
let merchantId: string;
let owner: Person;
let other: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openCheckoutWorld(database.url);
  merchantId = (await world.orm.em.fork().findOneOrFail(Store, world.storeId)).merchant.id;
  owner = await signUp(world, 'ann@shop.example');
  other = await signUp(world, 'bob@shop.example');
  for (const person of [owner, other]) await join(world.orm, world.storeId, person, 'owner');
});
afterAll(async () => {
  await world?.close();
  await database?.drop();
});

const send = async (path: string, person: Person, form?: Record<string, string>) => {
  const response = await visit(`${world.url}${path}`, person, form);
  return { status: response.status, location: response.headers.get('location') ?? '' };
};
const store = (path = '') => `/dashboard/${world.storeId}${path}`;
const save = (person: Person) => send(store('/settings/notifications'), person, {});
const audited = async (userId: string): Promise<string[]> =>
  (
    await world.orm.em
      .fork()
      .execute<{ action: string }[]>(
        `select action from audit_entry where subject_id = ? and action not like 'account.%' order by id`,
        [userId],
      )
  ).map(({ action }) => action);

test('a demoted and a removed member have no right of before, with the session that is open', async () => {
  const actor = memberActor(owner);
  expect((await send(store('/audit'), other)).status).toBe(200);
  expect((await save(other)).status).not.toBe(403);
  await setMemberRole(world.orm.em, { merchantId, userId: other.userId, role: 'manager', actor });
  expect((await send(store('/audit'), other)).status).toBe(403);
  expect((await send(store('/settings/receiver'), other, { receiver: '0x' })).status).toBe(403);
  expect((await save(other)).status).not.toBe(403);
  await setMemberRole(world.orm.em, { merchantId, userId: other.userId, role: 'viewer', actor });
  expect((await save(other)).status).toBe(403);
  expect((await send(store(), other)).status).toBe(200);
  await removeMember(world.orm.em, { merchantId, userId: other.userId, actor });
  for (const path of ['', '/orders', '/orders/changes', '/reports', '/palette'])
    expect([path, (await send(store(path), other)).status]).toEqual([path, 404]);
  expect((await save(other)).status).toBe(404);
  expect(await audited(other.userId)).toEqual(['member.change_role', 'member.change_role', 'member.remove']);
});

test('an operator ends all sessions of one member, with a reason, and of nobody who works elsewhere', async () => {
  const operator = await signUp(world, 'console@allscale.example');
  const member = await signUp(world, 'cam@shop.example');
  const stranger = await signUp(world, 'sam@elsewhere.example');
  await join(world.orm, world.storeId, member, 'viewer');
  await promoteToOperator(world.orm, operator);
  const end = (subject: string, reason: string) =>
    send(`/operator/merchants/${merchantId}`, operator, { do: 'end-sessions', subject, reason });
  expect((await end(member.userId, ' ')).status).toBe(422);
  expect((await end(stranger.userId, 'lost a laptop')).status).toBe(422);
  expect((await send(store(), member)).status).toBe(200);
  expect((await end(member.userId, 'lost a laptop')).location).toContain('done=end-sessions');
  expect((await send(store(), member)).location).toContain('/account/log-in');
  expect((await send('/account/wallet', stranger)).location).not.toContain('/account/log-in');
  const [entry] = await world.orm.em
    .fork()
    .execute(`select actor_id, reason from audit_entry where action = 'account.end_all_sessions' and subject_id = ?`, [
      member.userId,
    ]);
  expect(entry).toEqual({ actor_id: operator.userId, reason: 'lost a laptop' });
});

test('an operator who is removed has no session; neither has an account that becomes one', async () => {
  const auth = createAuth({
    databaseUrl: database.url,
    secret: 'of this test, never used to log in 0123',
    publicUrl: world.url,
  });
  try {
    const person = await signUp(world, 'op@allscale.example');
    await world.orm.em.fork().execute('update auth."user" set "emailVerified" = true where id = ?', [person.userId]);
    expect((await send('/account/security', person)).location).not.toContain('log-in');
    await makeOperator(auth, person.email, null, async () => {});
    const afterPromotion = await send('/operator/merchants', person);
    expect([afterPromotion.status, afterPromotion.location]).toEqual([302, expect.stringContaining('/account/log-in')]);
    await world.orm.em.fork().execute(
      `insert into auth.session (id, token, "userId", "expiresAt", "createdAt", "updatedAt", "twoFactors")
          select 's', 't', ?, now() + interval '1 hour', now(), now(), true`,
      [person.userId],
    );
    await removeOperator(auth, person.email);
    const [row] = await world.orm.em
      .fork()
      .execute<{ sessions: string; role: string }[]>(
        `select role, (select count(*) from auth.session where "userId" = ?) as sessions from auth."user" where id = ?`,
        [person.userId, person.userId],
      );
    expect([row?.role, Number(row?.sessions)]).toEqual(['shopper', 0]);
    expect((await send('/operator/merchants', person)).location).toContain('/account/log-in');
  } finally {
    await auth.close();
  }
});
