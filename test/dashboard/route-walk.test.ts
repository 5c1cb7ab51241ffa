// Requests every restricted route and action of the build with no session and with those of another merchant, each role, an operator, an old
// log-in, a suspended merchant and an applicant: no stranger reads anything of the store or changes anything.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Merchant } from '#db/entities/store.entity.ts';
import { walkAccounts } from './account-walk.ts';
import { walkLinks } from './link-walk.ts';
import type { Person } from './people.ts';
import {
  BEFORE_LOG_IN,
  BESIDE_THE_PAGES,
  FOR_OWNERS,
  isOpenToOldLogIns,
  NEEDS_NO_FRESH,
  PERSONAL,
  RESENDS,
} from './route-rights.ts';
import type { WalkedRoute } from './routes.ts';
import { changesBetween, readRows } from './snapshot.ts';
import {
  addressOf,
  closeWalk,
  formsFor,
  isOfAccounts,
  isOfConsole,
  isOfStore,
  isPersonal,
  MARK,
  open,
  openWalk,
  otherStoreId,
  outcomeOf,
  outcomesOf,
  parsesBeforeLogIn,
  people,
  post,
  routes,
  storeRoutes,
  theirs,
  world,
} from './walk.ts';

// Each test sends hundreds of requests, and the first one may have to build the pages.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

beforeAll(openWalk);
afterAll(closeWalk);

const expectAllForbidden = async (person: Person): Promise<void> => {
  const before = await readRows(world.orm);
  for (const route of storeRoutes().filter(({ writes }) => writes)) {
    const statuses = new Set((await post(route, theirs, person)).map(({ status }) => status));
    expect([route.id, ...statuses]).toEqual([route.id, 403]);
  }
  expect(changesBetween(before, await readRows(world.orm))).toEqual([]);
};

test('the walk finds all routes, and an owner can read the store’s pages', async () => {
  expect(world.served.filter((route) => !/ \/assets\/|^HEAD /.test(route)).sort()).toEqual(
    [...BESIDE_THE_PAGES].sort(),
  );
  const ids = routes.map(({ id }) => id);
  for (const list of [PERSONAL, BEFORE_LOG_IN, NEEDS_NO_FRESH, FOR_OWNERS])
    expect(ids).toEqual(expect.arrayContaining(list.filter((id) => id !== 'account/pages/sign-up')));
  expect(routes.length).toBeGreaterThan(50);
  expect(routes.filter(({ writes }) => writes).length).toBeGreaterThan(20);
  // A route of an unknown area has no rights to be requested with.
  expect(routes.filter((route) => ![isOfAccounts, isOfConsole, isPersonal, isOfStore].some((is) => is(route)))).toEqual(
    [],
  );
  const known = {
    'dashboard/team/pages/team': ['invite', 'revoke', 'role', 'remove'],
    'dashboard/orders/pages/order': ['note', 'redeliver', 'accepted', 'closed'],
    'operator/pages/merchant': [
      'activate',
      'suspend',
      'reactivate',
      'owner',
      'fees',
      'suspend-store',
      'reactivate-store',
    ],
  };
  for (const [id, acts] of Object.entries(known)) {
    expect(routes.find((route) => route.id === id)?.acts, id).toEqual(expect.arrayContaining(acts));
  }
  for (const route of storeRoutes().filter(({ reads }) => reads)) {
    const reply = await open(addressOf(route, theirs, 'page'), people.owner);
    expect([route.id, reply.status], reply.text.slice(0, 300)).toEqual([route.id, 200]);
    // A part of a page may show only a number; whole pages show the store's name.
    if (reply.text.startsWith('<!DOCTYPE')) expect(reply.text, route.id).toContain(MARK);
    // The number of what needs attention, on the tab of each page. A poster is printed: its title is the file's name.
    if (reply.text.startsWith('<!DOCTYPE') && !route.pattern.endsWith('/poster'))
      expect(reply.text, route.id).toMatch(/<title>\([1-9]\d*\+?\) [^<]/);
  }
});

describe.each([
  ['nobody is logged in', null],
  ['an owner of another merchant', 'stranger'],
  ['an operator, who runs the platform and no store', 'operator'],
] as const)('%s', (_name, who) => {
  const person = (): Person | null => (who ? people[who] : null);
  const rejected = who ? 404 : 'log in';
  /** Account pages exist for everybody who is logged in, operators have the console, and store members are tested below. */
  const isRejected = (route: WalkedRoute): boolean =>
    who === null ? !BEFORE_LOG_IN.includes(route.id) : isOfStore(route) || (isOfConsole(route) && who !== 'operator');

  test('nothing of the store or the console is shown, by a page or by its data alone', async () => {
    for (const route of routes.filter((route) => route.reads && isRejected(route) && !isPersonal(route))) {
      const responses = [
        await open(addressOf(route, theirs, 'page'), person()),
        await open(addressOf(route, theirs, 'data'), person()),
      ];
      expect([route.id, ...responses.map(outcomeOf)]).toEqual([route.id, rejected, rejected]);
      for (const { text } of responses) expect(text, route.id).not.toContain(MARK);
    }
  });

  test('no action changes anything', async () => {
    const before = await readRows(world.orm);
    for (const route of routes.filter((route) => route.writes && isRejected(route))) {
      const outcomes = await outcomesOf(route, theirs, person());
      const expected = parsesBeforeLogIn(route) ? [400, rejected] : [rejected];
      expect([route.id, ...outcomes]).toEqual([route.id, ...expected]);
    }
    expect(changesBetween(before, await readRows(world.orm))).toEqual([]);
  });
});

test('with an unproven e-mail address, every route leads an owner to the proof, and no action changes anything', async () => {
  const setProven = (proven: boolean) =>
    world.orm.em
      .fork()
      .execute('update auth."user" set "emailVerified" = ? where id = ?', [proven, people.owner.userId]);
  await setProven(false);
  try {
    const before = await readRows(world.orm);
    for (const route of storeRoutes()) {
      const responses = [
        ...(route.reads ? [await open(addressOf(route, theirs, 'data'), people.owner)] : []),
        ...(route.writes ? await post(route, theirs, people.owner) : []),
      ];
      for (const { status, location, text } of responses) {
        const led = `${location} ${text}`.includes('/account/verify?') ? 'proof' : status;
        expect([route.id, led]).toEqual([route.id, 'proof']);
        expect(text, route.id).not.toContain(MARK);
      }
    }
    expect(changesBetween(before, await readRows(world.orm))).toEqual([]);
  } finally {
    await setProven(true);
  }
});

test('an operator can open every page of the console', async () => {
  for (const route of routes.filter((route) => route.reads && isOfConsole(route))) {
    const { status } = await open(addressOf(route, theirs, 'data'), people.operator);
    expect([route.id, status]).toEqual([route.id, 200]);
  }
});

test('nobody can read or change other accounts through better-auth’s admin API', async () => {
  const before = await readRows(world.orm);
  const userId = people.stranger.userId;
  const acts = {
    'set-role': { userId, role: 'operator' },
    'create-user': { email: 'x@y.example', name: 'x', password: 'x' },
    'ban-user': { userId },
    'list-user-sessions': { userId },
    'revoke-user-sessions': { userId },
    'impersonate-user': { userId },
    'remove-user': { userId },
    'set-user-password': { userId, newPassword: 'x' },
    'update-user': { userId, data: { name: 'x' } },
  };
  for (const person of [people.operator, people.owner]) {
    const ask = async (act: string, body?: object): Promise<number> => {
      const headers = { origin: world.url, cookie: person.cookie, 'content-type': 'application/json' };
      const init = body ? { method: 'POST', body: JSON.stringify(body) } : {};
      return (await fetch(`${world.url}/api/auth/admin/${act}`, { ...init, headers })).status;
    };
    for (const [act, body] of Object.entries(acts)) expect([act, await ask(act, body)]).toEqual([act, 403]);
    for (const act of ['list-users', `get-user?id=${userId}`]) expect([act, await ask(act)]).toEqual([act, 403]);
  }
  expect(changesBetween(before, await readRows(world.orm))).toEqual([]);
});

test('an owner cannot read or change another merchant’s data through ids below the own store', async () => {
  const mixed = { ...theirs, storeId: otherStoreId };
  for (const route of storeRoutes().filter(({ reads, pattern }) => reads && /:storeId\/.*:/.test(pattern))) {
    const reply = await open(addressOf(route, mixed, 'page'), people.stranger);
    expect([route.id, reply.status]).toEqual([route.id, 404]);
    expect(reply.text).not.toContain(MARK);
  }
  // A list requests its orders again by their ids.
  const askAbout = async (storeId: string, person: Person): Promise<unknown[]> =>
    JSON.parse((await open(`/dashboard/${storeId}/orders/changes?ids=${theirs.id}`, person)).text).lines;
  expect(await askAbout(otherStoreId, people.stranger)).toEqual([]);
  expect(await askAbout(theirs.storeId, people.owner)).toHaveLength(1);
  const before = await readRows(world.orm);
  const security = routes.filter(({ id }) => id === 'dashboard/frame/pages/security');
  for (const route of [...storeRoutes(), ...security].filter(({ writes }) => writes)) {
    for (const { text } of await post(route, mixed, people.stranger)) expect(text, route.id).not.toContain(MARK);
  }
  // Rows of the own store may have changed, but no row that mentions the other store.
  const ids = [theirs.storeId, theirs.merchantId, theirs.id, theirs.keyId, theirs.eventId, theirs.sessionId];
  const changes = changesBetween(before, await readRows(world.orm));
  expect(changes.filter((row) => ids.some((id) => row.includes(id)) || row.includes(MARK))).toEqual([]);
});

test('a viewer can read, and no action lets them change anything', async () => {
  for (const route of storeRoutes().filter(({ reads }) => reads)) {
    const { status } = await open(addressOf(route, theirs, 'data'), people.viewer);
    expect([route.id, status === 403 ? 200 : status]).toEqual([route.id, 200]);
  }
  await expectAllForbidden(people.viewer);
});

test('a manager is denied what is for owners, and nothing else', async () => {
  const rejected: string[] = [];
  for (const route of storeRoutes().filter(({ writes, id }) => writes && !RESENDS.includes(id))) {
    // An unknown `do` changes nothing, and access is checked before it.
    const { status } = await open(addressOf(route, theirs, 'post'), people.manager, { do: 'nothing' });
    if (status === 403) rejected.push(route.id);
  }
  expect(rejected.sort()).toEqual(FOR_OWNERS);
});

test('a log-in of an hour ago changes nothing of a store and nothing in the console', async () => {
  const age = (hours: number) =>
    world.orm.em.fork().execute(`update auth.session set "createdAt" = now() - make_interval(hours => ?)`, [hours]);
  await age(1);
  const before = await readRows(world.orm);
  for (const route of routes.filter(({ id, writes }) => writes && !NEEDS_NO_FRESH.includes(id))) {
    if (!isOfStore(route) && !isOfConsole(route)) continue;
    const person = isOfConsole(route) ? people.operator : people.owner;
    const forms = formsFor(route).filter((form) => !isOpenToOldLogIns(route.id, form.do));
    const outcomes = [...new Set((await post(route, theirs, person, forms)).map(outcomeOf))];
    // What was typed goes back, with the log-in on the page; a redirect would lose it.
    expect([route.id, ...outcomes.filter((outcome) => outcome !== 403)]).toEqual([route.id]);
  }
  expect(changesBetween(before, await readRows(world.orm))).toEqual([]);
  await age(0);
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
    await expectAllForbidden(people.owner);
  });
});

describe('accounts, and reading', walkAccounts);

describe('mailed links, and public invoices', walkLinks);
