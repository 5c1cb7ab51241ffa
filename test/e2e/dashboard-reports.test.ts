// Reports in a real browser: the list, one report with its file generated again, and the links of its e-mail.
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReportActivities } from '#activities/reports.ts';
import { saveBooksCheck } from '#db/books/books-checks.ts';
import { reportCsvLink, unsubscribeLink } from '#db/reports/report-links.ts';
import { join } from '#test/dashboard/people.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { axeViolations, complaintsOf, launchBrowser, openPage } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';
import { logInAs } from './support/log-in.ts';
import { expectRightInEveryLook } from './support/looks.ts';

const DAY = 86_400_000;
const OWNER = 'owner@nordlicht.example';

let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;
let page: Page;
let complaints: string[];
let base: string;

beforeAll(async () => {
  [database, browser] = await Promise.all([createTestDatabase(), launchBrowser()]);
  world = await openCheckoutWorld(database.url, { host: 'localhost' });
  base = `${world.url}/dashboard/${world.storeId}/reports`;
  page = await openPage(browser);
  complaints = complaintsOf(page.context());
  const owner = await logInAs(page.context(), world, OWNER, 'merchant');
  await join(world.orm, world.storeId, owner, 'owner');
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
});

test('the report of a paid order’s day, its exact file, and its recipients', async () => {
  await page.goto(base);
  await page.getByText('No reports yet').waitFor();

  await world.pay(await world.intent({ orderId: 'NL-1' }));
  await world.intent({ orderId: 'NL-2' });
  const activities = createReportActivities({
    em: world.orm.em,
    masterKeys: world.masterKeys,
    publicUrl: world.url,
    now: () => new Date(Date.now() + DAY + 600_000),
  });
  for (const report of (await activities.findDueReports('')).due.filter(({ kind }) => kind === 'daily')) {
    expect(await activities.makeReport(report)).toBe('made');
  }
  await page.goto(base);
  await page.locator('tbody a').first().click();
  await page.getByRole('heading', { name: /^Daily report, \d/ }).waitFor();
  await page.getByText('25.00').first().waitFor();
  // Charts by hour, by status, by coin and network; each with its table.
  for (const chart of [0, 1, 2]) await page.locator('.recharts-surface').nth(chart).waitFor();
  await page.locator('.recharts-bar-rectangle').first().waitFor();
  await page.getByText('Show as a table').click();
  const hours = page.getByRole('table', { name: 'Gross by hour, every figure' });
  await hours.getByRole('cell', { name: '25.0000' }).first().waitFor();
  expect(await hours.locator('tbody tr').count()).toBe(24);
  await page.getByText(OWNER).last().waitFor();
  await page.getByRole('button', { name: 'Run again' }).click();
  await page.getByText('The same bytes', { exact: true }).waitFor();

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download CSV' }).click(),
  ]);
  const csv = await readFile(await file.path(), 'utf8');
  expect(csv.split('\r\n')).toHaveLength(3);
  expect(csv).toContain('NL-1');
  expect(complaints).toEqual([]);
});

test('the books of the month, before and after a comparison with the chains found a difference', async () => {
  await page.goto(base);
  await page.getByRole('link', { name: 'Books', exact: true }).click();
  await page.getByText('Not compared with the chains yet').waitFor();
  const row = page.getByRole('row').filter({ hasText: 'on Local Chain A' });
  await row.getByRole('cell', { name: 'none' }).waitFor();
  const check = { seconds: 1, orders: 2, chains: [], unverified: [], explained: 0, unexplained: 0, differences: [] };
  await saveBooksCheck(world.orm.em, { ...check, startedAt: new Date() });
  await page.reload();
  await page.getByText('The records agree').waitFor();
  await expectRightInEveryLook(page, 'books');
  await saveBooksCheck(world.orm.em, {
    ...{ ...check, startedAt: new Date(), unexplained: 1 },
    differences: [
      {
        ...{ storeId: world.storeId, intentId: null, chainId: 31337, coin: 1, token: null, depositAddress: null },
        ...{ records: ['settlement 1 net', 'Settled event 0x12:3'], amount: '-0.000001', explanation: null },
        text: 'The event has another net amount.',
      },
    ],
  });
  await page.reload();
  await page.getByText('settlement 1 net and Settled event 0x12:3 differ by -0.000001').waitFor();
  await expectRightInEveryLook(page, 'books-differ');
});

test('the links of its e-mail need no log-in and allow nothing else', async () => {
  const [{ id } = { id: '' }] = await world.orm.em.fork().execute<{ id: string }[]>('select id::text from report');
  const link = reportCsvLink(world.masterKeys, world.url, id, new Date());
  expect(await (await fetch(link)).text()).toContain('NL-1');
  expect((await fetch(link.replace(/report=\d+/, 'report=999'))).status).toBe(404);

  const stranger = await openPage(browser);
  const end = unsubscribeLink(world.masterKeys, world.url, world.storeId, OWNER);
  await stranger.goto(end);
  await stranger.getByRole('button', { name: 'End the reports' }).waitFor();
  expect(await axeViolations(stranger)).toEqual([]);
  await stranger.getByRole('button', { name: 'End the reports' }).click();
  await stranger.getByRole('heading', { name: 'No more reports' }).waitFor();
  await stranger.context().close();
  // Like a mail program: without an origin, and repeatedly.
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
  expect((await fetch(end, { method: 'POST', body })).status).toBe(200);
  expect((await fetch(end.replace('address=owner', 'address=other'), { method: 'POST', body })).status).toBe(404);
  const [{ n } = { n: 0 }] = await world.orm.em
    .fork()
    .execute<{ n: number }[]>('select count(*)::int as n from report_opt_out where recipient = ?', [OWNER]);
  expect(n).toBe(1);
});
