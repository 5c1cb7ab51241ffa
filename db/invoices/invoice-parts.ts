// What is read of an invoice to mail it, remind of it and pay it.
import type { IntentId } from '#domain/ids.ts';
import type { ReminderPlan } from '#domain/invoices.ts';
import { DUST_UNITS } from '#domain/payment-rules.ts';
import { IntentStatus } from '#domain/status.ts';
import { TokenTransfer } from '../entities/chain.entity.ts';
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

const sourcesOf = (em: Em, invoice: string) => em.find(OrderSource, { invoice }, { populate: ['intent'] });
type InvoiceOrder = Awaited<ReturnType<typeof sourcesOf>>[number];

/** Money of this order waits for a person. */
const isLookedAt = ({ state, intent }: InvoiceOrder): boolean =>
  state === 'review' || intent.status === IntentStatus.PENDING_MANUAL_OPERATION;

/** Money of this order has arrived and is not confirmed. */
const isArriving = ({ intent: { status } }: InvoiceOrder): boolean =>
  status === IntentStatus.TEMP_WALLET_RECEIVED || status === IntentStatus.ON_CHAIN;

/** Whether money of one of its orders has arrived and is not confirmed, or waits for a person. */
export const isBeingPaid = async (em: Em, invoiceId: string): Promise<boolean> =>
  (await sourcesOf(em, invoiceId)).some((order) => isLookedAt(order) || isArriving(order));

/**
 * Where the payment of an invoice stands. `open`: an order of it is open, and `hasMoney` when more than dust has arrived for it; `review`:
 * money of one of its orders waits for a person.
 */
export type InvoicePayment = { kind: 'open'; id: IntentId; hasMoney: boolean } | { kind: 'review' } | { kind: 'none' };

export const invoicePayment = async (em: Em, invoiceId: string): Promise<InvoicePayment> => {
  const orders = await sourcesOf(em, invoiceId);
  const open = orders.find(({ state }) => state === 'open');
  if (open) {
    const { id } = open.intent;
    const arrived = { intent: id, state: { $ne: 'orphaned' }, amountUnits: { $gte: DUST_UNITS } } as const;
    return { kind: 'open', id, hasMoney: (await em.count(TokenTransfer, arrived)) > 0 };
  }
  return { kind: orders.some(isLookedAt) ? 'review' : 'none' };
};
