// The labels of an order's statuses (docs/glossary.md). Not in the badge's file: the server runs without JSX.
import type { IntentStatusName } from '#domain/status.ts';
import type { Tone } from './badge.tsx';

export const INTENT_LABELS: Readonly<Record<IntentStatusName, { tone: Tone; message: string }>> = {
  CONFIRMED: { tone: 'ok', message: 'Paid' },
  ON_CHAIN: { tone: 'busy', message: 'Confirming' },
  CREATED: { tone: 'plain', message: 'Created' },
  PAYING: { tone: 'plain', message: 'Opened' },
  TEMP_WALLET_RECEIVED: { tone: 'busy', message: 'Waiting for payment' },
  PENDING_MANUAL_OPERATION: { tone: 'warn', message: 'Needs attention' },
  SEND_BACK: { tone: 'warn', message: 'Being refunded' },
  UNDERPAID: { tone: 'warn', message: 'Underpaid' },
  TIMEOUT: { tone: 'plain', message: 'Expired' },
  CANCELED: { tone: 'plain', message: 'Canceled' },
  REJECTED: { tone: 'bad', message: 'Rejected' },
  FAILED: { tone: 'bad', message: 'Failed' },
};
