// The states of a refund, in words.
import type { RefundState } from '#db/entities/refund.entity.ts';
import type { Tone } from '#web/ui/badge.tsx';

export const REFUND_STATES: Readonly<Record<RefundState, { label: string; tone: Tone }>> = {
  signed: { label: 'Signed, not sent', tone: 'warn' },
  sent: { label: 'Being refunded', tone: 'busy' },
  confirmed: { label: 'Refunded', tone: 'ok' },
  failed: { label: 'Failed', tone: 'bad' },
};

/** How much of an order's money went back. */
export const REFUNDED_LABELS = { all: 'Refunded', part: 'Refunded in part' } as const;
