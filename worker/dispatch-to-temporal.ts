// Turns one row of the outbox into a call to Temporal. Every call may be repeated: workflow ids are natural keys.
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { SearchAttributePair, Workflow } from '@temporalio/common';
import type { ClaimedDispatch } from '#db/dispatch/outbox.ts';
import { coinSymbol } from '#domain/coins.ts';
import { SECRET_KINDS } from '#domain/email-data.ts';
import { formatUnits } from '#domain/money.ts';
import { isTerminal, statusName } from '#domain/status.ts';
import {
  type CheckoutIntentInput,
  CheckoutOrderId,
  CheckoutStatus,
  CheckoutStoreId,
  type EmailDeliveryInput,
  emailWorkflowId,
  intentWorkflowId,
  TaskQueue,
  type TransferMessage,
  type TransferSignal,
  type WebhookDeliveryInput,
  WorkflowType,
  webhookWorkflowId,
} from '#workflows/messages.ts';

const CALL_TIMEOUT_MS = 10_000;

/** Queues by name; tests give their own. */
export type TaskQueues = Record<keyof typeof TaskQueue, string>;

/** Starts or signals what the row asks for. Throws when Temporal does not take it. */
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
  await startOnce(() =>
    client.workflow.start(WorkflowType.checkoutIntent, {
      ...intentOptions(row, queues, assessNow),
      // A finished run is success, unless the reconciler knows that it should not have finished.
      workflowIdReusePolicy: assessNow ? WorkflowIdReusePolicy.ALLOW_DUPLICATE : WorkflowIdReusePolicy.REJECT_DUPLICATE,
    }),
  );
};

/** A run that has ended is started anew: money that arrives after a verdict needs one. */
const signalIntent = async (client: Client, row: ClaimedDispatch, queues: TaskQueues): Promise<void> => {
  const { signal, transferId } = row.data as {
    signal: TransferSignal | 'reviewResolved' | 'payerDenied';
    transferId?: string;
  };
  const message: TransferMessage[] = transferId === undefined ? [] : [{ transferId: String(transferId) }];
  // An open intent has a running workflow, as good as always: a bare signal is the cheapest call there is.
  if (row.intent && !isTerminal(row.intent.status)) {
    try {
      await client.workflow.getHandle(intentWorkflowId(row.subjectId)).signal(signal, ...message);
      return;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  await client.workflow.signalWithStart<Workflow, TransferMessage[]>(WorkflowType.checkoutIntent, {
    ...intentOptions(row, queues, false),
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    signal,
    signalArgs: message,
  });
};

const intentOptions = ({ subjectId, storeId, intent }: ClaimedDispatch, queues: TaskQueues, assessNow: boolean) => {
  if (!intent || !storeId) throw new Error(`There is no intent ${subjectId}`);
  const input: CheckoutIntentInput = {
    intentId: subjectId,
    expiresAt: intent.expiresAt.toISOString(),
    oneLook: true,
    ...(assessNow ? { assessNow } : {}),
  };
  const attributes: SearchAttributePair[] = [
    { key: CheckoutStoreId, value: storeId },
    { key: CheckoutStatus, value: statusName(intent.status) },
  ];
  if (intent.orderId) attributes.push({ key: CheckoutOrderId, value: intent.orderId });
  const price = `${formatUnits(intent.amountUnits)} ${coinSymbol(intent.coin)}`;
  return {
    workflowId: intentWorkflowId(subjectId),
    taskQueue: queues.checkout,
    args: [input] as [CheckoutIntentInput],
    typedSearchAttributes: attributes,
    staticSummary: intent.orderId ? `Checkout of ${price}, order ${intent.orderId}` : `Checkout of ${price}`,
  };
};

const startWebhook = async (client: Client, row: ClaimedDispatch, queues: TaskQueues): Promise<void> => {
  if (!row.storeId) throw new Error(`There is no webhook event ${row.subjectId}`);
  const input: WebhookDeliveryInput = { eventId: row.subjectId };
  const options = {
    workflowId: webhookWorkflowId(row.subjectId),
    taskQueue: queues.webhooks,
    args: [input] as [WebhookDeliveryInput],
    staticSummary: `Webhook ${row.subjectId}`,
    typedSearchAttributes: [{ key: CheckoutStoreId, value: row.storeId }],
    // Servers that know fairness keys share the queue among stores; others ignore them.
    priority: { fairnessKey: row.storeId },
  };
  if (row.data.redeliver === true) {
    await client.workflow.signalWithStart(WorkflowType.webhookDelivery, {
      ...options,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      signal: 'redeliver',
      signalArgs: [],
    });
    return;
  }
  await startOnce(() =>
    client.workflow.start(WorkflowType.webhookDelivery, {
      ...options,
      // The reconciler finds events that wait though their run has ended.
      workflowIdReusePolicy:
        row.data.again === true ? WorkflowIdReusePolicy.ALLOW_DUPLICATE : WorkflowIdReusePolicy.REJECT_DUPLICATE,
    }),
  );
};

/** Temporal's, 1 to 5: who waits for a link to log in does not wait behind a thousand reports. */
const emailPriority = (kind: unknown): number => {
  if (SECRET_KINDS.some((secret) => secret === kind)) return 1;
  return kind === 'daily_report' || kind === 'monthly_report' ? 5 : 3;
};

const startEmail = async (client: Client, { subjectId, storeId, data }: ClaimedDispatch, queues: TaskQueues) => {
  const input: EmailDeliveryInput = { messageId: subjectId };
  await startOnce(() =>
    client.workflow.start(WorkflowType.emailDelivery, {
      workflowId: emailWorkflowId(subjectId),
      taskQueue: queues.emails,
      args: [input] as [EmailDeliveryInput],
      staticSummary: `E-mail ${data.kind ?? subjectId}`,
      priority: { priorityKey: emailPriority(data.kind), ...(storeId === null ? {} : { fairnessKey: storeId }) },
      // The reconciler finds messages that wait though their run has ended.
      workflowIdReusePolicy:
        data.again === true ? WorkflowIdReusePolicy.ALLOW_DUPLICATE : WorkflowIdReusePolicy.REJECT_DUPLICATE,
    }),
  );
};

const startOnce = async (start: () => Promise<unknown>): Promise<void> => {
  try {
    await start();
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
};
