// Labels of a webhook's states.

import { Badge, type Tone } from '#web/ui/badge.tsx';
import type { WebhookStateName } from '../server/webhooks-types.ts';

export const WEBHOOK_LABELS: Record<WebhookStateName, { tone: Tone; label: string }> = {
  pending: { tone: 'busy', label: 'Being delivered' },
  delivered: { tone: 'ok', label: 'Delivered' },
  failed: { tone: 'bad', label: 'Failed' },
  // No URL is set, or its receiver responded with 410.
  disabled: { tone: 'plain', label: 'No receiver' },
};

export function WebhookStateBadge({ state }: { state: WebhookStateName }) {
  const { tone, label } = WEBHOOK_LABELS[state];
  return <Badge tone={tone}>{label}</Badge>;
}
