// The states of orders, merchants and stores in the dashboard's words.
import type { IntentStatusName } from '#domain/status.ts';
import type { AccountStatus } from '#web/access/store-access-types.ts';
import { Badge, type Tone } from './badge.tsx';

export const INTENT_WORDS: Readonly<Record<IntentStatusName, { tone: Tone; words: string }>> = {
  CONFIRMED: { tone: 'ok', words: 'Paid' },
  ON_CHAIN: { tone: 'busy', words: 'Confirming' },
  CREATED: { tone: 'plain', words: 'Created' },
  PAYING: { tone: 'plain', words: 'Opened' },
  TEMP_WALLET_RECEIVED: { tone: 'busy', words: 'Waiting for payment' },
  PENDING_MANUAL_OPERATION: { tone: 'warn', words: 'Needs attention' },
  SEND_BACK: { tone: 'warn', words: 'Being sent back' },
  UNDERPAID: { tone: 'warn', words: 'Underpaid' },
  TIMEOUT: { tone: 'plain', words: 'Expired' },
  CANCELED: { tone: 'plain', words: 'Canceled' },
  REJECTED: { tone: 'bad', words: 'Rejected' },
  FAILED: { tone: 'bad', words: 'Failed' },
};

export function StatusBadge({ status }: { status: IntentStatusName }) {
  const { tone, words } = INTENT_WORDS[status];
  return <Badge tone={tone}>{words}</Badge>;
}

export const ACCOUNT_WORDS: Readonly<Record<AccountStatus, { tone: Tone; words: string }>> = {
  applied: { tone: 'busy', words: 'Applied' },
  active: { tone: 'ok', words: 'Active' },
  suspended: { tone: 'bad', words: 'Suspended' },
};

export function AccountStatusBadge({ status }: { status: AccountStatus }) {
  const { tone, words } = ACCOUNT_WORDS[status];
  return <Badge tone={tone}>{words}</Badge>;
}
