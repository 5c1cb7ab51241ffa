// The state of a payment link as a badge, and its counts.
import type { LinkState } from '#domain/payment-links.ts';
import { Badge, type Tone } from '#web/ui/badge.tsx';
import type { LinkLine } from '../server/links-types.ts';

const STATES: Readonly<Record<LinkState, { label: string; tone: Tone }>> = {
  open: { label: 'Open', tone: 'ok' },
  paused: { label: 'Paused', tone: 'plain' },
  expired: { label: 'Ended', tone: 'plain' },
  sold_out: { label: 'Sold out', tone: 'warn' },
  archived: { label: 'Archived', tone: 'plain' },
};

export function LinkStateBadge({ state }: { state: LinkState }) {
  const { label, tone } = STATES[state];
  return <Badge tone={tone}>{label}</Badge>;
}

/** `3 of 10 sold, 1 in open orders` */
export const countsText = ({ sold, reserved, stock }: Pick<LinkLine, 'sold' | 'reserved' | 'stock'>): string =>
  `${stock === null ? sold : `${sold} of ${stock}`} sold${reserved > 0 ? `, ${reserved} in open orders` : ''}`;
