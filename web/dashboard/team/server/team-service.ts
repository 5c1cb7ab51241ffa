// Who works for a merchant: the team page's presenter and its changes. Callers have asked the door for an owner with a fresh log-in.

import {
  acceptInvitation,
  findInvitation,
  inviteMember,
  listInvitations,
  revokeInvitation,
} from '#db/merchants/invitations.ts';
import { listMembers, removeMember, setMemberRole } from '#db/merchants/members.ts';
import type { Orm } from '#db/orm.ts';
import { formProblem } from '#web/access/form-error.ts';
import type { FormProblem } from '#web/access/form-error-types.ts';
import type { DashboardVisit, MemberRole } from '#web/access/store-access-types.ts';
import type { AccountSession } from '#web/account/server/account-types.ts';
import type { InvitationView, TeamView } from './team-types.ts';

export interface TeamService {
  view(merchantId: string): Promise<TeamView>;
  /** Each answers null when it was done. */
  invite(visit: DashboardVisit, fields: { email: string; role: string }): Promise<FormProblem | null>;
  revoke(visit: DashboardVisit, invitationId: string): Promise<FormProblem | null>;
  setRole(visit: DashboardVisit, userId: string, role: string): Promise<FormProblem | null>;
  remove(visit: DashboardVisit, userId: string): Promise<FormProblem | null>;
  /** Null for a link of nobody's. */
  invitation(token: string): Promise<InvitationView | null>;
  accept(session: AccountSession, token: string): Promise<FormProblem | null>;
}

const ROLES: readonly string[] = ['owner', 'manager', 'viewer'] satisfies MemberRole[];

export const createTeamService = (orm: Orm, publicUrl: string): TeamService => {
  const done = async (work: Promise<unknown>): Promise<FormProblem | null> => {
    try {
      await work;
      return null;
    } catch (error) {
      return formProblem(error);
    }
  };
  return {
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
      done(inviteMember(orm.em, { merchantId, actor, publicUrl, email, role: role as MemberRole })),
    revoke: ({ store: { merchantId }, actor }, id) => done(revokeInvitation(orm.em, { merchantId, actor, id })),
    async setRole({ store: { merchantId }, actor }, userId, role) {
      if (!ROLES.includes(role)) {
        return { code: 'invalid_member', field: 'role', message: 'Must be owner, manager or viewer.' };
      }
      return await done(setMemberRole(orm.em, { merchantId, actor, userId, role: role as MemberRole }));
    },
    remove: ({ store: { merchantId }, actor }, userId) => done(removeMember(orm.em, { merchantId, actor, userId })),
    invitation: (token) => findInvitation(orm.em, token),
    accept: ({ userId, email }, token) => done(acceptInvitation(orm.em, { token, userId, email })),
  };
};
