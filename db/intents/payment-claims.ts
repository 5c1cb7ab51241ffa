// What the ledger knows of a transaction that a shopper names ("I already sent it"), and the request to read its block again.
import type { Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { ChainCursor, TokenTransfer } from '../entities/chain.entity.ts';
import { ReviewItem } from '../entities/delivery.entity.ts';
import { CheckoutIntent } from '../entities/intent.entity.ts';
import type { Em } from '../orm.ts';

export interface ClaimedIntent {
  intent: CheckoutIntent;
  /** All money of the intent that no reorganisation took back. */
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

/** Asks the chain's watcher to read a block once more. Safe to run twice; a second claim after the first was read asks again. */
export const requestRecheck = async (em: Em, chainId: number, txHash: Hex, blockNumber: bigint): Promise<void> => {
  await em.execute(
    `insert into block_recheck (chain_id, tx_hash, block_number) values (?, ?, ?)
     on conflict (chain_id, tx_hash) do update
       set block_number = excluded.block_number, requested_at = now(), done_at = null
       where block_recheck.done_at is not null`,
    [chainId, txHash, String(blockNumber)],
  );
};
