// Transactions that our payment pages announced. They tell which payment method sent a transfer.
import type { Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { PaymentMethod } from '#domain/status.ts';
import { AnnouncedTransaction } from '../entities/intent.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

/** A page announces one transaction, rarely two or three. More than this is abuse. */
const MAX_PER_INTENT = 20;

/** The payment methods that know the hash of their transaction. */
export type AnnouncingMethod = typeof PaymentMethod.WALLET_CONNECT | typeof PaymentMethod.ALL_SCALE_PAY;

/** Stores a transaction of an intent. The first announcement of a hash is kept, so this is safe to run twice. @param txHash lower case */
export const announceTransaction = async (
  em: Em,
  intentId: IntentId,
  txHash: Hex,
  method: AnnouncingMethod,
): Promise<void> => {
  if ((await em.count(AnnouncedTransaction, { intent: intentId })) >= MAX_PER_INTENT) return;
  await kyselyOf(em)
    .insertInto('AnnouncedTransaction')
    .values({ intent: intentId, txHash, method })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
};

/** SQL: the payment method of the transfer `t`. Without an announcement, the shopper copied or scanned the address. */
export const METHOD_OF_TRANSFER = `coalesce((
  select announced.method from announced_transaction announced
  where announced.intent_id = t.intent_id and announced.tx_hash = t.tx_hash), ${PaymentMethod.WALLET_SCAN})`;
