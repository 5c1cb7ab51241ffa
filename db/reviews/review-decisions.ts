// A person's decision on money that was found: written here, acted on by the intent's workflow, which this wakes. One
// transaction holds the decision, its timeline event, its audit entry and the signal, so none is ever without the others.
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import type { ReviewKind, TransferState } from '#domain/payment-rules.ts';
import { needsOperator, possibleOutcomes, type ReviewOutcome } from '#domain/review-outcomes.ts';
import { IntentStatus } from '#domain/status.ts';
import { DISPATCH_CHANNEL } from '../dispatch/outbox.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';

const REASON_MAX = 1_000;

export interface ReviewDecision {
  /** The id of the review item, as decimal text. */
  reviewItemId: string;
  outcome: ReviewOutcome;
  /** Why, in the words of who decides; 1 to 1,000 characters. */
  reason: string;
  actor: Actor;
  /** For a merchant's pages: an item of another store is not found. */
  storeId?: string;
}

export interface DecidedReview {
  intentId: IntentId;
  /** The item, and the confirmed parts of a short payment that are accepted with it. */
  resolvedIds: string[];
}

interface LockedReview {
  id: string;
  kind: ReviewKind;
  state: 'open' | 'resolved';
  resolved_by: string | null;
  transfer_id: string;
  transfer_state: TransferState;
}

interface LockedIntent {
  id: IntentId;
  status: IntentStatus;
  store_id: string;
  merchant_id: string;
}

/**
 * Resolves an open review. Accepting says that the order counts as paid with the money that was found, also when it is short: the
 * workflow then confirms the intent, once, with one webhook and one settlement (docs/decisions/0041). The confirmed parts of
 * a short payment are accepted along with anything that is accepted. `sent_back` records that money went back; it moves none.
 * Joins the caller's transaction when there is one.
 * Throws UserError: `review_not_found`, `review_resolved`, `reason_missing`, `reason_too_long`, `operator_only`,
 * `outcome_not_allowed`, `refused_money_open` (money of a refused payer lies at the same address and is not decided),
 * `refund_running`.
 */
export const resolveReview = (entityManager: Em, decision: ReviewDecision): Promise<DecidedReview> =>
  entityManager.transactional(async (transaction) => {
    const em = transaction as Em;
    const { reviewItemId, outcome, actor } = decision;
    const reason = checkedReason(decision.reason);
    const intent = await lockIntentOf(em, decision);
    const reviews = await lockReviews(em, intent.id);
    const review = reviews.find(({ id }) => id === reviewItemId);
    if (!review) throw notFound(reviewItemId);
    checkAllowed(decision, review, reviews, intent);
    await rejectWhileRefunded(em, decision, review, intent.id);

    // The parts of a short payment are one verdict, and their address pays out whole: what is accepted brings them along.
    const parts = reviews.filter(
      ({ id, kind, state, transfer_state }) =>
        id !== reviewItemId && kind === 'underpaid' && state === 'open' && transfer_state === 'confirmed',
    );
    const together = outcome === 'accepted' ? [review, ...parts] : [review];
    const resolvedIds = together.map(({ id }) => id);
    await em.execute(
      `update review_item set state = 'resolved', outcome = ?, resolution = ?, resolved_by = ?, resolved_at = now()
       where id in (select jsonb_array_elements_text(?::jsonb)::bigint)`,
      [outcome, reason, actor.email ?? actor.id, JSON.stringify(resolvedIds)],
    );
    for (const { id, kind, transfer_id: transferId } of together) {
      const data = { review_id: id, kind, transfer_id: transferId, outcome, reason, by: actor.email ?? actor.id };
      await em.execute(`insert into timeline_event (intent_id, kind, data) values (?, 'review_resolved', ?::jsonb)`, [
        intent.id,
        JSON.stringify(data),
      ]);
    }
    await writeAudit(em, {
      actor,
      action: `review.${outcome}`,
      subjectKind: 'intent',
      subjectId: intent.id,
      merchantId: intent.merchant_id,
      storeId: intent.store_id,
      reason,
      data: { kind: review.kind, reviewIds: resolvedIds, intentStatus: intent.status },
    });
    await em.execute(
      `insert into dispatch (kind, subject_id, dedupe_key, data)
       values ('signal_intent', ?, ?, '{"signal":"reviewResolved"}') on conflict (dedupe_key) do nothing`,
      [intent.id, `review_resolved:${reviewItemId}`],
    );
    await em.execute('select pg_notify(?, ?), pg_notify(?, ?)', [
      DISPATCH_CHANNEL,
      '',
      INTENT_CHANGED_CHANNEL,
      intent.id,
    ]);
    return { intentId: intent.id, resolvedIds };
  });

const notFound = (reviewItemId: string): UserError =>
  new UserError('review_not_found', `There is no review ${reviewItemId}.`);

const checkedReason = (text: string): string => {
  const reason = text.trim();
  if (reason === '') throw new UserError('reason_missing', 'reason: say why, for those who read this later.');
  if (reason.length > REASON_MAX)
    throw new UserError('reason_too_long', `reason: at most ${REASON_MAX} characters, not ${reason.length}.`);
  return reason;
};

/** The intent before its reviews, as `changeIntent` locks them. */
const lockIntentOf = async (em: Em, { reviewItemId, storeId }: ReviewDecision): Promise<LockedIntent> => {
  if (!/^\d{1,18}$/.test(reviewItemId)) throw notFound(reviewItemId);
  const [intent] = await em.execute<LockedIntent[]>(
    `select i.id, i.status, i.store_id, s.merchant_id from checkout_intent i join store s on s.id = i.store_id
     where i.id = (select intent_id from review_item where id = ?) for update of i`,
    [reviewItemId],
  );
  if (!intent || (storeId !== undefined && intent.store_id !== storeId)) throw notFound(reviewItemId);
  return intent;
};

const lockReviews = (em: Em, intentId: IntentId): Promise<LockedReview[]> =>
  em.execute<LockedReview[]>(
    `select r.id::text, r.kind, r.state, r.resolved_by, r.transfer_id::text, t.state as transfer_state
     from review_item r join token_transfer t on t.id = r.transfer_id
     where r.intent_id = ? order by r.id for update of r for share of t`,
    [intentId],
  );

/** Money that is ordered back is decided when the chain has answered; and a deposit address pays out whole. */
const rejectWhileRefunded = async (
  em: Em,
  { outcome }: ReviewDecision,
  { transfer_id: transferId }: LockedReview,
  intentId: IntentId,
): Promise<void> => {
  const [open] = await em.execute<unknown[]>(
    `select 1 from send_back where intent_id = ? and state in ('signed', 'sent')
       and (transfer_id = ? or (? = 'accepted' and source = 'deposit')) limit 1`,
    [intentId, transferId, outcome],
  );
  if (open) {
    throw new UserError('refund_running', 'Money of this order is being sent back: decide when that has ended.');
  }
};

const checkAllowed = (
  { outcome, actor }: ReviewDecision,
  review: LockedReview,
  reviews: readonly LockedReview[],
  { status }: LockedIntent,
): void => {
  if (review.state === 'resolved') {
    throw new UserError('review_resolved', `This was decided already, by ${review.resolved_by ?? 'somebody else'}.`);
  }
  if (needsOperator(review.kind) && actor.kind === 'member') {
    throw new UserError('operator_only', 'Money of a payer whom screening refuses is decided by the operator.');
  }
  const possible = possibleOutcomes(review.kind, review.transfer_state);
  if (!possible.includes(outcome)) {
    throw new UserError(
      'outcome_not_allowed',
      review.transfer_state === 'seen' && outcome === 'accepted'
        ? 'outcome: the transfer is not confirmed yet; accept it when it is.'
        : `outcome: this can only be ${possible.join(' or ')}.`,
    );
  }
  if (outcome !== 'accepted') return;
  if (status === IntentStatus.SEND_BACK) {
    throw new UserError('refund_running', 'A refund of this order is running; nothing can be accepted meanwhile.');
  }
  // A deposit address pays out whole: accepting what lies beside refused money would pay that out as well.
  const rejected = reviews.some(
    ({ id, kind, state, transfer_state }) =>
      id !== review.id && kind === 'screening' && state === 'open' && transfer_state !== 'orphaned',
  );
  if (rejected) {
    throw new UserError(
      'refused_money_open',
      'Money of a payer whom screening refuses lies at the same address: decide on that first.',
    );
  }
};
