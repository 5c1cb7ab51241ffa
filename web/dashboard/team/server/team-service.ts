// Members and invitations of a merchant. Callers check that an owner with a fresh log-in makes the changes.

import { provenAccount } from '#db/accounts/proven-account.ts';
import { unreachedAddresses } from '#db/delivery/email-delivery.ts';
import { acceptInvitation, findInvitation, listInvitations, revokeInvitation } from '#db/merchants/invitations.ts';
import { listMembers, removeMember } from '#db/merchants/members.ts';
import { requestMember, requestRole } from '#db/merchants/pending-changes.ts';
import type { Orm } from '#db/orm.ts';
import { emailAddressOf, isSameEmail } from '#domain/email-address.ts';
import { formProblem, problemOf } from '#web/access/form-error.ts';
import type { FormProblem } from '#web/access/form-error-types.ts';
import type { DashboardVisit, MemberRole } from '#web/access/store-access-types.ts';
import type { AccountSession } from '#web/account/server/account-types.ts';
import type { InvitationView, TeamView } from './team-types.ts';

export interface TeamDeps {
  orm: Orm;
  /** Without a trailing slash. */
  publicUrl: string;
  /** How long a new owner waits. */
  changeWaitMs: number;
}

export interface TeamService {
  view(merchantId: string): Promise<TeamView>;
  /** Each change resolves to null when it was made. */
  invite(visit: DashboardVisit, fields: { email: string; role: MemberRole }): Promise<FormProblem | null>;
  revoke(visit: DashboardVisit, invitationId: string): Promise<FormProblem | null>;
  setRole(visit: DashboardVisit, userId: string, role: MemberRole): Promise<FormProblem | null>;
  remove(visit: DashboardVisit, userId: string): Promise<FormProblem | null>;
  /** Null for an unknown link. */
  invitation(token: string): Promise<InvitationView | null>;
  /** The link is an open invitation that was mailed to the address of this account. */
  isFor(session: AccountSession, token: string): Promise<boolean>;
  accept(session: AccountSession, token: string): Promise<{ merchantId: string } | { problem: FormProblem }>;
}

export const createTeamService = ({ orm, publicUrl, changeWaitMs: waitMs }: TeamDeps): TeamService => ({
  async view(merchantId) {
    const [members, invitations] = await Promise.all([
      listMembers(orm.em, merchantId),
      listInvitations(orm.em, merchantId),
    ]);
    const unreached = await unreachedAddresses(
      orm.em,
      merchantId,
      members.map(({ email }) => email),
    );
    return {
      members: members.map(({ userId, email, role, createdAt }) => ({
        userId,
        email,
        role,
        joinedAt: createdAt.toISOString(),
        unreached: unreached.get(emailAddressOf(email)) ?? null,
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
    problemOf(() => requestMember(orm.em, { merchantId, actor, publicUrl, waitMs, email, role })),
  revoke: ({ store: { merchantId }, actor }, id) =>
    problemOf(() => revokeInvitation(orm.em, { merchantId, actor, id })),
  setRole: ({ store: { merchantId }, actor }, userId, role) =>
    problemOf(() => requestRole(orm.em, { merchantId, actor, publicUrl, waitMs, userId, role })),
  remove: ({ store: { merchantId }, actor }, userId) =>
    problemOf(() => removeMember(orm.em, { merchantId, actor, userId })),
  invitation: (token) => findInvitation(orm.em, token),
  async isFor({ email }, token) {
    const found = await findInvitation(orm.em, token);
    return found?.state === 'open' && isSameEmail(found.email, email);
  },
  async accept({ userId }, token) {
    try {
      return await acceptInvitation(orm.em, await provenAccount(orm.em, userId), token);
    } catch (error) {
      return { problem: formProblem(error) };
    }
  },
});
