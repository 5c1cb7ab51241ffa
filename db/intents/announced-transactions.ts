// How a payment was made: the transactions that our own ways to pay announced, and the method that follows from them.
import type { Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { PaymentMethod } from '#domain/status.ts';
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

/** SQL: the method of a payment by the transfer `t`: what announced its transaction, else the address was used by hand. */
export const METHOD_OF_TRANSFER = `coalesce((
  select announced.method from announced_transaction announced
  where announced.intent_id = t.intent_id and announced.tx_hash = t.tx_hash), ${PaymentMethod.WALLET_SCAN})`;
