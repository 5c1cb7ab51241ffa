// Payment links, invoices and orders by hand in a real browser: made, shared, pressed, paid and listed; by keyboard, on desktop and phone.
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { type IntentId, isIntentId } from '#domain/ids.ts';
import { LANGUAGES } from '#domain/languages.ts';
import { PAY_CATALOGUES } from '#web/pay/text/catalogues.server.ts';
import { launchBrowser, openPage, PHONE, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, openNewCheckoutWorld } from './support/checkout-world.ts';
import { openOwner } from './support/log-in.ts';
import { expectRightInEveryLook, picture } from './support/looks.ts';

let world: CheckoutWorld;
let browser: Browser;
let page: Page;
let base: string;
let complaints: string[];

beforeAll(async () => {
  [world, browser] = await Promise.all([openNewCheckoutWorld({ host: 'localhost' }), launchBrowser()]);
  ({ page, base, complaints } = await openOwner(browser, world));
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const checkoutId = (shown: Page): IntentId => {
  const id = new URL(shown.url()).pathname.split('/')[2];
  if (!isIntentId(id)) throw new Error(`no checkout: ${shown.url()}`);
  return id;
};

/** The console names each rejected form too. */
const unexpected = (): string[] => complaints.filter((text) => !/status of (400|422)/.test(text));

const choosePicture = (shown: Page, name: string, buffer: Buffer): Promise<void> =>
  shown.getByLabel('Picture', { exact: true }).setInputFiles({ name, mimeType: 'image/jpeg', buffer });

const SECRET_PLACE = 'Taken in Kiel';
const photograph = (): Promise<Buffer> =>
  sharp({ create: { width: 900, height: 600, channels: 3, background: '#2b6cb0' } })
    .withExif({ IFD0: { ImageDescription: SECRET_PLACE } })
    .jpeg()
    .toBuffer();

const orderOf = (id: IntentId) => world.orm.em.fork().findOneOrFail(CheckoutIntent, id);

describe('a payment link', () => {
  let url: string;

  test('is made from the dashboard in three presses, and its form names what is wrong', async () => {
    await page.goto(base);
    await untilHydrated(page);
    let presses = 0;
    const press = async (name: string, role: 'link' | 'button' = 'link'): Promise<void> => {
      await page.getByRole(role, { name, exact: true }).first().click();
      presses += 1;
    };
    await press('Payment links');
    await page.getByRole('heading', { level: 1, name: 'Payment links' }).waitFor();
    await picture(page, 'links-empty');
    await press('New link');
    await page.getByRole('heading', { level: 1, name: 'New payment link' }).waitFor();
    await page.getByLabel('Title', { exact: true }).fill('Blue mug');
    // Only the amounts of the chosen kind of price.
    expect(await page.getByLabel('Smallest amount').isVisible()).toBe(false);
    await page.getByLabel('The shopper names the amount').check();
    expect(await page.getByLabel('Smallest amount').isVisible()).toBe(true);
    expect(await page.getByLabel('Price of one').isVisible()).toBe(false);
    await page.getByLabel('Fixed price').check();
    await page.getByLabel('Price of one').fill('12.345');
    await page.getByRole('button', { name: 'Create link' }).click();
    await page.getByText('Must not have a separator for thousands here').waitFor();
    expect(await page.getByLabel('Title', { exact: true }).inputValue()).toBe('Blue mug');
    await picture(page, 'link-form-problem');
    await page.getByLabel('Price of one').fill('12.50');
    await page.getByLabel('Available until').fill('2020-12-24T18:00');
    await page.getByRole('button', { name: 'Create link' }).click();
    await page.getByText('Must be in the future').waitFor();
    await page.getByLabel('Available until').fill('');
    await page.getByLabel('Most in one order').fill('3');
    await page.getByLabel('Stock').fill('5');
    await page.getByLabel('Description', { exact: true }).fill('Hand made in Kiel.');
    await page.getByLabel('Return URL').fill('https://shop.example/thanks?a=b');
    await choosePicture(page, 'mug.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'));
    await page.getByRole('button', { name: 'Create link' }).click();
    await page.getByText('must be PNG, JPEG or WebP: SVG files can carry scripts').waitFor();
    expect(await page.getByLabel('Stock').inputValue()).toBe('5');
    await choosePicture(page, 'mug.jpg', await photograph());
    await expectRightInEveryLook(page, 'link-new');
    await picture(page, 'link-form');
    await press('Create link', 'button');
    await page.getByRole('heading', { level: 1, name: 'Blue mug' }).waitFor();
    expect(presses).toBe(3);
    await expectRightInEveryLook(page, 'link');
    await picture(page, 'link');
    url = String(await page.locator('a[href*="/pay/"]').first().getAttribute('href'));
    expect(url).toMatch(/\/pay\/[a-z2-9]{16}$/);
  });

  test('has a poster of one A4 page with its QR code', async () => {
    await page.getByRole('link', { name: 'Poster' }).click();
    await page.getByRole('heading', { level: 1, name: 'Blue mug' }).waitFor();
    await page.getByTestId('qr').waitFor();
    await expectRightInEveryLook(page, 'poster');
    const choose = async (language: 'en' | 'es'): Promise<void> => {
      await page.getByTestId('languages').locator('summary').click();
      await page.getByRole('link', { name: LANGUAGES[language] }).click();
      await page.getByText(PAY_CATALOGUES[language]['poster.scan'], { exact: true }).waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
    };
    for (const language of ['es', 'en'] as const) await choose(language);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  });

  test('is paid by a shopper: one press to the checkout, the same order when pressed again, listed when paid', async () => {
    const shopper = await openPage(browser, { viewport: PHONE, locale: 'en-US' });
    await shopper.goto(url);
    await shopper.getByRole('heading', { level: 1, name: 'Blue mug' }).waitFor();
    await shopper.getByText('5 left').waitFor();
    const shown = shopper.getByRole('img', { name: /Blue mug/ });
    expect(await shown.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])).toEqual([
      512, 341,
    ]);
    await expectRightInEveryLook(shopper, 'pay link');
    await shopper.setViewportSize(PHONE);
    await picture(shopper, 'pay-link-390');
    // The store's public contact is there; no address of its people is.
    expect(await shopper.content()).not.toMatch(/owner@|pages-[0-9a-f]{8}@/);
    await shopper.getByLabel('Quantity').fill('9');
    await shopper.getByRole('button', { name: 'Continue to payment' }).click();
    await shopper.getByText('The largest value is 3.').waitFor();
    // Typing takes the browser's message away; then the server's is shown.
    await shopper.getByLabel('Quantity').fill('8');
    await shopper.locator('form').evaluate((form: HTMLFormElement) => {
      form.noValidate = true;
    });
    await shopper.getByRole('button', { name: 'Continue to payment' }).click();
    await shopper.getByText('Choose a whole number from 1 to 3.').waitFor();
    await shopper.getByLabel('Quantity').fill('2');
    await shopper.getByRole('button', { name: 'Continue to payment' }).focus();
    await shopper.keyboard.press('Enter');
    await shopper.waitForURL(/\/checkout\//);
    const id = checkoutId(shopper);
    const order = await orderOf(id);
    expect(order).toMatchObject({
      ...{ orderDescription: '2 × Blue mug', source: 1, redirectUrl: 'https://shop.example/thanks?a=b' },
    });
    expect(order.orderId).toMatch(/^L-[a-z2-9]{16}-1$/);
    expect(order.amountUnits).toBe(25n * 10n ** 18n);
    expect(order.expiresAt.getTime() - order.createdAt.getTime()).toBe(900_000);
    await shopper.goto(url);
    await shopper.getByLabel('Quantity').fill('2');
    await shopper.getByRole('button', { name: 'Continue to payment' }).click();
    await shopper.waitForURL(/\/checkout\//);
    expect(checkoutId(shopper)).toBe(id);
    await shopper.goto(url);
    await shopper.getByRole('button', { name: 'Continue to payment' }).click();
    await shopper.getByRole('link', { name: 'Open that order' }).waitFor();
    await picture(shopper, 'pay-link-open-order');
    await world.pay(id, '25');
    // Once it is paid, the checkout leads to the link's return URL.
    await shopper.goto(`${world.url}/checkout/${id}`);
    const back = shopper.getByRole('link', { name: /^Return to / });
    expect(new URL(String(await back.getAttribute('href')))).toMatchObject({
      ...{ origin: 'https://shop.example', pathname: '/thanks' },
    });
    await shopper.context().close();
    await page.goto(`${base}/links`);
    await page.getByRole('cell', { name: '2 of 5', exact: true }).waitFor();
    await expectRightInEveryLook(page, 'links');
    await picture(page, 'links');
    await page.getByRole('link', { name: 'Blue mug' }).click();
    await page.getByRole('link', { name: String(order.orderId) }).click();
    await page.getByRole('heading', { level: 1, name: `Order ${order.orderId}` }).waitFor();
    await page.getByRole('link', { name: 'Blue mug' }).click();
    await page.getByRole('heading', { level: 1, name: 'Blue mug' }).waitFor();
  });

  test('its picture is a new PNG without what the file said, is kept by a change, and is taken away', async () => {
    const pictureUrl = async (): Promise<string> => {
      const src = await page.getByRole('img', { name: /Blue mug/ }).getAttribute('src');
      return new URL(String(src), world.url).href;
    };
    await page.goto(url);
    const served = await page.request.get(await pictureUrl());
    expect(served.headers()).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    });
    const bytes = await served.body();
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(bytes.toString('latin1')).not.toContain(SECRET_PLACE);
    const before = served.url();
    const edit = async (fill: () => Promise<void>): Promise<void> => {
      await page.goto(`${base}/links`);
      await page.getByRole('link', { name: 'Blue mug' }).click();
      await page.getByRole('link', { name: 'Change' }).click();
      await untilHydrated(page);
      await fill();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('link', { name: 'Change' }).waitFor();
      await page.goto(url);
    };
    await edit(() => page.getByLabel('Description', { exact: true }).fill('Hand made in Kiel, twice.'));
    await page.getByText('Hand made in Kiel, twice.').waitFor();
    expect(await pictureUrl()).toBe(before);
    await edit(() => page.getByLabel('Remove the picture').check());
    expect(await page.getByRole('img', { name: /Blue mug/ }).count()).toBe(0);
    expect((await page.request.get(before)).status()).toBe(404);
    await page.goto(`${base}/links`);
    await page.getByRole('link', { name: 'Blue mug' }).click();
  });

  test('speaks the shopper’s language, works without scripts, and says when it cannot be paid', async () => {
    const shopper = await openPage(browser, { javaScriptEnabled: false, locale: 'ja-JP' });
    await shopper.goto(url);
    expect(await shopper.locator('html').getAttribute('lang')).toBe('ja');
    await shopper.getByRole('button', { name: '支払いへ進む' }).click();
    await shopper.waitForURL(/\/checkout\/.*lang=ja/);
    const open = await openPage(browser, { locale: 'en-US' });
    await open.goto(url);
    await untilHydrated(open);
    await shopper.goto(url);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    // A press on a page that was opened before says what the link is now, with and without scripts.
    await open.getByRole('button', { name: 'Continue to payment' }).click();
    await open.getByText('Not available now').waitFor();
    expect(await open.getByRole('button', { name: 'Continue to payment' }).count()).toBe(0);
    await open.context().close();
    await shopper.getByRole('button', { name: '支払いへ進む' }).click();
    await shopper.getByText('現在ご利用いただけません').waitFor();
    expect(await shopper.getByRole('button', { name: '支払いへ進む' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Archive' }).click();
    await page.getByRole('button', { name: 'Restore' }).waitFor();
    expect((await shopper.goto(url))?.status()).toBe(404);
    expect((await shopper.goto(`${world.url}/pay/no-such-link`))?.status()).toBe(404);
    await shopper.context().close();
    expect(unexpected()).toEqual([]);
  });
});

describe('an invoice', () => {
  test('is written, sent, opened, printed and paid', async () => {
    await page.goto(`${base}/invoices`);
    await untilHydrated(page);
    await page.getByRole('link', { name: 'New invoice' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'New invoice' }).waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Café Süd');
    await page.getByLabel('E-mail address').fill('buyer@cafe.example');
    await page.getByLabel('Postal address').fill('Hauptstraße 1\nBerlin');
    await page.getByLabel('Note to the customer').fill('Your order of October.\n<b>Thank you</b> ☕');
    await page.getByLabel('Description 1').fill('Espresso, 1 kg');
    await page.getByRole('group', { name: 'Item 1' }).getByLabel('Quantity').fill('30');
    await page.getByRole('group', { name: 'Item 1' }).getByLabel('Unit price').fill('x');
    await page.getByRole('button', { name: 'Save as draft' }).click();
    await page.getByText('Must be an amount with at most two decimals').waitFor();
    await page.getByRole('group', { name: 'Item 1' }).getByLabel('Unit price').fill('0,83');
    await page.getByLabel('Description 2').fill('Delivery');
    await page.getByRole('group', { name: 'Item 2' }).getByLabel('Unit price').fill('0.10');
    await page.getByRole('button', { name: 'Add an item' }).click();
    await page.getByLabel('Description 3').waitFor();
    await expectRightInEveryLook(page, 'invoice-new');
    await picture(page, 'invoice-form');
    await page.getByRole('button', { name: 'Save as draft' }).click();
    await page.getByRole('button', { name: 'Send invoice' }).click();
    await page.getByRole('heading', { level: 1, name: 'INV-0001' }).waitFor();
    await expectRightInEveryLook(page, 'invoice');
    await page.getByText('<b>Thank you</b> ☕').waitFor();
    await picture(page, 'invoice');
    const mail = await world.orm.em.fork().findOneOrFail(EmailMessage, { kind: 'invoice_sent' });
    expect(mail.recipient).toBe('buyer@cafe.example');
    const { link, memo } = mail.data as { link: string; memo: string };
    // Browsers send line breaks as CR LF.
    expect(memo.replaceAll('\r', '')).toBe('Your order of October.\n<b>Thank you</b> ☕');

    const customer = await openPage(browser, { locale: 'en-US' });
    await customer.goto(link);
    await customer.getByRole('heading', { level: 1, name: 'Invoice INV-0001' }).waitFor();
    await expectRightInEveryLook(customer, 'pay invoice');
    const note = customer.getByText('Your order of October.');
    expect((await note.textContent())?.replaceAll('\r', '')).toBe('Your order of October.\n<b>Thank you</b> ☕');
    await customer.setViewportSize(PHONE);
    await picture(customer, 'pay-invoice-390');
    expect(await customer.content()).not.toContain('buyer@cafe.example');
    const paper = customer.getByTestId('pay-from-paper');
    expect(await paper.isVisible()).toBe(false);
    await customer.emulateMedia({ media: 'print' });
    await paper.getByText(link).waitFor();
    expect(await paper.getByRole('img', { name: link }).isVisible()).toBe(true);
    expect(await customer.getByRole('button', { name: 'Pay 25.00 USDT' }).isVisible()).toBe(false);
    await customer.emulateMedia({ media: 'screen' });
    const pdf = await customer.pdf({ format: 'A4' });
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    const other = await openPage(browser, { locale: 'en-US' });
    await other.goto(link);
    await untilHydrated(other);
    await customer.getByRole('button', { name: 'Pay 25.00 USDT' }).click();
    await customer.waitForURL(/\/checkout\//);
    const id = checkoutId(customer);
    expect((await orderOf(id)).orderId).toBe('INV-0001/1');
    await customer.goto(link);
    await customer.getByRole('button', { name: 'Continue the payment' }).click();
    await customer.waitForURL(/\/checkout\//);
    expect(checkoutId(customer)).toBe(id);
    await world.pay(id, '25');
    await customer.goto(link);
    const paid = customer.getByText('This invoice is paid. Nothing is due.');
    await paid.waitFor();
    expect(await customer.getByRole('button', { name: /^Pay/ }).count()).toBe(0);
    await customer.emulateMedia({ media: 'print' });
    expect(await paid.isVisible()).toBe(true);
    // A press on a page that was opened before the payment says the same, and not "try again later".
    await other.getByRole('button', { name: 'Pay 25.00 USDT' }).click();
    await other.getByText('This invoice is paid. Nothing is due.').waitFor();
    expect(await other.getByRole('button', { name: /^Pay/ }).count()).toBe(0);
    await other.context().close();
    await customer.context().close();
    // The merchant's page was opened before the payment too.
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('This invoice was paid in the meantime.').waitFor();
    await page.getByRole('button', { name: 'Send again' }).waitFor({ state: 'detached' });
    await page.goto(`${base}/invoices?tab=paid`);
    await page.getByRole('link', { name: /INV-0001/ }).waitFor();
    await expectRightInEveryLook(page, 'invoices');
    await picture(page, 'invoices');
    const receipt = { kind: 'shopper_receipt' as const, recipient: 'buyer@cafe.example' };
    expect(await world.orm.em.fork().count(EmailMessage, receipt)).toBe(1);
  });

  test('that does not exist, or is a draft, is not found', async () => {
    const stranger = await openPage(browser);
    for (const token of ['0'.repeat(32), 'x', '..%2f..']) {
      expect((await stranger.goto(`${world.url}/invoice/${token}`))?.status()).toBe(404);
    }
    await stranger.context().close();
  });
});

test('an order by hand has a URL and a QR code to share, and a bad amount is named', async () => {
  await page.goto(`${base}/orders/new`);
  await untilHydrated(page);
  await page.getByLabel('Amount').fill('abc');
  await page.getByRole('button', { name: 'Create order' }).click();
  await page.getByText('Must be an amount above 0').waitFor();
  await page.getByLabel('Amount').fill('25');
  await page.getByLabel('Description').fill('Repair of a bicycle');
  await page.getByLabel('Order id').fill('T-7');
  await page.getByLabel('Minutes to pay').fill('60');
  await expectRightInEveryLook(page, 'order-new');
  await page.getByRole('button', { name: 'Create order' }).click();
  await page.getByRole('heading', { level: 2, name: 'The order is created' }).waitFor();
  await expectRightInEveryLook(page, 'order-made');
  await picture(page, 'order-made');
  const order = await world.orm.em.fork().findOneOrFail(CheckoutIntent, { orderId: 'T-7' });
  expect(order).toMatchObject({ source: 3, orderDescription: 'Repair of a bicycle' });
  expect(order.expiresAt.getTime() - order.createdAt.getTime()).toBe(3_600_000);
  expect(unexpected()).toEqual([]);
});
