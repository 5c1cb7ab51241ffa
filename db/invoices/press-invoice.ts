// A press on an invoice: one open order at a time, none while money of a former one is looked at, and none after it is paid (decision 0082).
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { invoiceOrderId, invoiceTotal } from '#domain/invoices.ts';
import { OrderSourceKind } from '#domain/order-source.ts';
import { OrderSource } from '../entities/payment-link.entity.ts';
import { insertIntent } from '../intents/create-intent.ts';
import type { NewIntent } from '../intents/intent-columns.ts';
import type { Em } from '../orm.ts';
import { invoicePayment, linesOf } from './invoice-parts.ts';
import { lockInvoice } from './invoices.ts';

/**
 * The order that the invoice is paid with now: its open one, or the given one. Throws UserError `no_invoice`, `invoice_draft`,
 * `invoice_paid`, `invoice_void` or `invoice_review`.
 */
export const pressInvoice = (entityManager: Em, invoiceId: string, intent: NewIntent): Promise<IntentId> =>
  entityManager.fork().transactional(async (em) => {
    const invoice = await lockInvoice(em, invoiceId);
    if (invoice.status !== 'open' || invoice.number == null) {
      throw new UserError(`invoice_${invoice.status}`, 'This invoice cannot be paid now.');
    }
    const payment = await invoicePayment(em, invoiceId);
    if (payment.kind === 'open') return payment.id;
    if (payment.kind === 'review')
      throw new UserError('invoice_review', 'A payment of this invoice is being looked at.');
    const total = invoiceTotal(await linesOf(em, invoiceId));
    if (total !== intent.amountCents) throw new Error(`Invoice ${invoiceId}: the order has another amount`);
    const count = invoice.orderCount + 1;
    const orderId = invoiceOrderId(invoice.number, count);
    await insertIntent(em, { ...intent, source: OrderSourceKind.INVOICE, orderId });
    em.create(OrderSource, { intent: intent.id, invoice, createdAt: intent.createdAt });
    invoice.orderCount = count;
    await em.flush();
    return intent.id;
  });

/** Open orders of invoices that are paid or void: a late payment was accepted while they were open. They are to be canceled. */
export const supersededOrders = async (em: Em, limit = 100): Promise<IntentId[]> => {
  const where = { state: 'open' as const, invoice: { status: { $in: ['paid' as const, 'void' as const] } } };
  const rows = await em.fork().find(OrderSource, where, { limit, orderBy: { createdAt: 'asc' } });
  return rows.map(({ intent }) => intent.id);
};
