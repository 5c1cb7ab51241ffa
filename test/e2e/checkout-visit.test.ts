// The first visit of a checkout: what it writes, address, amount and QR code, the choice of coin and network, and all of it without
// JavaScript.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckoutIntent, TimelineEvent } from '#db/entities/intent.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import type { CheckoutView } from '#web/checkout/server/view-types.ts';
import { qrCode } from '#web/ui/qr-code.ts';
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

const readIntent = (id: IntentId): Promise<CheckoutIntent> =>
  world.orm.em.fork().findOneOrFail(CheckoutIntent, id, { populate: ['store'] });

const readMoves = async (id: IntentId): Promise<[number | null | undefined, number | null | undefined][]> => {
  const events = await world.orm.em
    .fork()
    .find(TimelineEvent, { intent: id, kind: 'status' }, { orderBy: { id: 'asc' } });
  return events.map(({ statusFrom, statusTo }) => [statusFrom, statusTo]);
};

const openCheckout = async (id: IntentId, search = '', options = {}): Promise<Page> => {
  const page = await openPage(browser, options);
  await page.goto(`${world.url}/checkout/${id}${search}`);
  return page;
};

const qrPath = (page: Page) => page.getByTestId('qr').locator('path').getAttribute('d');

describe('a visit', () => {
  test('moves CREATED → PAYING → TEMP_WALLET_RECEIVED once, with the method; a second visit changes nothing', async () => {
    const id = await world.intent();
    await Promise.all([1, 2, 3].map(() => fetch(`${world.url}/checkout/${id}`)));
    await fetch(`${world.url}/checkout/${id}?coin=USDC&network=31338`);
    const { CREATED, PAYING, TEMP_WALLET_RECEIVED } = IntentStatus;
    expect(await readMoves(id)).toEqual([
      [CREATED, PAYING],
      [PAYING, TEMP_WALLET_RECEIVED],
    ]);
    const { status, paymentMethodType } = await readIntent(id);
    expect({ status, paymentMethodType }).toEqual({ status: TEMP_WALLET_RECEIVED, paymentMethodType: 1 });
  });

  test('after the deadline changes nothing', async () => {
    const id = await world.intent({ expiresAt: new Date(Date.now() - 1_000) });
    await fetch(`${world.url}/checkout/${id}`);
    expect((await readIntent(id)).status).toBe(IntentStatus.CREATED);
  });

  test('reading the view as JSON changes nothing', async () => {
    const id = await world.intent();
    const view = (await (await fetch(`${world.url}/checkout/${id}/view`)).json()) as CheckoutView;
    expect(view.state.phase).toBe('pay');
    expect((await readIntent(id)).status).toBe(IntentStatus.CREATED);
    expect((await fetch(`${world.url}/checkout/${'0'.repeat(24)}/view`)).status).toBe(404);
  });
});

describe('address and amount', () => {
  test('the QR code has the checksummed address, or the payment request with integer base units', async () => {
    const id = await world.intent();
    const { depositAddress } = await readIntent(id);
    const page = await openCheckout(id, '?coin=USDT&network=31338');
    expect(await qrPath(page)).toBe(qrCode(depositAddress).path);
    await untilHydrated(page);
    await page.getByLabel('Put the amount into the QR code').click();
    const token = tokenOf(chainById(31338), 1);
    const uri = `ethereum:${token?.address}@31338/transfer?address=${depositAddress}&uint256=25000000000000000000`;
    await expect.poll(() => qrPath(page)).toBe(qrCode(uri).path);
    await expect.poll(() => new URL(page.url()).searchParams.get('qr')).toBe('amount');
    await page.context().close();
  });

  test('copies raw values: the address without spaces, the amount without its coin', async () => {
    const id = await world.intent();
    const { depositAddress } = await readIntent(id);
    const page = await openCheckout(id);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    await untilHydrated(page);
    await page.getByRole('button', { name: 'Copy address' }).click();
    await expect.poll(clipboard).toBe(depositAddress);
    await page.getByRole('button', { name: 'Copy amount' }).click();
    await expect.poll(clipboard).toBe('25.0000');
    expect(await page.getByTestId('address').textContent()).toBe(depositAddress);
    await page.context().close();
  });

  test('a short payment asks for the rest, to the last digit of the chosen token', async () => {
    const id = await world.intent();
    await world.transfer(id, { amount: '12.000000000000000001', chainId: 31338, state: 'confirmed', below: 5n });
    const page = await openCheckout(id, '?coin=USDT&network=31338');
    expect(await page.locator('h1').textContent()).toBe('Send the remaining 12.999999999999999999 USDT');
    expect(await page.getByTestId('part-received').textContent()).toContain('12.000000000000000001 USDT');
    await page.goto(`${world.url}/checkout/${id}?coin=USDT&network=31337`);
    // Six decimals: rounded up, so that enough arrives.
    expect(await page.locator('h1').textContent()).toBe('Send the remaining 13.0000 USDT');
    await page.context().close();
  });

  test('the choice is in the URL: reload and back work', async () => {
    const id = await world.intent();
    const page = await openCheckout(id);
    await untilHydrated(page);
    await openOffer(page);
    // Not `check()`, which checks immediately: the page's response must arrive first.
    await page.getByRole('radio', { name: 'USDC' }).click();
    await expect.poll(() => page.locator('h1').textContent()).toBe('Send 25.0000 USDC');
    await page.getByRole('radio', { name: 'Local Chain B' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('network')).toBe('31338');
    await page.reload();
    await openOffer(page);
    expect(await page.getByRole('radio', { name: 'Local Chain B' }).isChecked()).toBe(true);
    expect(await page.locator('main').textContent()).toContain('Send only USDC, and only on Local Chain B.');
    await page.context().close();
  });
});

describe('without JavaScript', () => {
  test('shows the address, accepts the choice, and reaches Fund Sent by reloading', async () => {
    const id = await world.intent();
    const page = await openCheckout(id, '', { javaScriptEnabled: false });
    expect(await page.getByTestId('address').textContent()).toBe((await readIntent(id)).depositAddress);
    await openOffer(page);
    await page.getByRole('radio', { name: 'USDC' }).check();
    await page.getByRole('button', { name: 'Show address' }).click();
    await expect.poll(() => page.locator('h1').textContent()).toBe('Send 25.0000 USDC');
    expect(new URL(page.url()).searchParams.get('coin')).toBe('USDC');
    expect(await page.getByRole('button', { name: 'Copy address' }).isVisible()).toBe(false);
    await world.pay(id);
    await page.waitForSelector('[data-phase=paid]', { timeout: 60_000 });
    await page.context().close();
  });

  test('a payment method that needs scripts says so and links to the one that does not', async () => {
    const id = await world.intent();
    const { depositAddress } = await readIntent(id);
    const page = await openCheckout(id, '?method=wallet&coin=USDC&network=31338', { javaScriptEnabled: false });
    const notice = page.locator('main noscript .bg-warn-tint');
    expect(await notice.textContent()).toContain('This way to pay needs JavaScript.');
    expect(await notice.isVisible()).toBe(true);
    expect(await page.getByText('Loading…').isVisible()).toBe(false);
    await page.getByRole('link', { name: 'QR code and address' }).click();
    await expect.poll(() => page.getByTestId('address').textContent()).toBe(depositAddress);
    expect(await page.locator('main').textContent()).toContain('Send only USDC, and only on Local Chain B.');
    await page.context().close();
  });

  test('a finished page does not reload', async () => {
    const id = await world.intent();
    await world.pay(id);
    const html = await (await fetch(`${world.url}/checkout/${id}`)).text();
    expect(html).not.toContain('http-equiv="refresh"');
  });
});

describe('a store that returns automatically, by the server’s clock', () => {
  /** A page in a browser whose clock is this many minutes ahead. */
  const openAhead = async (minutes: number): Promise<Page> => {
    const page = await openPage(browser);
    await page.addInitScript((ahead) => {
      const Real = Date;
      globalThis.Date = new Proxy(Real, {
        construct: (target, given) => Reflect.construct(target, given.length > 0 ? given : [Real.now() + ahead]),
        get: (target, name) => (name === 'now' ? () => Real.now() + ahead : Reflect.get(target, name)),
      });
    }, minutes * 60_000);
    return page;
  };
  beforeAll(() => world.orm.em.fork().nativeUpdate(Store, world.storeId, { returnsAutomatically: true }));
  afterAll(() => world.orm.em.fork().nativeUpdate(Store, world.storeId, { returnsAutomatically: false }));

  test.each([20, -20, 24 * 60])(
    'a browser whose clock is %i minutes ahead counts down, and returns',
    async (minutes) => {
      const id = await world.intent();
      const page = await openAhead(minutes);
      await goLive(page, world, id);
      const ahead = (await page.evaluate(() => Date.now())) - Date.now();
      expect(Math.abs(ahead - minutes * 60_000)).toBeLessThan(60_000);
      expect(await page.getByTestId('countdown').textContent()).toMatch(/^About (29|30) minutes left$/);
      await world.pay(id);
      await page.getByTestId('automatic-return').waitFor();
      if (minutes === 20) await page.waitForURL(/\?returned$/);
      await page.context().close();
    },
  );

  test('a paid page that is opened later stays, also where the clock says that it was paid just now', async () => {
    const id = await world.intent();
    await world.pay(id);
    const paidAt = new Date(Date.now() - 25 * 60_000);
    await world.orm.em.fork().nativeUpdate(CheckoutIntent, { id }, { confirmedAt: paidAt });
    for (const minutes of [0, -25]) {
      const page = await openAhead(minutes);
      await page.goto(`${world.url}/checkout/${id}`);
      await page.getByRole('link', { name: 'Return to Nordlicht Supply' }).waitFor();
      await untilHydrated(page);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      expect(await page.getByTestId('automatic-return').count()).toBe(0);
      await page.context().close();
    }
  });
});

test('a receipt that was asked for before the payment is on its way after it: the form does not promise it any more', async () => {
  const id = await world.intent();
  const page = await openPage(browser);
  await goLive(page, world, id);
  await page.getByText('Receipt by e-mail', { exact: true }).click();
  await page.getByLabel('Send the receipt to').fill('ines.castro@example.com');
  await page.getByRole('button', { name: 'Send the receipt' }).click();
  const result = page.locator('#receipt-result');
  await expect.poll(() => result.textContent()).toBe('We send the receipt when the payment is confirmed.');
  await world.pay(id);
  await expect.poll(() => result.textContent()).toBe('The payment is confirmed: the receipt is on its way.');
  await page.context().close();
});
