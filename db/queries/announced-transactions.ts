// How a payment was made: the transactions that our own ways to pay announced, and the method that follows from them.
import type { Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { PaymentMethod } from '#domain/status.ts';
import { AnnouncedTransaction } from '../entities/intent.entity.ts';
import type { Em } from '../orm.ts';

/** A page tells of one, rarely two or three; what comes beyond is nobody's payment. */
const MAX_PER_INTENT = 20;

/** The ways to pay that know the hash of what they send. */
export type AnnouncingMethod = typeof PaymentMethod.WALLET_CONNECT | typeof PaymentMethod.ALL_SCALE_PAY;

/** Remembers a transaction of an intent; the first word stands. Safe to run twice. @param txHash lower case */
export const announceTransaction = async (
  em: Em,
  intentId: IntentId,
  txHash: Hex,
  method: AnnouncingMethod,
): Promise<void> => {
  await em.execute(
    `insert into announced_transaction (intent_id, tx_hash, method)
     select ?, ?, ? where (select count(*) from announced_transaction where intent_id = ?) < ?
     on conflict (intent_id, tx_hash) do nothing`,
    [intentId, txHash, method, intentId, MAX_PER_INTENT],
  );
};

/** The method of a payment by this transaction: what announced it, else the address was used by hand. */
export const methodOfTransaction = async (em: Em, intentId: IntentId, txHash: Hex): Promise<PaymentMethod> => {
  const announced = await em.findOne(AnnouncedTransaction, { intent: intentId, txHash });
  return announced?.method ?? PaymentMethod.WALLET_SCAN;
};
