// Invoices as their readers need them: a store's list, one invoice, and its public page.
import type { InvoiceStatus } from '#domain/invoices.ts';
import type { Day } from '#domain/local-days.ts';
import { Invoice, InvoiceLine } from '../entities/invoice.entity.ts';
import type { Em } from '../orm.ts';
import { linesOf } from './invoice-parts.ts';

export interface FoundInvoice {
  invoice: Invoice;
  lines: InvoiceLine[];
}

export type InvoiceTab = InvoiceStatus | 'overdue';

/** @param today in the store's time zone */
const whereOf = (store: string, tab: InvoiceTab | null, today: Day) => {
  if (tab === null) return { store };
  if (tab === 'overdue') return { store, status: 'open' as const, dueDay: { $lt: today } };
  return { store, status: tab };
};

/** Newest first; one more than a page tells that there is a next one. */
export const listInvoices = async (
  entityManager: Em,
  storeId: string,
  { tab, today, page, size }: { tab: InvoiceTab | null; today: Day; page: number; size: number },
): Promise<FoundInvoice[]> => {
  const em = entityManager.fork();
  const invoices = await em.find(Invoice, whereOf(storeId, tab, today), {
    orderBy: { createdAt: 'desc', id: 'desc' },
    limit: size + 1,
    offset: (page - 1) * size,
  });
  const lines = await em.find(
    InvoiceLine,
    { invoice: { $in: invoices.map(({ id }) => id) } },
    { orderBy: { position: 'asc' } },
  );
  const byInvoice = Map.groupBy(lines, ({ invoice }) => invoice.id);
  return invoices.map((invoice) => ({ invoice, lines: byInvoice.get(invoice.id) ?? [] }));
};

export const countInvoices = (em: Em, storeId: string, tab: InvoiceTab | null, today: Day): Promise<number> =>
  em.fork().count(Invoice, whereOf(storeId, tab, today));

const withLines = async (em: Em, invoice: Invoice | null): Promise<FoundInvoice | null> =>
  invoice && { invoice, lines: await linesOf(em, invoice.id) };

/** Null when the store has no such invoice. */
export const findInvoice = async (entityManager: Em, storeId: string, id: string): Promise<FoundInvoice | null> => {
  const em = entityManager.fork();
  return await withLines(em, await em.findOne(Invoice, { id, store: storeId }));
};

/** An issued invoice by the secret of its URL, with its store: null for a draft and an unknown token. */
export const findPublicInvoice = async (entityManager: Em, token: string): Promise<FoundInvoice | null> => {
  const em = entityManager.fork();
  const where = { token, status: { $ne: 'draft' as const } };
  return await withLines(em, await em.findOne(Invoice, where, { populate: ['store.merchant'] }));
};
