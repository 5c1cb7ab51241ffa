// The checkout while it is open: live updates, polling, the countdown, and networks in trouble.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { complaintsOf, launchBrowser, openPage, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, goLive, openCheckoutWorld } from './support/checkout-world.ts';

let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openCheckoutWorld(database.url);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
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
      .toContain('updates automatically');
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
    for (const tab of tabs) await expect.poll(() => tab.getByTestId('due').textContent()).toBe('13.0000');
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

describe('while the script of the panel loads', () => {
  /** Opens the way to pay, and holds back its script: the panel is the one that the server rendered. */
  const openHeld = async (id: IntentId, method: string) => {
    const page = await openPage(browser);
    const complaints = complaintsOf(page.context());
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let held = 0;
    await page.route(/\/assets\/(wallet-payment|all-scale-payment)-/, async (route) => {
      held += 1;
      await released;
      await route.continue();
    });
    await page.goto(`${world.url}/checkout/${id}?method=${method}&coin=USDT&network=31337`);
    await untilHydrated(page);
    await expect.poll(() => held).toBeGreaterThan(0);
    const panel = page.locator('main [data-step]');
    await panel.evaluate((node) => node.setAttribute('data-served', ''));
    return { page, complaints, panel, release };
  };
  /** Waits until the panel runs, and expects that it is the element that the server sent. */
  const expectKept = async (panel: Locator) => {
    await panel.getByRole('button').first().waitFor();
    expect(await panel.getAttribute('data-served')).toBe('');
  };

  test.each(['wallet', 'allscale'])(
    'with the method %s: the page follows its order, and the panel that the server sent stays and takes it over',
    async (method) => {
      const id = await world.intent();
      const { page, complaints, panel, release } = await openHeld(id, method);
      await world.transfer(id, { amount: '12', state: 'confirmed', below: 5n });
      await expect.poll(() => page.getByTestId('part-received').textContent()).toContain('13.0000');
      // A click makes React hydrate the panel at once, which it cannot yet.
      await panel.click();
      await world.transfer(id, { amount: '3', state: 'confirmed', below: 5n });
      await expect.poll(() => page.getByTestId('part-received').textContent()).toContain('10.0000');
      await panel.click();
      release();
      await expectKept(panel);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  test('a cut stream is said, and the panel stays', async () => {
    const { page, complaints, panel, release } = await openHeld(await world.intent(), 'wallet');
    let cut = true;
    await page.route(/\/checkout\/events\?/, (route) => (cut ? route.fulfill({ status: 204 }) : route.continue()));
    // The stream may open at any moment until now, also after a first cut.
    await expect
      .poll(async () => {
        world.app.server.closeAllConnections();
        return await page.getByTestId('connection').filter({ hasText: 'interrupted' }).count();
      })
      .toBe(1);
    await panel.click();
    cut = false;
    release();
    await expectKept(panel);
    // A failed request of the stream is a line in the console.
    expect(complaints.filter((line) => /React|Minified|#\d/.test(line))).toEqual([]);
    await page.context().close();
  });

  test('another browser’s checkout is said, and the panel stays', async () => {
    const id = await world.intent();
    const first = await openLive(id);
    const { page, complaints, panel, release } = await openHeld(id, 'wallet');
    await page.getByTestId('elsewhere').waitFor();
    await panel.click();
    release();
    await expectKept(panel);
    expect(complaints).toEqual([]);
    await page.context().close();
    await first.context().close();
  });

  test('paid meanwhile: Fund Sent without the script', async () => {
    const id = await world.intent();
    const { page, complaints, panel } = await openHeld(id, 'wallet');
    await panel.click();
    await world.pay(id);
    await expect.poll(phaseOf(page)).toBe('paid');
    expect(await panel.count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('another coin may be chosen: the panel stays until it can show it', async () => {
    const { page, complaints, panel, release } = await openHeld(await world.intent(), 'wallet');
    await page.getByText('USDC', { exact: true }).click();
    await page.waitForURL(/coin=USDC/);
    await panel.click();
    release();
    await expectKept(panel);
    await expect.poll(() => page.locator('h1').textContent()).toContain('USDC');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('another way to pay needs no script that hangs', async () => {
    const { page, complaints } = await openHeld(await world.intent(), 'wallet');
    await page.getByText('QR code and address').click();
    await page.getByTestId('address').waitFor();
    expect(complaints).toEqual([]);
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
