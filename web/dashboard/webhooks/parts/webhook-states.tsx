// Labels of a webhook's states.

import type { DeliveryState } from '#domain/webhook-response.ts';
import { Badge, type Tone } from '#web/ui/badge.tsx';

export const WEBHOOK_LABELS: Record<DeliveryState, { tone: Tone; label: string }> = {
  pending: { tone: 'busy', label: 'Being delivered' },
  delivered: { tone: 'ok', label: 'Delivered' },
  failed: { tone: 'bad', label: 'Failed' },
  // No URL is set, or its receiver responded with 410.
  disabled: { tone: 'plain', label: 'No receiver' },
};

export function WebhookStateBadge({ state }: { state: DeliveryState }) {
  const { tone, label } = WEBHOOK_LABELS[state];
  return <Badge tone={tone}>{label}</Badge>;
}
