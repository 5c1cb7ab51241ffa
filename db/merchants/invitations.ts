// Invitations to work for a merchant: a secret link by e-mail, valid for seven days and for the invited address only. Only a hash of
// the secret is stored.

import { createHash, randomBytes } from 'node:crypto';
import { raw } from '@mikro-orm/core';
import { z } from 'zod';
import type { AuditAction } from '#domain/audit-actions.ts';
import { isSameEmail } from '#domain/email-address.ts';
import { UserError } from '#domain/errors.ts';
import type { ProvenAccount } from '../accounts/proven-account.ts';
import { queueEmail } from '../delivery/queue-emails.ts';
import { Invitation, Member, type MemberRole } from '../entities/merchant-people.entity.ts';
import type { Merchant } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { type Actor, writeAudit } from './audit.ts';
import { endWaitingChange, personSubject } from './end-change.ts';
import { lockMerchant } from './lock-merchant.ts';
import { type GivenRole, requirePermission } from './money-permission.ts';
import { mailTeamChange, ownersOf } from './owner-mail.ts';
import { merchantFields, parseFields } from './store-settings.ts';

const VALID_MS = 7 * 86_400_000;
/** Members and open invitations together. */
const MAX_PEOPLE = 100;

const invitationFields = z.object({
  email: merchantFields.shape.email,
  role: z.enum(['owner', 'manager', 'viewer'], { error: 'must be owner, manager or viewer' }),
});

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export type NewInvitation = InvitationFields & GivenRole;

interface InvitationFields {
  merchantId: string;
  email: string;
  actor: Actor;
  /** For the audit log; operators must give one. */
  reason?: string;
  /** The server's public URL: the link begins with it. */
  publicUrl: string;
}

/**
 * Invites a person, and queues the e-mails in the same transaction: the invitation, and a note to every owner. An open invitation to
 * the same address is revoked, and one of an owner that waits is canceled. Throws UserError `invalid_invitation` ("member: reason"),
 * `already_member`, `too_many_people`, `not_active` (an applicant).
 */
export const inviteMember = (em: Em, invitation: NewInvitation): Promise<{ expiresAt: Date }> =>
  em.fork().transactional((fork) => inviteMemberIn(fork, invitation));

/** The address and role of a person who may be invited; locks the merchant. Throws as `inviteMember`. */
export const checkInvitation = async (
  em: Em,
  merchantId: string,
  fields: { email: string; role: MemberRole },
): Promise<{ merchant: Merchant; members: Member[]; email: string; role: MemberRole }> => {
  const { email, role } = parseFields(invitationFields, { email: fields.email, role: fields.role }, 'invitation');
  const merchant = await lockMerchant(em, merchantId);
  if (merchant.status === 'applied') {
    throw new UserError('not_active', 'email: people can be invited once the merchant is active');
  }
  const members = await em.find(Member, { merchant });
  if (members.some((member) => isSameEmail(member.email, email))) {
    throw new UserError('already_member', 'email: this person works for this merchant already');
  }
  return { merchant, members, email, role };
};

/** The same in the transaction of `fork`. */
export const inviteMemberIn = async (fork: Em, invitation: NewInvitation): Promise<{ expiresAt: Date }> => {
  const { merchantId, actor, reason, publicUrl } = invitation;
  requirePermission(invitation);
  const { merchant, members, email, role } = await checkInvitation(fork, merchantId, invitation);
  const now = new Date();
  const waiting = { kind: 'owner_invitation', subject: personSubject(merchantId, email) } as const;
  await endWaitingChange(fork, waiting, actor, { replaced: true });
  await fork.nativeUpdate(
    Invitation,
    { merchant, [raw('lower(email)')]: email, acceptedAt: null, revokedAt: null },
    { revokedAt: now },
  );
  const open = await fork.count(Invitation, { merchant, acceptedAt: null, revokedAt: null, expiresAt: { $gt: now } });
  if (members.length + open >= MAX_PEOPLE) {
    throw new UserError('too_many_people', `email: at most ${MAX_PEOPLE} people may work for a merchant`);
  }
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + VALID_MS);
  const invitedBy = actor.email ?? 'the operator';
  const row = fork.create(Invitation, {
    merchant,
    email,
    role,
    invitedBy,
    createdAt: now,
    expiresAt,
    tokenSha256: hashOf(token),
  });
  await fork.flush();
  await queueEmail(fork, {
    kind: 'invitation',
    subjectId: `invitation:${row.id}`,
    recipient: email,
    data: {
      merchantName: merchant.name,
      role,
      invitedBy,
      expiresAt: expiresAt.toISOString(),
      link: `${publicUrl}/dashboard/invitation/${token}`,
    },
  });
  await auditInvitation(fork, 'invitation.create', actor, row, reason);
  const about = { invitation: String(row.id), person: email, merchantId };
  await mailTeamChange(fork, merchantId, {
    ...{ event: 'invited', person: email, role, changedBy: actor.email, by: actor },
    about,
  });
  return { expiresAt };
};

/** Open invitations, newest first. */
export const listInvitations = (em: Em, merchantId: string): Promise<Invitation[]> =>
  em
    .fork()
    .find(
      Invitation,
      { merchant: merchantId, acceptedAt: null, revokedAt: null, expiresAt: { $gt: new Date() } },
      { orderBy: { id: 'desc' } },
    );

/** Revokes an invitation of this merchant. Throws UserError `no_invitation` when there is no open one. */
export const revokeInvitation = (
  em: Em,
  { merchantId, id, actor }: { merchantId: string; id: string; actor: Actor },
): Promise<void> =>
  em.fork().transactional(async (fork) => {
    await lockMerchant(fork, merchantId);
    const found = /^\d{1,18}$/.test(id)
      ? await fork.findOne(Invitation, { id: BigInt(id), merchant: merchantId })
      : null;
    if (!found || found.acceptedAt || found.revokedAt) {
      throw new UserError('no_invitation', 'This invitation is no longer open');
    }
    found.revokedAt = new Date();
    await fork.flush();
    await auditInvitation(fork, 'invitation.revoke', actor, found);
  });

export interface InvitationView {
  merchantName: string;
  email: string;
  role: MemberRole;
  invitedBy: string;
  state: 'open' | 'expired' | 'revoked' | 'accepted';
}

/** The invitation of a link; null when there is none. */
export const findInvitation = async (em: Em, token: string): Promise<InvitationView | null> => {
  const found = await em.fork().findOne(Invitation, { tokenSha256: hashOf(token) }, { populate: ['merchant'] });
  if (!found) return null;
  const { email, role, invitedBy } = found;
  return { merchantName: found.merchant.name, email, role, invitedBy, state: stateOf(found) };
};

const stateOf = ({ acceptedAt, revokedAt, expiresAt }: Invitation): InvitationView['state'] => {
  if (acceptedAt) return 'accepted';
  if (revokedAt) return 'revoked';
  return expiresAt > new Date() ? 'open' : 'expired';
};

/**
 * Makes the account a member, once. An existing member keeps the role. Throws UserError `no_invitation` (used, revoked or expired),
 * or `other_address` when the account's address is not the invited one.
 */
export const acceptInvitation = (
  em: Em,
  { userId, email }: ProvenAccount,
  token: string,
): Promise<{ merchantId: string }> =>
  em.fork().transactional(async (fork) => {
    const where = { tokenSha256: hashOf(token) };
    const invited = await fork.findOne(Invitation, where);
    if (!invited) throw new UserError('no_invitation', 'This invitation is no longer open');
    const merchant = await lockMerchant(fork, invited.merchant.id);
    const found = await fork.findOne(Invitation, where, { refresh: true });
    if (!found || stateOf(found) !== 'open') throw new UserError('no_invitation', 'This invitation is no longer open');
    if (!isSameEmail(found.email, email)) {
      throw new UserError('other_address', `This invitation is for ${found.email}, and you are logged in as ${email}`);
    }
    const now = new Date();
    found.acceptedAt = now;
    if (!(await fork.findOne(Member, { merchant, userId }))) {
      // Before: a business that gets its first owner hears of it at its own address.
      const owners = await ownersOf(fork, merchant.id);
      fork.create(Member, { merchant, userId, email: found.email, role: found.role, createdAt: now });
      await fork.flush();
      const { email: person, role, invitedBy } = found;
      await mailTeamChange(
        fork,
        merchant.id,
        { event: 'joined', person, role, changedBy: invitedBy, by: null },
        owners,
      );
    }
    await fork.flush();
    await auditInvitation(fork, 'invitation.accept', { kind: 'member', id: userId, email }, found);
    return { merchantId: merchant.id };
  });

const auditInvitation = (
  em: Em,
  action: AuditAction<'invitation'>,
  actor: Actor,
  { id, merchant, email, role }: Invitation,
  reason?: string,
): Promise<void> =>
  writeAudit(em, {
    actor,
    action,
    merchantId: merchant.id,
    data: { email, role },
    reason: reason ?? null,
    subjectKind: 'invitation',
    subjectId: String(id),
  });
