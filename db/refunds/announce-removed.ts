// Tells everybody who was told of a refund that a reorganisation removed it, in the transaction that records it; and the merchant again
// when it did not come back and must be sent again.
import { REFUND_REMOVED_EVENT } from '#domain/webhook-body.ts';
import { queueShopperEmail, queueStoreEmails } from '../delivery/queue-emails.ts';
import type { Em } from '../orm.ts';
import { readTold, writeRefundEvent } from './announce-refund.ts';
import type { LockedRefund } from './lock-refund.ts';

/** The row must still say `confirmed`. */
export const announceRemoved = async (em: Em, { id }: LockedRefund): Promise<void> => {
  const told = await readTold(em, id);
  const { storeId, intentId } = told;
  const data = { ...told.money, isLost: false };
  const subjectId = `${told.subjectId}:removed`;
  await queueStoreEmails(em, 'attention', { kind: 'order_refund_removed', subjectId, storeId, intentId, data });
  await queueShopperEmail(em, { kind: 'shopper_refund_removed', subjectId, intentId, data });
  await writeRefundEvent(em, REFUND_REMOVED_EVENT, told);
};

/** It failed after it had been removed: the payer has nothing. No switch of the store hides that. */
export const announceLost = async (em: Em, { id }: LockedRefund): Promise<void> => {
  const { storeId, intentId, money, subjectId: told } = await readTold(em, id);
  const data = { ...money, isLost: true };
  const subjectId = `${told}:lost`;
  await queueStoreEmails(em, 'people', { kind: 'order_refund_removed', subjectId, storeId, intentId, data });
};
