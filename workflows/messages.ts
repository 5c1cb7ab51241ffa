// The public interface of the workflows: names, task queues, ids, inputs, search attributes, signals, updates and queries.
// Definitions only, so that the web and the activities can import it without workflow code.
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { IntentStatus } from '#domain/status.ts';

export const TaskQueue = {
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

/** The workflow of an intent has the intent's own id. */
export const intentWorkflowId = (intentId: string): string => intentId;
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
export const SEARCH_ATTRIBUTES = [CheckoutOrderId, CheckoutStoreId, CheckoutStatus, CheckoutChainId] as const;

export interface CheckoutIntentInput {
  intentId: string;
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
  /** Of a continuation: since when a watcher has been behind the deadline, epoch ms; null: none is. */
  inVainSince?: number | null;
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
