// The one function that writes an intent's status (architecture.md section 4). In one transaction: lock the row, check the
// transition table, write the status, its timeline event, and everything that must follow from it.
import { LockMode } from '@mikro-orm/core';
import { TransitionError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { formatUnits } from '#domain/money.ts';
import type { ReviewKind } from '#domain/payment-rules.ts';
import { canPageTransition, canTransition, type IntentStatus, type PaymentMethod, statusName } from '#domain/status.ts';
import { TokenTransfer } from '../entities/chain.entity.ts';
import { ReviewItem } from '../entities/delivery.entity.ts';
import { CheckoutIntent, TimelineEvent, type TimelineKind } from '../entities/intent.entity.ts';
import type { Em } from '../orm.ts';
import { recordPayment } from './record-payment.ts';

/** The channel on which a changed intent's id is announced; checkout pages re-read on it. */
export const INTENT_CHANGED_CHANNEL = 'intent_changed';

export interface IntentChange {
  intentId: IntentId;
  /** Pages may only move CREATED → PAYING → TEMP_WALLET_RECEIVED. */
  actor: 'page' | 'workflow' | 'operator';
  /** The status that should stand; nothing is written when it stands already. */
  to?: IntentStatus;
  extendTo?: Date;
  reviews?: { kind: ReviewKind; transferId: string }[];
  /** The transfers that pay the intent; needed when `to` is CONFIRMED. After it, transfers that were mined again. */
  paymentTransferIds?: string[];
  paymentMethodType?: PaymentMethod;
  /** Facts for the timeline event of the status; JSON-safe. */
  data?: Record<string, unknown>;
}

export interface IntentChanged {
  from: IntentStatus;
  to: IntentStatus;
  changed: boolean;
}

/**
 * Applies a change; safe to run twice. Throws TransitionError when the table, or the caller's right, does not allow the move.
 * Runs inside the caller's transaction when there is one.
 */
export const changeIntent = (entityManager: Em, change: IntentChange): Promise<IntentChanged> =>
  entityManager.transactional(async (em) => {
    const intent = await em.findOneOrFail(CheckoutIntent, change.intentId, {
      lockMode: LockMode.PESSIMISTIC_WRITE,
      refresh: true,
    });
    const from = intent.status;
    const to = change.to ?? from;
    const now = new Date();
    let touched = false;
    const note = (kind: TimelineKind, data: Record<string, unknown>, status?: IntentStatus): void => {
      em.create(TimelineEvent, {
        intent,
        kind,
        data,
        statusFrom: status ? from : null,
        statusTo: status ?? null,
        createdAt: now,
      });
      touched = true;
    };

    for (const review of change.reviews ?? []) {
      if (await em.count(ReviewItem, { intent, kind: review.kind, transfer: review.transferId as never })) continue;
      const transfer = await em.findOneOrFail(TokenTransfer, { id: BigInt(review.transferId), intent });
      const found = describeTransfer(transfer);
      em.create(ReviewItem, { intent, transfer, kind: review.kind, state: 'open', found, createdAt: now });
      note('review_opened', { kind: review.kind, ...found });
    }

    if (change.extendTo && !intent.extendedAt) {
      note('clock_extended', { from: intent.expiresAt.toISOString(), to: change.extendTo.toISOString() });
      intent.expiresAt = change.extendTo;
      intent.extendedAt = now;
    }

    if (
      change.paymentMethodType !== undefined &&
      intent.paymentMethodType !== change.paymentMethodType &&
      !intent.confirmedAt
    ) {
      intent.paymentMethodType = change.paymentMethodType;
      touched = true;
    }

    if (change.paymentTransferIds?.length) {
      touched = true;
      await recordPayment(em, intent, change.paymentTransferIds, now);
    }

    if (to !== from) {
      const allowed = change.actor === 'page' ? canPageTransition(from, to) : canTransition(from, to);
      if (!allowed) {
        throw new TransitionError(
          `Intent ${intent.id}: ${change.actor} may not move ${statusName(from)} to ${statusName(to)}`,
        );
      }
      intent.status = to;
      note('status', change.data ?? {}, to);
    }

    if (touched) {
      intent.updatedAt = now;
      await em.flush();
      await em.execute('select pg_notify(?, ?)', [INTENT_CHANGED_CHANNEL, intent.id]);
    }
    return { from, to, changed: to !== from };
  });

const describeTransfer = (transfer: TokenTransfer): Record<string, unknown> => ({
  chain_id: transfer.chainId,
  coin: transfer.coin,
  amount: formatUnits(transfer.amountUnits),
  tx_hash: transfer.txHash,
  from: transfer.fromAddress,
  block_time: transfer.blockTime.toISOString(),
});
