// What is read of an invoice to mail it, remind of it and pay it.
import type { InvoicePrice } from '#domain/email-data.ts';
import type { IntentId } from '#domain/ids.ts';
import type { ReminderPlan } from '#domain/invoices.ts';
import { formatDecimal, subtract, UNIT_DECIMALS } from '#domain/money.ts';
import { DUST_UNITS } from '#domain/payment-rules.ts';
import { centsOfPart } from '#domain/pricing.ts';
import { receivedBy } from '#domain/received-money.ts';
import { IntentStatus } from '#domain/status.ts';
import { TokenTransfer } from '../entities/chain.entity.ts';
import { ReviewItem } from '../entities/delivery.entity.ts';
import { CheckoutIntent } from '../entities/intent.entity.ts';
import { type Invoice, InvoiceLine } from '../entities/invoice.entity.ts';
import { OrderSource } from '../entities/payment-link.entity.ts';
import { readReceivedMoneyOf } from '../intents/received-money.ts';
import type { Em } from '../orm.ts';
import { inTransaction } from '../pool.ts';
import { unitOf } from './invoice-price.ts';

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

/** Money of one of these orders waits for a person, also the part of one that ended short: it may be accepted as the payment. */
const isAnyLookedAt = async (em: Em, orders: readonly InvoiceOrder[]): Promise<boolean> => {
  if (orders.some(isLookedAt)) return true;
  const short = orders
    .filter(({ intent: { status } }) => status === IntentStatus.UNDERPAID)
    .map(({ intent }) => intent.id);
  return short.length > 0 && (await em.count(ReviewItem, { intent: { $in: short }, state: 'open' })) > 0;
};

/** Money of this order has arrived and is not confirmed. */
const isArriving = ({ intent: { status } }: InvoiceOrder): boolean =>
  status === IntentStatus.TEMP_WALLET_RECEIVED || status === IntentStatus.ON_CHAIN;

/** Whether money of one of its orders waits for a person, or enough has arrived and is not confirmed. Not: a part, with more still due. */
export const isBeingPaid = async (em: Em, invoice: Invoice, part: InvoicePart | null): Promise<boolean> => {
  const orders = await sourcesOf(em, invoice.id);
  return (await isAnyLookedAt(em, orders)) || (part ? Number(part.due.amount) === 0 : orders.some(isArriving));
};

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
  return { kind: (await isAnyLookedAt(em, orders)) ? 'review' : 'none' };
};

/** What the open order of an invoice has received, and what is still due of it. */
export interface InvoicePart {
  received: InvoicePrice;
  /** 0 when enough has arrived, and waits for its confirmation. */
  due: InvoicePrice;
}

/** The same figures as the API's payments of the order, in the unit of the invoice. Null while nothing that counts has arrived. */
export const invoicePart = async (em: Em, invoice: Invoice, payment: InvoicePayment): Promise<InvoicePart | null> => {
  if (payment.kind !== 'open' || !payment.hasMoney) return null;
  const money = (await inTransaction(em, (sql) => readReceivedMoneyOf(sql, [payment.id]))).get(payment.id);
  const order = await em.findOne(CheckoutIntent, payment.id);
  if (!money || !order) return null;
  const { countedUnits, missingUnits } = receivedBy(money.order, money.transfers, Date.now());
  if (countedUnits === 0n) return null;
  const unit = unitOf(invoice);
  if ('coin' in unit) {
    const coins = (units: bigint): InvoicePrice => ({ amount: formatDecimal(units, UNIT_DECIMALS, 2), unit });
    return { received: coins(countedUnits), due: coins(missingUnits) };
  }
  const { amountUnits: units, amountCents: cents } = order;
  const due = centsOfPart(missingUnits, { units, cents });
  // With what is due it adds up to the price; beyond the price it is converted as well.
  const received = missingUnits > 0n ? subtract(cents, due) : centsOfPart(countedUnits, { units, cents });
  return {
    received: { amount: formatDecimal(received, 2, 2), unit },
    due: { amount: formatDecimal(due, 2, 2), unit },
  };
};
