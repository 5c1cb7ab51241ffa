// Refunds that the chain is searched for, as their follower reads them, and what the chain showed of them.
import { sql } from 'kysely';
import type { Address, Hex } from '#domain/address.ts';
import { type EventBlock, eventKey } from '#domain/chain-events.ts';
import type { IntentId } from '#domain/ids.ts';
import { type BaseUnits, formatUnits, unitsOf } from '#domain/money.ts';
import { possibleOutcomes } from '#domain/review-outcomes.ts';
import { TimelineEvent } from '../entities/intent.entity.ts';
import { Refund } from '../entities/refund.entity.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import { kyselyOf } from '../kysely.ts';
import { type Actor, REFUND_FOLLOWER, writeAudit } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { resolveReview } from '../reviews/review-decisions.ts';
import { dropUnowed } from '../settlements/settlement-account.ts';
import { oweRefunded } from '../settlements/settlement-refunded.ts';
import { notify } from '../sql.ts';
import { announceRefund } from './announce-refund.ts';
import { markFinal, noteLost, recordMoved, recordRemoved } from './confirmed-refunds.ts';
import { asOpen, expectedRefunds, type OpenRefund } from './expected-refunds.ts';
import { type LockedRefund, lockRefund } from './lock-refund.ts';
import { showEnded } from './refund-status.ts';
import { reviveWithdrawn, stopWatching } from './withdrawn-refunds.ts';

/** Open ones first: of two that an event fits, the one that was not withdrawn gets it. */
export const listOpenRefunds = async (em: Em, chainId: number, limit: number): Promise<OpenRefund[]> => {
  const rows = await expectedRefunds(em)
    .where('b.chainId', '=', chainId)
    .where((eb) => eb.or([eb('b.state', 'in', ['signed', 'sent']), eb.and([eb.ref('b.isWatched')])]))
    .orderBy('b.isWatched')
    .orderBy('b.id')
    .limit(limit)
    .execute();
  return rows.map(asOpen);
};

/** Withdrawn transfers of an order that may still be sent. */
export const listWatchedRefunds = async (em: Em, intentId: IntentId): Promise<OpenRefund[]> => {
  const rows = await expectedRefunds(em).where('b.intent', '=', intentId).where('b.isWatched', '=', true).execute();
  return rows.map(asOpen);
};

/** A transfer of this store that was prepared and not sent, and its chain; null when there is none. */
export const findPreparedTransfer = async (
  em: Em,
  storeId: string,
  id: string,
): Promise<(OpenRefund & { chainId: number }) | null> => {
  if (!/^\d{1,18}$/.test(id)) return null;
  const row = await expectedRefunds(em)
    .select('b.chainId')
    .where('b.id', '=', BigInt(id))
    .where('i.store', '=', storeId)
    .where('b.source', '=', 'wallet')
    .where('b.state', '=', 'signed')
    .executeTakeFirst();
  return row ? { ...asOpen(row), chainId: row.chainId } : null;
};

/**
 * Events that other refunds to this address count as their own, as in `isTaken`: two equal transfers are two events. A refund that was
 * confirmed before events were recorded takes its whole transaction.
 * @param lost confirmed refunds that are not where they were: they take their whole transaction, but nothing of the searched one's own,
 * in which every event may be at another place
 */
export const takenRefundEvents = async (
  em: Em,
  { id, chainId, toAddress, txHash: own }: { id: string; chainId: number; toAddress: Address; txHash: Hex | null },
  lost: readonly string[] = [],
): Promise<Set<string>> => {
  const refunds = await kyselyOf(em.fork())
    .selectFrom('Refund')
    .select(['id', 'txHash', 'logIndex', 'state'])
    .where('chainId', '=', chainId)
    .where('toAddress', '=', toAddress)
    .where('id', '<>', BigInt(id))
    .where('state', 'in', ['sent', 'confirmed'])
    .execute();
  return new Set(
    refunds.flatMap(({ id: other, txHash, logIndex, state }) => {
      if (txHash === null) return [];
      if (lost.includes(String(other))) return txHash === own ? [] : [txHash];
      if (logIndex !== null) return [eventKey({ txHash, logIndex })];
      return state === 'confirmed' ? [txHash] : [];
    }),
  );
};

export type RefundUpdate =
  | { kind: 'mined'; txHash: Hex; logIndex: number }
  | { kind: 'confirmed'; txHash: Hex; logIndex: number; feeBaseUnits: BaseUnits; block?: EventBlock }
  | { kind: 'failed'; reason: string }
  /** Of a confirmed refund: its block is final, its event is in another block now, or it is in none. */
  | { kind: 'final'; block: EventBlock | null }
  | { kind: 'moved'; txHash: Hex; logIndex: number; feeBaseUnits: BaseUnits; block: EventBlock }
  | { kind: 'removed'; block: EventBlock | null };

/**
 * Writes what the chain showed. A withdrawn transfer that was sent all the same is that refund again. When confirmed, the timeline's
 * `sent_back` event and the decision on that money's review follow in the same transaction, once. @returns whether this call changed the row
 */
export const applyRefundUpdate = (entityManager: Em, id: string, update: RefundUpdate): Promise<boolean> =>
  entityManager.fork().transactional(async (em) => {
    const locked = await lockRefund(em, BigInt(id));
    if (!locked) return false;
    if (update.kind === 'final') return await markFinal(em, locked, update.block);
    if (update.kind === 'moved') return await recordMoved(em, locked, update);
    if (update.kind === 'removed') return await recordRemoved(em, locked, update.block);
    if (locked.isWatched && update.kind === 'failed') {
      await stopWatching(em, locked.id);
      return true;
    }
    const refund = locked.isWatched && update.kind !== 'failed' ? await reviveWithdrawn(em, locked, update) : locked;
    if (refund === 'later') return false;
    if (refund.state !== 'signed' && refund.state !== 'sent') return false;
    if (update.kind === 'mined') {
      const { txHash, logIndex } = update;
      if (refund.state === 'sent' && refund.txHash === txHash && refund.logIndex === logIndex) return locked.isWatched;
      await em.nativeUpdate(Refund, { id: refund.id }, { state: 'sent', txHash, logIndex });
    } else if (update.kind === 'failed') {
      await em.nativeUpdate(Refund, { id: refund.id }, { state: 'failed', lastError: update.reason });
      if (refund.removals > 0) await noteLost(em, refund);
      await showEnded(em, refund, { refund: 'failed', reason: update.reason });
    } else await confirm(em, refund, update);
    return true;
  });

const confirm = async (
  em: Em,
  locked: LockedRefund,
  { txHash, logIndex, feeBaseUnits, block }: Extract<RefundUpdate, { kind: 'confirmed' }>,
): Promise<void> => {
  const refund = await followTransfer(em, locked);
  const { id, intentId, amountBaseUnits, amountUnits } = refund;
  await kyselyOf(em)
    .updateTable('Refund')
    .set({
      state: 'confirmed',
      txHash,
      logIndex,
      feeBaseUnits,
      blockNumber: block?.number ?? null,
      blockHash: block?.hash ?? null,
      confirmedAt: sql<Date>`clock_timestamp()`,
      lastError: null,
    })
    .where('id', '=', id)
    .execute();
  const unitsPerBase = amountUnits / amountBaseUnits;
  const facts = {
    send_back_id: String(id),
    source: refund.source,
    chain_id: refund.chainId,
    token: refund.token,
    coin: refund.coin,
    payer: refund.payerAddress,
    to: refund.toAddress,
    amount: formatUnits(unitsOf((amountBaseUnits - feeBaseUnits) * unitsPerBase)),
    fee: formatUnits(unitsOf(feeBaseUnits * unitsPerBase)),
    tx_hash: txHash,
    by: refund.requestedBy,
  };
  await em.insert(TimelineEvent, { intent: intentId, kind: 'sent_back', data: facts });
  const actor: Actor = { ...REFUND_FOLLOWER, email: refund.requestedBy };
  await resolveReviewOf(em, refund, actor);
  await writeAudit(em, {
    actor,
    action: 'send_back.confirm',
    subjectKind: 'intent',
    subjectId: intentId,
    merchantId: refund.merchantId,
    storeId: refund.storeId,
    data: facts,
  });
  await oweRefunded(em, intentId);
  await dropUnowed(em, [intentId]);
  await announceRefund(em, id);
  await showEnded(em, refund, { refund: 'confirmed' });
  await notify(em, INTENT_CHANGED_CHANNEL, intentId);
};

/** A reorganisation may have moved the refunded transfer into another block: then the refund is of the transfer and the review there. */
const followTransfer = async (em: Em, refund: LockedRefund): Promise<LockedRefund> => {
  if (refund.transferId === null) return refund;
  const again = await kyselyOf(em)
    .selectFrom('TokenTransfer as lost')
    .innerJoin('TokenTransfer as t', (join) =>
      join
        .onRef('t.intent', '=', 'lost.intent')
        .onRef('t.chainId', '=', 'lost.chainId')
        .onRef('t.token', '=', 'lost.token')
        .onRef('t.txHash', '=', 'lost.txHash')
        .onRef('t.fromAddress', '=', 'lost.fromAddress')
        .onRef('t.amountBaseUnits', '=', 'lost.amountBaseUnits'),
    )
    .leftJoin('ReviewItem as r', (join) =>
      join.onRef('r.transfer', '=', 't.id').on('r.state', '=', 'open').on('r.kind', '<>', 'reorg_after_confirmed'),
    )
    .select(['t.id as transferId', 'r.id as reviewItemId'])
    .where('lost.id', '=', refund.transferId)
    .where('lost.state', '=', 'orphaned')
    .where('t.state', '<>', 'orphaned')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('Refund as other')
            .select('other.id')
            .whereRef('other.transferId', '=', 't.id')
            .where('other.state', '<>', 'failed'),
        ),
      ),
    )
    .orderBy('t.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!again) return refund;
  await kyselyOf(em).updateTable('Refund').set(again).where('id', '=', refund.id).execute();
  return { ...refund, ...again };
};

/**
 * Resolves the refund's review, if it is open, with the reason that the refund was ordered with. A review of money that a
 * reorganisation removed for good stays for a person, who can only close it.
 */
const resolveReviewOf = async (em: Em, { id, intentId, reviewItemId }: LockedRefund, actor: Actor): Promise<void> => {
  if (reviewItemId === null) return;
  const db = kyselyOf(em);
  const review = await db
    .selectFrom('ReviewItem as r')
    .innerJoin('TokenTransfer as t', 't.id', 'r.transfer')
    .select(['r.state', 'r.kind', 't.state as transferState'])
    .where('r.id', '=', reviewItemId)
    .executeTakeFirst();
  if (review?.state !== 'open' || !possibleOutcomes(review.kind, review.transferState).includes('sent_back')) return;
  const order = await db
    .selectFrom('AuditEntry')
    .select('reason')
    .where('subjectKind', '=', 'intent')
    .where('subjectId', '=', intentId)
    .where('action', '=', 'send_back.order')
    .where((eb) => eb(eb.ref('data', '->>').key('sendBackId'), '=', String(id)))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  await resolveReview(em, {
    reviewItemId: String(reviewItemId),
    outcome: 'sent_back',
    reason: order?.reason ?? 'Sent back to the payer.',
    isRefund: true,
    actor,
  });
};
