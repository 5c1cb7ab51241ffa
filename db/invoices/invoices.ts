// Invoices of a store: drafted, issued with a number, and voided by its members (decision 0082). Every change is in the audit log, in the
// same transaction.

import { randomBytes } from 'node:crypto';
import { LockMode } from '@mikro-orm/core';
import type { AuditVerb } from '#domain/audit-actions.ts';
import type { CoinId } from '#domain/coins.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import { UserError } from '#domain/errors.ts';
import { makeId } from '#domain/ids.ts';
import {
  type InvoiceLineValues,
  type InvoiceStatus,
  invoiceTotal,
  MAX_INVOICE_CENTS,
  MIN_INVOICE_CENTS,
  nextReminder,
  type ReminderPlan,
} from '#domain/invoices.ts';
import type { Language } from '#domain/languages.ts';
import { Invoice, InvoiceLine } from '../entities/invoice.entity.ts';
import { Store } from '../entities/store.entity.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import { findStore } from '../merchants/find-store.ts';
import type { Em } from '../orm.ts';
import { queueInvoiceMail } from './invoice-mails.ts';
import { takeInvoiceNumber } from './invoice-number.ts';
import { invoicePayment, linesOf, planOf, type Sending } from './invoice-parts.ts';

/** What a member decides about an invoice, while it is a draft. */
export interface InvoiceValues extends ReminderPlan {
  currency: CurrencyId | null;
  stableCoin: CoinId | null;
  language: Language;
  customerName: string;
  customerEmail: string | null;
  customerAddress: string | null;
  memo: string | null;
  /** At least one. */
  lines: readonly InvoiceLineValues[];
}

/** Without the customer: the audit log is never erased. */
const audit = (
  em: Em,
  actor: Actor,
  invoice: Invoice,
  merchantId: string,
  verb: AuditVerb<'invoice'>,
  data: object = {},
) =>
  writeAudit(em, {
    actor,
    action: `invoice.${verb}`,
    subjectKind: 'invoice',
    subjectId: invoice.id,
    merchantId,
    storeId: invoice.store.id,
    data: { ...(invoice.number ? { number: invoice.number } : {}), ...data },
  });

/** The invoice, locked until the transaction ends. Throws UserError `no_invoice`. */
export const lockInvoice = async (em: Em, id: string, storeId?: string): Promise<Invoice> => {
  const where = { id, ...(storeId === undefined ? {} : { store: storeId }) };
  const invoice = await em.findOne(Invoice, where, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  if (!invoice) throw new UserError('no_invoice', 'There is no such invoice.');
  return invoice;
};

const lockInStatus = async (em: Em, storeId: string, id: string, status: InvoiceStatus): Promise<Invoice> => {
  const invoice = await lockInvoice(em, id, storeId);
  if (invoice.status === status) return invoice;
  throw new UserError(`invoice_${invoice.status}`, MEANWHILE[invoice.status as InvoiceStatus]);
};

/** A page that was opened before still offers what its invoice was then. */
const MEANWHILE: Readonly<Record<InvoiceStatus, string>> = {
  draft: 'This invoice is a draft. Nothing has changed.',
  open: 'This invoice was sent in the meantime. Nothing has changed.',
  paid: 'This invoice was paid in the meantime. Nothing has changed.',
  void: 'This invoice was made void in the meantime. Nothing has changed.',
};

/** A draft. Throws UserError `total`. */
export const createInvoice = (
  entityManager: Em,
  storeId: string,
  { lines, ...values }: InvoiceValues,
  actor: Actor,
): Promise<string> =>
  entityManager.fork().transactional(async (em) => {
    const store = await findStore(em, storeId);
    checkTotal(lines);
    const now = new Date();
    const invoice = em.create(Invoice, {
      id: makeId('inv', randomBytes(16)),
      store: em.getReference(Store, storeId),
      token: randomBytes(16).toString('hex'),
      ...values,
      createdAt: now,
      updatedAt: now,
    });
    await em.flush();
    await putLines(em, invoice.id, lines);
    await audit(em, actor, invoice, store.merchant.id, 'create');
    return invoice.id;
  });

/** Drafts only: what was issued is never edited. Throws UserError `no_invoice`, `invoice_<status>` or `total`. */
export const updateInvoice = (
  entityManager: Em,
  storeId: string,
  id: string,
  { lines, ...values }: InvoiceValues,
  actor: Actor,
): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const store = await findStore(em, storeId);
    const invoice = await lockInStatus(em, storeId, id, 'draft');
    checkTotal(lines);
    em.assign(invoice, { ...values, updatedAt: new Date() });
    await em.flush();
    await em.nativeDelete(InvoiceLine, { invoice: id });
    await putLines(em, id, lines);
    await audit(em, actor, invoice, store.merchant.id, 'update');
  });

/** Drafts only: they have no number, so no gap is left. Throws UserError. */
export const deleteInvoice = (entityManager: Em, storeId: string, id: string, actor: Actor): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const store = await findStore(em, storeId);
    const invoice = await lockInStatus(em, storeId, id, 'draft');
    await em.nativeDelete(InvoiceLine, { invoice: id });
    await em.nativeDelete(Invoice, { id });
    await audit(em, actor, invoice, store.merchant.id, 'delete');
  });

const checkTotal = (lines: readonly InvoiceLineValues[]): void => {
  const total = invoiceTotal(lines);
  if (total < MIN_INVOICE_CENTS) throw new UserError('total', 'The sum of the lines must be above 0.10.');
  if (total > MAX_INVOICE_CENTS) throw new UserError('total', 'The sum of the lines is too large.');
};

const putLines = (em: Em, invoice: string, lines: readonly InvoiceLineValues[]): Promise<unknown> =>
  em.insertMany(
    InvoiceLine,
    lines.map((line, at) => ({ ...line, invoice, position: at + 1 })),
  );

/**
 * Gives a draft its number, opens its page, and mails it when it has an e-mail address. Throws UserError `invoice_<status>`, also for the
 * second of two at once.
 */
export const issueInvoice = (
  entityManager: Em,
  storeId: string,
  id: string,
  sending: Sending,
  actor: Actor,
): Promise<string> =>
  entityManager.fork().transactional(async (em) => {
    const store = await findStore(em, storeId);
    const invoice = await lockInStatus(em, storeId, id, 'draft');
    const { now } = sending;
    const number = await takeInvoiceNumber(em, storeId);
    const isMailed = invoice.customerEmail != null;
    const nextReminderAt = isMailed ? nextReminder(planOf(invoice), store.timeZone, now) : null;
    em.assign(invoice, { status: 'open', number, issuedAt: now, updatedAt: now, nextReminderAt });
    await em.flush();
    if (isMailed)
      await queueInvoiceMail(em, invoice, await linesOf(em, id), { kind: 'invoice_sent', subject: id, sending });
    await audit(em, actor, invoice, store.merchant.id, 'issue', { mailed: isMailed });
    return number;
  });

const HOUR_MS = 3_600_000;

/** Mails an open invoice again, at most once an hour. Throws UserError `invoice_<status>`, `no_email` or `sent_just_now`. */
export const sendInvoiceAgain = (
  entityManager: Em,
  storeId: string,
  id: string,
  sending: Sending,
  actor: Actor,
): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const store = await findStore(em, storeId);
    const invoice = await lockInStatus(em, storeId, id, 'open');
    if (invoice.customerEmail == null) throw new UserError('no_email', 'This invoice has no e-mail address.');
    const subject = `${id}:${Math.floor(sending.now.getTime() / HOUR_MS)}`;
    const isQueued = await queueInvoiceMail(em, invoice, await linesOf(em, id), {
      kind: 'invoice_sent',
      subject,
      sending,
    });
    if (!isQueued) throw new UserError('sent_just_now', 'It was sent within the last hour. Send it again later.');
    await audit(em, actor, invoice, store.merchant.id, 'send');
  });

/** Its number stays used. Throws UserError `invoice_<status>`, or `order_open` while it can be paid or its money waits for a person. */
export const voidInvoice = (entityManager: Em, storeId: string, id: string, actor: Actor): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const store = await findStore(em, storeId);
    const invoice = await lockInStatus(em, storeId, id, 'open');
    if ((await invoicePayment(em, id)).kind !== 'none') {
      throw new UserError(
        'order_open',
        'An order of this invoice is open or waits for a decision. Try again when it has ended.',
      );
    }
    const now = new Date();
    em.assign(invoice, { status: 'void', voidedAt: now, updatedAt: now, nextReminderAt: null });
    await em.flush();
    await audit(em, actor, invoice, store.merchant.id, 'void');
  });
