// What other rooms may know of the workflows: names, queues, ids, inputs, search attributes, and the messages that they take.
// Definitions only, so that the web and the activities can import it without any workflow code.
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
/** The status as the workflow last knew it: moves that a page makes by itself (2, 3) are not mirrored. */
export const CheckoutStatus = defineSearchAttributeKey('CheckoutStatus', SearchAttributeType.KEYWORD);
/** The chain on which money was seen first; absent before. */
export const CheckoutChainId = defineSearchAttributeKey('CheckoutChainId', SearchAttributeType.KEYWORD);
export const SEARCH_ATTRIBUTES = [CheckoutOrderId, CheckoutStoreId, CheckoutStatus, CheckoutChainId] as const;

export interface CheckoutIntentInput {
  intentId: string;
  /** When the checkout clock runs out, ISO-8601. */
  expiresAt: string;
  /** Look at the ledger at once: the run was started late (by the reconciler, or as a continuation). */
  assessNow?: boolean;
  /**
   * Every wake is one local activity, which looks and writes until the status stands. Set by the dispatcher; runs from before do
   * without and decide in the workflow, so their histories replay.
   */
  oneLook?: boolean;
  /** Of a continuation: since when every look has found a watcher behind the deadline, epoch ms; null: none has. */
  inVainSince?: number | null;
}

export interface TransferMessage {
  transferId: string;
}

/** Nudges from the watcher; the ledger in Postgres is the truth. */
export const transferSeen = defineSignal<[TransferMessage], 'transferSeen'>('transferSeen');
export const transferConfirmed = defineSignal<[TransferMessage], 'transferConfirmed'>('transferConfirmed');
export const transferOrphaned = defineSignal<[TransferMessage], 'transferOrphaned'>('transferOrphaned');
export type TransferSignal = 'transferSeen' | 'transferConfirmed' | 'transferOrphaned';
/** A person has decided in the review queue, and Postgres says what. */
export const reviewResolved = defineSignal('reviewResolved');

/** Screening refused a payer before anything was sent, and Postgres knows it. */
export const payerDenied = defineSignal('payerDenied');

/** Type of the failure that refuses `cancel`; its message may be shown to the shopper. */
export const CANCEL_REFUSED = 'CancelRefused';
/** Cancels the checkout for the shopper. Refused once money was seen, or when the intent is not waiting for a payment. */
export const cancel = defineUpdate<IntentStatus, [], 'cancel'>('cancel');

/** What an intent waits for, in words. */
export const waitingFor = defineQuery<string, [], 'waitingFor'>('waitingFor');

export interface WebhookDeliveryInput {
  eventId: string;
}

export interface EmailDeliveryInput {
  messageId: string;
}

/** Deliver now, out of schedule. */
export const redeliver = defineSignal('redeliver');

export interface ChainInput {
  chainId: number;
}
