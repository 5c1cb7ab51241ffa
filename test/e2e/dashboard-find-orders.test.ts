// Orders found by every filter and search, and pages of orders that change while they are read.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { fillBerlin, orderAt } from './support/berlin-orders.ts';
import { launchBrowser } from './support/browser.ts';
import { type CheckoutWorld, openNewCheckoutWorld, PAYER } from './support/checkout-world.ts';
import { openOwner } from './support/log-in.ts';
import { expectRightInEveryLook } from './support/looks.ts';

let world: CheckoutWorld;
let browser: Browser;
let page: Page;
let base: string;

beforeAll(async () => {
  [world, browser] = await Promise.all([openNewCheckoutWorld({ host: 'localhost' }), launchBrowser()]);
  ({ page, base } = await openOwner(browser, world));
  await world.intent({ orderId: 'NL-2' });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

test('every filter and search works from the page’s fields, is in the URL, and uses the store’s days', async () => {
  const { deposit, paid, hash } = await fillBerlin(world);
  await page.goto(`${base}/orders`);
  await page.getByRole('link', { name: 'F-OPEN' }).waitFor();
  const shown = async (): Promise<string[]> => {
    const names = await page.locator('tbody th a').allTextContents();
    return names.filter((name) => name.startsWith('F-'));
  };
  const search = page.getByRole('searchbox', { name: 'Search orders' });
  const fields = page.getByRole('form', { name: 'Find orders' });
  /** What a person does to find orders, the result, and the URL to share. */
  const finds = async (act: () => Promise<unknown>, orders: string[], address: Record<string, string>) => {
    await act();
    await expect.poll(shown).toEqual(orders);
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries([...searchParams].filter(([, value]) => value !== ''))).toEqual(address);
  };
  const clear = async (): Promise<void> => {
    const link = page.getByRole('link', { name: 'Clear' });
    if ((await link.count()) === 0) return;
    await link.click();
    await link.waitFor({ state: 'detached' });
  };
  const filter = (set: () => Promise<unknown>) => async (): Promise<void> => {
    await clear();
    await page.getByText('Filters and columns').click();
    await set();
    await page.getByRole('button', { name: 'Apply filters' }).click();
  };
  const choose = (label: string, option: string) =>
    filter(() => fields.getByRole('combobox', { name: label, exact: true }).selectOption({ label: option }));
  const tabs = page.getByRole('navigation', { name: 'Orders by state' });
  const tab = (name: string) => () => tabs.getByRole('link', { name: new RegExp(`^${name}( [0-9]+)?$`) }).click();

  await finds(tab('Paid'), ['F-USDT', 'F-USDC'], { tab: 'paid' });
  await finds(tab('In progress'), ['F-OPEN'], { tab: 'in-progress' });
  await finds(tab('Needs attention'), ['F-LATE'], { tab: 'attention' });
  await finds(tab('Expired'), ['F-NEXT', 'F-EVENING', 'F-NIGHT'], { tab: 'expired' });
  await finds(tab('All'), ['F-OPEN', 'F-LATE', 'F-USDT', 'F-USDC', 'F-NEXT', 'F-EVENING', 'F-NIGHT'], {});
  await finds(choose('Status', 'Canceled'), ['F-EVENING'], { status: 'CANCELED' });
  await finds(choose('Paid on', 'Local Chain B'), ['F-USDC'], { network: '31338' });
  await finds(choose('Paid in', 'USDT'), ['F-USDT'], { coin: 'USDT' });
  await finds(choose('Payment method', 'Wallet'), ['F-USDC'], { method: 'WALLET_CONNECT' });
  const amounts = async (): Promise<void> => {
    await fields.getByLabel('Price from').fill('29.5');
    await fields.getByLabel('Price up to').fill('40');
  };
  await finds(filter(amounts), ['F-USDC', 'F-NEXT'], { min: '29.5', max: '40' });
  const day = async (): Promise<void> => {
    await fields.getByLabel('Created from').fill('2025-10-26');
    await fields.getByLabel('Created until').fill('2025-10-26');
  };
  await finds(filter(day), ['F-EVENING', 'F-NIGHT'], { from: '2025-10-26', to: '2025-10-26' });
  const night = page.getByRole('row', { name: 'F-NIGHT' }).locator('time:visible');
  expect(await night.textContent()).toBe('26 Oct 2025, 00:30');
  expect(await night.getAttribute('title')).toBe('2025-10-25 22:30:00 UTC');
  await page.reload();
  await expect.poll(shown).toEqual(['F-EVENING', 'F-NIGHT']);
  expect(await fields.getByLabel('Created from').inputValue()).toBe('2025-10-26');

  const find = (text: string) => async (): Promise<void> => {
    await clear();
    await search.fill(text);
    await search.press('Enter');
  };
  await finds(find('F-NE'), ['F-NEXT'], { q: 'F-NE' });
  await finds(find(paid), ['F-USDC'], { q: paid });
  await finds(find(hash), ['F-USDC'], { q: hash });
  await finds(find(deposit), ['F-NIGHT'], { q: deposit });
  await finds(find(PAYER), ['F-LATE', 'F-USDT', 'F-USDC'], { q: PAYER });
  await page.goBack();
  await expect.poll(shown).toHaveLength(7);
  expect(await search.inputValue()).toBe('');
  await page.goBack();
  await expect.poll(shown).toEqual(['F-NIGHT']);
  expect(await search.inputValue()).toBe(deposit);
});

test('late money is accepted with a reason; an order paid later is announced in the paid list; a lost session saves no file', async () => {
  await page.goto(`${base}/orders?q=F-LATE`);
  await page.getByRole('link', { name: 'F-LATE' }).click();
  await page.getByRole('heading', { name: 'Order F-LATE' }).waitFor();
  const card = page.getByRole('region', { name: 'Late payment' });
  await card.getByText('That is 5.0000 less than its price.').waitFor();
  await card.getByLabel('Reason').first().fill('   ');
  await card.getByRole('button', { name: 'Accept as payment' }).click();
  await card.getByText('write why you decide this.').waitFor();
  await card.getByLabel('Reason').first().fill('Shipped already');
  await card.getByRole('button', { name: 'Accept as payment' }).click();
  const timeline = page.getByTestId('order-timeline');
  await timeline.getByText('Decided: accepted as payment').waitFor();
  await timeline.getByText('Shipped already (by owner@nordlicht.example)').waitFor();
  await card.waitFor({ state: 'detached' });

  // It belongs on the tab's first page, though far below its first order.
  await page.goto(`${base}/orders?tab=paid`);
  await page.getByRole('link', { name: 'F-USDT' }).waitFor();
  await world.pay(await orderAt(world, 'F-THEN', '2025-11-01T12:00:00Z', 25));
  const changes = page.getByRole('link', { name: '1 new order: show' });
  const askNow = async (): Promise<number> => {
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    return await changes.count();
  };
  await expect.poll(askNow).toBe(1);
  await changes.click();
  await page.getByRole('link', { name: 'F-THEN' }).waitFor();
  await changes.waitFor({ state: 'detached' });

  // A visible row changes in its place, although its tab no longer includes it.
  await page.goto(`${base}/orders?tab=in-progress`);
  const row = page.getByRole('row', { name: 'F-OPEN' });
  await row.getByText('Created').filter({ visible: true }).waitFor();
  const shown = () => page.locator('tbody tr').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().y));
  const places = await shown();
  const open = ((await row.getByRole('link').getAttribute('href')) ?? '').split('/').at(-1) as IntentId;
  await world.pay(open, '70');
  const shownOnRead = (text: string) => async (): Promise<boolean> => {
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    return await row.getByText(text).filter({ visible: true }).isVisible();
  };
  await expect.poll(shownOnRead('USDT on Local Chain A'), { timeout: 60_000 }).toBe(true);
  await row.getByText('No longer in this list').filter({ visible: true }).waitFor();
  await row.getByText('Paid', { exact: true }).filter({ visible: true }).waitFor();
  expect(await page.getByTestId('orders-said').textContent()).toBe('Order F-OPEN: Paid');
  expect(await shown()).toEqual(places);
  await expectRightInEveryLook(page, 'orders-changed');
  // An ended session is reported, and the page continues after the next log-in.
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  const notice = page.getByTestId('live-notice');
  const noticed = async (): Promise<string | null> => {
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    return await notice.textContent();
  };
  await expect.poll(noticed, { timeout: 60_000 }).toContain('You are logged out');
  await expectRightInEveryLook(page, 'orders-logged-out');
  await page.context().addCookies(cookies);
  await expect.poll(noticed, { timeout: 60_000 }).toBe('');

  // An order's page updates too, but not while somebody types.
  await page.getByRole('link', { name: 'NL-2' }).click();
  await page.getByRole('heading', { name: 'Order NL-2' }).waitFor();
  const note = page.getByRole('textbox', { name: 'Note' });
  await note.fill('Half a thou');
  await world.change({
    intentId: new URL(page.url()).pathname.split('/').at(-1) as IntentId,
    to: IntentStatus.ON_CHAIN,
  });
  await expect.poll(noticed, { timeout: 60_000 }).toContain('This order has changed');
  expect(await page.locator('header [role=status]').getByText('Created').count()).toBe(1);
  await expectRightInEveryLook(page, 'order-changed');
  await page.getByRole('button', { name: 'Show it now' }).click();
  await timeline.getByText('Confirming', { exact: true }).waitFor();
  await page.locator('header [role=status]').getByText('Confirming').waitFor();
  expect(await note.inputValue()).toBe('Half a thou');
  await note.fill('');
  await note.blur();
  await world.change({
    intentId: new URL(page.url()).pathname.split('/').at(-1) as IntentId,
    to: IntentStatus.TEMP_WALLET_RECEIVED,
  });
  await timeline.getByText('Waiting for payment').waitFor();

  await page.goto(`${base}/orders?tab=paid`);
  await page.getByRole('link', { name: 'Export' }).click();
  await page.getByRole('heading', { name: 'Export orders' }).waitFor();
  await page.context().clearCookies();
  await page.getByRole('link', { name: 'Download CSV' }).first().click();
  await page.getByText('You are logged out').waitFor();
});
