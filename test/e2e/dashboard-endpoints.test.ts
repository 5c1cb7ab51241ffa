// The page of webhook endpoints in a real browser: found from Webhooks, stopped, started and deleted by keyboard, on desktop and phone.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEndpoint } from '#db/endpoints/webhook-endpoints.ts';
import { EndpointAttempt, EndpointDelivery } from '#db/entities/webhook-endpoint.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { describeResponse } from '#domain/webhook-response.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { TEST_MASTER_KEYS } from '#test/support/intents.ts';
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
  ({ page, complaints } = await openOwner(browser, world));
  await createEndpoint(
    world.orm.em,
    TEST_MASTER_KEYS,
    world.storeId,
    { url: 'https://shop.example/hooks/orders', eventTypes: ['checkout_intent.canceled'], enabled: true },
    { kind: 'api_key', id: 'st_test', email: null },
  );
  const intentId = await world.intent({ orderId: 'HOOK-1042' });
  await changeIntent(world.orm.em.fork(), { intentId, actor: 'workflow', to: -4 });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
});

test('an owner finds the endpoints and their deliveries, and stops, starts and deletes one by keyboard', async () => {
  await page.goto(`${world.url}/dashboard/${world.storeId}/webhooks`);
  await untilHydrated(page);
  await page.getByRole('link', { name: 'Webhook endpoints' }).click();
  await page.getByRole('heading', { level: 1, name: 'Webhook endpoints' }).waitFor();
  await page.getByText('checkout_intent.canceled').first().waitFor();
  await page.getByRole('link', { name: 'HOOK-1042' }).waitFor();
  expect(await page.getByText('It fails').count()).toBe(0);
  const em = world.orm.em.fork();
  const [delivery] = await em.find(EndpointDelivery, {});
  await em.insert(EndpointAttempt, {
    ...{ delivery: delivery?.id ?? '', attemptKey: 'one', url: 'https://shop.example/hooks/orders' },
    ...{ startedAt: new Date(), durationMs: 12, responseStatus: 503, error: describeResponse(503) },
  });
  await page.reload();
  await page.getByText('It fails').waitFor();
  await page.getByText('The newest delivery: HTTP 503.').waitFor();
  await expectRightInEveryLook(page, 'endpoints');
  for (const [press, then] of [
    ['Stop', 'Start'],
    ['Start', 'Stop'],
  ] as const) {
    await page.getByRole('button', { name: press }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: then }).waitFor();
  }
  // Deleting takes a second step.
  const deleteNow = page.getByRole('button', { name: 'Delete now' });
  expect(await deleteNow.count()).toBe(0);
  await page.locator('summary', { hasText: 'Delete' }).focus();
  await page.keyboard.press('Enter');
  await deleteNow.waitFor();
  await expectRightInEveryLook(page, 'endpoints-delete');
  await page.keyboard.press('Tab');
  expect(await deleteNow.evaluate((button) => button === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await deleteNow.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});
