// Confirmed refunds until their block is final. A reorganisation deeper than the confirmations can remove one: then it is under way again,
// as before its confirmation, and everybody who was told of it is told so (decision 0076).
import { sql } from 'kysely';
import type { Hex } from '#domain/address.ts';
import type { EventBlock } from '#domain/chain-events.ts';
import { type BaseUnits, formatUnits } from '#domain/money.ts';
import { TimelineEvent } from '../entities/intent.entity.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import { kyselyOf } from '../kysely.ts';
import { REFUND_FOLLOWER, writeAudit } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { inTransaction } from '../pool.ts';
import { oweUnpaid } from '../settlements/settlement-account.ts';
import { notify, now } from '../sql.ts';
import { announceLost, announceRemoved } from './announce-removed.ts';
import { asOpen, expectedRefunds, type OpenRefund } from './expected-refunds.ts';
import type { LockedRefund } from './lock-refund.ts';
import { showUnderWay } from './refund-status.ts';

export interface UnfinalRefund extends OpenRefund {
  /** Null on refunds that an older release confirmed. */
  block: EventBlock | null;
}

/** Confirmed, and not final. */
export const listUnfinalRefunds = async (em: Em, chainId: number, limit: number): Promise<UnfinalRefund[]> => {
  const rows = await expectedRefunds(em)
    .select(['b.blockNumber', 'b.blockHash'])
    .where('b.chainId', '=', chainId)
    .where('b.state', '=', 'confirmed')
    .where('b.finalAt', 'is', null)
    .orderBy('b.id')
    .limit(limit)
    .execute();
  return rows.map(({ blockNumber, blockHash, ...row }) => ({
    ...asOpen(row),
    block: blockNumber === null || blockHash === null ? null : { number: blockNumber, hash: blockHash },
  }));
};

/** Whether what was seen is of the refund as it is now. */
const isOf = ({ state, finalAt, blockHash }: LockedRefund, block: EventBlock | null): boolean =>
  state === 'confirmed' && finalAt === null && blockHash === (block?.hash ?? null);

/** @returns whether it changed the row, like the others */
export const markFinal = async (em: Em, refund: LockedRefund, block: EventBlock | null): Promise<boolean> => {
  if (!isOf(refund, block)) return false;
  await kyselyOf(em).updateTable('Refund').set({ finalAt: now }).where('id', '=', refund.id).execute();
  return true;
};

/** Mined again: it stays confirmed, and is watched where it is now. What was told and reported of it stays true. */
export const recordMoved = async (
  em: Em,
  { id, state, finalAt, intentId, chainId }: LockedRefund,
  to: { txHash: Hex; logIndex: number; feeBaseUnits: BaseUnits; block: EventBlock },
): Promise<boolean> => {
  if (state !== 'confirmed' || finalAt !== null) return false;
  const { txHash, logIndex, feeBaseUnits, block } = to;
  // In a block of other transactions every event has another index. The owner of this one is searched for too.
  await kyselyOf(em)
    .updateTable('Refund')
    .set({ logIndex: null, blockNumber: null, blockHash: null })
    .where('chainId', '=', chainId)
    .where('txHash', '=', txHash)
    .where('logIndex', '=', logIndex)
    .where('id', '<>', id)
    .where('state', '=', 'confirmed')
    .where('finalAt', 'is', null)
    .execute();
  await kyselyOf(em)
    .updateTable('Refund')
    .set({ txHash, logIndex, feeBaseUnits, blockNumber: block.number, blockHash: block.hash })
    .where('id', '=', id)
    .execute();
  await notify(em, INTENT_CHANGED_CHANNEL, intentId);
  return true;
};

/**
 * No block has it: it is sent, and not confirmed. Its money stays reserved, so nothing can be refunded twice. What its confirmation
 * decided is open again.
 */
export const recordRemoved = async (em: Em, refund: LockedRefund, block: EventBlock | null): Promise<boolean> => {
  if (!isOf(refund, block)) return false;
  const { id, intentId, merchantId, storeId, txHash } = refund;
  await announceRemoved(em, refund);
  const removals = refund.removals + 1;
  await kyselyOf(em)
    .updateTable('Refund')
    .set({
      ...{ state: 'sent', logIndex: null, blockNumber: null, blockHash: null, confirmedAt: null, removals },
      removedAt: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', id)
    .execute();
  await reopenReview(em, refund);
  const facts = {
    send_back_id: String(id),
    chain_id: refund.chainId,
    token: refund.token,
    coin: refund.coin,
    to: refund.toAddress,
    amount: formatUnits(refund.amountUnits),
    tx_hash: txHash,
  };
  await em.insert(TimelineEvent, { intent: intentId, kind: 'refund_removed', data: facts });
  await writeAudit(em, {
    ...{ actor: REFUND_FOLLOWER, merchantId, storeId, data: facts },
    action: 'send_back.removed',
    subjectKind: 'intent',
    subjectId: intentId,
  });
  await showUnderWay(em, { id, intentId, removals }, 'removed');
  await notify(em, INTENT_CHANGED_CHANNEL, intentId);
  return true;
};

/**
 * A review that the confirmation resolved, whose money waits at the deposit address again. Money that the confirmation made the
 * merchant's, because the wallet paid, stays booked: nobody has to decide on it, and it can be refunded again.
 */
const reopenReview = async (em: Em, { reviewItemId, intentId }: LockedRefund): Promise<void> => {
  if (reviewItemId === null) return;
  const [review] = await kyselyOf(em)
    .updateTable('ReviewItem')
    .set({ state: 'open', outcome: null, resolution: null, resolvedBy: null, resolvedAt: null })
    .where('id', '=', reviewItemId)
    .where('state', '=', 'resolved')
    .where('outcome', '=', 'sent_back')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('TokenTransfer as t')
          .select('t.id')
          .whereRef('t.id', '=', 'ReviewItem.transfer')
          .where('t.inPayment', '=', false),
      ),
    )
    .returning(['id', 'kind', 'transfer'])
    .execute();
  if (!review) return;
  const data = { review_id: String(review.id), kind: review.kind, transfer_id: String(review.transfer) };
  await em.insert(TimelineEvent, { intent: intentId, kind: 'review_opened', data });
};

/** It did not come back, and can be paid again. Money that is still at the deposit address is owed to whom it was owed before. */
export const noteLost = async (em: Em, refund: LockedRefund): Promise<void> => {
  // Its settlement may have been dropped when the refund was confirmed.
  if (refund.source === 'deposit') await inTransaction(em, (sql) => oweUnpaid(sql, refund));
  await announceLost(em, refund);
};
