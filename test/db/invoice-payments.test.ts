// Payments of invoices, whole and in parts, and their reminders.
import { beforeEach, describe, expect, test } from 'vitest';
import { readEmailOrder } from '#db/delivery/email-order.ts';
import { queueShopperEmail } from '#db/delivery/queue-emails.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { readReceivedMoney } from '#db/intents/received-money.ts';
import { requestReceipt } from '#db/intents/shopper-email.ts';
import { findInvoice } from '#db/invoices/invoice-list.ts';
import { sendDueReminders } from '#db/invoices/invoice-mails.ts';
import { invoicePart, invoicePayment } from '#db/invoices/invoice-parts.ts';
import { voidInvoice } from '#db/invoices/invoices.ts';
import { pressInvoice, supersededOrders } from '#db/invoices/press-invoice.ts';
import { ordersOf, sourceOf } from '#db/links/link-list.ts';
import { sqlOf } from '#db/pool.ts';
import type { IntentId } from '#domain/ids.ts';
import { paymentsOf } from '#web/api/payment-items.ts';
import { readOrderView } from '#web/dashboard/orders/server/order-presenter.ts';
import {
  ANN,
  at,
  codeOf,
  EUR,
  issued,
  ledger,
  mails,
  move,
  orderOf,
  pay,
  press,
  REFUNDED,
  S,
  statusOf,
  withInvoices,
} from './invoice-stage.ts';

withInvoices();

describe('a payment', () => {
  test('is one open order at a time: 20 presses at once make one', async () => {
    const id = await issued();
    const made = await Promise.all(Array.from({ length: 20 }, () => press(id)));
    expect(new Set(made).size).toBe(1);
    const orders = await ordersOf(ledger.orm.em, { invoice: id }, 10);
    const { invoice } = (await findInvoice(ledger.orm.em, ledger.storeId, id)) ?? {};
    expect(orders.map(({ orderId }) => orderId)).toEqual([`${invoice?.number}/1`]);
    expect(await sourceOf(ledger.orm.em, made[0] as IntentId)).toEqual({ kind: 'invoice', id, name: invoice?.number });
  });

  test('makes the invoice paid in the transaction of its order, and then nothing more can be paid', async () => {
    const id = await issued();
    await pay(await press(id));
    expect(await statusOf(id)).toBe('paid');
    expect(await codeOf(press(id))).toBe('invoice_paid');
    expect(await codeOf(voidInvoice(ledger.orm.em, ledger.storeId, id, ANN))).toBe('invoice_paid');
    const { invoice } = (await findInvoice(ledger.orm.em, ledger.storeId, id)) ?? {};
    expect(invoice?.nextReminderAt).toBeNull();
  });

  test('is followed by a receipt in the language of the invoice, which says where the address came from', async () => {
    const id = await issued();
    const intent = await orderOf({
      ...{ storeId: ledger.storeId, source: 2 as const, body: { stable_coin: 1, amount_cents: 500 } },
      shopperEmail: 'buyer@cafe.example',
    });
    const order = await pressInvoice(ledger.orm.em, id, intent);
    const asked = { email: 'buyer@cafe.example', language: 'ja', clientKey: 'visitor' } as const;
    expect(await requestReceipt(ledger.orm.em, order, asked)).toBe('later');
    await pay(order);
    await requestReceipt(ledger.orm.em, order, { ...asked, email: 'cook@cafe.example' });
    const refund = { kind: 'shopper_refund' as const, subjectId: `rfd:${order}`, intentId: order, data: REFUNDED };
    await queueShopperEmail(ledger.orm.em.fork(), refund);
    const told = await ledger.rows<{ kind: string; locale: string }>(
      `select kind, locale from email_message where intent_id = ? and kind like 'shopper%' order by kind`,
      [order],
    );
    expect(told).toEqual([
      { kind: 'shopper_receipt', locale: 'es' },
      { kind: 'shopper_receipt', locale: 'es' },
      { kind: 'shopper_refund', locale: 'es' },
    ]);
    expect(await readEmailOrder(ledger.orm.em, order)).toMatchObject({ isInvoice: true });
  });

  test('of a part leaves the rest due, as the API says it, for each page and e-mail', async () => {
    const id = await issued();
    const order = await press(id);
    const partOfNow = async () => {
      const found = await findInvoice(ledger.orm.em, ledger.storeId, id);
      if (!found) throw new Error('The invoice is gone');
      const em = ledger.orm.em.fork();
      return await invoicePart(em, found.invoice, await invoicePayment(em, id));
    };
    const coins = (amount: string) => ({ amount, unit: { coin: 'USDT' } });
    expect(await partOfNow()).toBeNull();
    await ledger.newTransfer(order, 2);
    expect(await partOfNow()).toEqual({ received: coins('2.00'), due: coins('3.00') });
    const money = await readReceivedMoney(sqlOf(ledger.orm), ledger.storeId, order);
    if (!money) throw new Error('The order is gone');
    const { due, received_coins } = paymentsOf(order, money, Date.now());
    expect([received_coins, due[0]?.amount_coins]).toEqual(['2.0000', '3.0000']);
    expect(await readOrderView(ledger.orm.em, ledger.storeId, order)).toMatchObject({
      part: { received: received_coins, missing: due[0]?.amount_coins, missingFiat: null, isOpen: true },
    });
    await ledger.newTransfer(order, 3);
    expect(await partOfNow()).toEqual({ received: coins('5.00'), due: coins('0.00') });
  });

  test('in a currency: received and due add up to the price', async () => {
    const id = await issued({ currency: EUR, stableCoin: null });
    const intent = await orderOf({
      ...{ storeId: ledger.storeId, source: 2 as const, body: { currency: EUR, amount_cents: 500 } },
    });
    const order = await pressInvoice(ledger.orm.em, id, intent);
    await ledger.newTransfer(order, 1);
    const found = await findInvoice(ledger.orm.em, ledger.storeId, id);
    const em = ledger.orm.em.fork();
    const part = found && (await invoicePart(em, found.invoice, await invoicePayment(em, id)));
    const unit = { fiat: 'EUR' };
    expect(part).toMatchObject({ received: { unit }, due: { unit } });
    expect(Number(part?.received.amount) + Number(part?.due.amount)).toBeCloseTo(5, 10);
    expect(await readOrderView(ledger.orm.em, ledger.storeId, order)).toMatchObject({
      part: { missingFiat: { amount: part?.due.amount, currency: 'EUR' } },
    });
  });

  test('is tried with a new order when the former one ended, and a short payment stays with its own', async () => {
    const id = await issued();
    const first = await press(id);
    await move(first, S.UNDERPAID);
    expect(await statusOf(id)).toBe('open');
    const second = await press(id);
    expect(second).not.toBe(first);
    const orders = await ordersOf(ledger.orm.em, { invoice: id }, 10);
    expect(orders.map(({ status }) => status).sort()).toEqual([S.UNDERPAID, S.CREATED]);
  });

  test('says when money has arrived for its open order, and not of dust or of money that is gone again', async () => {
    const id = await issued();
    const intent = await press(id);
    const stands = (hasMoney: boolean) => ({ kind: 'open', id: intent, hasMoney });
    const now = () => invoicePayment(ledger.orm.em.fork(), id);
    expect(await now()).toEqual(stands(false));
    const transfer = await ledger.newTransfer(intent, 2);
    expect(await now()).toEqual(stands(true));
    await ledger.rows(`update token_transfer set state = 'orphaned' where id = ? returning id`, [transfer]);
    expect(await now()).toEqual(stands(false));
    await ledger.rows(`update token_transfer set state = 'seen', amount_units = 1 where id = ? returning id`, [
      transfer,
    ]);
    expect(await now()).toEqual(stands(false));
  });

  test('waits while money of a former order is looked at', async () => {
    const id = await issued();
    const first = await press(id);
    await move(first, S.TIMEOUT);
    await move(first, S.PENDING_MANUAL_OPERATION);
    expect(await codeOf(press(id))).toBe('invoice_review');
    expect(await invoicePayment(ledger.orm.em.fork(), id)).toEqual({ kind: 'review' });
    await move(first, S.TIMEOUT);
    expect(await codeOf(press(id))).toBe('done');
  });

  test('waits while a person decides about the part of an order that ended short, and can be tried again when it is closed', async () => {
    const id = await issued();
    const first = await press(id);
    const part = await ledger.newTransfer(first, 2);
    await changeIntent(ledger.orm.em.fork(), {
      ...{ intentId: first, actor: 'workflow', to: S.UNDERPAID },
      reviews: [{ kind: 'underpaid', transferId: part }],
    });
    expect(await invoicePayment(ledger.orm.em.fork(), id)).toEqual({ kind: 'review' });
    expect(await codeOf(press(id))).toBe('invoice_review');
    await sendDueReminders(ledger.orm.em, at('2026-12-07T09:00:00Z'));
    expect((await mails(id)).filter(({ kind }) => kind === 'invoice_reminder')).toEqual([]);
    await ledger.rows(
      `update review_item set state = 'resolved', outcome = 'closed', resolved_by = 'ann', resolved_at = now() where intent_id = ? returning id`,
      [first],
    );
    expect(await codeOf(press(id))).toBe('done');
  });

  test('that is late and accepted leaves a newer open order, which is found to be canceled', async () => {
    const id = await issued();
    const late = await press(id);
    await move(late, S.TIMEOUT);
    const newer = await press(id);
    expect(await supersededOrders(ledger.orm.em)).toEqual([]);
    await move(late, S.PENDING_MANUAL_OPERATION);
    await pay(late);
    expect(await statusOf(id)).toBe('paid');
    expect(await supersededOrders(ledger.orm.em)).toEqual([newer]);
    await move(newer, S.CANCELED);
    expect(await supersededOrders(ledger.orm.em)).toEqual([]);
  });

  test('keeps an invoice from being voided while it is open', async () => {
    const id = await issued();
    const order = await press(id);
    expect(await codeOf(voidInvoice(ledger.orm.em, ledger.storeId, id, ANN))).toBe('order_open');
    await move(order, S.CANCELED);
    await voidInvoice(ledger.orm.em, ledger.storeId, id, ANN);
    expect(await statusOf(id)).toBe('void');
    expect(await codeOf(press(id))).toBe('invoice_void');
  });
});

describe('reminders', () => {
  beforeEach(() => ledger.rows('update invoice set next_reminder_at = null'));
  const kinds = async (id: string) =>
    (await mails(id)).filter(({ kind }) => kind === 'invoice_reminder').map(({ data }) => data.reminder);

  test('are sent once each, also by two workers at once', async () => {
    const id = await issued();
    const pass = (iso: string) => Promise.all([1, 2].map(() => sendDueReminders(ledger.orm.em, at(iso))));
    await pass('2026-12-07T08:59:00Z');
    expect(await kinds(id)).toEqual([]);
    for (const iso of [
      '2026-12-07T09:00:00Z',
      '2026-12-08T09:00:00Z',
      '2026-12-10T09:01:00Z',
      '2026-12-10T09:02:00Z',
    ]) {
      await pass(iso);
    }
    await pass('2026-12-17T09:00:00Z');
    await pass('2027-12-17T09:00:00Z');
    expect((await kinds(id)).sort()).toEqual(['after', 'before', 'due']);
  });

  test('after an outage are one: the latest that is due', async () => {
    const id = await issued();
    await sendDueReminders(ledger.orm.em, at('2027-01-01T00:00:00Z'));
    expect(await kinds(id)).toEqual(['after']);
  });

  test('say what is true on the day on which they are sent', async () => {
    const id = await issued({ remindAfterDays: null });
    await sendDueReminders(ledger.orm.em, at('2026-12-07T09:00:00Z'));
    await sendDueReminders(ledger.orm.em, at('2026-12-11T09:00:00Z'));
    const sent = (await mails(id)).filter(({ kind }) => kind === 'invoice_reminder');
    expect(sent.map(({ data }) => data.reminder)).toEqual(['before', 'after']);
  });

  test('name what is still due when a part has arrived, and ask for nothing when enough has', async () => {
    const id = await issued();
    const order = await press(id);
    await ledger.newTransfer(order, 2);
    await move(order, S.TEMP_WALLET_RECEIVED);
    await sendDueReminders(ledger.orm.em, at('2026-12-07T09:00:00Z'));
    const [sent, ...more] = (await mails(id)).filter(({ kind }) => kind === 'invoice_reminder');
    expect(more).toEqual([]);
    expect(sent?.data.part).toMatchObject({ received: { amount: '2.00' }, due: { amount: '3.00' } });
    await ledger.newTransfer(order, 3);
    await sendDueReminders(ledger.orm.em, at('2026-12-10T09:01:00Z'));
    expect(await kinds(id)).toEqual(['before']);
  });

  test('stop when the invoice is paid or void', async () => {
    const [paid, voided] = [await issued(), await issued()];
    await pay(await press(paid));
    await voidInvoice(ledger.orm.em, ledger.storeId, voided, ANN);
    expect(await sendDueReminders(ledger.orm.em, at('2027-01-01T00:00:00Z'))).toBe(0);
    expect([await kinds(paid), await kinds(voided)]).toEqual([[], []]);
  });

  test('ask nobody for money that is on its way', async () => {
    const id = await issued();
    const order = await press(id);
    await move(order, S.ON_CHAIN);
    await sendDueReminders(ledger.orm.em, at('2026-12-07T09:00:00Z'));
    expect(await kinds(id)).toEqual([]);
    await move(order, S.PENDING_MANUAL_OPERATION);
    await sendDueReminders(ledger.orm.em, at('2026-12-10T09:01:00Z'));
    expect(await kinds(id)).toEqual([]);
    await move(order, S.TIMEOUT);
    await sendDueReminders(ledger.orm.em, at('2026-12-17T09:01:00Z'));
    expect(await kinds(id)).toEqual(['after']);
  });

  test('are held while money is looked at, and sent on the morning after that ended, with what is true then', async () => {
    const id = await issued();
    const order = await press(id);
    await move(order, S.PENDING_MANUAL_OPERATION);
    const timer = async () =>
      (await findInvoice(ledger.orm.em, ledger.storeId, id))?.invoice.nextReminderAt?.toISOString();
    await sendDueReminders(ledger.orm.em, at('2026-12-07T09:00:00Z'));
    expect([await kinds(id), await timer()]).toEqual([[], '2026-12-08T09:00:00.000Z']);
    await sendDueReminders(ledger.orm.em, at('2026-12-08T09:00:00Z'));
    await move(order, S.TIMEOUT);
    expect(await sendDueReminders(ledger.orm.em, at('2026-12-09T03:00:00Z'))).toBe(0);
    await sendDueReminders(ledger.orm.em, at('2026-12-09T09:00:00Z'));
    expect([await kinds(id), await timer()]).toEqual([['before'], '2026-12-10T09:00:00.000Z']);
    await move(await press(id), S.ON_CHAIN);
    for (const day of ['10', '11', '12']) await sendDueReminders(ledger.orm.em, at(`2026-12-${day}T09:00:00Z`));
    expect(await kinds(id)).toEqual(['before']);
  });

  test('that were held are sent once, as what is true then, and one of a later day in place of it', async () => {
    const [late, replaced] = [await issued(), await issued()];
    const orders = [await press(late), await press(replaced)];
    for (const order of orders) await move(order, S.PENDING_MANUAL_OPERATION);
    await sendDueReminders(ledger.orm.em, at('2026-12-10T09:00:00Z'));
    const [first, second] = orders as [IntentId, IntentId];
    await move(first, S.TIMEOUT);
    for (const day of ['11', '12']) await sendDueReminders(ledger.orm.em, at(`2026-12-${day}T09:00:00Z`));
    expect(await kinds(late)).toEqual(['after']);
    await move(second, S.TIMEOUT);
    await sendDueReminders(ledger.orm.em, at('2026-12-17T09:00:00Z'));
    await sendDueReminders(ledger.orm.em, at('2027-01-17T09:00:00Z'));
    expect(await kinds(replaced)).toEqual(['after']);
    const subjects = async (id: string) =>
      (await mails(id)).filter(({ kind }) => kind === 'invoice_reminder').map(({ subjectId }) => subjectId);
    expect([await subjects(late), await subjects(replaced)]).toEqual([
      [`${late}:due`, `${late}:after`],
      [`${replaced}:after`],
    ]);
  });

  test('are none without an e-mail address', async () => {
    const id = await issued({ customerEmail: null });
    expect((await findInvoice(ledger.orm.em, ledger.storeId, id))?.invoice.nextReminderAt).toBeNull();
  });
});
