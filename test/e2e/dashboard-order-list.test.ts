// What a merchant does with the list of orders: finds one by what a shopper reads out, saves a view, reads totals, exports and redelivers.
import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { parseUnits } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { DESKTOP, launchBrowser, PHONE, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, openNewCheckoutWorld } from './support/checkout-world.ts';
import { openOwner } from './support/log-in.ts';
import { expectRightInEveryLook } from './support/looks.ts';

/** The longest id that stays on one line. */
const LONG_ID = 'SHOP-1796028455123-11113';

let world: CheckoutWorld;
let browser: Browser;
let page: Page;
let base: string;
let complaints: string[];

beforeAll(async () => {
  [world, browser] = await Promise.all([openNewCheckoutWorld({ host: 'localhost' }), launchBrowser()]);
  ({ page, complaints, base } = await openOwner(browser, world));
  const mug = await world.intent({ orderId: 'SHOP-79953337' });
  await world.pay(mug);
  await world.orm.em.fork().nativeUpdate(CheckoutIntent, mug, { shopperEmail: 'ines.castro@example.com' });
  await world.pay(await world.intent({ orderId: 'SHOP-11112222' }));
  await world.intent({ orderId: LONG_ID });
});

afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const names = () => page.locator('tbody th a').allTextContents();

test('an order is found by its last four digits or the receipt’s address; nothing found says what can be searched', async () => {
  await page.goto(`${base}/orders`);
  await untilHydrated(page);
  for (const text of ['3337', 'INES.castro@', 'shop-7995']) {
    await page.keyboard.press('/');
    await page.keyboard.press('Control+a');
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
    await expect.poll(names, { message: text }).toEqual(['SHOP-79953337']);
  }
  await page.goto(`${base}/orders?q=chandelier`);
  await page.getByText('any part of an order id').waitFor();
  await expectRightInEveryLook(page, 'nothing found');
});

test('tabs are counted; days, sorting and columns are links and boxes; totals are by coin', async () => {
  await page.goto(`${base}/orders`);
  // An id does not cover the state beside it, and long ids leave the description in sight: the table does not scroll at 1280.
  const [id, state] = await Promise.all(
    [
      page.getByRole('link', { name: LONG_ID }),
      page.getByRole('row', { name: LONG_ID }).getByText('Created').filter({ visible: true }),
    ].map((one) => one.boundingBox()),
  );
  expect((id?.x ?? 0) + (id?.width ?? 0)).toBeLessThan(state?.x ?? 0);
  const table = page.getByRole('region', { name: 'Orders', exact: true });
  expect(await table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  const described = page.getByRole('row', { name: LONG_ID }).getByText('1 × Wool blanket, 2 × Enamel mug');
  const place = await described.boundingBox();
  expect((place?.x ?? 2_000) + (place?.width ?? 0)).toBeLessThan(1_280);
  const tabs = page.getByRole('navigation', { name: 'Orders by state' });
  await tabs.getByRole('link', { name: 'Paid 2' }).waitFor();
  await tabs.getByRole('link', { name: 'In progress 1' }).waitFor();
  await page.getByRole('link', { name: 'Oldest first' }).click();
  await page.getByRole('link', { name: 'Newest first' }).waitFor();
  await expect.poll(names).toHaveLength(3);
  await page.getByRole('link', { name: 'Yesterday' }).click();
  await page.getByText('No order matches').waitFor();
  await page.getByRole('link', { name: 'Today' }).click();
  await expect.poll(names).toHaveLength(3);
  // Days of a preset are marked, and do not open the filters: on a phone these push the list out of sight.
  expect(await page.getByLabel('Paid on').isVisible()).toBe(false);
  await page.getByText('Filters and columns').click();
  const networks = await page.getByLabel('Paid on').locator('option').allTextContents();
  expect(networks).toEqual(['Any', 'Local Chain A', 'Local Chain B']);
  await page.getByRole('group', { name: 'Hide these columns' }).getByLabel('Description').check();
  await page.getByRole('button', { name: 'Apply filters' }).click();
  await described.waitFor({ state: 'detached' });
  await page.getByText('1 column hidden').waitFor();
  await page.getByRole('link', { name: 'Totals of these orders' }).click();
  const totals = page.getByRole('region', { name: 'Totals of these orders' });
  await totals.getByRole('row', { name: /USDT on Local Chain A 2 50\.0000 USDT/ }).waitFor();
  await expectRightInEveryLook(page, 'totals');
});

test('a view is saved under a name, found again, and deleted', async () => {
  await page.goto(`${base}/orders?tab=paid&hide=description`);
  await untilHydrated(page);
  await page.getByText('Save this view').click();
  await page.getByLabel('Name of the view').fill('Paid, short');
  await page.getByRole('button', { name: 'Save view' }).click();
  const views = page.getByTestId('order-views');
  await views.getByRole('link', { name: 'Paid, short' }).waitFor();
  await page.getByLabel('Name of the view').waitFor({ state: 'hidden' });
  await page.goto(`${base}/orders`);
  await views.getByRole('link', { name: 'Paid, short' }).click();
  await page.waitForURL(/\?tab=paid&hide=description$/);
  await expectRightInEveryLook(page, 'a saved view');
  await page.getByRole('button', { name: 'Delete the view Paid, short' }).click();
  await views.getByRole('link', { name: 'Paid, short' }).waitFor({ state: 'detached' });
});

test('chosen orders are exported in a file named after the store, and their webhooks delivered again', async () => {
  const setStore = (change: object) => world.orm.em.fork().nativeUpdate(Store, world.storeId, change);
  await setStore({ locale: 'es' });
  const exportChosen = async () => {
    await page.goto(`${base}/orders`);
    await untilHydrated(page);
    await page.getByLabel('Choose SHOP-79953337').check();
    await page.getByLabel('Choose SHOP-11112222').check();
    await page.getByText('2 orders chosen').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export chosen' }).click(),
    ]);
    return file;
  };
  // The day in the name is the store's. At every time, one of these zones has another day than UTC.
  for (const timeZone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
    await setStore({ timeZone });
    const day = () => new Intl.DateTimeFormat('en-CA', { timeZone }).format(new Date());
    const before = day();
    const name = (await exportChosen()).suggestedFilename();
    const days = [before, day()].map((date) => name.replace(/\d{4}-\d\d-\d\d\.csv$/, `${date}.csv`));
    expect(days, timeZone).toContain(name);
    expect(name).toMatch(/^orders_[a-z0-9-]+_first_\d{4}-\d\d-\d\d\.csv$/);
  }
  await setStore({ timeZone: 'UTC' });
  const file = await exportChosen();
  const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n');
  expect(lines[0]).toMatch(/^\uFEFFcreated_at;checkout_intent_id;order_id;/);
  expect(
    lines
      .slice(1)
      .map((line) => line.split(';')[2])
      .sort(),
  ).toEqual(['SHOP-11112222', 'SHOP-79953337']);
  await page.getByRole('button', { name: 'Redeliver their webhooks' }).click();
  await page.getByText('2 webhooks are being delivered again.').waitFor();
  await page.getByRole('button', { name: 'Choose none' }).click();
  await page.getByRole('button', { name: 'Choose all shown' }).click();
  await page.getByText('3 orders chosen').waitFor();
  await expectRightInEveryLook(page, 'chosen orders');

  // What can be done with them stays in sight, also when the first rows of a long list are chosen.
  await page.getByRole('button', { name: 'Choose none' }).click();
  await page.setViewportSize({ width: 1280, height: 200 });
  const box = page.getByLabel(`Choose ${LONG_ID}`);
  const showFirstRow = () =>
    page
      .getByRole('row')
      .nth(1)
      .evaluate((row) => row.scrollIntoView({ block: 'start' }));
  const bottomOf = async () => {
    const place = await page.getByRole('button', { name: 'Export chosen' }).boundingBox();
    return (place?.y ?? 9_999) + (place?.height ?? 0);
  };
  await showFirstRow();
  expect(await bottomOf()).toBeGreaterThan(200);
  await box.check();
  await showFirstRow();
  await expect.poll(bottomOf).toBeLessThanOrEqual(200);
  await page.setViewportSize(DESKTOP);
  expect(complaints).toEqual([]);
});

test('a phone shows the whole amount and state of every order, however long', async () => {
  const large = { amountCents: '123456789', amountUnits: parseUnits('1234567.8912') ?? 0n };
  await world.intent({ orderId: LONG_ID, ...large });
  await world.intent({ orderId: 'SHOP-large', ...large, status: IntentStatus.TEMP_WALLET_RECEIVED });
  await page.setViewportSize(PHONE);
  await page.goto(`${base}/orders`);
  await page.getByText('Waiting for payment').filter({ visible: true }).first().waitFor();
  const table = page.getByRole('region', { name: 'Orders' });
  expect(await table.evaluate((frame) => frame.scrollWidth - frame.clientWidth)).toBe(0);
  // Neither an id nor a time is broken into lines, beside an amount of any length.
  const lines = (text: Locator) =>
    text.evaluate((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
    });
  for (const row of await page.locator('tbody tr').all()) {
    expect(await lines(row.locator('th a')), (await row.textContent()) ?? '').toBe(1);
    expect(await lines(row.locator('time:visible')), (await row.textContent()) ?? '').toBe(1);
  }
  await page.setViewportSize(DESKTOP);
  expect(complaints).toEqual([]);
});

test('a part of the address that has no effect is named and removed by a press', async () => {
  await page.goto(`${base}/orders?tab=paid&coins=USDC&sort=up`);
  const notice = page.getByText('“coins=USDC” and “sort=up” mean nothing to this page');
  await notice.waitFor();
  await expectRightInEveryLook(page, 'unknown parts of the address');
  await page.getByRole('link', { name: 'Remove them' }).click();
  await notice.waitFor({ state: 'detached' });
  expect(new URL(page.url()).search).toBe('?tab=paid');
  await page.goto(`${base}/orders/export?coins=USDC`);
  await page.getByText('“coins=USDC” is no filter of orders.').waitFor();
});

test('a search that takes too long is stopped and says so, in the list and in the palette', async () => {
  const other = world.orm.em.fork();
  await other.begin();
  // A statement that waits for the search's table takes as long as a slow one.
  await other.execute('lock table order_search in access exclusive mode');
  try {
    await page.goto(`${base}/orders?q=mug`);
    await page.getByText('The search for “mug” was stopped after 5 seconds').waitFor();
    expect(await page.getByText('No order matches').count()).toBe(0);
    await expectRightInEveryLook(page, 'a slow search');
    await untilHydrated(page);
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill('mug');
    await page.getByText('The search of orders took too long and was stopped').waitFor();
    await page.keyboard.press('Escape');
  } finally {
    await other.rollback();
  }
  await page.getByRole('link', { name: 'Try again' }).click();
  await expect.poll(async () => (await names()).length).toBeGreaterThan(3);
});
