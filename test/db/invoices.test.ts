// Invoices over a real Postgres: numbers without gaps, one open order, paid once, reminders once each.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readEmailOrder } from '#db/delivery/email-order.ts';
import { queueEmail } from '#db/delivery/queue-emails.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { storeStaticRates } from '#db/intents/fiat-rates.ts';
import { readReceivedMoney } from '#db/intents/received-money.ts';
import { countInvoices, findInvoice, findPublicInvoice, listInvoices } from '#db/invoices/invoice-list.ts';
import { sendDueReminders } from '#db/invoices/invoice-mails.ts';
import { readNumbering, setNumbering } from '#db/invoices/invoice-number.ts';
import { invoicePart, invoicePayment } from '#db/invoices/invoice-parts.ts';
import {
  createInvoice,
  deleteInvoice,
  type InvoiceValues,
  issueInvoice,
  sendInvoiceAgain,
  updateInvoice,
  voidInvoice,
} from '#db/invoices/invoices.ts';
import { pressInvoice, supersededOrders } from '#db/invoices/press-invoice.ts';
import { ordersOf, sourceOf } from '#db/links/link-list.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { erasePerson, exportPerson } from '#db/personal-data/person.ts';
import { eraseOldPersonalData } from '#db/personal-data/retention.ts';
import { sqlOf } from '#db/pool.ts';
import { chainById } from '#domain/chains.ts';
import { emailAddressOf } from '#domain/email-address.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Day } from '#domain/local-days.ts';
import { centsOf } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { createOrderMaker, type OrderMaker } from '#web/api/own-orders.ts';
import { paymentsOf } from '#web/api/payment-items.ts';
import { readOrderView } from '#web/dashboard/orders/server/order-presenter.ts';
import { type Ledger, openLedger, RECEIVER } from './intents.ts';

const ANN: Actor = { kind: 'member', id: 'ann', email: 'ann@shop.example' };
const S = IntentStatus;
const PUBLIC_URL = 'https://pay.example.com';
let ledger: Ledger;
let orderOf: OrderMaker;

beforeAll(async () => {
  ledger = await openLedger();
  await storeStaticRates(ledger.orm.em);
  orderOf = createOrderMaker({ orm: ledger.orm, chains: [chainById(31337)], feeReceiver: RECEIVER });
});
afterAll(() => ledger.close());

const VALUES: InvoiceValues = {
  currency: null,
  stableCoin: 1,
  language: 'es',
  customerName: 'Café Süd',
  customerEmail: 'buyer@cafe.example',
  customerAddress: 'Hauptstr. 1\nBerlin',
  memo: null,
  dueDay: '2026-12-10' as Day,
  remindBeforeDays: 3,
  remindOnDueDay: true,
  remindAfterDays: 7,
  lines: [
    { description: 'Espresso', quantity: 2, unitCents: centsOf(150) },
    { description: 'Delivery', quantity: 1, unitCents: centsOf(200) },
  ],
};
const EUR = 44;
const REFUNDED = {
  ...{ amount: '5', net: '5', coin: 1 as const, chainId: 31337, txHash: '0x', payer: '0x', to: '0x' },
  confirmedAt: '2026-12-02T00:00:00.000Z',
};
const NOW = new Date('2026-12-01T12:00:00Z');
const at = (iso: string) => ({ now: new Date(iso), publicUrl: PUBLIC_URL });

const draft = (change: Partial<InvoiceValues> = {}) =>
  createInvoice(ledger.orm.em, ledger.storeId, { ...VALUES, ...change }, ANN);
const issue = (id: string, now = NOW) =>
  issueInvoice(ledger.orm.em, ledger.storeId, id, { now, publicUrl: PUBLIC_URL }, ANN);
const issued = async (change: Partial<InvoiceValues> = {}): Promise<string> => {
  const id = await draft(change);
  await issue(id);
  return id;
};
const press = async (id: string, cents = 500): Promise<IntentId> =>
  pressInvoice(
    ledger.orm.em,
    id,
    await orderOf({ storeId: ledger.storeId, source: 2, body: { stable_coin: 1, amount_cents: cents } }),
  );
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
const move = (id: IntentId, to: IntentStatus) =>
  changeIntent(ledger.orm.em.fork(), { intentId: id, actor: 'workflow', to });
const pay = async (id: IntentId) => {
  const transfer = await ledger.newTransfer(id, 5);
  const paid = { intentId: id, actor: 'workflow' as const, to: S.CONFIRMED, paymentTransferIds: [transfer] };
  await changeIntent(ledger.orm.em.fork(), paid);
};
const statusOf = async (id: string) => (await findInvoice(ledger.orm.em, ledger.storeId, id))?.invoice.status;
const mails = (id: string) =>
  ledger.rows<{ kind: string; recipient: string; locale: string; data: Record<string, unknown> }>(
    'select kind, recipient, locale, data from email_message where subject_id like ? order by created_at, subject_id',
    [`${id}%`],
  );

describe('numbers', () => {
  test('are given when an invoice is issued, without gaps, by 20 at once', async () => {
    const drafts = await Promise.all(Array.from({ length: 20 }, () => draft({ customerEmail: null })));
    const [gone, ...rest] = drafts;
    await deleteInvoice(ledger.orm.em, ledger.storeId, String(gone), ANN);
    const numbers = await Promise.all(rest.map((id) => issue(id)));
    expect([...numbers].sort()).toEqual(rest.map((_, n) => `INV-${String(n + 1).padStart(4, '0')}`));
  });

  test('leave no gap when issuing fails, and are given once when it is asked for twice at once', async () => {
    const last = async () => (await ledger.rows<{ last: number }>('select last from invoice_sequence'))[0]?.last ?? 0;
    const before = await last();
    const id = await draft({ customerEmail: null });
    const outcomes = await Promise.all([codeOf(issue(id)), codeOf(issue(id))]);
    expect([...outcomes].sort()).toEqual(['done', 'invoice_open']);
    expect(await last()).toBe(before + 1);
    // The mail of this one cannot be queued: its URL is not one.
    const broken = issueInvoice(
      ledger.orm.em,
      ledger.storeId,
      await draft(),
      { now: new Date(Number.NaN), publicUrl: '' },
      ANN,
    );
    await expect(broken).rejects.toThrow();
    expect(await last()).toBe(before + 1);
  });
});

describe('the numbering of a store', () => {
  const set = (prefix: string, next: number) =>
    codeOf(setNumbering(ledger.orm.em, ledger.storeId, { prefix, next }, ANN));
  const next = async () => (await readNumbering(ledger.orm.em, ledger.storeId)).next;

  test('goes on with another prefix and a higher count, and is written to the audit log once', async () => {
    const from = await readNumbering(ledger.orm.em, ledger.storeId);
    const to = { prefix: '2027/', next: from.next + 100 };
    expect(await set(to.prefix, to.next)).toBe('done');
    expect(await set(to.prefix, to.next)).toBe('done');
    expect(await issue(await draft({ customerEmail: null }))).toBe(`2027/${String(to.next).padStart(4, '0')}`);
    expect(await next()).toBe(to.next + 1);
    const audited = await ledger.rows(`select data from audit_entry where action = 'invoice.numbering'`);
    expect(audited).toEqual([{ data: { from, to } }]);
  });

  test('never goes down, and rejects prefixes whose numbers could be given twice', async () => {
    const before = await readNumbering(ledger.orm.em, ledger.storeId);
    expect(await set('INV-', before.next - 1)).toBe('next_too_low');
    for (const count of [0, -1, 1.5, Number.NaN, 100_000_000]) expect(await set('INV-', count)).toBe('next');
    for (const prefix of ['INV-1', '1', 'INV 1-', 'x'.repeat(13), 'Ä-', '\n-']) {
      expect(await set(prefix, before.next + 1)).toBe('prefix');
    }
    expect(await readNumbering(ledger.orm.em, ledger.storeId)).toEqual(before);
  });

  test('changed while invoices are issued leaves each with a number of its own', async () => {
    const drafts = await Promise.all(Array.from({ length: 8 }, () => draft({ customerEmail: null })));
    const from = await next();
    const results = await Promise.all([
      ...drafts.slice(0, 4).map((id) => issue(id)),
      set('A-', from + 50),
      ...drafts.slice(4).map((id) => issue(id)),
    ]);
    const numbers = results.filter((result) => result !== 'done');
    expect(new Set(numbers.map((number) => number.replace(/^.*[^0-9]/, ''))).size).toBe(8);
    expect(await next()).toBeGreaterThanOrEqual(from + 50);
  });

  test('of a store without invoices begins where it is told', async () => {
    const merchant = { name: 'Other', email: 'other@shop.example', receiver: RECEIVER };
    const { storeId: other } = await createMerchantAndStore(ledger.orm.em, merchant);
    expect(await readNumbering(ledger.orm.em, other)).toEqual({ prefix: 'INV-', next: 1 });
    await setNumbering(ledger.orm.em, other, { prefix: '', next: 501 }, ANN);
    expect(await readNumbering(ledger.orm.em, other)).toEqual({ prefix: '', next: 501 });
  });
});

describe('an invoice', () => {
  test('is a draft that can be changed, and after that never', async () => {
    const id = await draft();
    await updateInvoice(ledger.orm.em, ledger.storeId, id, { ...VALUES, customerName: 'Another' }, ANN);
    const found = await findInvoice(ledger.orm.em, ledger.storeId, id);
    expect(found?.invoice.customerName).toBe('Another');
    expect(found?.lines.map(({ description }) => description)).toEqual(['Espresso', 'Delivery']);
    expect(await findPublicInvoice(ledger.orm.em, String(found?.invoice.token))).toBeNull();
    await issue(id);
    expect((await findPublicInvoice(ledger.orm.em, String(found?.invoice.token)))?.invoice.id).toBe(id);
    expect(await codeOf(updateInvoice(ledger.orm.em, ledger.storeId, id, VALUES, ANN))).toBe('invoice_open');
    expect(await codeOf(deleteInvoice(ledger.orm.em, ledger.storeId, id, ANN))).toBe('invoice_open');
    expect(await findInvoice(ledger.orm.em, 'sto_other', id)).toBeNull();
  });

  test('must add up to more than 0.10', async () => {
    const lines = [{ description: 'x', quantity: 1, unitCents: centsOf(10) }];
    expect(await codeOf(draft({ lines }))).toBe('total');
  });

  test('is mailed once in its language, with a link and no other secret, and again at most once an hour', async () => {
    const id = await issued();
    const [mail] = await mails(id);
    expect(mail).toMatchObject({ kind: 'invoice_sent', recipient: 'buyer@cafe.example', locale: 'es' });
    const { invoice } = (await findInvoice(ledger.orm.em, ledger.storeId, id)) ?? {};
    expect(mail?.data).toMatchObject({
      number: invoice?.number,
      total: { amount: '5.00', unit: { coin: 'USDT' } },
      link: `${PUBLIC_URL}/invoice/${invoice?.token}`,
      reminder: null,
    });
    const again = (iso: string) => sendInvoiceAgain(ledger.orm.em, ledger.storeId, id, at(iso), ANN);
    expect(await codeOf(again('2026-12-02T10:00:00Z'))).toBe('done');
    expect(await codeOf(again('2026-12-02T10:30:00Z'))).toBe('sent_just_now');
    expect(await codeOf(again('2026-12-02T11:00:00Z'))).toBe('done');
    expect(await mails(id)).toHaveLength(3);
  });

  test('is listed by tab', async () => {
    const today = '2026-12-05' as Day;
    const overdue = await issued({ dueDay: '2026-12-04' as Day, customerEmail: null });
    const list = async (tab: 'overdue' | 'draft' | 'open' | null, page = 1) =>
      (await listInvoices(ledger.orm.em, ledger.storeId, { tab, today, page, size: 10 })).map(
        ({ invoice }) => invoice.id,
      );
    expect(await list('overdue')).toEqual([overdue]);
    expect(await list('open')).toContain(overdue);
    expect(await list(null)).toHaveLength(11);
    expect(await countInvoices(ledger.orm.em, ledger.storeId, 'overdue', today)).toBe(1);
  });
});

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
    await pay(order);
    const refund = { kind: 'shopper_refund' as const, subjectId: `rfd:${order}`, recipient: 'buyer@cafe.example' };
    const about = { storeId: ledger.storeId, intentId: order, data: REFUNDED };
    await queueEmail(ledger.orm.em.fork(), { ...refund, ...about });
    const told = await ledger.rows<{ kind: string; locale: string }>(
      `select kind, locale from email_message where intent_id = ? and kind like 'shopper%' order by kind`,
      [order],
    );
    expect(told).toEqual([
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

  test('are none without an e-mail address', async () => {
    const id = await issued({ customerEmail: null });
    expect((await findInvoice(ledger.orm.em, ledger.storeId, id))?.invoice.nextReminderAt).toBeNull();
  });
});

describe('what is about the customer', () => {
  test('is exported and erased by e-mail address, except in open invoices', async () => {
    const email = emailAddressOf('leaving@cafe.example');
    const [open, paid] = [await issued({ customerEmail: email }), await issued({ customerEmail: email })];
    await pay(await press(paid));
    const { invoices } = await exportPerson(ledger.orm.em, { email: emailAddressOf('Leaving@cafe.example') });
    expect(invoices.map(({ id }) => id).sort()).toEqual([open, paid].sort());
    expect(await erasePerson(ledger.orm.em, { email })).toMatchObject({ invoices: 1 });
    const found = await findInvoice(ledger.orm.em, ledger.storeId, paid);
    expect(found?.invoice).toMatchObject({ customerName: 'erased', customerEmail: null, customerAddress: null });
    expect((await findInvoice(ledger.orm.em, ledger.storeId, open))?.invoice.customerEmail).toBe(email);
  });

  test('is erased when the invoice is as old as orders may be, and that of an older draft when it is over', async () => {
    const [old, id] = [await draft(), await issued()];
    await voidInvoice(ledger.orm.em, ledger.storeId, id, ANN);
    const age = (days: number, of: string) =>
      ledger.rows(`update invoice set created_at = now() - interval '${days} days' where id = ?`, [of]);
    await age(40, old);
    await age(31, id);
    const erase = () => eraseOldPersonalData(ledger.orm.em, { orderDays: 30, messageDays: 30 });
    const customerOf = async (of: string) => (await findInvoice(ledger.orm.em, ledger.storeId, of))?.invoice;
    await erase();
    expect(await customerOf(id)).toMatchObject({ customerName: 'erased', memo: null });
    expect((await customerOf(old))?.customerName).toBe(VALUES.customerName);
    await issue(old);
    await voidInvoice(ledger.orm.em, ledger.storeId, old, ANN);
    await erase();
    expect(await customerOf(old)).toMatchObject({ customerName: 'erased', memo: null });
  });
});
