// The status of orders, merchants and stores, with its label.
import type { IntentStatusName } from '#domain/status.ts';
import type { AccountStatus } from '#web/access/store-access-types.ts';
import { Badge, type Tone } from './badge.tsx';

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

export function StatusBadge({ status }: { status: IntentStatusName }) {
  const { tone, message } = INTENT_LABELS[status];
  return <Badge tone={tone}>{message}</Badge>;
}

export const ACCOUNT_LABELS: Readonly<Record<AccountStatus, { tone: Tone; message: string }>> = {
  applied: { tone: 'busy', message: 'Applied' },
  active: { tone: 'ok', message: 'Active' },
  suspended: { tone: 'bad', message: 'Suspended' },
};

export function AccountStatusBadge({ status }: { status: AccountStatus }) {
  const { tone, message } = ACCOUNT_LABELS[status];
  return <Badge tone={tone}>{message}</Badge>;
}
