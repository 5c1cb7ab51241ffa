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

type Counts = Pick<LinkLine, 'sold' | 'reserved' | 'stock'>;

const countOf = ({ sold, stock }: Counts): string => (stock === null ? String(sold) : `${sold} of ${stock}`);
const reservedOf = ({ reserved }: Counts): string => (reserved > 0 ? `, ${reserved} in open orders` : '');

/** `3 of 10 sold, 1 in open orders` */
export const countsText = (counts: Counts): string => `${countOf(counts)} sold${reservedOf(counts)}`;

/** Under a heading that says "Sold": `3 of 10, 1 in open orders` */
export const soldText = (counts: Counts): string => countOf(counts) + reservedOf(counts);
