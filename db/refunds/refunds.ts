// Refunds until they are signed and sent (after that: refund-outcomes.ts). The row is written before anything is sent, so a browser
// that closes loses nothing. A unique index and the lock on the intent keep the same money from going back twice.
import type { Hex } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import type { BaseUnits } from '#domain/money.ts';
import type { RefundSource } from '#domain/refunds.ts';
import { kyselyOf } from '../kysely.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import type { ReturnableMoney } from './returnable-money.ts';

export interface NewRefund {
  money: ReturnableMoney;
  source: RefundSource;
  /** Null for a transfer from the wallet. */
  orderDigest: Hex | null;
  callData: Hex;
  feeBaseUnits: BaseUnits;
  fromBlock: bigint;
  deadline: Date;
  actor: Actor;
  /** Why, 1 to 1,000 characters. */
  reason: string;
}

/**
 * Records a refund before anything is sent. Throws UserError: `already_sent_back` (this money has a refund that is open or done),
 * `review_resolved` (somebody decided otherwise in the meantime), `reason_missing`.
 */
export const recordRefund = (entityManager: Em, refund: NewRefund): Promise<{ id: string }> =>
  entityManager.fork().transactional(async (em) => {
    const { money, actor } = refund;
    const reason = refund.reason.trim();
    if (reason === '' || reason.length > 1_000) {
      throw new UserError('reason_missing', 'reason: say why in 1 to 1,000 characters.');
    }
    await lockOpenMoney(em, money);
    const id = await insertRefund(em, refund);
    if (id === null) {
      throw new UserError(
        'already_sent_back',
        'This money has gone back already, or is on its way: load the page again.',
      );
    }
    await writeAudit(em, {
      actor,
      action: 'send_back.order',
      subjectKind: 'intent',
      subjectId: money.intentId,
      merchantId: money.merchantId,
      storeId: money.storeId,
      reason,
      data: {
        sendBackId: id,
        source: refund.source,
        chainId: money.chainId,
        token: money.token,
        to: money.payer,
        amountBaseUnits: String(money.amountBaseUnits),
        feeBaseUnits: String(refund.feeBaseUnits),
      },
    });
    return { id };
  });

/** Locks the intent. Throws UserError when the money's review is not open any more. */
const lockOpenMoney = async (em: Em, { intentId, reviewItemId }: ReturnableMoney): Promise<void> => {
  const db = kyselyOf(em);
  await db.selectFrom('CheckoutIntent').select('id').where('id', '=', intentId).forUpdate().execute();
  if (reviewItemId === null) return;
  const review = await db
    .selectFrom('ReviewItem')
    .select('state')
    .where('id', '=', BigInt(reviewItemId))
    .executeTakeFirst();
  if (review?.state !== 'open') {
    throw new UserError('review_resolved', 'This was decided in the meantime: load the page again.');
  }
};

/** @returns the new id, or null when a refund of this money exists */
const insertRefund = async (em: Em, { money, actor, ...refund }: NewRefund): Promise<string | null> => {
  const row = await kyselyOf(em)
    .insertInto('Refund')
    .values({
      intent: money.intentId,
      reviewItemId: money.reviewItemId === null ? null : BigInt(money.reviewItemId),
      transferId: money.transferId === null ? null : BigInt(money.transferId),
      source: refund.source,
      chainId: money.chainId,
      token: money.token,
      coin: money.coin,
      toAddress: money.payer,
      amountBaseUnits: money.amountBaseUnits,
      amountUnits: money.amountUnits,
      feeBaseUnits: refund.feeBaseUnits,
      orderDigest: refund.orderDigest,
      callData: refund.callData,
      fromBlock: refund.fromBlock,
      deadline: refund.deadline,
      state: 'signed',
      requestedBy: actor.email ?? actor.id,
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
    .set({ state: 'sent', txHash: txHash.toLowerCase() as Hex })
    .where('id', '=', refund.id)
    .where('state', 'in', ['signed', 'sent'])
    .execute();
};
