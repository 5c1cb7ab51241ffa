// Walks every route and action of dashboard and console, as the build lists them, with no session, another merchant's, a viewer's,
// a suspended merchant's and an applicant's: nothing of the store is read by a stranger, and nothing changes.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RequestLog } from '#db/entities/merchant-people.entity.ts';
import { Merchant, Store } from '#db/entities/store.entity.ts';
import { sqlOf } from '#db/pool.ts';
import { inviteMember } from '#db/queries/invitations.ts';
import { keepReport, readReportFigures, totalsOf } from '#db/queries/reports.ts';
import { createApiKey, createMerchantAndStore } from '#db/queries/stores.ts';
import { reportPeriod } from '#domain/report-periods.ts';
import { IntentStatus } from '#domain/status.ts';
import { type CheckoutWorld, openCheckoutWorld } from '#test/e2e/support/checkout-world.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { join, type Person, signUp } from './people.ts';
import { dashboardRoutes, type WalkedRoute } from './routes.ts';
import { changesBetween, readRows } from './snapshot.ts';

/** Pages of a person, not of a store: who they let in is their own matter, and shown in test/e2e/dashboard-apply.test.ts. */
const PERSONAL = [
  'routes/dashboard._index',
  'routes/dashboard.apply',
  'routes/dashboard.waiting',
  'routes/dashboard.security',
  'routes/dashboard.invitation.$token',
];
/** In everything that the store owns: a page that shows it has read the store. */
const MARK = 'QuietHarbour';

interface Ids {
  storeId: string;
  merchantId: string;
  id: string;
  keyId: string;
  eventId: string;
  requestId: string;
  reviewId: string;
  memberId: string;
  invitationId: string;
  sessionId: string;
  reportId: string;
}

let database: TestDatabase;
let world: CheckoutWorld;
let routes: WalkedRoute[];
let theirs: Ids;
let otherStoreId: string;
const people = {} as Record<'owner' | 'viewer' | 'stranger', Person>;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openCheckoutWorld(database.url);
  routes = await dashboardRoutes();
  const { orm, url, storeId } = world;
  [people.owner, people.viewer, people.stranger] = await Promise.all(
    [`owner@${MARK}.example`, `viewer@${MARK}.example`, 'stranger@elsewhere.example'].map((email) =>
      signUp(url, email),
    ) as [Promise<Person>, Promise<Person>, Promise<Person>],
  );
  await join(orm, storeId, people.owner, 'owner');
  await join(orm, storeId, people.viewer, 'viewer');
  const other = await createMerchantAndStore(orm.em, { name: 'Elsewhere', email: people.stranger.email });
  otherStoreId = other.storeId;
  await join(orm, otherStoreId, people.stranger, 'owner');
  theirs = await fillStore();
});
afterAll(async () => {
  await world?.close();
  await database?.drop();
});

/** Something of everything that a page could show or change. */
const fillStore = async (): Promise<Ids> => {
  const { orm, storeId, masterKeys } = world;
  const em = orm.em.fork();
  await em.nativeUpdate(Store, { id: storeId }, { name: MARK, supportContact: `help@${MARK}.example` });
  const store = await em.findOneOrFail(Store, storeId);
  const merchantId = store.merchant.id;
  await em.nativeUpdate(Merchant, { id: merchantId }, { name: `${MARK} Ltd` });
  const { apiKey: keyId } = await createApiKey(orm.em, masterKeys, storeId, { name: MARK });
  const id = await world.intent({ orderId: MARK, orderDescription: MARK });
  await world.pay(id);
  const late = await world.intent({ orderId: MARK });
  await world.change({ intentId: late, to: IntentStatus.TIMEOUT });
  const transferId = await world.transfer(late, { amount: '25', state: 'confirmed' });
  const [review] = await em.execute<{ id: string }[]>(
    `insert into review_item (intent_id, transfer_id, kind, found) values (?, ?, 'late', '{}') returning id::text`,
    [late, transferId],
  );
  await em.execute(
    `insert into webhook_event (id, transaction_id, store_id, intent_id, event_type, body, state) values (?, ?, ?, ?, 'walk', ?, 'failed')`,
    [`evt_${'5'.repeat(32)}`, `txn_${'5'.repeat(32)}`, storeId, id, JSON.stringify({ order: MARK })],
  );
  const log = em.create(RequestLog, {
    requestId: `req_${'7'.repeat(32)}`,
    ...{ storeId, apiKeyId: keyId, at: new Date(), method: 'GET', path: `/v1/${MARK}`, httpStatus: 200, code: 0 },
    ...{ durationMs: 1, clientAddress: '127.0.0.1', requestHeaders: {}, requestBody: MARK, responseBody: MARK },
  } as never) as RequestLog;
  await em.flush();
  const owner = { kind: 'member' as const, id: people.owner.userId, email: people.owner.email };
  const invited = { merchantId, email: `invited@${MARK}.example`, role: 'viewer' as const, actor: owner };
  await inviteMember(orm.em, { ...invited, publicUrl: world.url });
  const [invitation] = await em.execute<{ id: string }[]>('select id::text from invitation');
  const [session] = await em.execute<{ id: string }[]>('select id from auth.session where "userId" = ?', [
    people.owner.userId,
  ]);
  const totals = totalsOf(await readReportFigures(sqlOf(orm), storeId, new Date(0), new Date()), null);
  const period = reportPeriod('daily', '2026-01-01', 'UTC');
  const csv = { sha256: '0'.repeat(64), bytes: 0 };
  const reportId = await keepReport(orm.em, { storeId, period, timeZone: 'UTC', totals, csv }, null);
  return {
    ...{ storeId, merchantId, id, keyId, eventId: `evt_${'5'.repeat(32)}`, requestId: String(log.id) },
    ...{ reviewId: review?.id ?? '', memberId: people.viewer.userId, invitationId: invitation?.id ?? '' },
    sessionId: session?.id ?? '',
    reportId: reportId ?? '',
  };
};

/** The route's address with these ids. Throws for a parameter that this test does not know yet. */
const addressOf = ({ pattern, index }: WalkedRoute, ids: Partial<Ids>, kind: 'page' | 'data' | 'post'): string => {
  const path = pattern.replaceAll(/:(\w+)\??/g, (_, name: string) => {
    if (name === 'token') return randomBytes(32).toString('base64url');
    const value = ids[name as keyof Ids];
    if (!value) throw new Error(`${pattern}: the walk has no value for :${name}`);
    return value;
  });
  return `${path}${kind === 'page' ? '' : '.data'}${index && kind === 'post' ? '?index' : ''}`;
};

const open = async (address: string, person: Person | null, form?: Record<string, string>) => {
  const response = await fetch(`${world.url}${address}`, {
    method: form ? 'POST' : 'GET',
    redirect: 'manual',
    headers: { origin: world.url, ...(person ? { cookie: person.cookie } : {}) },
    ...(form ? { body: new URLSearchParams(form) } : {}),
  });
  return { status: response.status, location: response.headers.get('location') ?? '', text: await response.text() };
};

/** Bodies that reach each branch of an action, with the ids that could be meant: where they are not in the address. */
const formsFor = ({ acts, pattern }: WalkedRoute): Record<string, string>[] => {
  const values = { reason: 'because', role: 'owner', name: 'Changed', email: 'new@elsewhere.example', overlap: '0' };
  const ids = pattern.endsWith('/team') ? [theirs.memberId, theirs.invitationId] : [theirs.sessionId];
  return ['', ...acts].flatMap((act) => ids.map((id) => ({ ...values, id, do: act })));
};

/** As the pages' scripts post: the answer is data, and no page is rendered for it. */
const post = async (route: WalkedRoute, ids: Partial<Ids>, person: Person | null) => {
  const answers = [];
  for (const form of formsFor(route)) answers.push(await open(addressOf(route, ids, 'post'), person, form));
  return answers;
};

const storeRoutes = (): WalkedRoute[] => routes.filter(({ pattern }) => pattern.includes(':storeId'));

test('the walk sees the routes, and an owner reads what strangers must not', async () => {
  expect(routes.length).toBeGreaterThan(20);
  expect(routes.filter(({ writes }) => writes).length).toBeGreaterThan(8);
  const team = routes.find(({ id }) => id === 'routes/dashboard.$storeId.team');
  expect(team?.acts).toEqual(expect.arrayContaining(['invite', 'revoke', 'role', 'remove']));
  for (const route of storeRoutes().filter(({ reads }) => reads)) {
    const answer = await open(addressOf(route, theirs, 'page'), people.owner);
    expect([route.id, answer.status], answer.text.slice(0, 300)).toEqual([route.id, 200]);
    // A part of a page may be a number only; whole pages bear the store's name.
    if (answer.text.startsWith('<!DOCTYPE')) expect(answer.text, route.id).toContain(MARK);
  }
});

describe.each([
  ['nobody is logged in', null],
  ['an owner of another merchant', 'stranger'],
] as const)('%s', (_name, who) => {
  test('no page of the store or the console shows anything', async () => {
    for (const route of routes.filter(({ reads, id }) => reads && !PERSONAL.includes(id))) {
      const person = who ? people[who] : null;
      const page = await open(addressOf(route, theirs, 'page'), person);
      expect([route.id, page.status], route.id).toEqual([route.id, who ? 404 : 302]);
      if (!who) expect(page.location, route.id).toMatch(/^\/account\/log-in\?/);
      const json = await open(addressOf(route, theirs, 'data'), person);
      for (const { text } of [page, json]) expect(text, route.id).not.toContain(MARK);
    }
  });

  test('no action changes anything', async () => {
    const before = await readRows(world.orm);
    for (const route of routes.filter(({ writes, id }) => writes && !(who && PERSONAL.includes(id)))) {
      for (const { status, text } of await post(route, theirs, who ? people[who] : null)) {
        expect([route.id, status >= 202 && status < 500]).toEqual([route.id, true]);
        expect(text, route.id).not.toContain(MARK);
      }
    }
    expect(changesBetween(before, await readRows(world.orm))).toEqual([]);
  });
});

test('an owner finds nothing of another merchant under the own store, and cannot change it from there', async () => {
  const mixed = { ...theirs, storeId: otherStoreId };
  for (const route of storeRoutes().filter(({ reads, pattern }) => reads && /:storeId\/.*:/.test(pattern))) {
    const answer = await open(addressOf(route, mixed, 'page'), people.stranger);
    expect([route.id, answer.status]).toEqual([route.id, 404]);
    expect(answer.text).not.toContain(MARK);
  }
  const before = await readRows(world.orm);
  const security = routes.filter(({ id }) => id === 'routes/dashboard.security');
  for (const route of [...storeRoutes(), ...security].filter(({ writes }) => writes)) {
    for (const { text } of await post(route, mixed, people.stranger)) expect(text, route.id).not.toContain(MARK);
  }
  // The own store may have changed; no row that speaks of the other one may.
  const ids = [theirs.storeId, theirs.merchantId, theirs.id, theirs.keyId, theirs.eventId, theirs.sessionId];
  const changes = changesBetween(before, await readRows(world.orm));
  expect(changes.filter((row) => ids.some((id) => row.includes(id)) || row.includes(MARK))).toEqual([]);
});

test('a viewer reads, and no action lets them change anything', async () => {
  for (const route of storeRoutes().filter(({ reads }) => reads)) {
    const { status } = await open(addressOf(route, theirs, 'page'), people.viewer);
    expect([route.id, status === 403 ? 200 : status]).toEqual([route.id, 200]);
  }
  const before = await readRows(world.orm);
  for (const route of storeRoutes().filter(({ writes }) => writes)) {
    for (const { status } of await post(route, theirs, people.viewer)) {
      expect([route.id, status]).toEqual([route.id, status === 400 ? 400 : 403]);
    }
  }
  expect(changesBetween(before, await readRows(world.orm))).toEqual([]);
});

describe.each([
  ['suspended', 200],
  ['applied', 302],
] as const)('while the merchant is %s', (merchantStatus, pageStatus) => {
  beforeAll(async () => {
    await world.orm.em.fork().nativeUpdate(Merchant, { id: theirs.merchantId }, { status: merchantStatus });
  });
  afterAll(async () => {
    await world.orm.em.fork().nativeUpdate(Merchant, { id: theirs.merchantId }, { status: 'active' });
  });

  test('its owner can change nothing', async () => {
    for (const route of storeRoutes().filter(({ reads }) => reads)) {
      const { status } = await open(addressOf(route, theirs, 'page'), people.owner);
      expect([route.id, status === 403 ? pageStatus : status]).toEqual([route.id, pageStatus]);
    }
    const before = await readRows(world.orm);
    for (const route of storeRoutes().filter(({ writes }) => writes)) {
      for (const { status } of await post(route, theirs, people.owner)) {
        expect([route.id, status]).toEqual([route.id, status === 400 ? 400 : 403]);
      }
    }
    expect(changesBetween(before, await readRows(world.orm))).toEqual([]);
  });
});
