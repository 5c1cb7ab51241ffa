// `person export|erase` and the deletion of an account: everything about a person is shown and then gone, and the wallet's transfers stay.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Orm, openOrm } from '#db/orm.ts';
import { proveAddress } from '#test/support/accounts.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { derivePasswordKeys } from '#web/account/keys/password-keys.ts';
import { type Auth, createAuth } from '#web/auth/create-auth.ts';
import { deleteAccount } from '#web/auth/delete-account.ts';
import { addPassword } from '#web/auth/log-in-secret.ts';
import { adminHere, adminJson, adminJsonHere, MASTER_KEYS } from './support.ts';

const AUTH_SECRET = 'a secret of this test that is long enough';
const PUBLIC_URL = 'http://127.0.0.1:9';
const WALLET = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const OWNER = { kind: 'system', id: 'test', email: null } as const;

let database: TestDatabase;
let orm: Orm;
let auth: Auth;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url, poolSize: 2 });
  auth = createAuth({ databaseUrl: database.url, secret: AUTH_SECRET, publicUrl: PUBLIC_URL });
  env = { DATABASE_URL: database.url, MASTER_KEYS, AUTH_SECRET, PUBLIC_URL };
});
afterAll(async () => {
  await auth?.close();
  await orm?.close();
  await database?.drop();
});

const rows = <Row>(sql: string, values: unknown[] = []) => orm.em.fork().execute<Row[]>(sql, values as never);

/** An account with a wallet and a sealed key. @returns its id */
const account = async (email: string): Promise<string> => {
  const { logInSecret } = await derivePasswordKeys(email, 'correct horse battery staple');
  const context = await auth.$context;
  const user = await context.internalAdapter.createUser(
    { email, name: email, emailVerified: false },
    { method: 'test' },
  );
  await addPassword(context, user.id, await context.password.hash(logInSecret));
  await context.internalAdapter.createSession(user.id);
  await rows(
    `with w as (insert into wallet (user_id, address) values (?, '${WALLET}') returning id)
     insert into sealed_key (wallet_id, kind, blob) select id, 'password', '{"sealed":1}' from w`,
    [user.id],
  );
  return user.id;
};
const left = async (userId: string) =>
  await rows(
    `select 'user' as kind from auth."user" where id = ? union all select 'session' from auth.session where "userId" = ?
     union all select 'account' from auth.account where "userId" = ? union all select 'wallet' from wallet where user_id = ?`,
    [userId, userId, userId, userId],
  );

it('export shows the account, and erase deletes it with its sealed keys; the wallet’s row names nobody', async () => {
  const email = 'ada@example.com';
  const userId = await account(email);
  const exported = await adminJson<{ account: { sessions: unknown[] }; wallets: unknown[] }>(
    env,
    ...['person', 'export', '--email', email],
  );
  expect(exported.wallets).toMatchObject([{ address: WALLET, sent: null }]);
  expect(exported.account).toMatchObject({ id: userId, name: email });
  expect(exported.account.sessions).toHaveLength(1);
  expect(JSON.stringify(exported)).not.toMatch(/password|token|secret/i);

  const args = ['person', 'erase', '--email', email, '--reason', 'She asked on 2026-11-29'];
  expect(await adminJsonHere(env, ...args)).toMatchObject({ account: true });
  expect(await left(userId)).toEqual([]);
  expect(await rows('select 1 from sealed_key')).toEqual([]);
  expect(await rows('select address from wallet')).toEqual([{ address: WALLET }]);
  expect(await adminJsonHere(env, 'person', 'export', '--email', email)).toMatchObject({ account: null });
  const log = await rows<{ text: string }>(
    `select to_jsonb(a)::text as text from audit_entry a where action like 'person.%'`,
  );
  expect(log.map(({ text }) => text).join()).toContain('She asked');
  expect(log.map(({ text }) => text).join()).not.toContain(email);
});

it('an operator, and a person who works for a merchant, keep their accounts', async () => {
  const operator = await account('op@example.com');
  await rows(`update auth."user" set role = 'operator', "emailVerified" = true where id = ?`, [operator]);
  await expect(deleteAccount(auth, orm.em, operator, OWNER)).rejects.toMatchObject({ code: 'still_operator' });

  const member = await account('member@example.com');
  await proveAddress(orm, member);
  await adminJsonHere(env, 'store', 'create', '--name', 'Shop', '--email', 'shop@example.com');
  await rows(
    `insert into member (merchant_id, user_id, email, role) select id, ?, 'member@example.com', 'owner' from merchant`,
    [member],
  );
  await expect(deleteAccount(auth, orm.em, member, OWNER)).rejects.toMatchObject({ code: 'still_member' });
  expect((await left(member)).length).toBe(4);
});

it.each([[['--email', 'a@example.com', '--store', 'sto_1']], [['--store', 'sto_1']], [[]]])(
  'export with %j names what is missing',
  async (args) => {
    const said = await adminHere(env, 'person', 'export', ...args, '--json');
    expect(said.code).toBe(1);
    expect(said.stderr).toContain('name either --email, or --store and --user');
  },
);
