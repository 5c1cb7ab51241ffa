// The next number of a store's invoices. The row stays locked until the transaction ends: one that fails leaves no gap, and two at once
// wait for each other (decision 0082).
import { invoiceNumber } from '#domain/invoices.ts';
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
