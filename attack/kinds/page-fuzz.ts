// Any value in any field of every form, and in the query of every page. Routes and names of fields come from the build and the sources, so
// a new page is tried without anybody adding it here. Few inputs of each against web alone, many against a whole system.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { allRoutes, type WalkedRoute } from '#test/dashboard/routes.ts';
import { hostileText, inputsOf } from '#test/support/fuzz.ts';
import { openClient, type Reply } from '../client.ts';
import { type Attempt, attempt, type Kind } from '../kind.ts';
import { leakOf, secretIn, secretsOf } from '../leaks.ts';
import { cookieOf, type Person, signUp } from '../people.ts';
import type { World } from '../world.ts';
import { runsScript } from './content.ts';
import { addInvoice, addLink } from './public-pages.ts';

/** Inputs of each route: against web alone in a test, and against a whole system. */
const FORM_INPUTS = { short: 4, long: 60 };
const QUERY_INPUTS = { short: 1, long: 12 };

/** A service that is not there in a test (Temporal, chains) is named by its own status. */
const UNAVAILABLE = 503;

/** Names of fields that the sources of a folder read, with those of the folders beside it: pages, parts and server are one room. */
const namesIn = (folder: string, seen = new Map<string, readonly string[]>()): readonly string[] => {
  const known = seen.get(folder);
  if (known) return known;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !/(^|\/)text\//.test(file),
  );
  const found = files.flatMap((file) => namesOf(readFileSync(join(folder, file), 'utf8')));
  const names = [...new Set(found)];
  seen.set(folder, names);
  return names;
};
const NAME =
  /name="([\w-]+)"|(?:field|get|has|getAll)\('([\w-]+)'\)|^\s+(\w{2,30}): (?:text|checkbox|role|z\.)|\{ name: '([\w-]+)'/gm;
const namesOf = (source: string): string[] =>
  [...source.matchAll(NAME)].map(([, ...groups]) => groups.find((group) => group !== undefined) ?? '').filter(Boolean);

const rooms = new Map<string, readonly string[]>();
const fieldsOf = ({ id }: WalkedRoute): { own: readonly string[]; ofRoom: readonly string[] } => {
  const file = ['.tsx', '.ts'].map((ending) => join(REPOSITORY, 'web', `${id}${ending}`)).find(isFile);
  const own = file ? namesOf(readFileSync(file, 'utf8')) : [];
  // area/room/pages/file or area/pages/file; the root and the guide's twins are in no room.
  const ofRoom = id.includes('/pages/') ? namesIn(dirname(dirname(join(REPOSITORY, 'web', id))), rooms) : [];
  return { own: own.length > 0 ? own : ofRoom, ofRoom };
};
const isFile = (path: string): boolean => {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
};

/** Values that a form takes: they lead behind its first check. */
const GOOD_VALUES = [
  ...['1', '5', '12.50', 'on', 'yes', 'en', 'es', 'USDT', '31337', 'EUR', '2031-01-01', 'somebody@mail.example'],
  ...[
    'https://shop.example/x',
    `0x${'ab'.repeat(32)}`,
    '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
    'owner',
    'because',
  ],
];
const value = fc.oneof(
  { weight: 2, arbitrary: hostileText },
  { weight: 1, arbitrary: fc.constantFrom(...GOOD_VALUES) },
);

interface FormInput {
  values: Record<string, string>;
  as: 'form' | 'data' | 'json';
}

const wellFormed = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, text]) => [name.toWellFormed(), text.toWellFormed()]));

const formInput = (route: WalkedRoute): fc.Arbitrary<FormInput> => {
  const { own, ofRoom } = fieldsOf(route);
  const acts = route.acts.filter((act) => act !== 'end-all-sessions');
  const name = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...own, 'id') },
    { weight: 3, arbitrary: fc.constantFrom(...ofRoom, 'id', 'subject', 'reason') },
    { weight: 1, arbitrary: hostileText },
  );
  return fc.record({
    values: fc
      .tuple(
        fc.dictionary(name, value, { minKeys: 1, maxKeys: 10 }),
        fc.oneof({ weight: 4, arbitrary: fc.constantFrom('', ...acts) }, { weight: 1, arbitrary: hostileText }),
      )
      .map(([values, act]) => wellFormed({ ...values, do: act })),
    as: fc.constantFrom('form' as const, 'form' as const, 'data' as const, 'json' as const),
  });
};

/** Who sends, and the ids of a path that are theirs. */
interface Visitor {
  cookie: string;
  ids: Record<string, string>;
}

const ENDS_SESSION = /^account\/pages\/(log-out|delete)$/;
/** One input ends an order, so each has an order of its own. */
const ENDS_ORDER = /^checkout\/pages\/cancel$/;

const openVisitors = async (world: World) => {
  const { orm, other, shopper, operator, target } = world;
  const client = openClient(target.url);
  const [link, invoice] = await Promise.all([addLink(world), addInvoice(world)]);
  let browser = '';
  const order = async (): Promise<string> => await world.newIntent(other, { orderId: 'fuzz' });
  const orders = new Map<string, string>();
  const people = new Map<string, Person>();
  /** A person whose session may end. */
  const personOf = async (id: string): Promise<Person> => {
    const known = people.get(id) ?? (await signUp(target.url, orm));
    people.set(id, known);
    return known;
  };
  const orderOf = async (id: string): Promise<string> => {
    const known = ENDS_ORDER.test(id) ? undefined : orders.get(id);
    if (known) return known;
    const made = await order();
    orders.set(id, made);
    // The checkout belongs to the browser that opens it first.
    browser = cookieOf(await client.send({ path: `/checkout/${made}`, cookie: browser }), browser);
    return made;
  };
  return async ({ id }: WalkedRoute): Promise<Visitor> => {
    if (id.startsWith('checkout/')) {
      const own = await orderOf(id);
      return { cookie: [browser, shopper.cookie].filter(Boolean).join('; '), ids: { id: own } };
    }
    if (ENDS_SESSION.test(id)) return { cookie: (await personOf(id)).cookie, ids: {} };
    const ids = { ...other, slug: link.slug, token: id.startsWith('pay/') ? invoice.token : 'x' };
    const person = id.startsWith('operator/') ? operator : id.startsWith('account/') ? shopper : other.owner;
    return { cookie: id.startsWith('pay/') ? '' : person.cookie, ids: ids as unknown as Record<string, string> };
  };
};

const pathOf = ({ pattern }: WalkedRoute, ids: Visitor['ids']): string => {
  const path = pattern.replaceAll(/:(\w+)\??/g, (_, name: string) => ids[name] ?? 'x');
  return path.startsWith('/') ? path : `/${path}`;
};

/** The guide is about packages and commands. */
const isGuide = ({ id }: WalkedRoute): boolean => /^docs[./]/.test(id);

const judge = (route: WalkedRoute, reply: Reply, secrets: readonly [string, string][]): string | null => {
  if (reply.status >= 500 && reply.status !== UNAVAILABLE) return `fault ${reply.status}`;
  const leak = isGuide(route) ? secretIn(reply.text, secrets) : leakOf(reply.text, secrets);
  if (leak) return leak;
  const isPage = String(reply.headers['content-type'] ?? '').includes('html');
  return isPage ? runsScript(reply.text) : null;
};

/** Not let in, or there is nothing at this URL. */
const isTurnedAway = ({ status, location, text }: Reply): boolean =>
  [401, 403, 404, 405].includes(status) || `${location} ${status === 202 ? text : ''}`.includes('/account/log-in?');

const countOf = ({ target }: World, { short, long }: { short: number; long: number }): number =>
  target.complete ? long : short;

const forms: Kind = {
  name: 'form-fuzz',
  title: 'every form × values by property',
  run: async (world) => {
    const [routes, visitorOf] = [await allRoutes(), await openVisitors(world)];
    const secrets = secretsOf(world);
    const client = openClient(world.target.url);
    const attempts: Attempt[] = [];
    const written = routes.filter(({ writes }) => writes);
    const judged = new Set<string>();
    for (const [index, route] of written.entries()) {
      for (const { values, as } of inputsOf(formInput(route), countOf(world, FORM_INPUTS), index)) {
        const { cookie, ids } = await visitorOf(route);
        const path = `${pathOf(route, ids)}${as === 'data' ? '.data' : ''}${route.index ? '?index' : ''}`;
        const reply = await client.send({ path, cookie, ...(as === 'json' ? { json: values } : { form: values }) });
        attempts.push(
          attempt(`${path} as ${as}: ${JSON.stringify(values).slice(0, 400)}`, judge(route, reply, secrets)),
        );
        if (!isTurnedAway(reply)) judged.add(route.id);
      }
    }
    // Turned away at the door, a form would prove nothing.
    const reached = `${judged.size} of ${written.length} forms looked at their input`;
    attempts.push(attempt(reached, judged.size * 5 > written.length * 4 ? null : 'too few'));
    return attempts;
  },
};

const queries: Kind = {
  name: 'query-fuzz',
  title: 'the query of every page × values by property',
  run: async (world) => {
    const [routes, visitorOf] = [await allRoutes(), await openVisitors(world)];
    const secrets = secretsOf(world);
    const client = openClient(world.target.url);
    const attempts: Attempt[] = [];
    const common = [
      'search',
      'q',
      'status',
      'from',
      'to',
      'cursor',
      'after',
      'page',
      'sort',
      'next',
      'lang',
      'ids',
      'token',
    ];
    // A page without a form that changes something, read as page or as data.
    for (const [index, route] of routes.filter(({ reads, id }) => reads && !ENDS_SESSION.test(id)).entries()) {
      const { own, ofRoom } = fieldsOf(route);
      const input = fc.record({
        query: fc
          .dictionary(fc.constantFrom(...own, ...ofRoom, ...common), value, { minKeys: 1, maxKeys: 5 })
          .map(wellFormed),
        isData: fc.boolean(),
      });
      for (const { query, isData } of inputsOf(input, countOf(world, QUERY_INPUTS), index)) {
        const { cookie, ids } = await visitorOf(route);
        const path = `${pathOf(route, ids)}${isData ? '.data' : ''}?${new URLSearchParams(query)}`;
        attempts.push(attempt(path.slice(0, 400), judge(route, await client.send({ path, cookie }), secrets)));
      }
    }
    return attempts;
  },
};

export const pageFuzzKinds: readonly Kind[] = [forms, queries];
