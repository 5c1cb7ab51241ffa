// What moves money in the console takes two operators: one proposes, another confirms, and the act happens in the confirmation's
// transaction (decision 0088). Commands on the server act at once: their user has the database.
import { randomBytes } from 'node:crypto';
import { findChain, tokenName } from '#domain/chains.ts';
import { UserError } from '#domain/errors.ts';
import { makeId } from '#domain/ids.ts';
import { formatUnits, parseUnits, type Units } from '#domain/money.ts';
import { possibleOutcomes } from '#domain/review-outcomes.ts';
import { listOperators } from '../accounts/operator-emails.ts';
import { type FeeText, OperatorProposal, type ProposalDetails } from '../entities/operator-proposal.entity.ts';
import { Merchant } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { lockReviewsOrder, resolveReview } from '../reviews/review-decisions.ts';
import { readReview } from '../reviews/review-queue.ts';
import { lockText } from '../sql.ts';
import type { Actor } from './audit.ts';
import { auditProposal, endProposal, NO_LONGER } from './end-proposal.ts';
import { findStore } from './find-store.ts';
import { lockStore } from './lock-merchant.ts';
import { checkFees, feeText, isFee, neededReason, setStoreFeesIn } from './store-terms.ts';

interface ProposedBy {
  actor: Actor;
  reason: string;
}

/** Proposes the fee of future orders of a store. Throws UserError; `proposal_waits` while one waits. */
export const proposeFees = (
  entityManager: Em,
  { storeId, feeBps, minFeeUnits, ...by }: ProposedBy & { storeId: string; feeBps: number; minFeeUnits: Units },
): Promise<string> =>
  entityManager.fork().transactional(async (em) => {
    checkFees({ feeBps, minFeeUnits });
    const store = await findStore(em, storeId);
    const from = { feeBps: store.feeBps, minFee: formatUnits(store.minFeeUnits) };
    const details: ProposalDetails = {
      ...{ kind: 'store_fee', storeId, from },
      to: { feeBps, minFee: formatUnits(minFeeUnits) },
    };
    return await propose(em, { details, subject: storeId, merchantId: store.merchant.id }, by);
  });

/** Proposes that the order counts as paid with the money of a review. Throws UserError. */
export const proposeAcceptance = (
  entityManager: Em,
  { reviewItemId, ...by }: ProposedBy & { reviewItemId: string },
): Promise<string> =>
  entityManager.fork().transactional(async (em) => {
    // A decision that is made meanwhile would not see the proposal, and leave it waiting.
    await lockReviewsOrder(em, { reviewItemId });
    const review = await readReview(em, reviewItemId);
    if (!review) throw new UserError('review_not_found', `There is no review ${reviewItemId}.`);
    if (review.state === 'resolved') {
      throw new UserError('review_resolved', `${review.resolvedBy ?? 'Somebody else'} has already decided this.`);
    }
    if (!possibleOutcomes(review.kind, review.transferState).includes('accepted'))
      throw new UserError('outcome_not_allowed', 'outcome: this money cannot be accepted now.');
    const { chainId, token, coin } = review;
    const network = findChain(chainId)?.name ?? `chain ${chainId}`;
    const money = `${formatUnits(review.amountUnits)} ${tokenName(chainId, token, coin)} on ${network}`;
    const details: ProposalDetails = { kind: 'review_accept', reviewItemId, money };
    return await propose(em, { details, subject: reviewItemId, merchantId: review.merchantId }, by);
  });

interface NewProposal {
  details: ProposalDetails;
  subject: string;
  merchantId: string;
}

const propose = async (em: Em, { details, subject, merchantId }: NewProposal, by: ProposedBy): Promise<string> => {
  const { actor } = by;
  const reason = neededReason(by.reason);
  const { kind } = details;
  await lockText(em, `proposal ${kind} ${subject}`);
  if ((await em.count(OperatorProposal, { kind, subject, state: 'waiting' })) > 0) {
    throw new UserError('proposal_waits', 'A proposal about this waits already: confirm or withdraw that one');
  }
  const proposal = em.create(OperatorProposal, {
    ...{ id: makeId('prp', randomBytes(16)), merchant: em.getReference(Merchant, merchantId), kind, subject, details },
    ...{ actorId: actor.id, actorEmail: actor.email, reason },
  });
  await em.flush();
  await auditProposal(em, 'proposal.make', proposal, actor, reason);
  return proposal.id;
};

const waiting = async (em: Em, id: string): Promise<OperatorProposal> => {
  const proposal = await em.findOne(OperatorProposal, { id, state: 'waiting' });
  if (!proposal) throw new UserError('no_proposal', NO_LONGER);
  return proposal;
};

/**
 * Another operator agrees: the act happens now, with the proposer's reason and in the proposer's name. Throws UserError `no_proposal`,
 * `not_second`, `not_operator` (the proposer is none any more), `fee_changed` (it is no longer the one that the proposal names), and
 * what the act throws: the proposal then still waits.
 */
export const confirmProposal = (entityManager: Em, { id, actor }: { id: string; actor: Actor }): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const proposal = await waiting(em, id);
    if (proposal.actorId === actor.id) {
      throw new UserError('not_second', 'You proposed this yourself: another operator must confirm it');
    }
    if (!(await listOperators(em)).some(({ userId }) => userId === proposal.actorId)) {
      throw new UserError('not_operator', 'Who proposed this is no operator any more: take it back');
    }
    await perform(em, proposal, actor);
    await endProposal(em, proposal, 'confirmed', actor);
  });

const perform = async (
  em: Em,
  { id, details, actorId, actorEmail, reason }: OperatorProposal,
  second: Actor,
): Promise<void> => {
  const actor: Actor = { kind: 'operator', id: actorId, email: actorEmail ?? null };
  if (details.kind === 'review_accept') {
    const confirms = { proposalId: id, confirmedBy: second.email ?? second.id };
    await resolveReview(em, { reviewItemId: details.reviewItemId, outcome: 'accepted', reason, actor, confirms });
    return;
  }
  const { storeId, from, to } = details;
  const minFeeUnits = parseUnits(to.minFee);
  if (minFeeUnits === undefined) throw new Error(`Proposal with a fee of ${to.minFee}`);
  await requireSameFee(em, storeId, from);
  await setStoreFeesIn(em, { storeId, feeBps: to.feeBps, minFeeUnits, actor, reason });
};

/** Both persons agreed to a change from one fee to another: with another start, such as after a command, it would be another change. */
const requireSameFee = async (em: Em, storeId: string, from: FeeText): Promise<void> => {
  const store = await lockStore(em, storeId);
  if (isFee(store, from)) return;
  throw new UserError(
    'fee_changed',
    `The fee has changed since, to ${feeText(store)}: withdraw this and propose again`,
  );
};

/** Any operator takes a proposal back; nothing happens. Throws UserError `no_proposal`. */
export const cancelProposal = (entityManager: Em, { id, actor }: { id: string; actor: Actor }): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const proposal = await waiting(em, id);
    await endProposal(em, proposal, 'canceled', actor);
  });

/** Takes back what this operator proposed and nobody confirmed yet: somebody else had the account. @returns how many */
export const cancelProposalsOf = async (entityManager: Em, actorId: string, actor: Actor): Promise<number> => {
  const open = await entityManager.fork().find(OperatorProposal, { actorId, state: 'waiting' });
  let canceled = 0;
  for (const { id } of open) {
    try {
      await cancelProposal(entityManager, { id, actor });
      canceled += 1;
    } catch (error) {
      // Another operator decided it meanwhile.
      if (!(error instanceof UserError)) throw error;
    }
  }
  return canceled;
};

/** How many wait, for the navigation. */
export const countProposals = (em: Em): Promise<number> => em.fork().count(OperatorProposal, { state: 'waiting' });
