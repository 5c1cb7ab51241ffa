// The decisions that a person may make on a review (docs/architecture.md section 5). Pages offer these; db/reviews/review-decisions.ts,
// which writes decisions, rejects all others.
import type { TransferState } from './payment-rules.ts';
import type { ReviewKind } from './review-kinds.ts';

/** The money counts as the payment, went back to its payer, or stays where it is. */
export type ReviewOutcome = 'accepted' | 'sent_back' | 'closed';

/** A reorganisation after CONFIRMED is an alarm: there is no money to accept or to send, only something to take note of. */
const OF_KIND: Readonly<Record<ReviewKind, readonly ReviewOutcome[]>> = {
  late: ['accepted', 'sent_back', 'closed'],
  underpaid: ['accepted', 'sent_back', 'closed'],
  wrong_coin: ['accepted', 'sent_back', 'closed'],
  wrong_chain: ['accepted', 'sent_back', 'closed'],
  second_payment: ['accepted', 'sent_back', 'closed'],
  screening: ['accepted', 'sent_back', 'closed'],
  reorg_after_confirmed: ['closed'],
};

/**
 * The outcomes that a review allows now. Money that a reorganisation took back can only be closed; money that is not confirmed yet
 * cannot be accepted, for it would be a payment that may still vanish.
 */
export const possibleOutcomes = (kind: ReviewKind, transferState: TransferState): ReviewOutcome[] =>
  OF_KIND[kind].filter(
    (outcome) =>
      outcome === 'closed' || (outcome === 'accepted' ? transferState === 'confirmed' : transferState !== 'orphaned'),
  );

/** Money of a denied payer: only the platform decides on it, never the merchant. */
export const OPERATORS_KIND: ReviewKind = 'screening';
export const needsOperator = (kind: ReviewKind): boolean => kind === OPERATORS_KIND;
