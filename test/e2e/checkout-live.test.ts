// The checkout while it is open: live updates, polling, the countdown, and networks in trouble.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { launchBrowser, openPage, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, goLive, openNewCheckoutWorld, openOffer } from './support/checkout-world.ts';

let world: CheckoutWorld;
let browser: Browser;

beforeAll(async () => {
  [world, browser] = await Promise.all([openNewCheckoutWorld(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const openCheckout = async (id: IntentId, search = '', options = {}): Promise<Page> => {
  const page = await openPage(browser, options);
  await page.goto(`${world.url}/checkout/${id}${search}`);
  return page;
};

const openLive = async (id: IntentId): Promise<Page> => {
  const page = await openPage(browser);
  await goLive(page, world, id);
  return page;
};
const phaseOf = (page: Page) => () => page.locator('main').getAttribute('data-phase');
/** The focus follows the page's change, a moment later. */
const focused = (page: Page) => () => page.evaluate(() => document.activeElement?.textContent);

describe('live', () => {
  test('follows the payment to Fund Sent without a click, counts confirmations, and moves the focus to the result', async () => {
    const id = await world.intent();
    const page = await openLive(id);
    const transferId = await world.transfer(id, { amount: '25' });
    // By its stream: alone the page would read again only after 20 seconds.
    await expect.poll(phaseOf(page)).toBe('confirming');
    expect(await page.getByTestId('stepper').textContent()).toContain('Confirming 1/2');
    await world.change({ intentId: id, to: IntentStatus.ON_CHAIN });
    await world.confirm(transferId);
    await world.change({ intentId: id, to: IntentStatus.CONFIRMED, paymentTransferIds: [transferId] });
    await expect.poll(phaseOf(page)).toBe('paid');
    await expect.poll(focused(page)).toBe('Fund Sent');
    expect(await page.getByTestId('status').textContent()).toBe('Fund Sent. The payment is confirmed.');
    expect(await page.getByRole('link', { name: 'Return to Nordlicht Supply' }).getAttribute('href')).toBe(
      `${world.url}/?returned`,
    );
    await page.context().close();
  });

  test('polls within five seconds when the stream breaks during a payment, and reaches Fund Sent by polling alone', async () => {
    const id = await world.intent();
    const page = await openPage(browser);
    // Seconds of the page's own clock, so that a slow machine does not stretch them.
    await page.clock.install();
    let blocked = false;
    let cutStreams = 0;
    await page.route(/\/checkout\/events\?/, (route) => {
      if (!blocked) return route.continue();
      cutStreams += 1;
      return route.abort();
    });
    await goLive(page, world, id);
    blocked = true;
    world.app.server.closeAllConnections();
    await expect.poll(() => page.getByTestId('connection').textContent()).toContain('interrupted');
    const transferId = await world.transfer(id, { amount: '25' });
    // With its stream the page would read again only after 20 seconds.
    const read = page.waitForRequest(`**/checkout/${id}/view*`);
    await page.clock.runFor(5_000);
    await read;
    await expect.poll(phaseOf(page)).toBe('confirming');
    await world.change({ intentId: id, to: IntentStatus.ON_CHAIN });
    await world.confirm(transferId);
    await world.change({ intentId: id, to: IntentStatus.CONFIRMED, paymentTransferIds: [transferId] });
    await expect.poll(phaseOf(page)).toBe('paid');
    // It tried and failed each time, so its data came by polling.
    expect(cutStreams).toBeGreaterThan(0);
    await page.context().close();
  });

  test('a restored stream ends the polling', async () => {
    const page = await openLive(await world.intent());
    let blocked = true;
    await page.route(/\/checkout\/events\?/, (route) => (blocked ? route.abort() : route.continue()));
    world.app.server.closeAllConnections();
    await expect.poll(() => page.getByTestId('connection').textContent()).toContain('interrupted');
    blocked = false;
    await expect
      .poll(() => page.getByTestId('connection').textContent(), { timeout: 60_000 })
      .toContain('updates by itself');
    await page.context().close();
  });

  test.each(['wallet', 'allscale'])(
    'paid elsewhere while the page shows the method %s: Fund Sent, and no way left to pay',
    async (method) => {
      const id = await world.intent();
      const page = await openCheckout(id, `?method=${method}&coin=USDT&network=31337`);
      await page.locator('main [data-step]').waitFor();
      await world.pay(id);
      await expect.poll(phaseOf(page)).toBe('paid');
      await expect.poll(focused(page)).toBe('Fund Sent');
      expect(await page.locator('main [data-step]').count()).toBe(0);
      expect(await page.getByRole('radio').count()).toBe(0);
      await page.context().close();
    },
  );

  test('paid before the page’s stream is open: Fund Sent as soon as it is', async () => {
    const id = await world.intent();
    const page = await openPage(browser);
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    await page.route(/\/checkout\/events\?/, async (route) => {
      await opened;
      await route.continue();
    });
    await page.goto(`${world.url}/checkout/${id}`);
    await untilHydrated(page);
    await world.pay(id);
    open();
    await expect.poll(phaseOf(page)).toBe('paid');
    await page.context().close();
  });

  test('two tabs at once show the same, and both reach Fund Sent', async () => {
    const id = await world.intent();
    const first = await openCheckout(id);
    const second = await first.context().newPage();
    await second.goto(`${world.url}/checkout/${id}?coin=USDC&network=31338`);
    const tabs = [first, second];
    for (const tab of tabs) await untilHydrated(tab);
    const part = await world.transfer(id, { amount: '12', state: 'confirmed', below: 5n });
    for (const tab of tabs) await expect.poll(() => tab.locator('h1').textContent()).toContain('remaining 13.0000');
    expect(await second.locator('h1').textContent()).toBe('Send the remaining 13.0000 USDC');
    const rest = await world.transfer(id, { amount: '13', chainId: 31338, coin: 2, state: 'confirmed', below: 2n });
    await world.change({ intentId: id, to: IntentStatus.ON_CHAIN });
    await world.change({ intentId: id, to: IntentStatus.CONFIRMED, paymentTransferIds: [part, rest] });
    for (const tab of tabs) await expect.poll(phaseOf(tab)).toBe('paid');
    await first.context().close();
  });

  test('ten tabs of one browser load, follow their own checkouts by one stream, and leave room for other pages', async () => {
    const context = await browser.newContext();
    const streams: string[] = [];
    context.on('request', (request) => {
      if (request.url().includes('/events')) streams.push(request.url());
    });
    const ids = await Promise.all(Array.from({ length: 10 }, () => world.intent()));
    const tabs: Page[] = [];
    for (const id of ids) {
      const tab = await context.newPage();
      await tab.goto(`${world.url}/checkout/${id}`, { timeout: 20_000 });
      await untilHydrated(tab);
      tabs.push(tab);
    }
    for (const path of ['/demo', '/dashboard', '/docs']) {
      const other = await context.newPage();
      await other.goto(`${world.url}${path}`, { timeout: 20_000 });
      await other.close();
    }
    // The newest stream names all checkouts, in the tab that was opened last.
    await expect.poll(() => ids.every((id) => streams.at(-1)?.includes(id))).toBe(true);
    const followAll = async (amount: string, shown: string, from: Page[], their: readonly IntentId[]) => {
      for (const id of their) await world.transfer(id, { amount, state: 'confirmed', below: 5n });
      // Sooner than the 20 seconds after which a tab reads without an event.
      for (const tab of from)
        await tab.waitForFunction((due) => document.body.textContent?.includes(due), shown, { timeout: 15_000 });
    };
    await followAll('12', '13.0000', tabs, ids);
    // Without the tab that held the stream, another one takes it.
    await tabs.at(-1)?.close();
    const left = ids.slice(0, -1);
    await expect
      .poll(() => !streams.at(-1)?.includes(ids.at(-1) ?? '') && left.every((id) => streams.at(-1)?.includes(id)))
      .toBe(true);
    await followAll('3', '10.0000', tabs.slice(0, -1), left);
    // A tab that is shown again takes it too.
    const before = streams.length;
    await tabs[5]?.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await expect.poll(() => streams.length).toBeGreaterThan(before);
    await followAll('2', '8.0000', tabs.slice(0, -1), left);
    await context.close();
  });

  test('keeps the address on the screen while the server is down', async () => {
    const id = await world.intent();
    const page = await openLive(id);
    await page.context().setOffline(true);
    world.app.server.closeAllConnections();
    let failures = 0;
    page.on('requestfailed', (request) => {
      if (request.url().includes('/view')) failures += 1;
    });
    await expect.poll(() => failures).toBeGreaterThan(0);
    expect(await page.getByTestId('address').isVisible()).toBe(true);
    await page.context().close();
  });

  test('reads again immediately when its tab becomes visible', async () => {
    const id = await world.intent();
    const page = await openLive(id);
    const read = page.waitForRequest((request) => request.url().includes(`/checkout/${id}/view`), { timeout: 15_000 });
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await read;
    await page.context().close();
  });

  test('a finished checkout opens no stream', async () => {
    const id = await world.intent();
    await world.pay(id);
    const page = await openPage(browser);
    const streams: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/events')) streams.push(request.url());
    });
    await page.goto(`${world.url}/checkout/${id}`);
    await expect.poll(() => page.getByRole('button', { name: 'Copy transaction hash' }).isVisible()).toBe(true);
    expect(streams).toEqual([]);
    await page.context().close();
  });
});

describe('countdown', () => {
  const countdown = (page: Page) => () => page.getByTestId('countdown').textContent();

  test('is quiet while there is enough time', async () => {
    const page = await openCheckout(await world.intent());
    expect(await countdown(page)()).toBe('About 30 minutes left');
    await page.context().close();
  });

  test('counts down the last minutes, and is announced at five and at one', async () => {
    const soon = (ms: number) => world.intent({ expiresAt: new Date(Date.now() + ms) });
    const page = await openCheckout(await soon(4 * 60_000));
    expect(await countdown(page)()).toMatch(/^0[34]:\d\d left$/);
    const first = await countdown(page)();
    await expect.poll(countdown(page)).not.toBe(first);
    expect(await page.locator('main').textContent()).toContain('Five minutes left to pay.');
    await page.goto(`${world.url}/checkout/${await soon(61_000)}`);
    await expect.poll(() => page.locator('main').textContent()).toContain('One minute left to pay.');
    await page.context().close();
  });

  test('hides the address when the time is over, without a reload', async () => {
    const id = await world.intent({ expiresAt: new Date(Date.now() + 5_000) });
    const page = await openPage(browser);
    const served = await page.goto(`${world.url}/checkout/${id}`);
    expect(await served?.text()).toContain('data-testid="address"');
    await expect.poll(phaseOf(page)).toBe('closing');
    expect(await page.getByTestId('address').count()).toBe(0);
    await page.context().close();
  });
});

describe('a network in trouble', () => {
  // No watcher runs for these chains: by now both could appear to be behind.
  beforeEach(async () => {
    for (const chainId of [31337, 31338]) await world.cursor(chainId);
  });

  test('is not preselected, is marked, and shows a warning when chosen', async () => {
    await world.cursor(31337, { trouble: 'providers disagree about block 12' });
    try {
      const page = await openCheckout(await world.intent());
      await openOffer(page);
      expect(await page.getByRole('radio', { name: 'Local Chain B' }).isChecked()).toBe(true);
      expect(await page.getByTestId('trouble').count()).toBe(0);
      await page.goto(`${page.url()}?coin=USDT&network=31337`);
      expect(await page.getByTestId('trouble').textContent()).toContain('Please choose another network.');
      expect(await page.locator('body').textContent()).not.toContain('providers disagree');
      await page.context().close();
    } finally {
      await world.cursor(31337);
    }
  });

  test('a lagging network counts as trouble', async () => {
    await world.cursor(31338, { blockTime: new Date(Date.now() - 10 * 60_000) });
    try {
      const page = await openCheckout(await world.intent(), '?coin=USDT&network=31338');
      expect(await page.getByTestId('trouble').textContent()).toContain('delayed');
      await page.context().close();
    } finally {
      await world.cursor(31338);
    }
  });
});
