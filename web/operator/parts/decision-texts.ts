// The possible decisions on a review as operators read them: what each does to this money.
import { needsOperator, type ReviewOutcome } from '#domain/review-outcomes.ts';
import type { ReviewPageView } from '../server/operator-types.ts';

const TEXTS = {
  accepted: {
    label: 'Propose to accept',
    hint: 'When another operator confirms it, the order is paid with this money: the shop is notified and the money is settled.',
  },
  sent_back: {
    label: 'Record as refunded',
    hint: 'For money that was refunded outside this system. This moves no money: the merchant’s owner refunds from the order’s page, with the receiver’s signature.',
  },
  closed: { label: 'Close', hint: 'Nothing is done; the money stays where it is.' },
} as const;

const DENIED_SENT_BACK =
  'For money that was refunded outside this system. This moves no money, and the merchant cannot refund a denied payer.';
const GONE_CLOSED =
  'Takes note of it. Nothing is done, and the order keeps its status. If the network brings the payment back, it is counted by itself.';

export const decisionText = (
  outcome: ReviewOutcome,
  { kind, isOnChain }: Pick<ReviewPageView, 'kind' | 'isOnChain'>,
): { label: string; hint: string } => {
  const { label, hint } = TEXTS[outcome];
  if (outcome === 'sent_back' && needsOperator(kind)) return { label, hint: DENIED_SENT_BACK };
  if (outcome === 'closed' && !isOnChain) return { label, hint: GONE_CLOSED };
  return { label, hint };
};
