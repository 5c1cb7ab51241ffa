// Refunds until they are signed and sent (after that: refund-outcomes.ts). The row is written before anything is sent, so a browser
// that closes loses nothing. The lock on the intent and a trigger keep more from going back than its sender sent.

import type { Address, Hex } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { type BaseUnits, unitsOf } from '#domain/money.ts';
import type { PayableAddress } from '#domain/payable-address.ts';
import type { FeeBearer, RefundShare, RefundSource } from '#domain/refunds.ts';
import { isRefundable } from '#domain/status.ts';
import { kyselyOf } from '../kysely.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { showUnderWay } from './refund-status.ts';
import { type RefundableOrder, readRefundableOrder } from './refundable-order.ts';

interface RefundFacts {
  storeId: string;
  intentId: IntentId;
  /** Whose money, in which token on which chain. */
  of: Pick<RefundShare, 'chainId' | 'token' | 'payer'>;
  feeBearer: FeeBearer;
  /** What leaves, the contract's fee included. */
  amountBaseUnits: BaseUnits;
  feeBaseUnits: BaseUnits;
  withheldBaseUnits: BaseUnits;
  /** The review that it resolves, whose transfer it refunds; null for other money. */
  reviewItemId: string | null;
  /** The request that it fulfils. */
  requestId: string | null;
  /** Set when the deposit address pays. */
  orderDigest: Hex | null;
  callData: Hex;
  fromBlock: bigint;
  deadline: Date;
  /** The transaction of a refund that the chain shows already: it was paid elsewhere, or this database has forgotten it. */
  paid?: { txHash: Hex; logIndex: number; from: Address };
  actor: Actor;
  /** Why, 1 to 1,000 characters. */
  reason: string;
}

/** A refund that the chain shows already went where the chain says. */
export type NewRefund = RefundFacts &
  (
    | { source: Exclude<RefundSource, 'external'>; toAddress: PayableAddress }
    | { source: RefundSource; toAddress: Address; paid: NonNullable<RefundFacts['paid']> }
  );

/**
 * Records a refund before anything is sent. Throws UserError: `nothing_to_send_back`, `already_sent_back` (more than this payer has
 * left, or this transfer or event has a refund), `review_resolved` (somebody decided otherwise in the meantime), `reason_missing`.
 */
export const recordRefund = (entityManager: Em, refund: NewRefund): Promise<{ id: string }> =>
  entityManager.fork().transactional(async (em) => {
    const reason = checkedReason(refund.reason);
    await kyselyOf(em)
      .selectFrom('CheckoutIntent')
      .select('id')
      .where('id', '=', refund.intentId as RefundableOrder['intentId'])
      .forUpdate()
      .execute();
    const order = await readRefundableOrder(em, refund.storeId, refund.intentId);
    const share = order?.shares.find((one) => isShare(one, refund.of));
    if (!order || !share)
      throw new UserError('nothing_to_send_back', 'This money can no longer be refunded: reload the page.');
    if (!isRefundable(order.status))
      throw new UserError('order_open', 'The order still waits for its payment. Its money can be refunded after that.');
    const transferId = await reviewedTransfer(em, refund, share);
    if (refund.amountBaseUnits + refund.withheldBaseUnits > share.remainingBaseUnits) throw alreadyRefunded();
    const id = await insertRefund(em, { ...refund, transferId }, share, order);
    if (id === null) throw alreadyRefunded();
    await writeAudit(em, {
      actor: refund.actor,
      action: 'send_back.order',
      subjectKind: 'intent',
      subjectId: order.intentId,
      merchantId: order.merchantId,
      storeId: order.storeId,
      reason,
      data: {
        sendBackId: id,
        source: refund.source,
        chainId: share.chainId,
        token: share.token,
        payer: share.payer,
        to: refund.toAddress,
        feeBearer: refund.feeBearer,
        amountBaseUnits: String(refund.amountBaseUnits),
        feeBaseUnits: String(refund.feeBaseUnits),
        ...(refund.paid ? { txHash: refund.paid.txHash } : {}),
      },
    });
    await showUnderWay(em, { id: BigInt(id), intentId: order.intentId, removals: 0 });
    return { id };
  });

export const isShare = (
  one: Pick<RefundShare, 'chainId' | 'token' | 'payer'>,
  other: Pick<RefundShare, 'chainId' | 'token' | 'payer'>,
): boolean => one.chainId === other.chainId && one.token === other.token && one.payer === other.payer;

const checkedReason = (text: string): string => {
  const reason = text.trim();
  if (reason === '' || reason.length > 1_000)
    throw new UserError('reason_missing', 'reason: say why in 1 to 1,000 characters.');
  return reason;
};

const alreadyRefunded = (): UserError =>
  new UserError('already_sent_back', 'This money was already refunded, or is being refunded: reload the page.');

/** The transfer of the refund's review. Throws UserError when that was decided, or is of other money. */
const reviewedTransfer = async (em: Em, { reviewItemId }: NewRefund, share: RefundShare): Promise<string | null> => {
  if (reviewItemId === null) return null;
  const review = await kyselyOf(em)
    .selectFrom('ReviewItem')
    .select(['state', 'transfer'])
    .where('id', '=', BigInt(reviewItemId))
    .executeTakeFirst();
  if (review?.state !== 'open')
    throw new UserError('review_resolved', 'This was decided in the meantime: reload the page.');
  const isOwn = share.parts.some((part) => part.kind === 'review' && part.reviewItemId === reviewItemId);
  if (!isOwn) throw alreadyRefunded();
  return String(review.transfer);
};

const isOfSurplus = ({ amountBaseUnits, withheldBaseUnits }: NewRefund, { parts }: RefundShare): boolean =>
  parts.some((part) => part.kind === 'surplus' && amountBaseUnits + withheldBaseUnits <= part.amountBaseUnits);

/** @returns the new id, or null when its transfer, its event or its request has a refund */
const insertRefund = async (
  em: Em,
  refund: NewRefund & { transferId: string | null },
  share: RefundShare,
  order: RefundableOrder,
): Promise<string | null> => {
  const row = await kyselyOf(em)
    .insertInto('Refund')
    .values({
      intent: order.intentId,
      reviewItemId: refund.reviewItemId === null ? null : BigInt(refund.reviewItemId),
      transferId: refund.transferId === null ? null : BigInt(refund.transferId),
      source: refund.source,
      chainId: share.chainId,
      token: share.token,
      coin: share.coin,
      payerAddress: share.payer,
      toAddress: refund.toAddress,
      feeBearer: refund.feeBearer,
      request: refund.requestId,
      amountBaseUnits: refund.amountBaseUnits,
      amountUnits: unitsOf(refund.amountBaseUnits * share.unitsPerBase),
      feeBaseUnits: refund.feeBaseUnits,
      withheldBaseUnits: refund.withheldBaseUnits,
      orderDigest: refund.orderDigest,
      callData: refund.callData,
      fromBlock: refund.fromBlock,
      deadline: refund.deadline,
      txHash: refund.paid?.txHash ?? null,
      logIndex: refund.paid?.logIndex ?? null,
      fromAddress: refund.paid?.from ?? null,
      isSurplus: refund.reviewItemId === null && isOfSurplus(refund, share),
      state: refund.paid ? 'sent' : 'signed',
      requestedBy: refund.actor.email ?? refund.actor.id,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row ? String(row.id) : null;
};

/** Records the wallet's transaction of a refund. Safe to run twice; a later hash (the wallet sped it up) replaces the first. */
export const noteRefundSent = async (em: Em, storeId: string, id: string, txHash: Hex): Promise<void> => {
  const notFound = () => new UserError('send_back_not_found', 'There is no such order.');
  if (!/^\d{1,18}$/.test(id)) throw notFound();
  const db = kyselyOf(em.fork());
  const refund = await db
    .selectFrom('Refund as b')
    .innerJoin('CheckoutIntent as i', 'i.id', 'b.intent')
    .select('b.id')
    .where('b.id', '=', BigInt(id))
    .where('i.store', '=', storeId)
    .executeTakeFirst();
  if (!refund) throw notFound();
  await db
    .updateTable('Refund')
    .set({ state: 'sent', txHash })
    .where('id', '=', refund.id)
    .where('source', '<>', 'external')
    .where('state', 'in', ['signed', 'sent'])
    .execute();
  // A wallet that had it open can still send a transfer that was withdrawn.
  await db.updateTable('Refund').set({ txHash }).where('id', '=', refund.id).where('isWatched', '=', true).execute();
};
