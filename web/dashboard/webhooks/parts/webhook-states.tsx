// The states of a webhook in words.

import { Badge, type Tone } from '#web/ui/badge.tsx';
import type { WebhookStateName } from '../server/webhooks-types.ts';

export const WEBHOOK_WORDS: Record<WebhookStateName, { tone: Tone; words: string }> = {
  pending: { tone: 'busy', words: 'Being delivered' },
  delivered: { tone: 'ok', words: 'Delivered' },
  failed: { tone: 'bad', words: 'Failed' },
  disabled: { tone: 'warn', words: 'Switched off' },
};

export function WebhookStateBadge({ state }: { state: WebhookStateName }) {
  const { tone, words } = WEBHOOK_WORDS[state];
  return <Badge tone={tone}>{words}</Badge>;
}
