// A payment link and an invoice in a whole system: pressed, paid by the development wallet through watcher and worker, and shown as paid to
// the merchant, to the payer and to the store's webhook. Presses from "Create link" to "Fund Sent" are counted.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { openShop, type Shop } from '#test/support/shop.ts';
import { openPage, PHONE } from '../support/browser.ts';
import { openOwner } from '../support/log-in.ts';
import { countPresses, type PressCounter } from '../support/presses.ts';
import type { WholeSystem } from './whole-system.ts';

export const paidLinks = ({ system, browser }: WholeSystem): void => {
  let orm: Orm;
  let shop: Shop;
  let merchant: Page;
  let base: string;

  beforeAll(async () => {
    orm = await openOrm({ databaseUrl: system().ownerUrl });
    shop = await openShop(system(), 'Link Shop');
    const world = { url: system().addresses.web, orm, storeId: shop.storeId };
    ({ page: merchant, base } = await openOwner(browser(), world));
  });
  afterAll(async () => {
    await merchant?.context().close();
    await shop?.receiver.close();
    await orm?.close();
  });

  const openPayer = async (): Promise<Page> => {
    const page = await openPage(browser(), { viewport: PHONE, locale: 'en-US' });
    page.setDefaultTimeout(60_000);
    return page;
  };

  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

  /** From the checkout that a press has opened to its end. @returns the order's id */
  const payWithWallet = async (page: Page, { press }: Pick<PressCounter, 'press'>): Promise<string> => {
    await page.waitForURL(/\/checkout\//);
    const id = String(new URL(page.url()).pathname.split('/')[2]);
    // The radio button is under its label.
    await press(page.locator('label', { hasText: /^Wallet$/ }));
    await press(button(page, 'Development wallet'));
    await press(button(page, 'Connect'));
    await press(button(page, /^Pay 25\.\d{4} USDT$/));
    await press(button(page, 'Approve'));
    await expect.poll(() => page.locator('h1').textContent(), { timeout: 90_000 }).toBe('Fund Sent');
    return id;
  };

  test('a link: seven presses from "Create link" to "Fund Sent", then listed, counted and told to the webhook once', async () => {
    const presses = countPresses();
    await merchant.goto(`${base}/links/new`);
    await merchant.getByLabel('Title', { exact: true }).fill('Blue mug');
    await merchant.getByLabel('Price of one').fill('25');
    await merchant.getByLabel('Stock').fill('3');
    await presses.press(button(merchant, 'Create link'));
    await merchant.getByRole('heading', { level: 1, name: 'Blue mug' }).waitFor();
    const url = String(await merchant.locator('a[href*="/pay/"]').first().getAttribute('href'));

    const payer = await openPayer();
    await payer.goto(url);
    await presses.press(button(payer, 'Continue to payment'));
    const id = await payWithWallet(payer, presses);
    presses.done('a payment link: created, opened and paid');

    const report = await shop.expectPaidOnce(id);
    expect(report.payment_method_type).toBe(2);
    const slug = String(url.split('/').at(-1));
    const [webhook] = shop.receiver.received.filter(({ body }) => body.all_scale_checkout_intent_id === id);
    expect(webhook?.body).toMatchObject({ event_type: 'checkout_intent.confirmed', order_id: `L-${slug}-1` });
    await merchant.reload();
    await merchant.getByRole('link', { name: `L-${slug}-1` }).waitFor();
    await merchant.goto(`${base}/links`);
    await merchant.getByText('1 of 3', { exact: true }).waitFor();
    await payer.goto(url);
    await payer.getByText('2 left').waitFor();
    await payer.context().close();
  });

  test('an invoice: written, mailed, paid by its customer, and paid on every page', async () => {
    await merchant.goto(`${base}/invoices/new`);
    await merchant.getByLabel('Name', { exact: true }).fill('Café Süd');
    await merchant.getByLabel('E-mail address').fill('buyer@cafe.example');
    await merchant.getByLabel('Description 1').fill('Espresso, 1 kg');
    await merchant.getByRole('group', { name: 'Item 1' }).getByLabel('Unit price').fill('25');
    await merchant.getByRole('button', { name: 'Save as draft' }).click();
    await merchant.getByRole('button', { name: 'Send invoice' }).click();
    await merchant.getByRole('heading', { level: 1, name: 'INV-0001' }).waitFor();
    const mail = await orm.em.fork().findOneOrFail(EmailMessage, { kind: 'invoice_sent' });
    const { link } = mail.data as { link: string };

    const payer = await openPayer();
    const presses = countPresses();
    await payer.goto(link);
    await presses.press(button(payer, 'Pay 25.00 USDT'));
    const id = await payWithWallet(payer, presses);
    presses.done('an invoice: opened and paid by its customer');

    await shop.expectPaidOnce(id);
    const [webhook] = shop.receiver.received.filter(({ body }) => body.all_scale_checkout_intent_id === id);
    expect(webhook?.body).toMatchObject({ order_id: 'INV-0001/1' });
    await payer.goto(link);
    await payer.getByText('This invoice is paid. Nothing is due.').waitFor();
    await payer.context().close();
    await merchant.goto(`${base}/invoices?tab=paid`);
    await merchant.getByRole('link', { name: /INV-0001/ }).click();
    await merchant.getByRole('link', { name: 'INV-0001/1' }).waitFor();
    const receipt = { kind: 'shopper_receipt' as const, recipient: 'buyer@cafe.example' };
    await expect.poll(() => orm.em.fork().count(EmailMessage, receipt)).toBe(1);
  });
};
