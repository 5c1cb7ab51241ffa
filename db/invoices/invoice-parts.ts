// What is read of an invoice to mail it, remind of it and pay it.
import type { IntentId } from '#domain/ids.ts';
import type { ReminderPlan } from '#domain/invoices.ts';
import { IntentStatus } from '#domain/status.ts';
import { type Invoice, InvoiceLine } from '../entities/invoice.entity.ts';
import { OrderSource } from '../entities/payment-link.entity.ts';
import type { Em } from '../orm.ts';

export interface Sending {
  now: Date;
  /** Without a trailing slash. */
  publicUrl: string;
}

export const linesOf = (em: Em, invoice: string): Promise<InvoiceLine[]> =>
  em.find(InvoiceLine, { invoice }, { orderBy: { position: 'asc' } });

export const planOf = ({ dueDay, remindBeforeDays, remindOnDueDay, remindAfterDays }: Invoice): ReminderPlan => ({
  dueDay,
  remindBeforeDays: remindBeforeDays ?? null,
  remindOnDueDay,
  remindAfterDays: remindAfterDays ?? null,
});

const ON_THE_WAY = [
  IntentStatus.TEMP_WALLET_RECEIVED,
  IntentStatus.ON_CHAIN,
  IntentStatus.PENDING_MANUAL_OPERATION,
] as const;

/** Whether money of one of its orders has arrived and is not confirmed, or waits for a person. */
export const isBeingPaid = async (em: Em, invoiceId: string): Promise<boolean> =>
  (await em.count(OrderSource, {
    invoice: invoiceId,
    $or: [{ state: 'review' }, { intent: { status: { $in: [...ON_THE_WAY] } } }],
  })) > 0;

/** Where the payment of an invoice stands. `review`: money of one of its orders waits for a person. */
export type InvoicePayment = { kind: 'open'; id: IntentId } | { kind: 'review' } | { kind: 'none' };

export const invoicePayment = async (em: Em, invoiceId: string): Promise<InvoicePayment> => {
  const sources = await em.find(OrderSource, { invoice: invoiceId }, { populate: ['intent'] });
  const open = sources.find(({ state }) => state === 'open');
  if (open) return { kind: 'open', id: open.intent.id };
  const isLookedAt = sources.some(
    ({ state, intent }) => state === 'review' || intent.status === IntentStatus.PENDING_MANUAL_OPERATION,
  );
  return { kind: isLookedAt ? 'review' : 'none' };
};
