// For shoppers who claim a transaction ("I already sent it"): the ledger's data on the intent, and requests to read a block again.
import type { Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { ChainCursor, TokenTransfer } from '../entities/chain.entity.ts';
import { ReviewItem } from '../entities/delivery.entity.ts';
import { CheckoutIntent } from '../entities/intent.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { now } from '../sql.ts';

export interface ClaimedIntent {
  intent: CheckoutIntent;
  /** The intent's transfers that no reorganisation removed. */
  transfers: TokenTransfer[];
  reviews: ReviewItem[];
  cursors: ChainCursor[];
}

/** Null when there is no such intent. */
export const readClaimedIntent = async (em: Em, intentId: IntentId): Promise<ClaimedIntent | null> => {
  const intent = await em.findOne(CheckoutIntent, { id: intentId }, { populate: ['store'] });
  if (!intent) return null;
  const [transfers, reviews, cursors] = await Promise.all([
    em.find(TokenTransfer, { intent, state: { $ne: 'orphaned' } }, { orderBy: { id: 'asc' } }),
    em.find(ReviewItem, { intent }, { orderBy: { id: 'asc' } }),
    em.find(ChainCursor, {}),
  ]);
  return { intent, transfers, reviews, cursors };
};

/** Requests that the chain's watcher reads a block again. Safe to run twice. A request after that read starts another read. */
export const requestRecheck = async (em: Em, chainId: number, txHash: Hex, blockNumber: bigint): Promise<void> => {
  await kyselyOf(em)
    .insertInto('BlockRecheck')
    .values({ chainId, txHash, blockNumber })
    .onConflict((conflict) =>
      conflict
        .columns(['chainId', 'txHash'])
        .doUpdateSet({ blockNumber, requestedAt: now, doneAt: null })
        .where('BlockRecheck.doneAt', 'is not', null),
    )
    .execute();
};
