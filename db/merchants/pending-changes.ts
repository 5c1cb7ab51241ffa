// Changes of where money goes (decision 0062): made at once with a permission, or else they wait. Every function locks the merchant
// first, so that two of them cannot both decide one change.
import { createHash, randomBytes } from 'node:crypto';
import type { Address } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import { makeId } from '#domain/ids.ts';
import { notMePath } from '../accounts/mailed-links.ts';
import { queueEmail } from '../delivery/queue-emails.ts';
import { Member, type MemberRole } from '../entities/merchant-people.entity.ts';
import { type ChangeDetails, ChangeLink, PendingChange } from '../entities/pending-change.entity.ts';
import { ApiKey, type Merchant, Store } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import type { Actor } from './audit.ts';
import { type CheckedSettings, updateMoneySettings } from './change-store.ts';
import { summaryOf } from './change-summary.ts';
import { auditChange, endWaitingChange, personSubject } from './end-change.ts';
import { checkInvitation, inviteMemberIn } from './invitations.ts';
import { lockMerchant, lockStore } from './lock-merchant.ts';
import { setMemberRole } from './members.ts';
import { permit } from './money-permission.ts';
import { firstStoreOf, ownersOf, shutOutBefore } from './owner-mail.ts';

/** Who asks for a change, and the rules of the platform. */
export interface ChangeRequest {
  actor: Actor;
  /** For the audit log; operators must give one. */
  reason?: string;
  waitMs: number;
  /** The server's public URL: links of e-mails begin with it. */
  publicUrl: string;
}

/** The result of a request. */
export type ChangeOutcome = { waits: false } | { waits: true; id: string; appliesAt: Date };

const AT_ONCE: ChangeOutcome = { waits: false };

/**
 * A new receiving address. The first one of a store, one of a test store, and one whose key signed (the caller checked the proof) are
 * set at once. Throws UserError.
 */
export const requestReceiver = (
  em: Em,
  { storeId, checked, ...request }: ChangeRequest & { storeId: string; checked: CheckedSettings },
): Promise<ChangeOutcome> =>
  em.fork().transactional(async (fork) => {
    const store = await lockStore(fork, storeId);
    const from = store.receiver ?? null;
    const to = checked.settings.receiver as Address;
    const isSigned = Boolean(checked.settings.receiverProof);
    if (from === to && !isSigned) return AT_ONCE;
    if (from === null || isSigned || store.isTest) {
      const ground = from === null ? 'first' : isSigned ? 'signed' : 'test_store';
      await updateMoneySettings(fork, permit(ground), storeId, checked, request.actor);
      return AT_ONCE;
    }
    const details = { kind: 'receiver', from, to, seen: checked.seen } as const;
    return await openChange(fork, { merchant: store.merchant, store, subject: storeId, details }, request);
  });

/**
 * Invites a person. An invitation of an owner waits, unless the merchant has no owner and no store with a receiving address: then
 * nobody could lose anything. Throws UserError as `inviteMember`.
 */
export const requestMember = (
  em: Em,
  {
    merchantId,
    email: given,
    role,
    ...request
  }: ChangeRequest & { merchantId: string; email: string; role: MemberRole },
): Promise<ChangeOutcome> =>
  em.fork().transactional(async (fork) => {
    const { merchant, members, email } = await checkInvitation(fork, merchantId, { email: given, role });
    const invitation = { ...request, merchantId, email };
    const ownerless = !members.some((member) => member.role === 'owner');
    const earns = (await fork.count(Store, { merchant, receiver: { $ne: null } })) > 0;
    if (role !== 'owner') await inviteMemberIn(fork, { ...invitation, role });
    else if (ownerless && !earns) await inviteMemberIn(fork, { ...invitation, role, permission: permit('first') });
    else {
      const details = { kind: 'owner_invitation', email, publicUrl: request.publicUrl } as const;
      const subject = personSubject(merchantId, email);
      return await openChange(fork, { merchant, store: null, subject, details }, request);
    }
    return AT_ONCE;
  });

/** Gives a member another role. The role of an owner waits. Throws UserError as `setMemberRole`. */
export const requestRole = (
  em: Em,
  { merchantId, userId, role, ...request }: ChangeRequest & { merchantId: string; userId: string; role: MemberRole },
): Promise<ChangeOutcome> =>
  em.fork().transactional(async (fork) => {
    const merchant = await lockMerchant(fork, merchantId);
    if (role !== 'owner') {
      await setMemberRole(fork, { merchantId, userId, role, actor: request.actor });
      return AT_ONCE;
    }
    const member = await fork.findOne(Member, { merchant, userId });
    if (!member) throw new UserError('no_member', 'This person does not work for this merchant');
    if (member.role === 'owner') return AT_ONCE;
    const { email, role: from } = member;
    const details = { kind: 'owner_role', userId, email, from } as const;
    const subject = personSubject(merchantId, userId);
    return await openChange(fork, { merchant, store: null, subject, details }, request);
  });

/** Opens the change of a new key that may not sign for others yet. Call it in the transaction that adds the key and locked its store. */
export const requestSigning = async (em: Em, apiKeyId: string, request: ChangeRequest): Promise<ChangeOutcome> => {
  const { store, name, signsForOthers } = await em.findOneOrFail(ApiKey, apiKeyId, { populate: ['store'] });
  if (signsForOthers) return AT_ONCE;
  const details = { kind: 'webhook_secret', apiKeyId, name } as const;
  return await openChange(em, { merchant: store.merchant, store, subject: apiKeyId, details }, request);
};

interface NewChange {
  merchant: Merchant;
  store: Store | null;
  subject: string;
  details: ChangeDetails;
}

const openChange = async (em: Em, change: NewChange, request: ChangeRequest): Promise<ChangeOutcome> => {
  const { details, subject, merchant, store } = change;
  const { actor, reason, waitMs } = request;
  const { kind } = details;
  await endWaitingChange(em, { kind, subject }, actor, { replaced: true });
  const createdAt = new Date();
  const row = em.create(PendingChange, {
    id: makeId('chg', randomBytes(16)),
    merchant,
    store,
    kind,
    subject,
    details,
    state: 'waiting',
    actorKind: actor.kind,
    actorId: actor.id,
    actorEmail: actor.email,
    reason: reason ?? null,
    createdAt,
    appliesAt: new Date(createdAt.getTime() + waitMs),
  });
  await em.flush();
  await auditChange(em, 'change.request', row, actor);
  await mailWaiting(em, row, request);
  return { waits: true, id: row.id, appliesAt: row.appliesAt };
};

/** The hash under which a link's secret is stored. */
export const linkHash = (token: string): string => createHash('sha256').update(token).digest('hex');

/** One e-mail to each owner, and to each who was shut out shortly before, with a link of its own that cancels. */
const mailWaiting = async (em: Em, change: PendingChange, { actor, publicUrl }: ChangeRequest): Promise<void> => {
  const { id, merchant, store, details, appliesAt, actorEmail } = change;
  const storeId = store?.id ?? (await firstStoreOf(em, merchant.id));
  if (!storeId) return;
  const former = await shutOutBefore(em, change);
  const notMe = await notMePath(em, actor);
  for (const { userId, email } of [...(await ownersOf(em, merchant.id)), ...former]) {
    const token = randomBytes(32).toString('base64url');
    await em.insert(ChangeLink, { tokenSha256: linkHash(token), change: id, userId, email });
    await queueEmail(em, {
      kind: 'change_waits',
      subjectId: id,
      recipient: email,
      storeId,
      data: {
        change: summaryOf(details),
        requestedBy: actorEmail ?? null,
        appliesAt: appliesAt.toISOString(),
        link: `${publicUrl}/dashboard/cancel-change/${token}`,
        notMe,
      },
    });
  }
};
