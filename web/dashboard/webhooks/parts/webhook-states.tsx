// The states of a webhook in words.

import { Badge, type Tone } from '#web/ui/badge.tsx';
import type { WebhookStateName } from '../server/webhooks-types.ts';

export const WEBHOOK_LABELS: Record<WebhookStateName, { tone: Tone; message: string }> = {
  pending: { tone: 'busy', message: 'Being delivered' },
  delivered: { tone: 'ok', message: 'Delivered' },
  failed: { tone: 'bad', message: 'Failed' },
  disabled: { tone: 'warn', message: 'Switched off' },
};

export function WebhookStateBadge({ state }: { state: WebhookStateName }) {
  const { tone, message: words } = WEBHOOK_LABELS[state];
  return <Badge tone={tone}>{words}</Badge>;
}
