// Labels of a key's states. "Live" is the mode of a key of a store with real money, and no state.

import { Badge, type Tone } from '#web/ui/badge.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import type { KeyState, KeyView } from '../server/developers-types.ts';

const STATES: Record<KeyState, { tone: Tone; label: string }> = {
  live: { tone: 'ok', label: 'Active' },
  ending: { tone: 'warn', label: 'Ending' },
  ended: { tone: 'plain', label: 'Ended' },
  revoked: { tone: 'plain', label: 'Revoked' },
};

export function KeyStateBadge({ state }: { state: KeyState }) {
  const { tone, label } = STATES[state];
  return <Badge tone={tone}>{label}</Badge>;
}

/** When the key ended or will end; a dash for a key without an end. */
export function KeyEnd({ keyView: { endsAt }, timeZone }: { keyView: KeyView; timeZone: string }) {
  return endsAt ? <LocalTime iso={endsAt} timeZone={timeZone} /> : '–';
}
