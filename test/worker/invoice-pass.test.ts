// The leader's pass over invoices with a real Temporal: a due reminder reaches the customer once, an open order of an invoice that another
// order paid is canceled by its workflow, and one whose money is on its way is left. Voiding cancels the open order first.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { findInvoice } from '#db/invoices/invoice-list.ts';
import { createInvoice, type InvoiceValues, issueInvoice } from '#db/invoices/invoices.ts';
import { hasMoreThanDue } from '#db/invoices/paid-again.ts';
import { pressInvoice } from '#db/invoices/press-invoice.ts';
import { readAttention } from '#db/merchants/attention.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { applyRefundUpdate } from '#db/refunds/refund-outcomes.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import { chainById } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { addDays, dayOf } from '#domain/local-days.ts';
import { baseUnitsOf, centsOf } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { makeStore, randomAddress, randomHash, type TestStore } from '#test/support/intents.ts';
import { type PaymentSystem, startPaymentSystem } from '#test/support/payment-system.ts';
import { prepareWalletRefund } from '#test/support/wallet-refund.ts';
import { createOrderMaker, type OrderMaker } from '#web/api/own-orders.ts';
import { cancelCheckout } from '#web/checkout/server/cancel-service.ts';
import { attentionView } from '#web/dashboard/home/server/attention-view.ts';
import { createInvoicesService } from '#web/dashboard/invoices/server/invoices-service.ts';
import { runInvoicePass } from '#worker/invoice-pass.ts';

const S = IntentStatus;
const ANN: Actor = { kind: 'member', id: 'ann', email: 'ann@shop.example' };
const PUBLIC_URL = 'https://pay.example';
const DAY_MS = 86_400_000;

let system: PaymentSystem;
let store: TestStore;
let orderOf: OrderMaker;
beforeAll(async () => {
  system = await startPaymentSystem();
  store = await makeStore(system.em);
  orderOf = createOrderMaker({ orm: system.orm, chains: [chainById(31337)], feeReceiver: randomAddress() });
});
afterAll(() => system?.stop());

interface Logged {
  level: 'info' | 'warn';
  intent: unknown;
}
const pass = async (): Promise<Logged[]> => {
  const logged: Logged[] = [];
  const log = (level: Logged['level']) => (about: object) => {
    logged.push({ level, intent: (about as { intent?: unknown }).intent });
  };
  const logger = { info: log('info'), warn: log('warn') };
  await runInvoicePass({ em: system.em, client: system.client, publicUrl: PUBLIC_URL, logger });
  return logged;
};

const issued = async (change: Partial<InvoiceValues> = {}): Promise<string> => {
  const values: InvoiceValues = {
    ...{ currency: null, stableCoin: 1, language: 'en', customerName: 'Café Süd', customerAddress: null, memo: null },
    customerEmail: 'buyer@cafe.example',
    dueDay: addDays(dayOf(Date.now(), 'UTC'), 14),
    ...{ remindBeforeDays: null, remindOnDueDay: false, remindAfterDays: null },
    lines: [{ description: 'Espresso', quantity: 1, unitCents: centsOf(2500) }],
    ...change,
  };
  const id = await createInvoice(system.em, store.storeId, values, ANN);
  await issueInvoice(system.em, store.storeId, id, { now: new Date(), publicUrl: PUBLIC_URL }, ANN);
  return id;
};
const press = async (invoice: string): Promise<IntentId> => {
  const body = { stable_coin: 1 as const, amount_cents: 2500 };
  const order = await orderOf({ storeId: store.storeId, source: 2, body });
  const id = await pressInvoice(system.em, invoice, order);
  await system.untilStarted(id);
  return id;
};
const cancel = (id: IntentId) =>
  cancelCheckout({ orm: system.orm, temporal: { client: system.client, isReachable: async () => true } as never }, id);
const statusOf = async (id: string) => (await findInvoice(system.em, store.storeId, id))?.invoice.status;

/** An invoice with two orders: the first was canceled and its late money waits for a person; the second is open. */
const withLateMoney = async () => {
  const invoice = await issued();
  const late = await press(invoice);
  await cancel(late);
  const open = await press(invoice);
  const transferId = await system.pay(late, { amount: '25' });
  await system.untilReviewed(late, 'late');
  const accept = async (): Promise<void> => {
    const { id } = await reviewOf(transferId);
    await resolveReview(system.em, {
      ...{ reviewItemId: id, outcome: 'accepted', reason: 'agreed' },
      actor: { kind: 'operator', id: 'op', email: 'op@platform.example' },
    });
    await system.untilStatus(late, S.CONFIRMED);
  };
  return { invoice, late, open, accept };
};
const reviewOf = async (transferId: string): Promise<{ id: string }> => {
  const [row] = await system.em.execute<{ id: string }[]>('select id::text from review_item where transfer_id = ?', [
    transferId,
  ]);
  if (!row) throw new Error('no review');
  return row;
};

test('a reminder that is due is sent once, however many passes there are', async () => {
  const due = addDays(dayOf(Date.now(), 'UTC'), -2);
  const id = await issued({ customerEmail: 'late@cafe.example', remindAfterDays: 1, dueDay: due });
  // Issued after its last reminder was due (nine o'clock yesterday), so no timer is set: as if it had been issued before and the worker
  // had been down.
  const before = new Date(Date.now() - 2 * DAY_MS);
  await system.em.execute(`update invoice set issued_at = ?, next_reminder_at = ? where id = ?`, [before, before, id]);
  await Promise.all([pass(), pass()]);
  await pass();
  const sent = { kind: 'invoice_reminder' as const, recipient: 'late@cafe.example' };
  await waitFor(async () => (await system.em.fork().findOne(EmailMessage, sent))?.state === 'sent', {
    what: 'the reminder',
    timeoutMs: 30_000,
  });
  expect(await system.em.fork().count(EmailMessage, sent)).toBe(1);
  expect((await findInvoice(system.em, store.storeId, id))?.invoice.nextReminderAt).toBeNull();
});

describe('late money of a former order is accepted', () => {
  test('the newer order is canceled by its workflow, once, and only after the invoice is paid', async () => {
    const { invoice, open, accept } = await withLateMoney();
    expect(await pass()).toEqual([]);
    expect(await system.statusOf(open)).toBe(S.CREATED);
    await accept();
    expect(await statusOf(invoice)).toBe('paid');
    expect(await pass()).toEqual([{ level: 'info', intent: open }]);
    expect(await system.statusOf(open)).toBe(S.CANCELED);
    expect(await pass()).toEqual([]);
  });

  test('a newer order whose money is on its way is left, said so, and shown to the merchant as paid twice', async () => {
    const { invoice, open, accept } = await withLateMoney();
    const transferId = await system.see(open, { amount: '25' });
    await system.untilStatus(open, S.ON_CHAIN);
    await accept();
    expect(await pass()).toEqual([{ level: 'warn', intent: open }]);
    expect(await system.statusOf(open)).toBe(S.ON_CHAIN);
    await system.confirm(open, transferId);
    await system.untilStatus(open, S.CONFIRMED);
    expect(await pass()).toEqual([]);
    const shown = await service().find({ id: store.storeId, timeZone: 'UTC' }, invoice);
    expect(shown).toMatchObject({ state: 'paid', paidAgain: [{ id: open }] });
    const { merchant } = await system.em.fork().findOneOrFail(Store, store.storeId);
    const ways = async () => {
      const waits = await readAttention(system.em, { id: store.storeId, merchantId: merchant.id }, 20);
      return attentionView(waits).items.map(({ action }) => action.path);
    };
    // One press from Home to the refund.
    expect(await ways()).toContain(`/orders/${open}/send-back`);
    expect(shown?.orders).toHaveLength(2);
    expect(await hasMoreThanDue(system.em, invoice)).toBe(true);

    // A refund of a part changes nothing; one of the rest does, and a merchant is not asked to refund again.
    const refunded = async (coins: number): Promise<void> => {
      const id = await prepareWalletRefund(system.em.fork(), store.storeId, open, { coins });
      const event = { txHash: randomHash(), logIndex: 0, feeBaseUnits: baseUnitsOf(0n) };
      await applyRefundUpdate(system.em, id, { kind: 'confirmed', ...event });
      await system.untilStatus(open, S.CONFIRMED);
    };
    await refunded(4);
    expect(await ways()).toContain(`/orders/${open}/send-back`);
    await refunded(21);
    expect(await ways()).not.toContain(`/orders/${open}/send-back`);
    expect((await service().find({ id: store.storeId, timeZone: 'UTC' }, invoice))?.paidAgain).toEqual([]);
    expect(await hasMoreThanDue(system.em, invoice)).toBe(false);
  });

  test('more money for the order that paid it is named on its page until it is decided', async () => {
    const invoice = await issued();
    const order = await press(invoice);
    await system.confirm(order, await system.see(order, { amount: '25' }));
    await system.untilStatus(order, S.CONFIRMED);
    expect(await hasMoreThanDue(system.em, invoice)).toBe(false);
    const second = await system.see(order, { amount: '25' });
    await system.confirm(order, second);
    await waitFor(() => hasMoreThanDue(system.em, invoice), { what: 'its review', timeoutMs: 30_000 });
    const { id } = await reviewOf(second);
    const decision = { reviewItemId: id, outcome: 'closed', reason: 'Sent by mistake' } as const;
    await resolveReview(system.em.fork(), { ...decision, actor: ANN });
    expect(await hasMoreThanDue(system.em, invoice)).toBe(false);
  });
});

const service = () => createInvoicesService({ orm: system.orm, publicUrl: PUBLIC_URL, cancelOrder: cancel, orderOf });
const visit = () => ({ store: { id: store.storeId, timeZone: 'UTC' }, actor: ANN }) as never;

describe('voiding an invoice in the dashboard', () => {
  test('cancels its open order first', async () => {
    const invoice = await issued();
    const order = await press(invoice);
    await service().void(visit(), invoice);
    expect(await statusOf(invoice)).toBe('void');
    expect(await system.statusOf(order)).toBe(S.CANCELED);
    await expect(press(invoice)).rejects.toMatchObject({ code: 'invoice_void' });
  });

  test('is rejected while money of the order is on its way, and then because it is paid', async () => {
    const invoice = await issued();
    const order = await press(invoice);
    const transferId = await system.see(order, { amount: '25' });
    await system.untilStatus(order, S.ON_CHAIN);
    await expect(service().void(visit(), invoice)).rejects.toMatchObject({ code: 'order_open' });
    expect(await statusOf(invoice)).toBe('open');
    await system.confirm(order, transferId);
    await system.untilStatus(order, S.CONFIRMED);
    await expect(service().void(visit(), invoice)).rejects.toMatchObject({ code: 'invoice_paid' });
  });

  test('is rejected while money of a former order waits for a person', async () => {
    const { invoice, open } = await withLateMoney();
    await expect(service().void(visit(), invoice)).rejects.toMatchObject({ code: 'order_open' });
    // The merchant's wish stands for the order that had no money.
    expect(await system.statusOf(open)).toBe(S.CANCELED);
    expect(await statusOf(invoice)).toBe('open');
  });
});
