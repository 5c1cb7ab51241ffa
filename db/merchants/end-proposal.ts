// Ends proposals of operators that wait, each with its audit entry.
import type { AuditAction } from '#domain/audit-actions.ts';
import { UserError } from '#domain/errors.ts';
import { OperatorProposal, type ProposalState } from '../entities/operator-proposal.entity.ts';
import type { Em } from '../orm.ts';
import { type Actor, writeAudit } from './audit.ts';

export const NO_LONGER = 'This proposal no longer waits';

/** Unless somebody else did meanwhile: throws UserError `no_proposal`. After the act: its rows are locked in their own order. */
export const endProposal = async (
  em: Em,
  proposal: OperatorProposal,
  state: Exclude<ProposalState, 'waiting'>,
  actor: Actor,
): Promise<void> => {
  const { id } = proposal;
  const decided = { state, decidedAt: new Date(), decidedById: actor.id, decidedByEmail: actor.email };
  const ended = await em.nativeUpdate(OperatorProposal, { id, state: 'waiting' }, decided);
  if (ended === 0) throw new UserError('no_proposal', NO_LONGER);
  await auditProposal(em, state === 'confirmed' ? 'proposal.confirm' : 'proposal.cancel', proposal, actor);
};

export const auditProposal = (
  em: Em,
  action: AuditAction<'proposal'>,
  proposal: OperatorProposal,
  actor: Actor,
  reason: string | null = null,
): Promise<void> =>
  writeAudit(em, {
    ...{ actor, action, reason, subjectKind: 'proposal', subjectId: proposal.id, merchantId: proposal.merchant.id },
    data: { details: proposal.details, proposedBy: proposal.actorEmail ?? proposal.actorId },
  });

/** Withdraws, in the name of who decided the money otherwise, what can no longer be confirmed: nobody needs to look at it. */
export const withdrawAcceptances = async (
  em: Em,
  { resolvedIds, except, actor }: { resolvedIds: readonly string[]; except: string | undefined; actor: Actor },
): Promise<void> => {
  const about = { kind: 'review_accept' as const, subject: { $in: [...resolvedIds] }, state: 'waiting' as const };
  for (const proposal of await em.find(OperatorProposal, about)) {
    if (proposal.id !== except) await endProposal(em, proposal, 'canceled', actor);
  }
};
