// The status of orders, merchants and stores, as a badge.
import type { IntentStatusName } from '#domain/status.ts';
import type { AccountStatus } from '#web/access/store-access-types.ts';
import { Badge, type Tone } from './badge.tsx';
import { INTENT_LABELS } from './status-labels.ts';

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
