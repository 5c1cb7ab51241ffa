// Reads a refund for a change of it, with its intent's row locked first: every writer of refunds locks in that order.
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export type LockedRefund = NonNullable<Awaited<ReturnType<typeof lockRefund>>>;

/** Locks the intent, then the refund. Null when there is none. */
export const lockRefund = async (em: Em, id: bigint) => {
  const db = kyselyOf(em);
  const intent = await db
    .selectFrom('Refund as b')
    .innerJoin('CheckoutIntent as i', 'i.id', 'b.intent')
    .innerJoin('Store as s', 's.id', 'i.store')
    .select(['i.id as intentId', 's.id as storeId', 's.merchant as merchantId'])
    .where('b.id', '=', id)
    .forUpdate('i')
    .executeTakeFirst();
  if (!intent) return null;
  const refund = await db
    .selectFrom('Refund')
    .select(['id', 'state', 'source', 'chainId', 'coin', 'toAddress', 'amountBaseUnits', 'amountUnits', 'txHash'])
    .select(['logIndex', 'payerAddress', 'requestedBy', 'reviewItemId', 'transferId', 'request as requestId', 'token'])
    .select(['withheldBaseUnits', 'isWatched', 'blockNumber', 'blockHash', 'finalAt', 'removals'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return { ...refund, ...intent };
};
