// The world of the walks over all routes: a store with a row of everything, and people with and without rights in it.
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { Merchant, Store } from '#db/entities/store.entity.ts';
import { createApiKey } from '#db/merchants/api-keys.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { IntentStatus } from '#domain/status.ts';
import { type CheckoutWorld, openCheckoutWorld } from '#test/e2e/support/checkout-world.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { addStoreRows, type StoreIds } from '#test/support/store-rows.ts';
import { DEFAULT_EDGE_LIMITS } from '#web/http/edge-limits.ts';
import { join, type Person, promoteToOperator, signUp } from './people.ts';
import { PERSONAL } from './route-rights.ts';
import { type WalkedRoute, walkedRoutes } from './routes.ts';

/** A text in all data of the store: a page that shows it has read the store. */
export const MARK = 'QuietHarbour';

export let database: TestDatabase;
export let world: CheckoutWorld;
export let routes: WalkedRoute[];
export let theirs: StoreIds;
export let otherStoreId: string;
export const people = {} as Record<'owner' | 'manager' | 'viewer' | 'stranger' | 'operator', Person>;

export const openWalk = async (): Promise<void> => {
  database = await createTestDatabase();
  // The walk sends more from one address and account in a minute than people do.
  const many = { perMinute: 60_000 };
  const pages = { ...DEFAULT_EDGE_LIMITS.pages, perAddress: many };
  const chainReads = { perAccount: many, perAddress: many, visitors: many };
  world = await openCheckoutWorld(database.url, { limits: { ...DEFAULT_EDGE_LIMITS, pages, chainReads } });
  routes = await walkedRoutes();
  const { orm, storeId } = world;
  for (const who of ['owner', 'manager', 'viewer'] as const) {
    people[who] = await signUp(world, `${who}@${MARK}.example`);
    await join(orm, storeId, people[who], who);
  }
  for (const who of ['stranger', 'operator'] as const) people[who] = await signUp(world, `${who}@elsewhere.example`);
  await promoteToOperator(orm, people.operator);
  const other = await createMerchantAndStore(orm.em, { name: 'Elsewhere', email: people.stranger.email });
  otherStoreId = other.storeId;
  await join(orm, otherStoreId, people.stranger, 'owner');
  theirs = await fillStore();
};
export const closeWalk = async (): Promise<void> => {
  await world?.close();
  await database?.drop();
};

const fillStore = async (): Promise<StoreIds> => {
  const { orm, storeId, masterKeys } = world;
  const em = orm.em.fork();
  await em.nativeUpdate(Store, { id: storeId }, { name: MARK, supportContact: `help@${MARK}.example` });
  const { merchant } = await em.findOneOrFail(Store, storeId);
  await em.nativeUpdate(Merchant, { id: merchant.id }, { name: `${MARK} Ltd` });
  const { apiKey: keyId } = await createApiKey(orm.em, masterKeys, storeId, { name: MARK });
  const id = await world.intent({ orderId: MARK, orderDescription: MARK });
  await world.pay(id);
  const late = await world.intent({ orderId: MARK });
  await world.change({ intentId: late, to: IntentStatus.TIMEOUT });
  const transferId = await world.transfer(late, { amount: '25', state: 'confirmed' });
  const { owner, viewer } = people;
  return await addStoreRows(orm, {
    ...{ storeId, keyId, id, late: { intentId: late, transferId }, owner, member: viewer, mark: MARK },
    publicUrl: world.url,
  });
};

/** Values of a URL's parameters. */
export type WalkIds = Partial<StoreIds & Record<'slug' | 'token' | 'page', string>>;

/**
 * The route's URL with these ids: as a page, as its own loader's data (without that of its parent routes, which would
 * deny access first), or where its scripts post. Throws for a parameter that this test does not know yet.
 */
export const addressOf = (
  { id, pattern, index }: WalkedRoute,
  ids: WalkIds,
  kind: 'page' | 'data' | 'post',
): string => {
  const path = pattern.replace('*', 'no-such-page').replaceAll(/:(\w+)\??/g, (_, name: string) => {
    const value = ids[name as keyof WalkIds] ?? (name === 'token' ? randomBytes(32).toString('base64url') : undefined);
    if (!value) throw new Error(`${pattern}: the walk has no value for :${name}`);
    return value;
  });
  if (kind === 'page') return path || '/';
  if (kind === 'data') return `${path || '/_root'}.data?_routes=${encodeURIComponent(id)}`;
  return `${path}.data${index ? '?index' : ''}`;
};

export const open = async (address: string, person: Person | null, form?: Record<string, string>) => {
  const response = await fetch(`${world.url}${address}`, {
    method: form ? 'POST' : 'GET',
    redirect: 'manual',
    headers: { origin: world.url, ...(person ? { cookie: person.cookie } : {}) },
    ...(form ? { body: new URLSearchParams(form) } : {}),
  });
  return { status: response.status, location: response.headers.get('location') ?? '', text: await response.text() };
};

/** Bodies that reach each branch of an action, with the ids that are not in its URL. */
export const formsFor = ({ acts, pattern }: WalkedRoute): Record<string, string>[] => {
  const values = { reason: 'because', role: 'owner', name: 'Changed', email: 'new@elsewhere.example', overlap: '0' };
  const ids = pattern.endsWith('/team') ? [theirs.memberId, theirs.invitationId] : [theirs.sessionId];
  return ['', ...acts].flatMap((act) => ids.map((id) => ({ ...values, id, do: act })));
};

/** Posts as the pages' scripts do: the response is data, and no page is rendered for it. */
export const post = (route: WalkedRoute, ids: Partial<StoreIds>, person: Person | null, forms = formsFor(route)) =>
  Promise.all(forms.map((form) => open(addressOf(route, ids, 'post'), person, form)));

/** The result: the status, and `log in` for a redirect to the log-in. */
export const outcomeOf = ({ status, location, text }: Awaited<ReturnType<typeof open>>): number | 'log in' => {
  if (status === 401) return 'log in';
  const isLed = status === 302 || status === 202;
  return isLed && `${location} ${text}`.includes('/account/log-in?') ? 'log in' : status;
};

/** The different results of a route's posts. */
export const outcomesOf = async (route: WalkedRoute, ids: Partial<StoreIds>, person: Person | null) => {
  const responses = await post(route, ids, person);
  for (const { text } of responses) expect(text, route.id).not.toContain(MARK);
  return [...new Set(responses.map(outcomeOf))];
};

export const isOfAccounts = ({ id }: WalkedRoute): boolean => id.startsWith('account/');
export const isOfConsole = ({ id }: WalkedRoute): boolean => id.startsWith('operator/');
export const isPersonal = ({ id }: WalkedRoute): boolean => PERSONAL.includes(id);
/** Parses the form before it checks the log-in: an unknown `do` is a bad request. */
export const parsesBeforeLogIn = ({ id }: WalkedRoute): boolean => /\/security$/.test(id);

export const isOfStore = ({ pattern }: WalkedRoute): boolean => pattern.includes(':storeId');
export const storeRoutes = (): WalkedRoute[] => routes.filter(isOfStore);
