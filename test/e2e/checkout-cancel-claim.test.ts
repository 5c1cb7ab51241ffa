// Two actions of the shopper: cancel, decided by a real workflow, and "I already sent it", checked on the chains; with and without
// JavaScript.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IntentStatus } from '#domain/status.ts';
import { addTransfer, makeStore, type TestStore } from '#test/support/intents.ts';
import { type PaymentSystem, startPaymentSystem } from '#test/support/payment-system.ts';
import { testTemporal } from '#test/support/temporal.ts';
import { axeViolations, launchBrowser, openPage, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';

let system: PaymentSystem;
let store: TestStore;
let world: CheckoutWorld;
let browser: Browser;

beforeAll(async () => {
  system = await startPaymentSystem();
  store = await makeStore(system.em);
  world = await openCheckoutWorld(system.databaseUrl, { temporal: testTemporal() });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await system?.stop();
});

describe.each([true, false])('cancel (JavaScript: %s)', (javaScriptEnabled) => {
  test('needs a confirmation and ends the checkout', async () => {
    const id = await system.startedIntent(store);
    const page = await openPage(browser, { javaScriptEnabled });
    await page.goto(`${world.url}/checkout/${id}`);
    await page.getByRole('link', { name: 'Cancel this payment' }).click();
    await expect.poll(() => page.locator('h1').textContent()).toBe('Cancel this payment?');
    expect(await system.statusOf(id)).toBe(IntentStatus.TEMP_WALLET_RECEIVED);
    await page.getByRole('button', { name: 'Cancel the payment' }).click();
    await page.waitForSelector('[data-phase=canceled]');
    await expect.poll(() => page.locator('h1').textContent()).toBe('This checkout was canceled');
    expect(await page.getByTestId('address').count()).toBe(0);
    expect(await system.statusOf(id)).toBe(IntentStatus.CANCELED);
    await page.context().close();
  });

  test('is rejected when money arrived in between, with a message', async () => {
    const id = await system.startedIntent(store);
    const page = await openPage(browser, { javaScriptEnabled });
    await page.goto(`${world.url}/checkout/${id}/cancel`);
    await addTransfer(system.em, id, { amount: '1' });
    await page.getByRole('button', { name: 'Cancel the payment' }).click();
    await page.waitForURL(/cancel=paymentSeen/);
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('can no longer be canceled');
    expect(await page.getByRole('link', { name: 'Cancel this payment' }).count()).toBe(0);
    // Its URL leads back with the same reason.
    await page.goto(`${world.url}/checkout/${id}/cancel`);
    expect(page.url()).toContain('cancel=paymentSeen');
    expect(await page.getByRole('alert').textContent()).toContain('can no longer be canceled');
    await page.context().close();
  });
});

test('the cancel page is accessible, and does not exist for an ended checkout', async () => {
  const page = await openPage(browser);
  await page.goto(`${world.url}/checkout/${await system.startedIntent(store)}/cancel`);
  expect(await axeViolations(page)).toEqual([]);
  const ended = await world.intent();
  await world.change({ intentId: ended, to: IntentStatus.TIMEOUT });
  await page.goto(`${world.url}/checkout/${ended}/cancel`);
  expect(new URL(page.url()).pathname).toBe(`/checkout/${ended}`);
  await page.context().close();
});

test('a cancel while Temporal is down changes nothing and says so', async () => {
  const away = await openCheckoutWorld(system.databaseUrl);
  try {
    const page = await openPage(browser);
    const id = await away.intent();
    await page.goto(`${away.url}/checkout/${id}/cancel`);
    await page.getByRole('button', { name: 'Cancel the payment' }).click();
    await expect
      .poll(() => page.getByRole('alert').textContent(), { timeout: 60_000 })
      .toContain('Nothing was changed');
    await page.context().close();
  } finally {
    await away.close();
  }
});

describe.each([true, false])('"I already sent it" (JavaScript: %s)', (javaScriptEnabled) => {
  test('says what is wrong with the pasted text, and that nothing is lost when networks do not reply', async () => {
    const id = await world.intent();
    await world.change({ intentId: id, to: IntentStatus.TIMEOUT });
    const page = await openPage(browser, { javaScriptEnabled });
    await page.goto(`${world.url}/checkout/${id}`);
    // Before hydration the page would submit its form like a page without JavaScript, and navigate.
    if (javaScriptEnabled) await untilHydrated(page);
    const response = () => page.getByTestId('claim-answer').textContent();
    await page.getByLabel('Transaction hash').fill('0x1234');
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await expect.poll(response).toContain('This is not a transaction hash.');
    await page.getByLabel('Transaction hash').fill(`0x${'ab'.repeat(32)}`);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await expect.poll(response, { timeout: 60_000 }).toContain('Nothing is lost');
    // axe is a script in the page and would never finish where scripts are off.
    if (javaScriptEnabled) expect(await axeViolations(page)).toEqual([]);
    expect(new URL(page.url()).pathname).toBe(`/checkout/${id}${javaScriptEnabled ? '' : '/claim'}`);
    await page.context().close();
  });

  test('finds a late payment and says who decides', async () => {
    const id = await world.intent();
    await world.change({ intentId: id, to: IntentStatus.TIMEOUT });
    const late = new Date(Date.now() + 60 * 60_000);
    const transferId = await world.transfer(id, { amount: '25', state: 'confirmed', below: 9n, blockTime: late });
    const [row] = await world.orm.em.fork().execute('select tx_hash from token_transfer where id = ?', [transferId]);
    const page = await openPage(browser, { javaScriptEnabled });
    await page.goto(`${world.url}/checkout/${id}?lang=es`);
    await page.getByLabel('Hash de la transacción', { exact: true }).fill(row?.tx_hash ?? '');
    await page.getByRole('button', { name: 'Comprobar' }).click();
    await expect
      .poll(() => page.getByTestId('claim-answer').textContent())
      .toContain('Hemos encontrado 25,0000 USDT en Local Chain A.');
    await page.context().close();
  });
});
