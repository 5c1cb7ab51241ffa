// The audit log of a merchant in a real browser: found from the team's page, readable on desktop and phone.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { updateStore } from '#db/merchants/change-store.ts';
import { setStoreFees } from '#db/merchants/store-terms.ts';
import type { Units } from '#domain/money.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { launchBrowser, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';
import { openOwner } from './support/log-in.ts';
import { expectRightInEveryLook } from './support/looks.ts';

let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [database, browser] = await Promise.all([createTestDatabase(), launchBrowser()]);
  world = await openCheckoutWorld(database.url, { host: 'localhost' });
  const opened = await openOwner(browser, world);
  ({ page, complaints } = opened);
  const { owner } = opened;
  const member = { kind: 'member' as const, id: owner.userId, email: owner.email };
  await updateStore(world.orm.em, world.storeId, { webhookUrl: 'https://shop.example/hooks/allscale' }, member);
  await setStoreFees(world.orm.em, {
    ...{ storeId: world.storeId, feeBps: 30, minFeeUnits: 0n as Units, reason: 'agreed' },
    actor: { kind: 'operator', id: 'op', email: 'operator@platform.example' },
  });
  // Two log-ins since, one after failures.
  for (const failures of [0, 3]) {
    await world.orm.em.fork().execute(
      `insert into audit_entry (actor_kind, actor_id, action, subject_kind, subject_id, data)
        values ('account', ?, 'account.log_in', 'account', ?, ?::jsonb)`,
      [
        owner.userId,
        owner.userId,
        JSON.stringify({
          method: 'totp',
          device: 'Firefox on Linux',
          ...(failures ? { failures_before: failures } : {}),
        }),
      ],
    );
  }
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
});

test('an owner opens the log from the team’s page and reads log-ins and changes', async () => {
  await page.goto(`${world.url}/dashboard/${world.storeId}/team`);
  await untilHydrated(page);
  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor();
  await page.getByText('Changed settings').waitFor();
  expect(await page.getByText('by code of the authenticator app').count()).toBe(2);
  expect(await page.getByText('failures before it: 3').count()).toBe(1);
  expect(await page.getByText('Firefox').count()).toBe(0);
  await expectRightInEveryLook(page, 'audit');
  await page.getByRole('link', { name: 'Log-ins, factors and sessions' }).click();
  await page.getByText('Changed settings').waitFor({ state: 'detached' });
  expect(await page.getByText('Logged in', { exact: true }).count()).toBe(2);
  expect(complaints).toEqual([]);
});
