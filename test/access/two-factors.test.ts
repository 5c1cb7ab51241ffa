// Two factors are a condition of the console and of every role that can change where money goes: tried on every route of the build,
// its page, its data and its action, on a server without the exemption of development accounts.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { join, promoteToOperator } from '#test/dashboard/people.ts';
import { PERSONAL } from '#test/dashboard/route-rights.ts';
import { type WalkedRoute, walkedRoutes } from '#test/dashboard/routes.ts';
import { type CheckoutWorld, openCheckoutWorld } from '#test/e2e/support/checkout-world.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { type Account, addAuthenticator, logInWithPassword, signUpWithPassword } from '#test/support/two-factors.ts';
import { tookTwoFactors } from '#web/auth/session-factors.ts';
import { readWebEnv } from '#web/env.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

let database: TestDatabase;
let world: CheckoutWorld;
let routes: WalkedRoute[];
const people = {} as Record<'owner' | 'manager' | 'viewer' | 'operator', Account>;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openCheckoutWorld(database.url, { passwordAlone: false });
  routes = await walkedRoutes();
  for (const who of ['owner', 'manager', 'viewer', 'operator'] as const) {
    people[who] = await signUpWithPassword(world, `${who}@shop.example`);
    if (who !== 'operator') await join(world.orm, world.storeId, people[who], who);
  }
  await promoteToOperator(world.orm, people.operator);
});
afterAll(async () => {
  await world?.close();
  await database?.drop();
});

const isOfStore = ({ id, pattern }: WalkedRoute): boolean =>
  pattern.startsWith('/dashboard/:storeId') && !PERSONAL.includes(id);
const isOfConsole = ({ pattern }: WalkedRoute): boolean => pattern.startsWith('/operator');

const pathOf = ({ pattern }: WalkedRoute): string =>
  pattern.replace(':storeId', world.storeId).replaceAll(/:\w+\??/g, '1');

const open = (path: string, cookie: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${world.url}${path}`, { redirect: 'manual', headers: { cookie, origin: world.url }, ...init });

/** The page, its own data, and its action: where each one leads. */
const outcomes = async (route: WalkedRoute, cookie: string): Promise<string[]> => {
  const path = pathOf(route);
  const responses = [
    ...(route.reads ? [await open(path, cookie)] : []),
    ...(route.reads ? [await open(`${path}.data?_routes=${encodeURIComponent(route.id)}`, cookie)] : []),
    ...(route.writes
      ? [await open(`${path}${route.index ? '?index' : ''}`, cookie, { method: 'POST', body: new URLSearchParams() })]
      : []),
  ];
  return await Promise.all(
    responses.map(async (response) => {
      const text = `${response.headers.get('location') ?? ''} ${await response.text()}`;
      return text.includes('/dashboard/security?why=two-factors') ? 'security' : `${response.status}`;
    }),
  );
};

const isLed = (results: string[]): boolean => results.every((result) => result === 'security');

test.each(['owner', 'manager', 'operator'] as const)('%s: a password alone opens nothing', async (who) => {
  const concerned = routes.filter(who === 'operator' ? isOfConsole : isOfStore);
  expect(concerned.length).toBeGreaterThan(10);
  for (const route of concerned) {
    const results = await outcomes(route, people[who].cookie);
    expect([route.id, isLed(results), results]).toEqual([route.id, true, results]);
  }
});

test('a viewer needs one factor', async () => {
  expect((await open(`/dashboard/${world.storeId}`, people.viewer.cookie)).status).toBe(200);
});

test('the security page says what to do, and leads back', async () => {
  const next = `/dashboard/${world.storeId}/settings/receiver`;
  const led = await open(next, people.owner.cookie);
  const location = led.headers.get('location') ?? '';
  expect(location).toBe(`/dashboard/security?${new URLSearchParams({ why: 'two-factors', next })}`);
  expect(await (await open(location, people.owner.cookie)).text()).toContain('A second factor is needed');
  const before = people.owner.cookie;
  const other = await logInWithPassword(world.url, people.owner);
  const cookie = await addAuthenticator(world.url, people.owner);
  expect(await (await open(location, cookie)).text()).toMatch(new RegExp(`href="${next}"[^>]*>Continue`));
  expect((await open(next, cookie)).status).toBe(200);
  // Sessions of the password alone do not gain a factor when the account gets one.
  for (const old of [before, other]) expect((await open(next, old)).status).toBe(302);
});

test('an operator with two factors has the console', async () => {
  const cookie = await addAuthenticator(world.url, people.operator);
  expect((await open('/operator/merchants', cookie)).status).toBe(200);
});

test.each<[string, boolean, boolean]>([
  ['/passkey/verify-authentication', false, true],
  ['/passkey/verify-registration', false, true],
  ['/two-factor/verify-totp', true, true],
  ['/two-factor/verify-backup-code', true, true],
  ['/sign-in/email', true, true],
  ['/sign-in/email', false, false],
  ['/sign-up/email', false, false],
  ['/two-factor/disable', true, false],
  ['/two-factor/enable', true, false],
  ['/verify-email', true, false],
  ['', true, false],
])('a session of %s (authenticator: %s) has two factors: %s', (path, twoFactorEnabled, expected) =>
  expect(tookTwoFactors({ path, twoFactorEnabled })).toBe(expected),
);

const ENV = {
  DATABASE_URL: 'postgres://u@localhost:5432/x',
  PUBLIC_URL: 'https://pay.example.com',
  MASTER_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
  AUTH_SECRET: Buffer.alloc(32, 9).toString('base64'),
  FEE_RECEIVER: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  RPC_URLS_31337: 'http://127.0.0.1:8545',
  TEMPORAL_ADDRESS: 'temporal:7233',
};

test('the exemption starts in development only, and is rejected by name', () => {
  const start = (more: Record<string, string>) => () => readWebEnv({ ...ENV, ...more });
  const exempt = { PASSWORD_ALONE: 'development-accounts' };
  expect(start({ ...exempt, NODE_ENV: 'development' })()).toMatchObject({ passwordAlone: true });
  expect(start({ NODE_ENV: 'development' })()).toMatchObject({ passwordAlone: false });
  expect(start({ ...exempt, NODE_ENV: 'production' })).toThrow(/^PASSWORD_ALONE: only with NODE_ENV=development/);
  expect(start({ ...exempt, NODE_ENV: 'test' })).toThrow(/^PASSWORD_ALONE: /);
  expect(start(exempt)).toThrow(/^PASSWORD_ALONE: /);
  expect(start({ PASSWORD_ALONE: 'on', NODE_ENV: 'development' })).toThrow(/^PASSWORD_ALONE: /);
});
