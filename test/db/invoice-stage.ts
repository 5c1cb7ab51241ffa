// What tests of invoices share: a store, its invoices, orders and e-mails.
import { afterAll, beforeAll } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import { storeStaticRates } from '#db/intents/fiat-rates.ts';
import { findInvoice } from '#db/invoices/invoice-list.ts';
import { createInvoice, type InvoiceValues, issueInvoice } from '#db/invoices/invoices.ts';
import { pressInvoice } from '#db/invoices/press-invoice.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { chainById } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Day } from '#domain/local-days.ts';
import { centsOf } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { createOrderMaker, type OrderMaker } from '#web/api/own-orders.ts';
import { type Ledger, openLedger, RECEIVER } from './intents.ts';

export const ANN: Actor = { kind: 'member', id: 'ann', email: 'ann@shop.example' };
export const S = IntentStatus;
export const PUBLIC_URL = 'https://pay.example.com';
/** Open while the tests of a file run that called `withInvoices`. */
export let ledger: Ledger;
export let orderOf: OrderMaker;

/** A store with rates, for the tests of this file. */
export const withInvoices = (): void => {
  beforeAll(async () => {
    ledger = await openLedger();
    await storeStaticRates(ledger.orm.em);
    orderOf = createOrderMaker({ orm: ledger.orm, chains: [chainById(31337)], feeReceiver: RECEIVER });
  });
  afterAll(() => ledger.close());
};

export const VALUES: InvoiceValues = {
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
export const EUR = 44;
export const REFUNDED = {
  ...{ amount: '5', net: '5', coin: 1 as const, chainId: 31337, txHash: '0x', payer: '0x', to: '0x' },
  confirmedAt: '2026-12-02T00:00:00.000Z',
};
export const NOW = new Date('2026-12-01T12:00:00Z');
export const at = (iso: string) => ({ now: new Date(iso), publicUrl: PUBLIC_URL });

export const draft = (change: Partial<InvoiceValues> = {}) =>
  createInvoice(ledger.orm.em, ledger.storeId, { ...VALUES, ...change }, ANN);
export const issue = (id: string, now = NOW) =>
  issueInvoice(ledger.orm.em, ledger.storeId, id, { now, publicUrl: PUBLIC_URL }, ANN);
export const issued = async (change: Partial<InvoiceValues> = {}): Promise<string> => {
  const id = await draft(change);
  await issue(id);
  return id;
};
export const press = async (id: string, cents = 500): Promise<IntentId> =>
  pressInvoice(
    ledger.orm.em,
    id,
    await orderOf({ storeId: ledger.storeId, source: 2, body: { stable_coin: 1, amount_cents: cents } }),
  );
export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
export const move = (id: IntentId, to: IntentStatus) =>
  changeIntent(ledger.orm.em.fork(), { intentId: id, actor: 'workflow', to });
export const pay = async (id: IntentId) => {
  const transfer = await ledger.newTransfer(id, 5);
  const paid = { intentId: id, actor: 'workflow' as const, to: S.CONFIRMED, paymentTransferIds: [transfer] };
  await changeIntent(ledger.orm.em.fork(), paid);
};
export const statusOf = async (id: string) => (await findInvoice(ledger.orm.em, ledger.storeId, id))?.invoice.status;
export const mails = (id: string) =>
  ledger.rows<{ kind: string; subjectId: string; recipient: string; locale: string; data: Record<string, unknown> }>(
    'select kind, subject_id as "subjectId", recipient, locale, data from email_message where subject_id like ? order by created_at, subject_id',
    [`${id}%`],
  );
