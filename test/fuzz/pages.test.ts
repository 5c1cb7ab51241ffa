// Any value in any field of any form of dashboard, console, account and checkout: no fault, no stack, no markup of the input in the page.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openClient, type Reply } from '#attack/client.ts';
import { runsScript } from '#attack/kinds/content.ts';
import type { Person } from '#attack/people.ts';
import { openWorld, type World } from '#attack/world.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { type EdgeServer, startEdgeServer } from '#test/checkout/edge-server.ts';
import { type WalkedRoute, walkedRoutes } from '#test/dashboard/routes.ts';
import { hostileText, runs } from '#test/support/fuzz.ts';
import { TEST_MASTER_KEYS } from '#test/support/intents.ts';

const AUTH_SECRET = 'a secret of the tests, long enough to sign with';

let server: EdgeServer;
let world: World;

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

beforeAll(async () => {
  server = await startEdgeServer();
  world = await openWorld({
    ...{ url: server.origin, databaseUrl: server.database.url, masterKeys: TEST_MASTER_KEYS, authSecret: AUTH_SECRET },
    ...{ development: false, complete: false, logs: () => '' },
  });
});
afterAll(async () => {
  await world?.close();
  await server?.close();
});

/** They would end the log-in that the next form needs. */
const ENDS_SESSION = /^account\/pages\/(log-out|delete)$/;

const sourceOf = (id: string): string => {
  for (const ending of ['.tsx', '.ts']) {
    try {
      return readFileSync(join(REPOSITORY, 'web', `${id}${ending}`), 'utf8');
    } catch {}
  }
  return '';
};

/** Fields of settings are declared with their schemas, those of other pages in the page. */
const SETTINGS_FIELDS = /^ {4}([a-zA-Z]{3,30}):/gm;
const settings = readFileSync(join(REPOSITORY, 'web/dashboard/settings/server/settings-forms.ts'), 'utf8');

const fieldsOf = ({ id }: WalkedRoute): string[] => {
  const source = sourceOf(id);
  const named = [...source.matchAll(/name="([\w-]+)"|field\('([\w-]+)'\)|\b(\w+): (?:text|checkbox|role|z\.)/g)];
  const common = ['id', 'subject', 'reason', 'email', 'name', 'next', 'text', 'amount', 'address', 'to'];
  const more = id.includes('/settings/') ? [...settings.matchAll(SETTINGS_FIELDS)].map(([, name]) => name ?? '') : [];
  return [...new Set([...common, ...more, ...named.map(([, a, b, c]) => a ?? b ?? c ?? '')])].filter(Boolean);
};

const form = (fields: readonly string[], acts: readonly string[]): fc.Arbitrary<Record<string, string>> =>
  fc
    .tuple(
      fc.dictionary(
        fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...fields) }, { weight: 1, arbitrary: hostileText }),
        hostileText,
        { maxKeys: 8 },
      ),
      fc.oneof({ weight: 3, arbitrary: fc.constantFrom('', ...acts) }, { weight: 1, arbitrary: hostileText }),
    )
    .map(([values, act]) => ({ ...values, do: act.toWellFormed() }));

/** A service that is not there in this test (Temporal, chains) is named by its own status. */
const UNAVAILABLE = 503;

const check = (reply: Reply, where: string): void => {
  expect(
    reply.status >= 500 && reply.status !== UNAVAILABLE ? `${where}: ${reply.status} ${reply.text.slice(0, 200)}` : '',
  ).toBe('');
  expect(reply.text, where).not.toMatch(/\n\s+at .+:\d+:\d+|node_modules\/|\bselect "/);
  if (String(reply.headers['content-type'] ?? '').includes('html'))
    expect([where, runsScript(reply.text)]).toEqual([where, null]);
};

const personFor = ({ id }: WalkedRoute): Person =>
  id.startsWith('operator/') ? world.operator : id.startsWith('account/') ? world.shopper : world.other.owner;

const pathOf = ({ pattern, index }: WalkedRoute, data: boolean): string => {
  const path = pattern.replaceAll(/:(\w+)\??/g, (_, name: string) => String(world.other[name as 'id'] ?? 'x'));
  return `${path}${data ? '.data' : ''}${index ? '?index' : ''}`;
};

test('forms of dashboard, console and account', async () => {
  const client = openClient(server.origin);
  const routes = (await walkedRoutes()).filter(({ id, writes }) => writes && !ENDS_SESSION.test(id));
  expect(routes.length).toBeGreaterThan(20);
  for (const route of routes) {
    const acts = route.acts.filter((act) => act !== 'end-all-sessions');
    await fc.assert(
      fc.asyncProperty(form(fieldsOf(route), acts), fc.boolean(), async (values, data) => {
        const path = pathOf(route, data);
        const reply = await client.send({ path, form: values, cookie: personFor(route).cookie });
        check(reply, `${path} ${JSON.stringify(values).slice(0, 400)}`);
      }),
      runs(6),
    );
  }
});

test('forms and scripts of the checkout', async () => {
  const id = await world.newIntent(world.other, { orderId: 'fuzz' });
  const client = openClient(server.origin);
  const fields = ['email', 'hash', 'address', 'repeated', 'txHash', 'payer', 'coin', 'network', 'again', 'rawTx'];
  for (const act of [
    'receipt-email',
    'claim',
    'refund-address',
    'wallet',
    'wallet/pick',
    'wallet/sent',
    'allscale',
    'allscale/send',
    'allscale/fill',
    'allscale/top-up',
  ]) {
    await fc.assert(
      fc.asyncProperty(form(fields, []), async (values) => {
        check(
          await client.send({ path: `/checkout/${id}/${act}`, form: values, cookie: world.shopper.cookie }),
          `${act} ${JSON.stringify(values)}`,
        );
        check(
          await client.send({ path: `/checkout/${id}/${act}`, json: values, cookie: world.shopper.cookie }),
          `${act} ${JSON.stringify(values)}`,
        );
      }),
      runs(6),
    );
  }
});

test('query strings of pages', async () => {
  const client = openClient(server.origin);
  const { storeId } = world.other;
  const pages = [
    `/dashboard/${storeId}/orders`,
    `/dashboard/${storeId}/reports`,
    `/dashboard/${storeId}/requests`,
    '/operator/merchants',
    '/operator/audit',
    '/account/log-in',
    '/docs/search',
    `/dashboard/${storeId}/palette`,
  ];
  const names = fc.constantFrom(
    'search',
    'q',
    'status',
    'from',
    'to',
    'coin',
    'network',
    'cursor',
    'after',
    'before',
    'page',
    'limit',
    'sort',
    'next',
    'why',
    'lang',
    'ids',
    'month',
    'kind',
  );
  for (const page of pages) {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, hostileText, { maxKeys: 4 }), async (values) => {
        const well = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.toWellFormed()]));
        const path = `${page}?${new URLSearchParams(well)}`;
        const person = page.startsWith('/operator') ? world.operator : world.other.owner;
        check(await client.send({ path, cookie: person.cookie }), path);
      }),
      runs(10),
    );
  }
});
