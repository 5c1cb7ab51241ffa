// The public interface of the workflows: names, task queues, ids, inputs, search attributes, signals, updates and queries.
// Definitions only, so that the web and the activities can import it without workflow code.
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { type IntentId, type OrderRef, readableOrderId } from '#domain/ids.ts';
import type { IntentStatus } from '#domain/status.ts';

export const TaskQueue = {
  /** Orders whose workflow carries them to their end. */
  orders: 'orders',
  /** Orders of older releases, and the rates. */
  checkout: 'checkout',
  webhooks: 'webhooks',
  emails: 'emails',
  reports: 'reports',
  chains: 'chains',
} as const;
export type TaskQueue = (typeof TaskQueue)[keyof typeof TaskQueue];

export const WorkflowType = {
  checkoutIntent: 'checkoutIntentWorkflow',
  webhookDelivery: 'webhookDeliveryWorkflow',
  emailDelivery: 'emailDeliveryWorkflow',
  chainWatcher: 'chainWatcherWorkflow',
  chainRelayer: 'chainRelayerWorkflow',
  ratesRefresh: 'ratesRefreshWorkflow',
  reportsSweep: 'reportsSweepWorkflow',
} as const;

/** The memo of an order's workflow: what it keeps of the order, JSON text (db/restores/order-record.ts). */
export const ORDER_MEMO = 'order';

/** Begins with what a person knows. An order of an older release has the intent's own id (decision 0068). */
export const intentWorkflowId = ({ id, orderId, oneWorkflow }: OrderRef): string =>
  oneWorkflow ? ['checkout', readableOrderId(orderId ?? ''), id].filter(Boolean).join('-') : id;

const INTENT_WORKFLOW = /^(?:checkout-(?:(.*)-)?)?([0-9a-f]{24})$/;
/** The intent of such a workflow, and what its id tells of the shop's order id; null for every other workflow. */
export const orderOfWorkflow = (workflowId: string): Pick<OrderRef, 'id' | 'orderId'> | null => {
  const [, orderId = null, id] = INTENT_WORKFLOW.exec(workflowId) ?? [];
  return id === undefined ? null : { id: id as IntentId, orderId };
};

export const intentIdOfWorkflow = (workflowId: string): IntentId | null => orderOfWorkflow(workflowId)?.id ?? null;

export const webhookWorkflowId = (eventId: string): string => `webhook-${eventId}`;
export const emailWorkflowId = (messageId: string): string => `email-${messageId}`;
export const watcherWorkflowId = (chainId: number): string => `chain-watcher-${chainId}`;
export const relayerWorkflowId = (chainId: number): string => `chain-relayer-${chainId}`;
export const RATES_SCHEDULE_ID = 'fiat-rates';
export const REPORTS_SCHEDULE_ID = 'reports';

export interface ReportInput {
  storeId: string;
  kind: 'daily' | 'monthly';
  /** The local day or month: `2026-11-22` or `2026-11`. */
  period: string;
}
export const reportWorkflowId = ({ storeId, kind, period }: ReportInput): string =>
  `report-${storeId}-${kind}-${period}`;

// Search attributes are stored in clear: ids and names of statuses only (docs/reliability.md section 3).
export const CheckoutOrderId = defineSearchAttributeKey('CheckoutOrderId', SearchAttributeType.KEYWORD);
export const CheckoutStoreId = defineSearchAttributeKey('CheckoutStoreId', SearchAttributeType.KEYWORD);
/** The status as the workflow last knew it. Changes that a page makes (statuses 2 and 3) are not mirrored. */
export const CheckoutStatus = defineSearchAttributeKey('CheckoutStatus', SearchAttributeType.KEYWORD);
/** The chain where money was first seen; absent until then. */
export const CheckoutChainId = defineSearchAttributeKey('CheckoutChainId', SearchAttributeType.KEYWORD);
export const CheckoutMerchantId = defineSearchAttributeKey('CheckoutMerchantId', SearchAttributeType.KEYWORD);
/** The coin of the price, such as USDT. */
export const CheckoutCoin = defineSearchAttributeKey('CheckoutCoin', SearchAttributeType.KEYWORD);
/** The price in that coin. For searches: a double is no amount of money. */
export const CheckoutAmount = defineSearchAttributeKey('CheckoutAmount', SearchAttributeType.DOUBLE);
/** What the workflow waits for: names of `Waiting`. */
export const CheckoutWaitingFor = defineSearchAttributeKey('CheckoutWaitingFor', SearchAttributeType.KEYWORD_LIST);
/** A person must act: a review is open, or a webhook fails. */
export const CheckoutAttention = defineSearchAttributeKey('CheckoutAttention', SearchAttributeType.BOOL);
export const SEARCH_ATTRIBUTES = [
  CheckoutOrderId,
  CheckoutStoreId,
  CheckoutMerchantId,
  CheckoutStatus,
  CheckoutChainId,
  CheckoutCoin,
  CheckoutAmount,
  CheckoutWaitingFor,
  CheckoutAttention,
] as const;

/** What an order's workflow waits for, as it stands in the search attribute. `webhook`: a receiver that fails. */
export type Waiting = 'payment' | 'confirmations' | 'watcher' | 'person' | 'refund' | 'webhook';

export interface CheckoutIntentInput {
  intentId: IntentId;
  /** When the checkout clock runs out, ISO-8601. */
  expiresAt: string;
  /** Read the ledger at once, because the run starts late: by the reconciler, or as a continuation. */
  assessNow?: boolean;
  /**
   * One local activity reads, decides and writes. Set by the dispatcher. Older runs lack it and decide in the workflow, so that their
   * histories replay.
   */
  oneLook?: boolean;
  /**
   * Local activities run one after another. Set by the dispatcher. Two at once may complete in an order that a replay does not repeat;
   * older runs lack the member and start them at once, so that their histories replay.
   */
  oneAtATime?: boolean;
  /** The workflow carries the order to its end, deliveries included. Set by the dispatcher for orders that say so (decision 0068). */
  carries?: { storeId: string };
  /** Something may be due at the start: the shop's e-mail about a new order. */
  dueAtStart?: boolean;
  /** Of a continuation: webhooks between two attempts. */
  webhooks?: readonly WebhookPosition[];
  /** Of a continuation: since when a watcher has been behind the deadline, epoch ms; null: none is. */
  inVainSince?: number | null;
}

/** Where the delivery of a webhook stands between two attempts. */
export interface WebhookPosition {
  eventId: string;
  /** Attempts that were made. */
  attempts: number;
  /** Index of the schedule's next pause. */
  step: number;
  /** Epoch ms. */
  dueAt: number;
}

export interface TransferMessage {
  transferId: string;
}

/** Sent by the watcher. A signal only makes the workflow read the ledger. */
export const transferSeen = defineSignal<[TransferMessage], 'transferSeen'>('transferSeen');
export const transferConfirmed = defineSignal<[TransferMessage], 'transferConfirmed'>('transferConfirmed');
export const transferOrphaned = defineSignal<[TransferMessage], 'transferOrphaned'>('transferOrphaned');
export type TransferSignal = 'transferSeen' | 'transferConfirmed' | 'transferOrphaned';
/** A person decided in the review queue; the decision is in Postgres. */
export const reviewResolved = defineSignal('reviewResolved');

/** Screening denied a payer before any transfer; the denial is in Postgres. */
export const payerDenied = defineSignal('payerDenied');

/** Something of the order that another process wrote is to be delivered. */
export const deliveriesDue = defineSignal('deliveriesDue');
/** Deliver an event of the order again, now. */
export const redeliverWebhook = defineSignal<[WebhookDeliveryInput], 'redeliverWebhook'>('redeliverWebhook');

/** Type of the failure that rejects `cancel`; its message may be shown to the shopper. */
export const CANCEL_REFUSED = 'CancelRefused';
/** Cancels the checkout for the shopper. Rejected once money was seen, or when the intent is not waiting for a payment. */
export const cancel = defineUpdate<IntentStatus, [], 'cancel'>('cancel');

/** What an intent waits for, as text for operators. */
export const waitingFor = defineQuery<string, [], 'waitingFor'>('waitingFor');

export interface WebhookDeliveryInput {
  eventId: string;
}

export interface EmailDeliveryInput {
  messageId: string;
}

/** Deliver now, outside of the schedule. */
export const redeliver = defineSignal('redeliver');

export interface ChainInput {
  chainId: number;
}
