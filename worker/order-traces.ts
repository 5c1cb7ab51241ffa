// What the worker tells of an order's trace: its start by the dispatcher, every activity of its workflow, and its transfers.
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { ClaimedDispatch } from '#db/dispatch/outbox.ts';
import { createdAtOf, readableOrderId } from '#domain/ids.ts';
import type { TransferChange } from '#domain/observed-blocks.ts';
import type { SettledNews } from '#domain/settlements.ts';
import { NO_TRACING, type OrderSpan, type OrderTracing } from '#tracing/order-trace.ts';
import { intentIdOfWorkflow } from '#workflows/messages.ts';

type Facts = Pick<OrderSpan, 'intentId' | 'name' | 'kind'> & { attributes: NonNullable<OrderSpan['attributes']> };

/** Runs `work` and records it. `more` sees what it returned. */
const traced = async <T>(
  tracing: OrderTracing,
  facts: Facts & Pick<OrderSpan, 'isRoot'> & { since?: number },
  work: () => Promise<T>,
  more: (result: T) => NonNullable<OrderSpan['attributes']> = () => ({}),
): Promise<T> => {
  const { since: startedAt = Date.now(), isRoot = false, ...span } = facts;
  try {
    const result = await work();
    const attributes = { ...span.attributes, ...more(result) };
    tracing.record({ ...span, attributes, isRoot, startedAt, endedAt: Date.now() });
    return result;
  } catch (error) {
    // What failed was not the order's start: the next attempt may be.
    tracing.record({ ...span, startedAt, endedAt: Date.now(), error: reasonOf(error) });
    throw error;
  }
};

const reasonOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : 'unknown');

/** A row of the outbox on its way to Temporal. The start of the workflow is the trace's root, for orders of every source. */
export const tracedDispatch = (
  tracing: OrderTracing,
  dispatch: (row: ClaimedDispatch) => Promise<void>,
): typeof dispatch => {
  if (tracing === NO_TRACING) return dispatch;
  return async (row) => {
    if (!row.intent) return await dispatch(row);
    const { id: intentId, orderId, merchantId } = row.intent;
    const order = readableOrderId(orderId ?? '');
    const isStart = row.kind === 'start_intent';
    const attributes = {
      'checkout.store_id': row.storeId ?? '',
      'checkout.merchant_id': merchantId,
      'checkout.outbox_attempt': row.attempts,
      // As in the log: a collector has no e-mail addresses.
      ...(order === '' ? {} : { 'checkout.order_id': order }),
    };
    const start = { name: 'order', isRoot: true, since: createdAtOf(intentId).getTime() };
    const signal = { name: `signal ${String(row.data.signal ?? row.kind)}` };
    const facts = { intentId, kind: 'producer' as const, attributes, ...(isStart ? start : signal) };
    await traced(tracing, facts, () => dispatch(row));
  };
};

/** For the workers: every activity of an order's workflow. */
export const activityTraces =
  (tracing: OrderTracing): ActivityInterceptorsFactory =>
  ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const { workflowId, runId } = info.workflowExecution ?? {};
        const intentId = workflowId === undefined ? null : intentIdOfWorkflow(workflowId);
        if (intentId === null) return await next(input);
        const attributes = {
          'temporal.workflow_id': workflowId ?? '',
          'temporal.run_id': runId ?? '',
          'temporal.task_queue': info.taskQueue,
          'temporal.attempt': info.attempt,
          'temporal.is_local': info.isLocal,
          'temporal.waited_ms': Math.max(Date.now() - info.currentAttemptScheduledTimestampMs, 0),
        };
        const facts = { intentId, name: info.activityType, kind: 'consumer' as const, attributes };
        return await traced(tracing, facts, () => next(input), outcomeOf);
      },
    },
  });

/** `retry` of a webhook is no error of ours, and yet what a reader looks for. */
const outcomeOf = (result: unknown): Record<string, string> =>
  typeof result === 'object' && result !== null && 'kind' in result && typeof result.kind === 'string'
    ? { 'checkout.outcome': result.kind }
    : {};

/** From the transfer's block to the commit that stored it, or the moment in which it was confirmed or vanished. */
export const traceTransfer = (tracing: OrderTracing, chainId: number, change: TransferChange): void => {
  const endedAt = Date.now();
  const { kind, intentId, txHash, seenAfter } = change;
  tracing.record({
    ...{ intentId, name: `transfer ${kind}`, kind: 'internal', endedAt },
    startedAt: endedAt - (seenAfter ?? 0) * 1_000,
    attributes: { 'checkout.chain_id': chainId, 'checkout.tx_hash': txHash },
  });
};

/** From when it was owed until its transaction was as deep as the chain's rule asks. */
export const traceSettlement = (tracing: OrderTracing, chainId: number, news: SettledNews): void => {
  const { intentId, token, txHash, owedAt } = news;
  tracing.record({
    ...{ intentId, name: 'settlement', kind: 'internal', startedAt: owedAt.getTime(), endedAt: Date.now() },
    attributes: { 'checkout.chain_id': chainId, 'checkout.token': token, 'checkout.tx_hash': txHash },
  });
};
