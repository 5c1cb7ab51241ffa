// Decisions on reviews. One transaction writes the decision, its timeline event, its audit entry and the signal to the intent's
// workflow, which applies the decision.
import { randomUUID } from 'node:crypto';
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { needsOperator, possibleOutcomes, type ReviewOutcome } from '#domain/review-outcomes.ts';
import { IntentStatus } from '#domain/status.ts';
import { queueDispatch } from '../dispatch/outbox.ts';
import { TimelineEvent } from '../entities/intent.entity.ts';
import { Refund } from '../entities/refund.entity.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import { kyselyOf } from '../kysely.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import { withdrawAcceptances } from '../merchants/end-proposal.ts';
import type { Em } from '../orm.ts';
import { inTransaction } from '../pool.ts';
import { oweRefunded } from '../settlements/settlement-refunded.ts';
import { notify, now } from '../sql.ts';
import { tellShopper } from './tell-shopper.ts';

const REASON_MAX = 1_000;

export interface ReviewDecision {
  /** The id of the review item, as decimal text. */
  reviewItemId: string;
  outcome: ReviewOutcome;
  /** The reason that the person wrote; 1 to 1,000 characters. */
  reason: string;
  actor: Actor;
  /** Set on a merchant's pages: reviews of other stores are not found. */
  storeId?: string;
  /** A refund of ours has just done it, and has an e-mail of its own. */
  isRefund?: true;
  /** The proposal that this confirms, and the operator who confirmed it. Every other proposal to accept this money is withdrawn. */
  confirms?: { proposalId: string; confirmedBy: string };
}

export interface DecidedReview {
  intentId: IntentId;
  /** The review, and those of the parts that are accepted with it. */
  resolvedIds: string[];
}

/**
 * Resolves an open review. `accepted` means that the order counts as paid with this money, even if it is less than the price: the
 * workflow confirms the intent once, with one webhook event and one settlement (docs/decisions/0041). The confirmed parts of the
 * order are accepted with it. `sent_back` records that the money was refunded; it moves no money.
 * Joins the caller's transaction if there is one.
 * Throws UserError: `review_not_found`, `review_resolved`, `reason_missing`, `reason_too_long`, `operator_only`,
 * `outcome_not_allowed`, `refused_money_open` (money of a denied payer at the same address is not decided yet),
 * `refund_running`.
 */
export const resolveReview = (entityManager: Em, decision: ReviewDecision): Promise<DecidedReview> =>
  entityManager.transactional(async (em) => {
    const { reviewItemId, outcome } = decision;
    const reason = checkedReason(decision.reason);
    const intent = await lockReviewsOrder(em, decision);
    const reviews = await lockReviews(em, intent.id);
    const review = reviews.find(({ id }) => String(id) === reviewItemId);
    if (!review) throw notFound(reviewItemId);
    checkAllowed(decision, review, reviews, intent);
    await rejectWhileRefunded(em, decision, review, intent.id);

    // A settlement pays out the whole balance of the deposit address, so the parts are accepted together.
    const parts = reviews.filter(
      ({ id, kind, state, transferState }) =>
        id !== review.id && kind === 'underpaid' && state === 'open' && transferState === 'confirmed',
    );
    const resolved = outcome === 'accepted' ? [review, ...parts] : [review];
    await writeDecision(em, { ...decision, reason }, intent, resolved);
    const resolvedIds = resolved.map(({ id }) => String(id));
    await withdrawAcceptances(em, { resolvedIds, except: decision.confirms?.proposalId, actor: decision.actor });
    if (isNews(decision, intent)) {
      await inTransaction(em, (sql) => tellShopper(sql, { intentId: intent.id, reviewIds: resolvedIds, outcome }));
    }
    await oweRefunded(em, intent.id);
    return { intentId: intent.id, resolvedIds };
  });

/** The shopper gets a receipt when the order becomes paid by it, and an e-mail about each refund of ours. */
const isNews = ({ outcome, isRefund }: ReviewDecision, { confirmedAt }: LockedIntent): boolean =>
  outcome === 'accepted' ? confirmedAt !== null : !isRefund;

const writeDecision = async (
  em: Em,
  { reviewItemId, outcome, reason, actor, confirms }: ReviewDecision,
  intent: LockedIntent,
  resolved: readonly LockedReview[],
): Promise<void> => {
  const by = actor.email ?? actor.id;
  const db = kyselyOf(em);
  await db
    .updateTable('ReviewItem')
    .set({ state: 'resolved', outcome, resolution: reason, resolvedBy: by, resolvedAt: now })
    .where(
      'id',
      'in',
      resolved.map(({ id }) => id),
    )
    .execute();
  for (const { id, kind, transferId } of resolved) {
    const data = { review_id: String(id), kind, transfer_id: String(transferId), outcome, reason, by };
    await em.insert(TimelineEvent, { intent: intent.id, kind: 'review_resolved', data });
  }
  const [review] = resolved;
  await writeAudit(em, {
    actor,
    action: `review.${outcome}`,
    subjectKind: 'intent',
    subjectId: intent.id,
    merchantId: intent.merchantId,
    storeId: intent.storeId,
    reason,
    data: {
      ...{ kind: review?.kind, reviewIds: resolved.map(({ id }) => String(id)), intentStatus: intent.status },
      ...confirms,
    },
  });
  await queueDispatch(em, {
    kind: 'signal_intent',
    subjectId: intent.id,
    // A review is decided again when a reorganisation removed the refund that had resolved it.
    dedupeKey: `review_resolved:${reviewItemId}:${randomUUID()}`,
    data: { signal: 'reviewResolved' },
  });
  await notify(em, INTENT_CHANGED_CHANNEL, intent.id);
};

const notFound = (reviewItemId: string): UserError =>
  new UserError('review_not_found', `There is no review ${reviewItemId}.`);

const checkedReason = (text: string): string => {
  const reason = text.trim();
  if (reason === '') throw new UserError('reason_missing', 'reason: write why you decide this.');
  if (reason.length > REASON_MAX)
    throw new UserError('reason_too_long', `reason: at most ${REASON_MAX} characters, not ${reason.length}.`);
  return reason;
};

type LockedIntent = Awaited<ReturnType<typeof lockReviewsOrder>>;
type LockedReview = Awaited<ReturnType<typeof lockReviews>>[number];

/** Locks the intent before its reviews, in the same order as `changeIntent`. Throws UserError `review_not_found`. */
export const lockReviewsOrder = async (
  em: Em,
  { reviewItemId, storeId }: Pick<ReviewDecision, 'reviewItemId' | 'storeId'>,
) => {
  if (!/^\d{1,18}$/.test(reviewItemId)) throw notFound(reviewItemId);
  const intent = await kyselyOf(em)
    .selectFrom('CheckoutIntent as i')
    .innerJoin('Store as s', 's.id', 'i.store')
    .select(['i.id', 'i.status', 'i.confirmedAt', 's.id as storeId', 's.merchant as merchantId'])
    .where('i.id', '=', (eb) =>
      eb.selectFrom('ReviewItem as r').select('r.intent').where('r.id', '=', BigInt(reviewItemId)),
    )
    .forUpdate('i')
    .executeTakeFirst();
  if (!intent || (storeId !== undefined && intent.storeId !== storeId)) throw notFound(reviewItemId);
  return intent;
};

const lockReviews = (em: Em, intentId: IntentId) =>
  kyselyOf(em)
    .selectFrom('ReviewItem as r')
    .innerJoin('TokenTransfer as t', 't.id', 'r.transfer')
    .select(['r.id', 'r.kind', 'r.state', 'r.resolvedBy', 'r.transfer as transferId', 't.state as transferState'])
    .where('r.intent', '=', intentId)
    .orderBy('r.id')
    .forUpdate('r')
    .forShare('t')
    .execute();

/** Rejects a decision on money that is being refunded. A settlement pays out the whole balance, so accepting waits for every refund from the address. */
const rejectWhileRefunded = async (
  em: Em,
  { outcome }: ReviewDecision,
  { transferId }: LockedReview,
  intentId: IntentId,
): Promise<void> => {
  const money = outcome === 'accepted' ? { $or: [{ transferId }, { source: 'deposit' as const }] } : { transferId };
  if ((await em.count(Refund, { intent: intentId, state: { $in: ['signed', 'sent'] }, ...money })) > 0) {
    throw new UserError('refund_running', 'Money of this order is being refunded. Decide when the refund has ended.');
  }
};

const checkAllowed = (
  { outcome, actor }: ReviewDecision,
  review: LockedReview,
  reviews: readonly LockedReview[],
  { status }: LockedIntent,
): void => {
  if (review.state === 'resolved') {
    throw new UserError('review_resolved', `${review.resolvedBy ?? 'Somebody else'} has already decided this.`);
  }
  if (needsOperator(review.kind) && actor.kind === 'member') {
    throw new UserError('operator_only', 'Only an operator can decide on money from a denied payer.');
  }
  const possible = possibleOutcomes(review.kind, review.transferState);
  if (!possible.includes(outcome)) {
    throw new UserError(
      'outcome_not_allowed',
      review.transferState === 'seen' && outcome === 'accepted'
        ? 'outcome: the transfer is not confirmed yet. Accept it when it is confirmed.'
        : `outcome: this can only be ${possible.join(' or ')}.`,
    );
  }
  if (outcome !== 'accepted') return;
  if (status === IntentStatus.SEND_BACK) {
    throw new UserError('refund_running', 'This order is being refunded. Accept money when the refund has ended.');
  }
  // A settlement pays out the whole balance: accepting one transfer would also pay out a denied payer's money at the address.
  const rejected = reviews.some(
    ({ id, kind, state, transferState }) =>
      id !== review.id && kind === 'screening' && state === 'open' && transferState !== 'orphaned',
  );
  if (rejected) {
    throw new UserError(
      'refused_money_open',
      'The same deposit address holds money from a denied payer. Decide on that money first.',
    );
  }
};
