// Pages of the dashboard and the console that read chains spend the account's budget, as account pages do: each read costs calls to RPC
// providers.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type CheckoutWorld, openCheckoutWorld } from '#test/e2e/support/checkout-world.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { DEFAULT_EDGE_LIMITS } from '#web/http/edge-limits.ts';
import { join, type Person, promoteToOperator, signUp, visit } from './people.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const BUDGET = 2;
let database: TestDatabase;
let world: CheckoutWorld;
let orderId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  // Visitors have no read left: what accounts read does not count there.
  const chainReads = {
    perAccount: { perMinute: BUDGET },
    perAddress: { perMinute: 1_000 },
    visitors: { perMinute: 1 },
  };
  world = await openCheckoutWorld(database.url, { limits: { ...DEFAULT_EDGE_LIMITS, chainReads } });
  orderId = await world.intent();
  await world.pay(orderId as never);
});
afterAll(async () => {
  await world?.close();
  await database?.drop();
});

let people = 0;
const somebody = async (who: 'owner' | 'operator'): Promise<Person> => {
  people += 1;
  // So many do not sign up from one address in a minute.
  await world.orm.em.fork().execute('delete from auth."rateLimit"');
  const person = await signUp(world, `person-${people}@shop.example`);
  if (who === 'owner') await join(world.orm, world.storeId, person, 'owner');
  else await promoteToOperator(world.orm, person);
  return person;
};

interface Visit {
  who?: 'operator';
  path: () => string;
  form?: Record<string, string>;
}

const statusOf = async ({ path, form }: Visit, person: Person): Promise<number> => {
  const response = await visit(`${world.url}${path()}`, person, form);
  if (response.status === 429) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  return response.status;
};

const store = (path: string) => () => `/dashboard/${world.storeId}${path}`;
const order = (path: string) => () => `/dashboard/${world.storeId}/orders/${orderId}${path}`;
const wallet = (fields: Record<string, string>) => ({ path: order('/send-back/wallet'), form: fields });
const target = 'review:1';

const READS: [string, Visit][] = [
  ['the refund page', { path: order('/send-back') }],
  ['a quote of a refund', wallet({ do: 'quote', target })],
  ['a refund to sign', wallet({ do: 'prepare', target })],
  ['a signed refund', wallet({ do: 'order', target, reason: 'r', nonce: '1', deadline: '1', signature: '0x' })],
  ['a refund from the wallet', wallet({ do: 'wallet', target, reason: 'r' })],
  ['the check of a refund’s hash', wallet({ do: 'external', target, reason: 'r', txHash: `0x${'1'.repeat(64)}` })],
  ['the withdrawal of a refund', wallet({ do: 'withdraw', id: '1' })],
  ['a release of stray money', { path: order('?release=1') }],
  ['the search for stray money', { path: order(''), form: { do: 'search' } }],
  ['a receiving address', { path: store('/settings/receiver'), form: { receiver: '0x' } }],
  ['the accepted networks', { path: store('/settings/payments'), form: { acceptedChainIds: '31337' } }],
  ['the console’s chains', { who: 'operator', path: () => '/operator/chains' }],
];

test.each(READS)('%s', async (_name, read) => {
  const person = await somebody(read.who ?? 'owner');
  for (let count = 0; count < BUDGET; count += 1) expect(await statusOf(read, person)).not.toBe(429);
  expect(await statusOf(read, person)).toBe(429);
});

test('what reads no chain goes on with an empty budget', async () => {
  const [owner, operator] = [await somebody('owner'), await somebody('operator')];
  for (let count = 0; count <= BUDGET; count += 1) {
    await statusOf({ path: order('/send-back') }, owner);
    await statusOf({ path: () => '/operator/chains' }, operator);
  }
  const free: [Visit, Person][] = [
    [{ path: order('') }, owner],
    [{ path: order(''), form: { do: 'note', text: 'a note' } }, owner],
    [wallet({ do: 'sent', id: '1', txHash: `0x${'1'.repeat(64)}` }), owner],
    [wallet({ do: 'cancel', id: '1' }), owner],
    [{ path: store('/settings'), form: { name: 'Shop' } }, owner],
    [{ path: () => '/operator/merchants' }, operator],
  ];
  for (const [page, person] of free) expect([page.path(), await statusOf(page, person)]).not.toContain(429);
});

test('people read what to do', async () => {
  const owner = await somebody('owner');
  const page = { path: order('/send-back') };
  for (let count = 0; count < BUDGET; count += 1) await statusOf(page, owner);
  const response = await visit(`${world.url}${page.path()}`, owner);
  expect(response.status).toBe(429);
  expect(await response.text()).toContain('Try again in a minute');
});
