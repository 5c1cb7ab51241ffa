// Invoices for a store's members: lists, one invoice with its orders, and changes.
import type { Invoice, InvoiceLine } from '#db/entities/invoice.entity.ts';
import {
  countInvoices,
  type FoundInvoice,
  findInvoice,
  type InvoiceTab,
  listInvoices,
} from '#db/invoices/invoice-list.ts';
import { invoiceUrl } from '#db/invoices/invoice-mails.ts';
import { readNumbering, setNumbering } from '#db/invoices/invoice-number.ts';
import { invoicePart, invoicePayment, planOf } from '#db/invoices/invoice-parts.ts';
import {
  createInvoice,
  deleteInvoice,
  type InvoiceValues,
  issueInvoice,
  sendInvoiceAgain,
  updateInvoice,
  voidInvoice,
} from '#db/invoices/invoices.ts';
import { paidOrdersOf } from '#db/invoices/paid-again.ts';
import { ordersOf } from '#db/links/link-list.ts';
import type { Orm } from '#db/orm.ts';
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { invoiceTotal, isOverdue, lineTotal } from '#domain/invoices.ts';
import { DEFAULT_LANGUAGE, languageOf } from '#domain/languages.ts';
import { addDays, dayOf } from '#domain/local-days.ts';
import { OrderSourceKind } from '#domain/order-source.ts';
import { type OrderMaker, whyNotPayable } from '#web/api/own-orders.ts';
import type { CancelResult } from '#web/checkout/server/cancel-service.ts';
import { priceOf } from '#web/pay/server/pay-views.ts';
import { orderLine } from '../../links/server/links-service.ts';
import { invoiceFormValues } from '../parts/invoice-form.server.ts';
import type { InvoiceLineItem, InvoicesService } from './invoices-types.ts';

export interface InvoicesDeps {
  orm: Orm;
  publicUrl: string;
  /** Cancels an order as its shopper would. */
  cancelOrder: (id: IntentId) => Promise<CancelResult | null>;
  orderOf: OrderMaker;
}

const PAGE = 50;
const ORDERS = 50;
const TABS: readonly InvoiceTab[] = ['draft', 'open', 'overdue', 'paid', 'void'];
/** A new invoice is due after two weeks. */
const DUE_DAYS = 14;

const problemOfInvoice = (
  orderOf: OrderMaker,
  storeId: string,
  { invoice, lines }: NonNullable<Awaited<ReturnType<typeof findInvoice>>>,
): Promise<string | null> => {
  const { currency, stableCoin } = invoice;
  const amount_cents = Number(invoiceTotal(lines));
  const body = { currency: currency ?? null, stable_coin: stableCoin ?? null, amount_cents };
  return whyNotPayable(orderOf, { storeId, source: OrderSourceKind.INVOICE, body });
};

export const createInvoicesService = ({ orm, publicUrl, cancelOrder, orderOf }: InvoicesDeps): InvoicesService => {
  const sending = () => ({ now: new Date(), publicUrl });
  return {
    async list({ id, timeZone }, params) {
      const today = dayOf(Date.now(), timeZone);
      const tab = TABS.find((known) => known === params.get('tab')) ?? null;
      const page = /^[1-9]\d{0,3}$/.test(params.get('page') ?? '') ? Number(params.get('page')) : 1;
      const [found, overdue, numbering] = await Promise.all([
        listInvoices(orm.em, id, { tab, today, page, size: PAGE }),
        countInvoices(orm.em, id, 'overdue', today),
        readNumbering(orm.em, id),
      ]);
      return {
        ...{ tab, page, overdue, numbering },
        hasMore: found.length > PAGE,
        list: found.slice(0, PAGE).map((row) => itemOf(row, timeZone)),
      };
    },

    async find({ id: storeId, timeZone }, id) {
      const found = await findInvoice(orm.em, storeId, id);
      if (!found) return null;
      const { invoice, lines } = found;
      const em = orm.em.fork();
      const [orders, payment, paidOrders] = await Promise.all([
        ordersOf(orm.em, { invoice: id }, ORDERS),
        invoicePayment(em, id),
        paidOrdersOf(orm.em, id),
      ]);
      const part = await invoicePart(em, invoice, payment);
      return {
        ...itemOf(found, timeZone),
        url: invoiceUrl(publicUrl, invoice.token),
        customerEmail: invoice.customerEmail ?? null,
        customerAddress: invoice.customerAddress ?? null,
        memo: invoice.memo ?? null,
        issuedAt: invoice.issuedAt?.toISOString() ?? null,
        paidAt: invoice.paidAt?.toISOString() ?? null,
        nextReminderAt: invoice.nextReminderAt?.toISOString() ?? null,
        lines: lines.map((line) => ({
          description: line.description,
          quantity: line.quantity,
          price: priceOf(invoice, line.unitCents),
          total: priceOf(invoice, lineTotal(line)),
        })),
        orders: orders.map(orderLine),
        arriving: payment.kind === 'open' && payment.hasMoney ? { order: payment.id, part } : null,
        paidAgain: paidOrders.slice(1),
        values: invoiceFormValues(valuesOf(invoice, lines)),
        notPayable: ['draft', 'open'].includes(invoice.status) ? await problemOfInvoice(orderOf, storeId, found) : null,
      };
    },

    newValues: ({ timeZone, locale }) => ({
      language: languageOf(locale) ?? DEFAULT_LANGUAGE,
      pricing: 'coin-1',
      dueDay: addDays(dayOf(Date.now(), timeZone), DUE_DAYS),
      remindBefore: '3',
      remindDue: 'on',
      remindAfter: '7',
    }),

    create: ({ store, actor }, values) => createInvoice(orm.em, store.id, values, actor),
    update: ({ store, actor }, id, values) => updateInvoice(orm.em, store.id, id, values, actor),
    remove: ({ store, actor }, id) => deleteInvoice(orm.em, store.id, id, actor),
    issue: async ({ store, actor }, id) => void (await issueInvoice(orm.em, store.id, id, sending(), actor)),
    sendAgain: ({ store, actor }, id) => sendInvoiceAgain(orm.em, store.id, id, sending(), actor),

    setNumbering: ({ store, actor }, { prefix, next }) =>
      setNumbering(
        orm.em,
        store.id,
        { prefix: prefix.trim(), next: /^\d{1,9}$/.test(next.trim()) ? Number(next) : Number.NaN },
        actor,
      ),

    async void({ store, actor }, id) {
      if (!(await findInvoice(orm.em, store.id, id))) throw new UserError('no_invoice', 'There is no such invoice.');
      const payment = await invoicePayment(orm.em.fork(), id);
      if (payment.kind === 'open') await endOrder(cancelOrder, payment.id);
      await voidInvoice(orm.em, store.id, id, actor);
    },
  };
};

/** Throws UserError when the order could not be canceled. */
const endOrder = async (cancel: InvoicesDeps['cancelOrder'], id: IntentId): Promise<void> => {
  const result = await cancel(id);
  if (result?.kind === 'canceled' || (result?.kind === 'refused' && result.reason === 'ended')) return;
  if (result?.kind === 'refused') throw new UserError('order_open', 'A payment of this invoice is under way.');
  throw new UserError('order_open', 'Its open order could not be canceled now. Try again in a minute.');
};

const itemOf = ({ invoice, lines }: FoundInvoice, timeZone: string): InvoiceLineItem => ({
  id: invoice.id,
  number: invoice.number ?? null,
  customerName: invoice.customerName,
  state: isOverdue(invoice, new Date(), timeZone) ? 'overdue' : invoice.status,
  total: priceOf(invoice, invoiceTotal(lines)),
  dueDay: invoice.dueDay,
});

const valuesOf = (invoice: Invoice, lines: readonly InvoiceLine[]): InvoiceValues => ({
  ...planOf(invoice),
  currency: invoice.currency ?? null,
  stableCoin: invoice.stableCoin ?? null,
  language: invoice.language,
  customerName: invoice.customerName,
  customerEmail: invoice.customerEmail ?? null,
  customerAddress: invoice.customerAddress ?? null,
  memo: invoice.memo ?? null,
  lines: lines.map(({ description, quantity, unitCents }) => ({ description, quantity, unitCents })),
});
