// All routes of dashboard, console and accounts, as page, as data and as post, by people who have no right to them; real foreign ids below
// the own store; roles; sessions that are an hour old.
import { randomBytes } from 'node:crypto';
import {
  BEFORE_LOG_IN,
  FOR_OWNERS,
  isOpenToOldLogIns,
  NEEDS_NO_FRESH,
  PERSONAL,
} from '#test/dashboard/route-rights.ts';
import { type WalkedRoute, walkedRoutes } from '#test/dashboard/routes.ts';
import type { StoreIds } from '#test/support/store-rows.ts';
import { type Client, openClient, type Reply } from '../client.ts';
import { type Attempt, attempt, faultOf, type Kind } from '../kind.ts';
import { ageSessions, type Person } from '../people.ts';
import { changeOf, untilQuiet, type World } from '../world.ts';

type Form = 'page' | 'data' | 'post';

const isOfStore = ({ pattern }: WalkedRoute): boolean => pattern.includes(':storeId');
const isOfConsole = ({ id }: WalkedRoute): boolean => id.startsWith('operator/');
const isPersonal = ({ id }: WalkedRoute): boolean => PERSONAL.includes(id);
const OPEN = new Set(BEFORE_LOG_IN);

const pathOf = ({ id, pattern, index }: WalkedRoute, ids: StoreIds, form: Form): string => {
  const path = pattern.replaceAll(/:(\w+)\??/g, (_, name: string) =>
    name === 'token' ? randomBytes(32).toString('base64url') : (ids[name as keyof StoreIds] ?? 'none'),
  );
  if (form === 'page') return path;
  return form === 'data' ? `${path}.data?_routes=${encodeURIComponent(id)}` : `${path}.data${index ? '?index' : ''}`;
};

/** Everybody may end all own sessions. The walk needs them. */
const ENDS_OWN = new Set(['end-all-sessions']);

const formsOf = ({ acts, pattern }: WalkedRoute, ids: StoreIds): Record<string, string>[] => {
  const values = {
    reason: 'because',
    role: 'owner',
    name: 'Changed',
    email: 'new@elsewhere.example',
    overlap: '0',
    text: 'x',
  };
  const named = pattern.endsWith('/team') ? [ids.memberId, ids.invitationId] : [ids.sessionId];
  return ['', ...acts.filter((act) => !ENDS_OWN.has(act))].flatMap((act) =>
    named.map((id) => ({ ...values, id, subject: ids.reviewId, do: act })),
  );
};

const isLogIn = ({ status, location, text }: Reply): boolean =>
  status === 401 || ((status === 302 || status === 202) && `${location} ${text}`.includes('/account/log-in?'));

/** Withstood: no success, except a redirect to the log-in or to a second factor. */
const verdict = (reply: Reply, mark: string): string | null => {
  const { status, location, text } = reply;
  if (text.includes(mark)) return `status ${status}, shows the store`;
  if (status >= 500) return `fault ${status}`;
  if (isLogIn(reply) || status >= 400) return null;
  if ((status === 302 || status === 202) && /\/dashboard\/(security|waiting)/.test(`${location} ${text}`)) return null;
  return `status ${status} ${location}`;
};

interface Walker {
  who: string;
  person: Person | null;
  ids: StoreIds;
  /** Routes that are not theirs. */
  isForeign(route: WalkedRoute): boolean;
}

const walkersOf = ({ victim, other, shopper, operator }: World): Walker[] => [
  { who: 'nobody', person: null, ids: victim, isForeign: ({ id }) => !OPEN.has(id) },
  { who: 'a shopper', person: shopper, ids: victim, isForeign: (route) => isOfStore(route) || isOfConsole(route) },
  {
    who: 'another owner',
    person: other.owner,
    ids: victim,
    isForeign: (route) => isOfStore(route) || isOfConsole(route),
  },
  { who: 'an operator', person: operator, ids: victim, isForeign: isOfStore },
];

const get = (client: Client, path: string, person: Person | null): Promise<Reply> =>
  client.send({ path, cookie: person?.cookie ?? null });

const post = (client: Client, path: string, person: Person | null, form: Record<string, string>): Promise<Reply> =>
  client.send({ path, cookie: person?.cookie ?? null, form });

/** Sends, and blames a change of the victim's rows on the last input. */
const watched = async (world: World, attempts: Attempt[], work: () => Promise<void>): Promise<void> => {
  const before = await world.victimRows();
  await work();
  const change = changeOf(before, await world.victimRows());
  const last = attempts.at(-1);
  if (change && last) last.letThrough = `changed rows of the victim: ${change}`;
};

const walkAs = async (
  world: World,
  client: Client,
  routes: readonly WalkedRoute[],
  walker: Walker,
): Promise<Attempt[]> => {
  const attempts: Attempt[] = [];
  const { who, person, ids, isForeign } = walker;
  for (const route of routes.filter(isForeign)) {
    for (const form of ['page', 'data'] as const) {
      if (!route.reads || isPersonal(route)) continue;
      const reply = await get(client, pathOf(route, ids, form), person);
      attempts.push(attempt(`GET ${route.pattern} (${form}) as ${who}`, verdict(reply, world.mark)));
    }
    if (!route.writes) continue;
    await watched(world, attempts, async () => {
      for (const form of formsOf(route, ids)) {
        const reply = await post(client, pathOf(route, ids, 'post'), person, form);
        attempts.push(attempt(`POST ${route.pattern} do=${form.do} as ${who}`, verdict(reply, world.mark)));
      }
    });
  }
  return attempts;
};

const walk: Kind = {
  name: 'tenant-walk',
  title: 'tenant walk: all routes × page, data, post × people without a right',
  run: async (world) => {
    await untilQuiet(world);
    const routes = await walkedRoutes();
    const attempts: Attempt[] = [];
    for (const walker of walkersOf(world)) {
      attempts.push(...(await walkAs(world, openClient(world.target.url), routes, walker)));
    }
    return attempts;
  },
};

/** Real ids of the victim below the attacker's own store. */
const foreignIds: Kind = {
  name: 'foreign-ids',
  title: 'real foreign ids below the own store',
  run: async (world) => {
    const { victim, other, mark, target } = world;
    const client = openClient(target.url);
    const attempts: Attempt[] = [];
    const ids: StoreIds = { ...victim, storeId: other.storeId };
    const routes = (await walkedRoutes()).filter((route) => isOfStore(route) || isPersonal(route));
    const deeper = routes.filter(({ pattern }) => /:storeId\/.*:/.test(pattern));
    for (const route of deeper.filter(({ reads }) => reads)) {
      for (const form of ['page', 'data'] as const) {
        const reply = await get(client, pathOf(route, ids, form), other.owner);
        attempts.push(attempt(`GET ${route.pattern} (${form})`, verdict(reply, mark)));
      }
    }
    const ours = (reply: Reply): string | null => (reply.text.includes(mark) ? 'shows the store' : faultOf(reply));
    for (const route of routes.filter(({ writes }) => writes)) {
      await watched(world, attempts, async () => {
        for (const form of formsOf(route, ids)) {
          const reply = await post(client, pathOf(route, ids, 'post'), other.owner, form);
          attempts.push(attempt(`POST ${route.pattern} do=${form.do}`, ours(reply)));
        }
      });
    }
    const lists = [
      `/dashboard/${other.storeId}/orders/changes?ids=${victim.id}`,
      `/dashboard/${other.storeId}/orders?search=${mark}`,
      `/dashboard/${other.storeId}/orders/export/csv?search=${mark}`,
      `/dashboard/${other.storeId}/palette?q=${mark}`,
    ];
    for (const path of lists) {
      const reply = await get(client, path, other.owner);
      const shown = reply.text.replaceAll(encodeURIComponent(mark), '').includes(victim.id);
      attempts.push(attempt(`GET ${path}`, shown ? 'lists a foreign order' : null));
    }
    return attempts;
  },
};

const roles: Kind = {
  name: 'roles',
  title: 'roles: all actions as viewer, owners’ actions as manager',
  run: async (world) => {
    const { victim, target } = world;
    const client = openClient(target.url);
    const attempts: Attempt[] = [];
    const routes = (await walkedRoutes()).filter((route) => isOfStore(route) && route.writes);
    const denied = (reply: Reply): string | null =>
      reply.status === 403 || isLogIn(reply) ? null : `status ${reply.status} ${reply.location}`;
    for (const [who, person, theirs] of [
      ['viewer', victim.viewer, routes],
      ['manager', victim.manager, routes.filter(({ id }) => FOR_OWNERS.includes(id))],
    ] as const) {
      for (const route of theirs) {
        await watched(world, attempts, async () => {
          for (const form of formsOf(route, victim)) {
            const reply = await post(client, pathOf(route, victim, 'post'), person, form);
            attempts.push(attempt(`POST ${route.pattern} do=${form.do} as ${who}`, denied(reply)));
          }
        });
      }
    }
    return attempts;
  },
};

const oldSessions: Kind = {
  name: 'old-sessions',
  title: 'actions with a log-in of an hour ago',
  run: async (world) => {
    const { victim, operator, orm, target } = world;
    const client = openClient(target.url);
    const attempts: Attempt[] = [];
    await Promise.all([ageSessions(orm, victim.owner, 1), ageSessions(orm, operator, 1)]);
    try {
      const routes = (await walkedRoutes()).filter(({ id, writes }) => writes && !NEEDS_NO_FRESH.includes(id));
      for (const route of routes.filter((route) => isOfStore(route) || isOfConsole(route))) {
        const person = isOfConsole(route) ? operator : victim.owner;
        await watched(world, attempts, async () => {
          for (const form of formsOf(route, victim).filter(({ do: act }) => !isOpenToOldLogIns(route.id, act))) {
            const reply = await post(client, pathOf(route, victim, 'post'), person, form);
            const withstood = reply.status === 403 || isLogIn(reply);
            attempts.push(
              attempt(
                `POST ${route.pattern} do=${form.do}`,
                withstood ? null : `status ${reply.status} ${reply.location}`,
              ),
            );
          }
        });
      }
    } finally {
      await Promise.all([ageSessions(orm, victim.owner, 0), ageSessions(orm, operator, 0)]);
    }
    return attempts;
  },
};

export const tenantKinds: readonly Kind[] = [walk, foreignIds, roles, oldSessions];
