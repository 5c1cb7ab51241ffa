// Members and invitations of a merchant. Callers check that an owner with a fresh log-in makes the changes.

import {
  acceptInvitation,
  findInvitation,
  inviteMember,
  listInvitations,
  revokeInvitation,
} from '#db/merchants/invitations.ts';
import { listMembers, removeMember, setMemberRole } from '#db/merchants/members.ts';
import type { Orm } from '#db/orm.ts';
import { problemOf } from '#web/access/form-error.ts';
import type { FormProblem } from '#web/access/form-error-types.ts';
import type { DashboardVisit, MemberRole } from '#web/access/store-access-types.ts';
import type { AccountSession } from '#web/account/server/account-types.ts';
import type { InvitationView, TeamView } from './team-types.ts';

export interface TeamService {
  view(merchantId: string): Promise<TeamView>;
  /** Each change resolves to null when it was made. */
  invite(visit: DashboardVisit, fields: { email: string; role: MemberRole }): Promise<FormProblem | null>;
  revoke(visit: DashboardVisit, invitationId: string): Promise<FormProblem | null>;
  setRole(visit: DashboardVisit, userId: string, role: MemberRole): Promise<FormProblem | null>;
  remove(visit: DashboardVisit, userId: string): Promise<FormProblem | null>;
  /** Null for an unknown link. */
  invitation(token: string): Promise<InvitationView | null>;
  accept(session: AccountSession, token: string): Promise<FormProblem | null>;
}

export const createTeamService = (orm: Orm, publicUrl: string): TeamService => ({
  async view(merchantId) {
    const [members, invitations] = await Promise.all([
      listMembers(orm.em, merchantId),
      listInvitations(orm.em, merchantId),
    ]);
    return {
      members: members.map(({ userId, email, role, createdAt }) => ({
        userId,
        email,
        role,
        joinedAt: createdAt.toISOString(),
      })),
      invitations: invitations.map(({ id, email, role, invitedBy, expiresAt }) => ({
        id: String(id),
        email,
        role,
        invitedBy,
        expiresAt: expiresAt.toISOString(),
      })),
    };
  },
  invite: ({ store: { merchantId }, actor }, { email, role }) =>
    problemOf(() => inviteMember(orm.em, { merchantId, actor, publicUrl, email, role })),
  revoke: ({ store: { merchantId }, actor }, id) =>
    problemOf(() => revokeInvitation(orm.em, { merchantId, actor, id })),
  setRole: ({ store: { merchantId }, actor }, userId, role) =>
    problemOf(() => setMemberRole(orm.em, { merchantId, actor, userId, role })),
  remove: ({ store: { merchantId }, actor }, userId) =>
    problemOf(() => removeMember(orm.em, { merchantId, actor, userId })),
  invitation: (token) => findInvitation(orm.em, token),
  accept: ({ userId, email }, token) => problemOf(() => acceptInvitation(orm.em, { token, userId, email })),
});
