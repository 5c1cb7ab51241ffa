// Cancels an intent for the shopper. Allowed while the checkout waits for payment and the ledger has no transfer.
import { LockMode } from '@mikro-orm/core';
import { IntentMissingError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus, isAwaitingPayment } from '#domain/status.ts';
import { TokenTransfer } from '../entities/chain.entity.ts';
import { CheckoutIntent } from '../entities/intent.entity.ts';
import type { Em } from '../orm.ts';
import { changeIntent } from './change-intent.ts';

/**
 * Cancels an open intent. Locks the intent's row first. A transfer refers to that row, so the watcher cannot store one until this
 * transaction ends: a transfer is either seen here, or comes after the cancel and opens a review. Safe to run twice.
 * Throws IntentMissingError when there is no such intent.
 */
export const cancelIntent = (
  entityManager: Em,
  intentId: IntentId,
): Promise<{ canceled: boolean; status: IntentStatus }> =>
  entityManager.fork().transactional(async (em) => {
    const intent = await em.findOne(CheckoutIntent, intentId, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (!intent) throw new IntentMissingError(intentId);
    if (intent.status === IntentStatus.CANCELED) return { canceled: true, status: intent.status };
    const money = await em.count(TokenTransfer, { intent, state: { $ne: 'orphaned' } });
    if (!isAwaitingPayment(intent.status) || money > 0) return { canceled: false, status: intent.status };
    await changeIntent(em, { intentId, actor: 'workflow', to: IntentStatus.CANCELED });
    return { canceled: true, status: IntentStatus.CANCELED };
  });
