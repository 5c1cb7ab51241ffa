// Reminders of invoices that are due, and open orders of invoices that were paid by another one. All state is in Postgres (decision 0082).
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { readOrderRef } from '#db/intents/order-ref.ts';
import { sendDueReminders } from '#db/invoices/invoice-mails.ts';
import { supersededOrders } from '#db/invoices/press-invoice.ts';
import type { Em } from '#db/orm.ts';
import type { IntentId } from '#domain/ids.ts';
import { cancel, intentWorkflowId } from '#workflows/messages.ts';

const BATCH = 100;
const RESPONSE_WITHIN_MS = 8_000;

export interface InvoicePassOptions {
  em: Em;
  client: Client;
  /** Where browsers reach the pages. */
  publicUrl: string;
  logger: Pick<Logger, 'info' | 'warn'>;
}

/** One pass; the next one does what this one could not. */
export const runInvoicePass = async ({ em, client, publicUrl, logger }: InvoicePassOptions): Promise<void> => {
  for (const id of await supersededOrders(em, BATCH)) {
    try {
      await cancelOrder(em, client, id);
      logger.info({ intent: id }, 'canceled: its invoice was paid by another order');
    } catch (error) {
      // Its money may be on its way: then it is paid too, and the merchant's page says so.
      logger.warn(
        { intent: id, reason: (error as Error).message },
        'an order of a paid invoice could not be canceled; retrying',
      );
    }
  }
  // Last: an error here, which the caller logs, keeps nobody from being spared a second payment.
  let looked = BATCH;
  while (looked === BATCH) looked = await sendDueReminders(em, { now: new Date(), publicUrl }, BATCH);
};

/** The same update as a shopper's cancel: the order's workflow decides. */
const cancelOrder = async (em: Em, client: Client, id: IntentId): Promise<void> => {
  const order = await readOrderRef(em, id);
  if (!order) return;
  const handle = client.workflow.getHandle(intentWorkflowId(order));
  await client.withDeadline(Date.now() + RESPONSE_WITHIN_MS, () => handle.executeUpdate(cancel));
};
