// The e-mails of an invoice, queued in the transaction of their cause; reminders by a pass of the leader (decision 0082).
import { LockMode } from '@mikro-orm/core';
import type { InvoiceData, InvoicePrice } from '#domain/email-data.ts';
import { UserError } from '#domain/errors.ts';
import {
  dueReminder,
  heldReminder,
  invoiceTotal,
  lineTotal,
  nextReminder,
  type ReminderKind,
  reminderOn,
} from '#domain/invoices.ts';
import { dayOf } from '#domain/local-days.ts';
import { type Cents, formatDecimal } from '#domain/money.ts';
import { queueEmail } from '../delivery/queue-emails.ts';
import { EmailMessage } from '../entities/email.entity.ts';
import { Invoice, type InvoiceLine } from '../entities/invoice.entity.ts';
import type { Em } from '../orm.ts';
import { invoicePart, invoicePayment, isBeingPaid, linesOf, planOf, type Sending } from './invoice-parts.ts';
import { unitOf } from './invoice-price.ts';

/** The public page of an invoice. */
export const invoiceUrl = (publicUrl: string, token: string): string => `${publicUrl}/invoice/${token}`;

/** E-mails about invoices that a store may cause in a day: a stolen log-in must not be of use for spam in the store's name. */
const MAILS_A_DAY = 500;
const DAY_MS = 86_400_000;

export interface InvoiceMail {
  kind: 'invoice_sent' | 'invoice_reminder';
  /** One message for each subject, kind and recipient. */
  subject: string;
  sending: Sending;
  reminder?: ReminderKind;
}

/** Queues a message to the customer, unless it was queued before (then false). Throws UserError `too_many_mails`. */
export const queueInvoiceMail = async (
  em: Em,
  invoice: Invoice,
  lines: readonly InvoiceLine[],
  { kind, subject, sending: { now, publicUrl }, reminder }: InvoiceMail,
): Promise<boolean> => {
  const { customerEmail, number, store } = invoice;
  if (customerEmail == null || number == null) throw new Error(`Invoice ${invoice.id} cannot be mailed`);
  const since = new Date(now.getTime() - DAY_MS);
  const isFull = { store: store.id, createdAt: { $gt: since }, kind: 'invoice_sent' as const };
  if (kind === 'invoice_sent' && (await em.count(EmailMessage, isFull)) >= MAILS_A_DAY) {
    throw new UserError('too_many_mails', `A store can mail ${MAILS_A_DAY} invoices in a day. Try again tomorrow.`);
  }
  const price = (cents: Cents): InvoicePrice => ({ amount: formatDecimal(cents, 2, 2), unit: unitOf(invoice) });
  const data: InvoiceData = {
    number,
    customerName: invoice.customerName,
    total: price(invoiceTotal(lines)),
    dueDay: invoice.dueDay,
    memo: invoice.memo ?? null,
    lines: lines.map((line) => ({
      description: line.description,
      quantity: line.quantity,
      total: price(lineTotal(line)),
    })),
    link: invoiceUrl(publicUrl, invoice.token),
    // What it says is of the day on which it is sent: after an outage that is a later one.
    reminder: reminder ? reminderOn(invoice.dueDay, dayOf(now.getTime(), store.timeZone)) : null,
    part: await invoicePart(em, invoice, await invoicePayment(em, invoice.id)),
  };
  return await queueEmail(em, {
    kind,
    subjectId: subject,
    recipient: customerEmail,
    storeId: store.id,
    locale: invoice.language,
    data,
  });
};

/**
 * Sends the reminders that are due, each once, and sets the next timers. One that is due while money of its invoice is on its way, or
 * waits for a person, is held until the morning after that has ended. A paid or void invoice has no timer. Safe to run twice, and at
 * once by two workers. @returns how many invoices were looked at: a full batch may not be the last
 */
export const sendDueReminders = (entityManager: Em, sending: Sending, limit = 100): Promise<number> =>
  entityManager.fork().transactional(async (em) => {
    const due = await em.find(
      Invoice,
      { nextReminderAt: { $lte: sending.now }, status: 'open' },
      {
        populate: ['store'],
        orderBy: { nextReminderAt: 'asc', id: 'asc' },
        limit,
        lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE,
        lockTableAliases: ['i0'],
      },
    );
    for (const invoice of due) await remind(em, invoice, sending);
    await em.flush();
    return due.length;
  });

const remind = async (em: Em, invoice: Invoice, sending: Sending): Promise<void> => {
  const { issuedAt, customerEmail, store } = invoice;
  const { now } = sending;
  const plan = planOf(invoice);
  const kind = issuedAt == null ? null : dueReminder(plan, store.timeZone, issuedAt, now);
  invoice.nextReminderAt = nextReminder(plan, store.timeZone, now);
  if (kind === null || customerEmail == null) return;
  // Nobody is asked for money that is on its way; of a part, the e-mail says what is still due.
  const part = await invoicePart(em, invoice, await invoicePayment(em, invoice.id));
  if (await isBeingPaid(em, invoice, part)) {
    invoice.nextReminderAt = heldReminder(store.timeZone, now);
    return;
  }
  const subject = `${invoice.id}:${kind}`;
  const mail = { kind: 'invoice_reminder', subject, sending, reminder: kind } as const;
  await queueInvoiceMail(em, invoice, await linesOf(em, invoice.id), mail);
};
