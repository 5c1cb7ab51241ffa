// Every page of the dashboard and the console, from the table of routes: four widths, light and dark, axe, and every control reached and
// pressed by keys. The store has weeks of orders, so each page has its rows. A new route is in it as soon as it has a URL.
import { readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import type { RouteConfigEntry } from '@remix-run/route-config';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { provenAccount } from '#db/accounts/proven-account.ts';
import { applyAsMerchant } from '#db/merchants/merchants.ts';
import { unsubscribeLink } from '#db/reports/report-links.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { fillShownStore, type ShownStore } from '#scripts/lib/shots/dashboard-data.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import routeTable from '#web/routes.ts';
import { complaintsOf, launchBrowser, openPage, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';
import { expectWorksByKeyboard } from './support/keyboard.ts';
import { logInAs, openOwner } from './support/log-in.ts';
import { expectRightInEveryLook } from './support/looks.ts';

interface ListedPage {
  /** Below web/. */
  file: string;
  /** `/dashboard/:storeId/team`. */
  pattern: string;
}

/** The routes that render a page of their own: not the frames around them, and nothing that only redirects or sends data. */
const pagesOf = (entries: readonly RouteConfigEntry[], parent = ''): ListedPage[] =>
  entries.flatMap(({ path, file, children }) => {
    const pattern = path ? `${parent}/${path}` : parent;
    if (children && children.length > 0) return pagesOf(children, pattern);
    const isPage = /^export default /m.test(readFileSync(joinPath(REPOSITORY, 'web', file), 'utf8'));
    return isPage ? [{ file, pattern }] : [];
  });
const PAGES = pagesOf(routeTable).filter(({ file }) => /^(dashboard|operator)\//.test(file));

type Who = 'owner' | 'operator' | 'newcomer' | 'applicant' | 'visitor';
/** Pages that are not for the store's owner or, in the console, an operator; and those whose URL holds a secret. */
const OTHERWISE: Record<string, { who: Who; path?: () => string }> = {
  'dashboard/apply/pages/apply.tsx': { who: 'newcomer' },
  'dashboard/apply/pages/waiting.tsx': { who: 'applicant' },
  'dashboard/team/pages/invitation.tsx': { who: 'visitor', path: () => shown.invitation },
  'dashboard/changes/pages/cancel-change.tsx': { who: 'visitor', path: () => shown.cancelChange },
  'dashboard/reports/pages/unsubscribe.tsx': {
    who: 'visitor',
    path: () => unsubscribeLink(world.masterKeys, '', world.storeId, 'annika.berg@nordlicht.example'),
  },
};
/** Further states of a page. */
const STATES: readonly [string, Who, () => string][] = [
  ['an order in review', 'owner', () => `/dashboard/${world.storeId}/orders/${shown.lateOrder}`],
  ['orders, none found', 'owner', () => `/dashboard/${world.storeId}/orders?q=nothing-like-it`],
  ['a request in the debugger', 'owner', () => `/dashboard/${world.storeId}/debugger?request=${shown.requestId}`],
  ['an application', 'operator', () => `/operator/merchants/${shown.appliedId}`],
];

let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;
let shown: ShownStore;
const people = {} as Record<Who, Page>;
const complaints: string[][] = [];

beforeAll(async () => {
  [database, browser] = await Promise.all([createTestDatabase(), launchBrowser()]);
  world = await openCheckoutWorld(database.url, { host: 'localhost' });
  const opened = await openOwner(browser, world);
  complaints.push(opened.complaints);
  people.owner = opened.page;
  for (const who of ['operator', 'newcomer', 'applicant', 'visitor'] as const) {
    people[who] = await openPage(browser);
    complaints.push(complaintsOf(people[who].context()));
  }
  await logInAs(people.operator.context(), world, 'bd@allscale.example', 'operator');
  await logInAs(people.newcomer.context(), world, 'mara@papeterie.example', 'merchant');
  const { userId } = await logInAs(people.applicant.context(), world, 'jo@kiosk.example', 'merchant');
  await applyAsMerchant(world.orm.em, await provenAccount(world.orm.em, userId), {
    ...{ name: 'Kiosk am Hafen', website: 'kiosk.example', about: 'Coffee and newspapers.' },
  });
  shown = await fillShownStore(
    { ...world, databaseUrl: database.url },
    { kind: 'member', ...opened.owner, id: opened.owner.userId },
  );
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
});

/** The page's URL with the ids of the store that is shown. */
const pathOf = ({ file, pattern }: ListedPage): string => {
  const given = OTHERWISE[file]?.path;
  if (given) return given();
  const isOrder = pattern.includes('/orders/:id');
  const ids: Record<string, string> = {
    ...{ storeId: world.storeId, eventId: shown.eventId, keyId: shown.keyId, requestId: shown.requestId },
    ...{ endpointId: shown.endpointId, deliveryId: shown.deliveryId },
    ...{ linkId: shown.linkId, invoiceId: shown.invoiceId, reportId: shown.reportId, reviewId: shown.reviewId },
    ...{ merchantId: shown.suspendedId, ...(isOrder ? { id: shown.paidOrder } : {}) },
  };
  return pattern.replaceAll(/:(\w+)/g, (_, name: string) => {
    const id = ids[name];
    if (!id) throw new Error(`${pattern}: no value for :${name}; add it to the store that is shown`);
    return id;
  });
};

const whoOpens = ({ file }: ListedPage): Who =>
  OTHERWISE[file]?.who ?? (file.startsWith('operator/') ? 'operator' : 'owner');

const expectRight = async (who: Who, path: string, name: string): Promise<void> => {
  const page = people[who];
  const response = await page.goto(world.url + path);
  // Where the page is not for this person, they are redirected.
  expect([name, response?.status(), new URL(page.url()).pathname]).toEqual([name, 200, path.replace(/\?.*/, '')]);
  await untilHydrated(page);
  await expectRightInEveryLook(page, name);
  await expectWorksByKeyboard(page, name);
};

test('the table of routes has the pages of dashboard and console, and each exception is a page of it', () => {
  const files = PAGES.map(({ file }) => file);
  expect(files).toEqual(
    expect.arrayContaining([
      ...['dashboard/home/pages/home.tsx', 'dashboard/orders/pages/order.tsx', 'dashboard/settings/pages/store.tsx'],
      ...['operator/pages/overview.tsx', 'operator/pages/review.tsx', ...Object.keys(OTHERWISE)],
    ]),
  );
  expect(files.length).toBeGreaterThan(50);
});

test.each(PAGES.map((page) => [page.pattern, page] as const))('%s', async (pattern, page) => {
  await expectRight(whoOpens(page), pathOf(page), pattern);
});

/** Pages whose rows are chosen by their URL. */
const LISTS = PAGES.filter(({ file }) => {
  const source = readFileSync(joinPath(REPOSITORY, 'web', file), 'utf8');
  return /searchParams/.test(source) && /<(Pager|Tabs|ReportTabs)\b/.test(source);
});

test('every list of dashboard and console names the parts of its URL that mean nothing to it', async () => {
  expect(LISTS.filter(({ file }) => file.startsWith('dashboard/')).length).toBeGreaterThan(6);
  expect(LISTS.filter(({ file }) => file.startsWith('operator/')).length).toBeGreaterThan(5);
  const silent: string[] = [];
  for (const list of LISTS) {
    const page = people[whoOpens(list)];
    await page.goto(`${world.url}${pathOf(list)}?nonsense=1`);
    const notice = page.locator('main').getByText('“nonsense=1” means nothing to this page');
    if ((await notice.count()) === 0) silent.push(list.file);
    else await page.getByRole('link', { name: 'Remove it' }).click();
    await page.waitForURL((url) => silent.includes(list.file) || url.search === '');
  }
  expect(silent).toEqual([]);
});

test.each(STATES)('%s', async (name, who, path) => {
  await expectRight(who, path(), name);
});

test('no page complained', () => {
  expect(complaints.flat()).toEqual([]);
});
