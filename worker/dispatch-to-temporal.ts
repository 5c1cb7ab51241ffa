// Turns one row of the outbox into a call to Temporal. A call is safe to repeat, because workflow ids are natural keys.
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { SearchAttributePair, SignalDefinition } from '@temporalio/common';
import type { ClaimedDispatch } from '#db/dispatch/outbox.ts';
import { coinSymbol } from '#domain/coins.ts';
import { emailPriority } from '#domain/email-data.ts';
import type { IntentId } from '#domain/ids.ts';
import { formatUnits } from '#domain/money.ts';
import { isTerminal, statusName } from '#domain/status.ts';
import type { checkoutIntentWorkflow } from '#workflows/checkout-intent-workflow.ts';
import type { emailDeliveryWorkflow } from '#workflows/email-delivery-workflow.ts';
import {
  CheckoutAmount,
  CheckoutAttention,
  CheckoutCoin,
  type CheckoutIntentInput,
  CheckoutMerchantId,
  CheckoutOrderId,
  CheckoutStatus,
  CheckoutStoreId,
  CheckoutWaitingFor,
  deliveriesDue,
  emailWorkflowId,
  intentWorkflowId,
  ORDER_MEMO,
  payerDenied,
  redeliver,
  redeliverWebhook,
  reviewResolved,
  TaskQueue,
  type TransferMessage,
  transferConfirmed,
  transferOrphaned,
  transferSeen,
  type WebhookDeliveryInput,
  WorkflowType,
  webhookWorkflowId,
} from '#workflows/messages.ts';
import type { webhookDeliveryWorkflow } from '#workflows/webhook-delivery-workflow.ts';

const CALL_TIMEOUT_MS = 10_000;

/** Names of the task queues; tests use their own. */
export type TaskQueues = Record<keyof typeof TaskQueue, string>;

/** Starts or signals the row's workflow. Throws when Temporal does not accept the call. */
export const dispatchToTemporal = (
  client: Client,
  row: ClaimedDispatch,
  queues: TaskQueues = TaskQueue,
): Promise<void> =>
  client.withDeadline(Date.now() + CALL_TIMEOUT_MS, () => {
    switch (row.kind) {
      case 'start_intent':
        return startIntent(client, row, queues);
      case 'signal_intent':
        return signalIntent(client, row, queues);
      case 'start_webhook':
        return startWebhook(client, row, queues);
      case 'start_email':
        return startEmail(client, row, queues);
    }
  });

const startIntent = async (client: Client, row: ClaimedDispatch, queues: TaskQueues): Promise<void> => {
  const assessNow = row.data.assessNow === true;
  const dueAtStart = row.intent?.mailsNewOrders ?? false;
  const isNew = await startOnce(() =>
    client.workflow.start<typeof checkoutIntentWorkflow>(WorkflowType.checkoutIntent, {
      ...intentOptions(row, queues, { assessNow, dueAtStart }),
      // A completed run counts as success, unless the reconciler knows that it ended too early.
      workflowIdReusePolicy: assessNow ? WorkflowIdReusePolicy.ALLOW_DUPLICATE : WorkflowIdReusePolicy.REJECT_DUPLICATE,
    }),
  );
  // A signal was faster than this start: its run may have read what is due before the shop's e-mail was written.
  if (!isNew && dueAtStart && row.intent?.oneWorkflow) await sendSignal(client, row, queues, deliveriesDue, []);
};

/** Signals by the kind of their arguments. */
const TRANSFER_SIGNALS = { transferSeen, transferConfirmed, transferOrphaned };
const PLAIN_SIGNALS = { reviewResolved, payerDenied, deliveriesDue };
const EVENT_SIGNALS = { redeliverWebhook };

const signalIntent = async (client: Client, row: ClaimedDispatch, queues: TaskQueues): Promise<void> => {
  const { signal, transferId, eventId } = row.data;
  if (isKeyOf(TRANSFER_SIGNALS, signal)) {
    await sendSignal(client, row, queues, TRANSFER_SIGNALS[signal], [{ transferId: String(transferId) }]);
  } else if (isKeyOf(PLAIN_SIGNALS, signal)) {
    await sendSignal(client, row, queues, PLAIN_SIGNALS[signal], []);
  } else if (isKeyOf(EVENT_SIGNALS, signal)) {
    await sendSignal(client, row, queues, EVENT_SIGNALS[signal], [{ eventId: String(eventId) }]);
  } else throw new Error(`Unknown signal ${String(signal)} for intent ${row.subjectId}`);
};

const isKeyOf = <T extends object>(object: T, key: unknown): key is keyof T =>
  typeof key === 'string' && Object.hasOwn(object, key);

/** Starts a new run when the last one has ended: money that arrives after a verdict needs one. */
const sendSignal = async <Args extends (TransferMessage | WebhookDeliveryInput)[]>(
  client: Client,
  row: ClaimedDispatch,
  queues: TaskQueues,
  signal: SignalDefinition<Args>,
  signalArgs: Args,
): Promise<void> => {
  // An open intent almost always has a running workflow, and a plain signal is the cheapest call.
  if (row.intent && !isTerminal(row.intent.status)) {
    try {
      await client.workflow.getHandle(intentWorkflowId(row.intent)).signal(signal, ...signalArgs);
      return;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  await client.workflow.signalWithStart<typeof checkoutIntentWorkflow, (TransferMessage | WebhookDeliveryInput)[]>(
    WorkflowType.checkoutIntent,
    {
      ...intentOptions(row, queues, {}),
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      signal,
      signalArgs,
    },
  );
};

const intentOptions = (
  { subjectId, storeId, intent }: ClaimedDispatch,
  queues: TaskQueues,
  { assessNow = false, dueAtStart = false }: Pick<CheckoutIntentInput, 'assessNow' | 'dueAtStart'>,
) => {
  if (!intent || !storeId) throw new Error(`Intent ${subjectId} does not exist`);
  const { oneWorkflow } = intent;
  const input: CheckoutIntentInput = {
    intentId: subjectId as IntentId,
    expiresAt: intent.expiresAt.toISOString(),
    oneLook: true,
    oneAtATime: true,
    ...(oneWorkflow ? { carries: { storeId }, dueAtStart } : {}),
    ...(assessNow ? { assessNow } : {}),
  };
  const amount = formatUnits(intent.amountUnits);
  const price = `${amount} ${coinSymbol(intent.coin)}`;
  const attributes: SearchAttributePair[] = [
    { key: CheckoutStoreId, value: storeId },
    { key: CheckoutStatus, value: statusName(intent.status) },
    { key: CheckoutMerchantId, value: intent.merchantId },
    { key: CheckoutCoin, value: coinSymbol(intent.coin) },
    { key: CheckoutAmount, value: Number(amount) },
    { key: CheckoutWaitingFor, value: isTerminal(intent.status) ? [] : ['payment'] },
    { key: CheckoutAttention, value: false },
  ];
  if (intent.orderId) attributes.push({ key: CheckoutOrderId, value: intent.orderId });
  return {
    workflowId: intentWorkflowId(intent),
    taskQueue: oneWorkflow ? queues.orders : queues.checkout,
    args: [input] satisfies Parameters<typeof checkoutIntentWorkflow>,
    typedSearchAttributes: attributes,
    ...(intent.record === null ? {} : { memo: { [ORDER_MEMO]: intent.record } }),
    staticSummary: intent.orderId ? `Checkout of ${price}, order ${intent.orderId}` : `Checkout of ${price}`,
  };
};

const startWebhook = async (client: Client, row: ClaimedDispatch, queues: TaskQueues): Promise<void> => {
  if (!row.storeId) throw new Error(`Webhook event ${row.subjectId} does not exist`);
  const options = {
    workflowId: webhookWorkflowId(row.subjectId),
    taskQueue: queues.webhooks,
    args: [{ eventId: row.subjectId }] satisfies Parameters<typeof webhookDeliveryWorkflow>,
    staticSummary: `Webhook ${row.subjectId}`,
    typedSearchAttributes: [{ key: CheckoutStoreId, value: row.storeId }],
    // Servers with fairness keys share the queue among stores; others ignore the key.
    priority: { fairnessKey: row.storeId },
  };
  if (row.data.redeliver === true) {
    await client.workflow.signalWithStart<typeof webhookDeliveryWorkflow>(WorkflowType.webhookDelivery, {
      ...options,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      signal: redeliver,
    });
    return;
  }
  await startOnce(() =>
    client.workflow.start<typeof webhookDeliveryWorkflow>(WorkflowType.webhookDelivery, {
      ...options,
      // The reconciler restarts events that are pending although their run has ended.
      workflowIdReusePolicy:
        row.data.again === true ? WorkflowIdReusePolicy.ALLOW_DUPLICATE : WorkflowIdReusePolicy.REJECT_DUPLICATE,
    }),
  );
};

const startEmail = async (client: Client, { subjectId, storeId, data }: ClaimedDispatch, queues: TaskQueues) => {
  await startOnce(() =>
    client.workflow.start<typeof emailDeliveryWorkflow>(WorkflowType.emailDelivery, {
      workflowId: emailWorkflowId(subjectId),
      taskQueue: queues.emails,
      args: [{ messageId: subjectId }],
      staticSummary: `E-mail ${data.kind ?? subjectId}`,
      priority: {
        priorityKey: emailPriority(String(data.kind)),
        ...(storeId === null ? {} : { fairnessKey: storeId }),
      },
      // The reconciler restarts messages that are pending although their run has ended.
      workflowIdReusePolicy:
        data.again === true ? WorkflowIdReusePolicy.ALLOW_DUPLICATE : WorkflowIdReusePolicy.REJECT_DUPLICATE,
    }),
  );
};

/** @returns whether it was started by this; false: it runs, or ran before */
const startOnce = async (start: () => Promise<unknown>): Promise<boolean> => {
  try {
    await start();
    return true;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return false;
  }
};
