// The next number of a store's invoices. The row stays locked until the transaction ends: one that fails leaves no gap, and two at once
// wait for each other (decision 0082).
import { LockMode } from '@mikro-orm/core';
import { UserError } from '#domain/errors.ts';
import { INVOICE_PREFIX, invoiceNumber, MAX_INVOICE_COUNT } from '#domain/invoices.ts';
import { InvoiceSequence } from '../entities/invoice.entity.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import { findStore } from '../merchants/find-store.ts';
import type { Em } from '../orm.ts';
import { inTransaction } from '../pool.ts';

/** Call it in the transaction that issues the invoice. */
export const takeInvoiceNumber = (em: Em, storeId: string): Promise<string> =>
  inTransaction(em, async (sql) => {
    const { rows } = await sql.query<{ prefix: string; last: number }>({
      name: 'invoice-number',
      text: `insert into invoice_sequence (store_id, last) values ($1, 1)
        on conflict (store_id) do update set last = invoice_sequence.last + 1 returning prefix, last`,
      values: [storeId],
    });
    const [row] = rows;
    if (!row) throw new Error(`Store ${storeId} has no invoice sequence`);
    return invoiceNumber(row.prefix, row.last);
  });

export interface InvoiceNumbering {
  prefix: string;
  /** The count of the next invoice that is issued. */
  next: number;
}

/** As it is before the first invoice, too. */
export const readNumbering = async (em: Em, storeId: string): Promise<InvoiceNumbering> => {
  const row = await em.fork().findOne(InvoiceSequence, { store: storeId });
  return { prefix: row?.prefix ?? 'INV-', next: (row?.last ?? 0) + 1 };
};

/**
 * Counts go up only: a number that was given is never given again. Safe to run twice. Throws UserError `prefix`, `next` or `next_too_low`.
 * Waits for invoices that are being issued.
 */
export const setNumbering = (
  entityManager: Em,
  storeId: string,
  { prefix, next }: InvoiceNumbering,
  actor: Actor,
): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    if (!INVOICE_PREFIX.test(prefix)) {
      throw new UserError('prefix', 'prefix: at most 12 letters, digits and . _ - /, and no digit at the end');
    }
    if (!Number.isInteger(next) || next < 1 || next > MAX_INVOICE_COUNT) {
      throw new UserError('next', `next: a whole number from 1 to ${MAX_INVOICE_COUNT}`);
    }
    const { merchant } = await findStore(em, storeId);
    await inTransaction(em, (sql) =>
      sql.query({
        name: 'invoice-sequence',
        text: 'insert into invoice_sequence (store_id) values ($1) on conflict do nothing',
        values: [storeId],
      }),
    );
    const where = { store: storeId };
    const row = await em.findOneOrFail(InvoiceSequence, where, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (next <= row.last)
      throw new UserError('next_too_low', `next: at least ${row.last + 1}, because numbers are not given twice`);
    const before = { prefix: row.prefix, next: row.last + 1 };
    if (before.prefix === prefix && before.next === next) return;
    row.prefix = prefix;
    row.last = next - 1;
    await em.flush();
    await writeAudit(em, {
      ...{ actor, action: 'invoice.numbering', subjectKind: 'store', subjectId: storeId },
      ...{ merchantId: merchant.id, storeId, data: { from: before, to: { prefix, next } } },
    });
  });
