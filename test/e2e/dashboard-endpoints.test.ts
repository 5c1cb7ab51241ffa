// Webhook endpoints in a real browser: found from Webhooks, added with a secret that is shown once, tested, paused, renewed and deleted by
// keyboard, on desktop and phone.
import { createHash, createHmac } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testEventOf } from '#db/endpoints/endpoint-actions.ts';
import { createEndpoint } from '#db/endpoints/webhook-endpoints.ts';
import { EndpointAttempt, EndpointDelivery } from '#db/entities/webhook-endpoint.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { webhookCanonical } from '#domain/signing.ts';
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
/** Of the endpoint that the owner adds. */
let secret: string;

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

const pressed = async (name: string): Promise<void> => {
  await page.getByRole('button', { name, exact: true }).focus();
  await page.keyboard.press('Enter');
};

test('an owner finds the endpoints, adds one, sees its secret once, and its page', async () => {
  await page.goto(`${world.url}/dashboard/${world.storeId}/webhooks`);
  await untilHydrated(page);
  await page.getByRole('main').getByRole('link', { name: 'Webhook endpoints' }).click();
  await page.getByRole('heading', { level: 1, name: 'Webhook endpoints' }).waitFor();
  await page.getByRole('link', { name: 'HOOK-1042' }).waitFor();
  expect(await page.getByText('Failing').count()).toBe(0);
  await expectRightInEveryLook(page, 'endpoints');

  await page.getByRole('link', { name: 'Add endpoint' }).click();
  await page.getByRole('heading', { level: 1, name: 'New webhook endpoint' }).waitFor();
  await page.getByLabel('URL', { exact: true }).fill('https://192.168.0.1/hooks');
  await pressed('Add endpoint');
  await page.getByText('leads to a private network address').waitFor();
  // The browser reports the rejected form as a failed request.
  expect(complaints.splice(0)).toEqual([expect.stringContaining('400 (Bad Request)')]);
  await expectRightInEveryLook(page, 'endpoint-rejected');
  await page.getByLabel('URL', { exact: true }).fill('https://erp.invalid/hooks');
  await page.getByLabel('Description (optional)').fill('Order desk');
  await page.getByLabel('Refunded', { exact: false }).first().check();
  await pressed('Add endpoint');
  await page.getByText('Copy the secret now').waitFor();
  secret = (await page.locator('code', { hasText: '_secret_' }).textContent()) ?? '';
  expect(secret).toMatch(/^st_(live|test)_secret_[0-9a-f]{64}$/);
  await expectRightInEveryLook(page, 'endpoint-added');
  await page.getByRole('link', { name: 'To the endpoint' }).click();
  await page.getByRole('heading', { level: 1, name: 'Order desk' }).waitFor();
  await page.getByText('Price not reached, Late money, Needs a decision, Refunded').waitFor();
  expect(await page.content()).not.toContain(secret);
});

test('a test event is on its way, and the page says how it ends', async () => {
  await pressed('Send test event');
  await page.getByRole('heading', { level: 1, name: 'Test event' }).waitFor();
  await page.getByText('It is being sent.').waitFor();
  const em = world.orm.em.fork();
  const delivery = await em.findOneOrFail(EndpointDelivery, { event: null });
  await em.insert(EndpointAttempt, {
    ...{ delivery: delivery.id, attemptKey: 'one', url: 'https://erp.invalid/hooks', startedAt: new Date() },
    ...{ durationMs: 12, responseStatus: 503, error: describeResponse(503), responseExcerpt: 'Closed for today' },
    requestHeaders: {
      'X-API-Key': delivery.endpoint.id,
      'X-Webhook-Timestamp': '1796000000',
      'X-Webhook-Nonce': 'n-1',
    },
  });
  await em.nativeUpdate(EndpointDelivery, { id: delivery.id }, { state: 'failed' });
  await page.getByText('Closed for today').waitFor();
  await expectRightInEveryLook(page, 'endpoint-delivery');

  const { eventId, body } = testEventOf(delivery.id);
  await page.getByRole('link', { name: 'Check its signature' }).click();
  await untilHydrated(page);
  expect(await page.getByLabel('X-API-Key').inputValue()).toBe(delivery.endpoint.id);
  await page.getByLabel('Secret of the endpoint').fill(secret);
  const canonical = webhookCanonical({
    ...{ method: 'POST', path: '/hooks', queryString: '', webhookId: eventId, timestamp: '1796000000', nonce: 'n-1' },
    bodySha256: createHash('sha256').update(body).digest('hex'),
  });
  const signature = `v1=${createHmac('sha256', secret).update(canonical).digest('base64')}`;
  expect(await page.getByTestId('expected').textContent()).toBe(signature);
  await page.getByLabel('X-Webhook-Signature').fill(signature);
  await page.getByText('The signatures match').waitFor();
  await expectRightInEveryLook(page, 'endpoint-signature');
  await page.goBack();
  await page.getByRole('link', { name: 'To the endpoint' }).click();
  await page.getByText('failing since').waitFor();
});

test('the webhook log shows the deliveries of one endpoint, or of all, and keeps the choice', async () => {
  await page.goto(`${world.url}/dashboard/${world.storeId}/endpoints`);
  await page.getByRole('link', { name: 'All deliveries' }).click();
  await page.getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor();
  const rows = page.getByRole('table', { name: 'Webhooks' }).getByRole('rowheader');
  await expect.poll(() => rows.count()).toBe(2);
  const receiver = page.getByLabel('Receiver');
  expect(await receiver.locator('option').allTextContents()).toEqual([
    ...['Webhook URL: confirmed payments', 'All endpoints', 'https://shop.example/hooks/orders'],
    'Order desk, https://erp.invalid/hooks',
  ]);
  await receiver.selectOption({ label: 'Order desk, https://erp.invalid/hooks' });
  await pressed('Show');
  await expect.poll(() => rows.allTextContents()).toEqual([expect.stringContaining('Test event')]);
  await page.getByRole('navigation', { name: 'States' }).getByRole('link', { name: 'Failed' }).click();
  await page.waitForURL(/endpoint=whe_[0-9a-f]{32}&state=failed$/);
  expect(await rows.count()).toBe(1);
  await expectRightInEveryLook(page, 'webhooks-of-an-endpoint');
  await receiver.selectOption({ label: 'Webhook URL: confirmed payments' });
  await pressed('Show');
  await page.getByText('None in this state').waitFor();
  await page.goto(`${world.url}/dashboard/${world.storeId}/webhooks?endpoint=whe_${'0'.repeat(32)}`);
  await page.getByText('means nothing to this page').waitFor();
  await page.goto(`${world.url}/dashboard/${world.storeId}/endpoints`);
  await page.getByRole('link', { name: 'Order desk', exact: true }).click();
  await untilHydrated(page);
});

test('it is paused and resumed, its secret is renewed with a wait, and it is deleted in two steps', async () => {
  await pressed('Pause');
  await page.getByText('Events of this time are not sent later').waitFor();
  await pressed('Resume');
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
  await page.getByRole('link', { name: 'Renew the secret' }).click();
  await page.getByRole('heading', { level: 1, name: 'Change Order desk' }).waitFor();
  await pressed('Renew secret');
  await page.getByText('The old secret signs until').waitFor();
  await expectRightInEveryLook(page, 'endpoint-renewed');
  await pressed('Use the new secret now');
  await page.getByText('A renewed secret signs from').waitFor({ state: 'detached' });
  const deleteNow = page.getByRole('button', { name: 'Delete now' });
  expect(await deleteNow.count()).toBe(0);
  await page.locator('summary', { hasText: 'Delete' }).focus();
  await page.keyboard.press('Enter');
  await deleteNow.waitFor();
  await page.keyboard.press('Tab');
  expect(await deleteNow.evaluate((button) => button === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await page.getByText('Deleted: nothing more is sent there').waitFor();
  expect(await page.getByRole('rowheader', { name: 'Order desk' }).count()).toBe(0);
  expect(complaints).toEqual([]);
});
