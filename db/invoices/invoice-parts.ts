// What is read of an invoice to mail it, remind of it and pay it.
import type { ReminderPlan } from '#domain/invoices.ts';
import { type Invoice, InvoiceLine } from '../entities/invoice.entity.ts';
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
