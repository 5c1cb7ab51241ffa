// The shopper's cancel. The intent's workflow decides (docs/architecture.md section 4); repeating it is safe. The result says only
// what is known: without Temporal nothing was changed, and a request that timed out may still succeed.
import {
  isGrpcDeadlineError,
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { TokenTransfer } from '#db/entities/chain.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import type { Orm } from '#db/orm.ts';
import type { IntentId, OrderRef } from '#domain/ids.ts';
import { IntentStatus, isAwaitingPayment } from '#domain/status.ts';
import { CANCEL_REFUSED, cancel, intentWorkflowId } from '#workflows/messages.ts';
import { createCheckoutLimiter, limitsOfDoor } from './checkout-limits.ts';
import type { TemporalLink } from './temporal-client.ts';

/** Pages show it in their language: `cancel.<reason or kind>` in the catalogue. */
export type CancelResult =
  | { kind: 'canceled' }
  /** Money was seen, or the checkout has ended otherwise. */
  | { kind: 'refused'; reason: 'paymentSeen' | 'ended' }
  /** Nothing was requested and nothing was changed. */
  | { kind: 'unavailable' | 'tooOften' }
  /** Requested, with no response in time: the status will show the result. */
  | { kind: 'pending' };

export interface CancelRequest {
  intentId: IntentId;
  /** Of the shopper's browser, for the rate limit. */
  clientAddress: string;
}

export interface CancelDeps {
  orm: Orm;
  temporal: TemporalLink;
}

const REACHABLE_WITHIN_MS = 2_500;
const RESPONSE_WITHIN_MS = 8_000;

const CANCELED: CancelResult = { kind: 'canceled' };
const PAYMENT_SEEN: CancelResult = { kind: 'refused', reason: 'paymentSeen' };
const ENDED: CancelResult = { kind: 'refused', reason: 'ended' };
const UNAVAILABLE: CancelResult = { kind: 'unavailable' };
const PENDING: CancelResult = { kind: 'pending' };

/** The same within the limits of the table of doors: one browser that asks on and on must not hold web's connections to Temporal. */
export const createCancel = (deps: CancelDeps) => {
  const waitFor = createCheckoutLimiter(deps.orm, 'cancel', limitsOfDoor('cancel'));
  return async (request: CancelRequest): Promise<CancelResult | null> =>
    (await waitFor(request)) === null ? await cancelCheckout(deps, request.intentId) : { kind: 'tooOften' };
};

/** @returns null when there is no such intent */
export const cancelCheckout = async ({ orm, temporal }: CancelDeps, id: IntentId): Promise<CancelResult | null> => {
  const before = await standing(orm, id);
  if (before === null || !('order' in before)) return before;
  if (!(await temporal.isReachable(REACHABLE_WITHIN_MS))) return UNAVAILABLE;
  const { client } = temporal;
  try {
    const handle = client.workflow.getHandle(intentWorkflowId(before.order));
    await client.withDeadline(Date.now() + RESPONSE_WITHIN_MS, () => handle.executeUpdate(cancel));
    return CANCELED;
  } catch (error) {
    const failed = meaningOf(error);
    if (!failed) throw error;
    // The request failed, but the checkout may have ended.
    const after = await standing(orm, id);
    return after !== null && 'order' in after ? failed : after;
  }
};

/** What a failed update means while the checkout is still open. */
const meaningOf = (error: unknown): CancelResult | undefined => {
  if (error instanceof WorkflowUpdateFailedError) {
    const { cause } = error;
    return cause instanceof ApplicationFailure && cause.type === CANCEL_REFUSED ? PAYMENT_SEEN : undefined;
  }
  // The workflow is not started yet: the outbox row is not dispatched.
  if (error instanceof WorkflowNotFoundError) return UNAVAILABLE;
  const hasNoResponse =
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    isGrpcDeadlineError(error) ||
    isGrpcServiceError(error instanceof Error ? (error.cause ?? error) : error);
  return hasNoResponse ? PENDING : undefined;
};

/** @returns the order while it is open */
const standing = async (orm: Orm, id: IntentId): Promise<CancelResult | { order: OrderRef } | null> => {
  const em = orm.em.fork();
  const intent = await em.findOne(CheckoutIntent, { id }, { fields: ['status', 'orderId', 'oneWorkflow'] });
  if (!intent) return null;
  if (intent.status === IntentStatus.CANCELED) return CANCELED;
  if (intent.status === IntentStatus.ON_CHAIN) return PAYMENT_SEEN;
  if (!isAwaitingPayment(intent.status)) return ENDED;
  if ((await em.count(TokenTransfer, { intent: id, state: { $ne: 'orphaned' } })) > 0) return PAYMENT_SEEN;
  return { order: { id, orderId: intent.orderId ?? null, oneWorkflow: intent.oneWorkflow } };
};
