// Every state of the checkout, at every width, light and dark: the right text, one heading, no address where nothing may be sent, no
// axe violation, no sideways scrolling, and no script or policy error.
import { gzipSync } from 'node:zlib';
import type { Browser, Page, Response as PageResponse } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { axeViolations, complaintsOf, DESKTOP, launchBrowser, openPage } from './support/browser.ts';
import { CHECKOUT_STATES } from './support/checkout-states.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';
import { expectRightInEveryLook } from './support/looks.ts';

let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;
/** Of all states: a new browser context for each would load and compile everything anew. It has no cookies and no storage. */
let shared: Page;
let complaints: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openCheckoutWorld(database.url, { demoShop: { apiKey: 'st_test', apiSecret: 'st_test' } });
  browser = await launchBrowser();
  shared = await openPage(browser);
  complaints = complaintsOf(shared.context());
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
});

/** Opens the address as a first visit. */
const visit = async (path: string): Promise<PageResponse | null> => {
  await shared
    .evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    })
    .catch(() => {}); // The first page, about:blank, has none.
  await shared.context().clearCookies();
  await shared.setViewportSize(DESKTOP);
  await shared.emulateMedia({ colorScheme: null, reducedMotion: null });
  complaints.length = 0;
  return await shared.goto(world.url + path);
};

describe.each(CHECKOUT_STATES)('$name', ({ make, phase, heading, search = '' }) => {
  test('is right, accessible and complete at every width and in both schemes', async () => {
    await visit(`/checkout/${await make(world)}${search}`);
    expect(await shared.locator('main').getAttribute('data-phase')).toBe(phase);
    expect(await shared.locator('h1').allTextContents()).toEqual([heading]);
    await expectRightInEveryLook(shared);
    expect(complaints).toEqual([]);
  });

  test(`${phase === 'pay' ? 'shows' : 'never shows'} where to send, as served`, async () => {
    const id = await make(world);
    const html = await (await fetch(`${world.url}/checkout/${id}${search}`)).text();
    const { depositAddress } = await world.orm.em.fork().findOneOrFail(CheckoutIntent, id);
    // Neither visible nor in its data; a paid checkout shows it as the address that was paid, beside the transaction.
    const isProof = phase === 'paid' && html.includes('data-testid="tx-hash"');
    expect(html.includes(depositAddress)).toBe(phase === 'pay' || isProof);
    expect(html.includes('data-testid="address"')).toBe(phase === 'pay');
    expect(html.includes('data-testid="qr"')).toBe(phase === 'pay');
    expect(html).toContain('Nordlicht Supply');
    if (phase !== 'pay' && phase !== 'confirming') expect(html).toContain('help@nordlicht.example');
  });
});

describe('other pages', () => {
  test.each([
    ['/', 200, 'Stablecoin checkout for shops'],
    ['/checkout/000000000000000000000000', 404, 'There is no such checkout'],
    ['/checkout/nonsense', 404, 'There is no such checkout'],
    ['/nothing/here', 404, 'Not found'],
    ['/demo', 200, 'Goods'],
    ['/demo/orders', 200, 'Orders'],
    ['/demo/orders/DEMO-NONE', 404, 'Not found'],
    ['/demo/webhooks', 200, 'Webhook log'],
  ])('%s responds with %i and is accessible', async (path, status, heading) => {
    const response = await visit(path);
    expect(response?.status()).toBe(status);
    expect(await shared.locator('h1').allTextContents()).toEqual([heading]);
    await expectRightInEveryLook(shared);
  });

  test('a test store says so on its checkout, on every further page and on the receipt; others never do', async () => {
    const [open, paid] = [await world.intent(), await world.intent()];
    await world.pay(paid);
    const pages = [open, `${open}/cancel`, `${open}/claim`, paid, `${paid}/receipt`];
    const markedPages = async (): Promise<string[]> => {
      const replies = pages.map(async (path) => await (await fetch(`${world.url}/checkout/${path}`)).text());
      const html = await Promise.all(replies);
      return pages.filter((_, at) => html[at]?.includes('data-testid="test-store"'));
    };
    expect(await markedPages()).toEqual([]);
    const em = world.orm.em.fork();
    await em.nativeUpdate(Store, { id: world.storeId }, { isTest: true });
    try {
      expect(await markedPages()).toEqual(pages);
      const page = await openPage(browser);
      await page.goto(`${world.url}/checkout/${open}`);
      await page.getByText('Test store: no real money', { exact: true }).locator('visible=true').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.context().close();
    } finally {
      await em.nativeUpdate(Store, { id: world.storeId }, { isTest: false });
    }
  });

  test('a paid checkout has a receipt, an unpaid one does not', async () => {
    const paid = await world.intent();
    await world.pay(paid);
    const page = await openPage(browser);
    await page.goto(`${world.url}/checkout/${paid}/receipt`);
    expect(await page.locator('h1').textContent()).toBe('Receipt');
    expect(await page.locator('main').textContent()).toContain('NL-20418');
    expect(await axeViolations(page)).toEqual([]);
    const unpaid = await world.intent();
    await page.goto(`${world.url}/checkout/${unpaid}/receipt`);
    expect(new URL(page.url()).pathname).toBe(`/checkout/${unpaid}`);
    await page.context().close();
  });
});

test('the first load stays within its budget: 130 kB of script and 15 kB of style, compressed', async () => {
  const id = await world.intent();
  const page = await openPage(browser);
  const responses: PageResponse[] = [];
  page.on('response', (response) => responses.push(response));
  await page.goto(`${world.url}/checkout/${id}`);
  // Hydrated: every script of the first load is there.
  await expect.poll(() => page.getByRole('button', { name: 'Copy address' }).isVisible()).toBe(true);
  const sizes = { script: 0, stylesheet: 0 };
  for (const response of responses) {
    const kind = response.request().resourceType();
    if (kind === 'script' || kind === 'stylesheet') sizes[kind] += gzipSync(await response.body()).length;
  }
  expect(sizes.script).toBeGreaterThan(50_000);
  expect(sizes.stylesheet).toBeGreaterThan(1_000);
  expect(sizes.script).toBeLessThanOrEqual(130_000);
  expect(sizes.stylesheet).toBeLessThanOrEqual(15_000);
  console.info(`first load, gzip: script ${sizes.script} B, style ${sizes.stylesheet} B`);
  await page.context().close();
});
