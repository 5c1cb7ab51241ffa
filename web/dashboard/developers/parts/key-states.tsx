// The states of a key in words.

import { Badge, type Tone } from '#web/ui/badge.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import type { KeyState, KeyView } from '../server/developers-types.ts';

const WORDS: Record<KeyState, { tone: Tone; message: string }> = {
  live: { tone: 'ok', message: 'Live' },
  ending: { tone: 'warn', message: 'Ending' },
  ended: { tone: 'plain', message: 'Ended' },
  revoked: { tone: 'plain', message: 'Revoked' },
};

export function KeyStateBadge({ state }: { state: KeyState }) {
  const { tone, message: words } = WORDS[state];
  return <Badge tone={tone}>{words}</Badge>;
}

/** When it ended or will; a dash for a key without an end. */
export function KeyEnd({ keyView: { endsAt }, timeZone }: { keyView: KeyView; timeZone: string }) {
  return endsAt ? <LocalTime iso={endsAt} timeZone={timeZone} /> : '–';
}
