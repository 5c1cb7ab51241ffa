// Simulations that the worker carries out: what is open, its progress, and ending an order's time to pay.
import type { Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import type { TransferState } from '#domain/payment-rules.ts';
import { type IntentStatus, isAwaitingPayment } from '#domain/status.ts';
import { queueDispatch } from '../dispatch/outbox.ts';
import { TokenTransfer } from '../entities/chain.entity.ts';
import { CheckoutIntent } from '../entities/intent.entity.ts';
import { Simulation, type SimulationState } from '../entities/simulation.entity.ts';
import type { Em } from '../orm.ts';

/** Oldest first, with their orders. */
export const listOpenSimulations = (em: Em, limit: number): Promise<Simulation[]> =>
  em
    .fork()
    .find(Simulation, { finishedAt: null }, { orderBy: { createdAt: 'asc', id: 'asc' }, limit, populate: ['intent'] });

/** @param from the state that it was read in: another worker may have moved it. @returns whether it was still in it */
export const moveSimulation = async (
  em: Em,
  { id, state: from }: Pick<Simulation, 'id' | 'state'>,
  to: SimulationState,
  values: Partial<Pick<Simulation, 'txHash' | 'lastError'>> = {},
): Promise<boolean> => {
  const isEnd = to === 'done' || to === 'failed';
  const changed = await em
    .fork()
    .nativeUpdate(
      Simulation,
      { id, state: from },
      { lastError: null, ...values, state: to, ...(isEnd ? { finishedAt: new Date() } : {}) },
    );
  return changed > 0;
};

export const noteSimulationTrouble = async (em: Em, id: string, lastError: string): Promise<void> =>
  void (await em.fork().nativeUpdate(Simulation, { id, finishedAt: null }, { lastError }));

/** Ends a test order's time to pay, and wakes its workflow, which decides as at any other deadline. Safe to repeat. */
export const endTimeToPay = (entityManager: Em, intentId: IntentId): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const now = new Date();
    const where = { id: intentId, store: { isTest: true }, expiresAt: { $gt: now } };
    const intent = await em.findOne(CheckoutIntent, where);
    if (!intent || !isAwaitingPayment(intent.status)) return;
    intent.expiresAt = now;
    await em.flush();
    await queueDispatch(em, {
      kind: 'signal_intent',
      subjectId: intentId,
      dedupeKey: `simulation:end:${intentId}`,
      data: { signal: 'deliveriesDue' },
    });
  });

/** As the watcher saw the transaction, and the status that its order has by now; null: not seen yet. */
export const readSimulatedTransfer = async (
  em: Em,
  txHash: Hex,
): Promise<{ state: TransferState; status: IntentStatus } | null> => {
  const transfer = await em
    .fork()
    .findOne(
      TokenTransfer,
      { txHash },
      { fields: ['state', 'intent.status'], populate: ['intent'], orderBy: { id: 'desc' } },
    );
  return transfer && { state: transfer.state, status: transfer.intent.status };
};
