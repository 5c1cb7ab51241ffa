// The open checkout while the script of its panel loads: the panel that the server rendered stays through updates, clicks and cuts.
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IntentId } from '#domain/ids.ts';
import { complaintsOf, launchBrowser, openPage, untilHydrated } from './support/browser.ts';
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

const PANEL_SCRIPT = /\/assets\/(wallet-payment|all-scale-payment)-/;

/** Opens the way to pay, and holds back its script: the panel is the one that the server rendered. */
const openHeld = async (id: IntentId, method: string) => {
  const page = await openPage(browser);
  const complaints = complaintsOf(page.context());
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let held = 0;
  await page.route(PANEL_SCRIPT, async (route) => {
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
  const first = await openPage(browser);
  await goLive(first, world, id);
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
  await expect.poll(() => page.locator('main').getAttribute('data-phase')).toBe('paid');
  expect(await panel.count()).toBe(0);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('another coin may be chosen: the panel stays until it can show it', async () => {
  const { page, complaints, panel, release } = await openHeld(await world.intent(), 'wallet');
  await openOffer(page);
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
  await page.getByText('QR code', { exact: true }).click();
  await page.getByTestId('address').waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

/** Opens a checkout whose panel's script is missing, as after an upgrade, the first `times` times. */
const openWithout = async (times: number) => {
  const page = await openPage(browser);
  let asked = 0;
  await page.route(PANEL_SCRIPT, async (route) => {
    asked += 1;
    await (asked > times ? route.continue() : route.fulfill({ status: 404 }));
  });
  const id = await world.intent();
  const url = `${world.url}/checkout/${id}?method=wallet&coin=USDT&network=31337`;
  await page.goto(url);
  return { page, url, asked: () => asked };
};

test('a script that an upgrade replaced: the page loads itself again, and the panel works', async () => {
  const { page, url, asked } = await openWithout(1);
  await page.locator('main [data-step]').getByRole('button').first().waitFor();
  expect(page.url()).toBe(url);
  expect(asked()).toBe(2);
  await page.context().close();
});

test('a script that stays away: one attempt, then a page that says so, with a way on', async () => {
  const { page, asked } = await openWithout(Number.POSITIVE_INFINITY);
  await page.getByRole('heading', { name: 'This page could not be shown' }).waitFor();
  expect(asked()).toBe(2);
  await page
    .getByRole('link', { name: 'Try again' })
    .or(page.getByRole('button', { name: 'Try again' }))
    .waitFor();
  await page.context().close();
});
