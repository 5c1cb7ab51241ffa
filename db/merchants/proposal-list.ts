// Proposals of operators as the console's pages list them (db/merchants/proposals.ts makes and ends them).
import type { IntentId } from '#domain/ids.ts';
import { possibleOutcomes } from '#domain/review-outcomes.ts';
import { ReviewItem } from '../entities/delivery.entity.ts';
import { OperatorProposal, type ProposalDetails, type ProposalState } from '../entities/operator-proposal.entity.ts';
import { Store } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { feeText, isFee } from './store-terms.ts';

export interface ListedProposal {
  id: string;
  merchantId: string;
  merchantName: string;
  /** The store whose fee it is, or whose order. */
  store: { name: string; isTest: boolean } | null;
  /** The order that would be paid; null for a fee. */
  order: { id: IntentId; orderId: string | null } | null;
  details: ProposalDetails;
  /** Of one that waits: why it can no longer be confirmed, as a sentence. */
  obsolete: string | null;
  state: ProposalState;
  reason: string;
  proposedById: string;
  proposedBy: string;
  /** ISO-8601. */
  createdAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
}

const DECIDED_SHOWN = 20;
const WAITING_SHOWN = 200;
const populate = ['merchant'] as const;

/** Those that wait, oldest first, then the latest that were decided. */
export const listProposals = async (entityManager: Em): Promise<ListedProposal[]> => {
  const em = entityManager.fork();
  const latest = { orderBy: { decidedAt: 'desc' as const }, limit: DECIDED_SHOWN, populate };
  const [open, decided] = await Promise.all([
    findWaiting(em, {}),
    em.fork().find(OperatorProposal, { state: { $ne: 'waiting' } }, latest),
  ]);
  return await listed(em, [...open, ...decided]);
};

/** Those about one merchant, or about one review, that wait; oldest first. */
export const listWaitingProposals = async (
  entityManager: Em,
  about: { merchantId: string } | { reviewItemId: string },
): Promise<ListedProposal[]> => {
  const em = entityManager.fork();
  const where =
    'merchantId' in about
      ? { merchant: about.merchantId }
      : { kind: 'review_accept' as const, subject: about.reviewItemId };
  return await listed(em, await findWaiting(em, where));
};

const findWaiting = (em: Em, where: object) =>
  em.find(
    OperatorProposal,
    { state: 'waiting', ...where },
    { orderBy: { createdAt: 'asc' }, limit: WAITING_SHOWN, populate },
  );

const listed = async (
  em: Em,
  proposals: readonly Awaited<ReturnType<typeof findWaiting>>[number][],
): Promise<ListedProposal[]> => {
  const details = proposals.map((proposal) => proposal.details);
  const storeIds = details.flatMap((one) => (one.kind === 'store_fee' ? [one.storeId] : []));
  const reviewIds = details.flatMap((one) => (one.kind === 'review_accept' ? [BigInt(one.reviewItemId)] : []));
  const [stores, reviews] = await Promise.all([
    em.fork().find(Store, { id: { $in: storeIds } }),
    em.fork().find(ReviewItem, { id: { $in: reviewIds } }, { populate: ['intent', 'intent.store', 'transfer'] }),
  ]);
  const storeOf = new Map(stores.map((store) => [store.id, store]));
  const reviewOf = new Map(reviews.map((review) => [String(review.id), review]));
  return proposals.map((proposal) => {
    const review = reviewOf.get(proposal.subject);
    const store = storeOf.get(proposal.subject) ?? review?.intent.store;
    const order = review && { id: review.intent.id, orderId: review.intent.orderId ?? null };
    return {
      id: proposal.id,
      merchantId: proposal.merchant.id,
      merchantName: proposal.merchant.name,
      store: store ? { name: store.name, isTest: store.isTest } : null,
      order: order ?? null,
      details: proposal.details,
      obsolete: proposal.state === 'waiting' ? obsoleteBy(proposal.details, store, review) : null,
      state: proposal.state,
      reason: proposal.reason,
      proposedById: proposal.actorId,
      proposedBy: proposal.actorEmail ?? proposal.actorId,
      createdAt: proposal.createdAt.toISOString(),
      decidedBy: proposal.decidedByEmail ?? proposal.decidedById ?? null,
      decidedAt: proposal.decidedAt?.toISOString() ?? null,
    };
  });
};

const obsoleteBy = (details: ProposalDetails, store?: Store, review?: ReviewItem): string | null => {
  if (details.kind === 'review_accept') {
    return review ? whyNotAccepted(review) : null;
  }
  if (!store || isFee(store, details.from)) return null;
  return `The fee was changed meanwhile, to ${feeText(store)}: withdraw this and propose again.`;
};

const whyNotAccepted = ({ kind, state, transfer }: ReviewItem): string | null => {
  if (state === 'resolved') return 'This money was decided meanwhile: withdraw the proposal.';
  const { state: transferState } = transfer;
  if (possibleOutcomes(kind, transferState).includes('accepted')) return null;
  return transferState === 'orphaned'
    ? 'A reorganisation has removed this money from the chain: withdraw the proposal.'
    : 'This money is not confirmed any more: wait until it is, or withdraw the proposal.';
};
