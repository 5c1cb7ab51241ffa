// Members of merchants: which stores an account may open, and each person's role. Changes are audited in their own transaction, and
// a merchant always keeps one owner.
import type { AuditAction } from '#domain/audit-actions.ts';
import { UserError } from '#domain/errors.ts';
import { requireProvenMembers } from '../accounts/proven-account.ts';
import { Member, type MemberRole } from '../entities/merchant-people.entity.ts';
import { OrderView } from '../entities/order-search.entity.ts';
import { OPEN_CHANGE, PendingChange } from '../entities/pending-change.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { withinTransaction } from '../transaction.ts';
import { type Actor, writeAudit } from './audit.ts';
import { endChange, endWaitingChange, personSubject } from './end-change.ts';
import { lockMerchant } from './lock-merchant.ts';
import { type GivenRole, requirePermission } from './money-permission.ts';
import { mailTeamChange, ownersOf } from './owner-mail.ts';

/** A store that an account may open, with its role. `logoUrl` is a path of this server or a URL. */
export type MemberStore = Awaited<ReturnType<typeof listMemberStores>>[number];

const selectMemberStores = (em: Em, userId: string) =>
  kyselyOf(em)
    .selectFrom('Member as p')
    .innerJoin('Merchant as m', 'm.id', 'p.merchant')
    .innerJoin('Store as s', 's.merchant', 'm.id')
    .select([
      's.id',
      's.name',
      's.logoUrl',
      's.accentColor',
      's.timeZone',
      's.locale',
      's.csvStyle',
      's.status',
      's.isTest',
    ])
    .select([
      'm.id as merchantId',
      'm.name as merchantName',
      'm.status as merchantStatus',
      'm.suspendedReason',
      'p.role',
    ])
    .where('p.userId', '=', userId);

/** The store as this account may see it; null when the account is not a member of its merchant. */
export const findMemberStore = async (em: Em, userId: string, storeId: string): Promise<MemberStore | null> =>
  (await selectMemberStores(em, userId).where('s.id', '=', storeId).executeTakeFirst()) ?? null;

/** Every store that the account may open: merchants by name, the oldest store of each first. */
export const listMemberStores = (em: Em, userId: string) =>
  selectMemberStores(em, userId).orderBy('m.name').orderBy('m.id').orderBy('s.createdAt').orderBy('s.id').execute();

/** Owners first, then by e-mail address. */
export const listMembers = async (em: Em, merchantId: string): Promise<Member[]> => {
  const members = await em.fork().find(Member, { merchant: merchantId }, { orderBy: { email: 'asc' } });
  return members.sort((a, b) => ROLE_ORDER.indexOf(a.role) - ROLE_ORDER.indexOf(b.role));
};

const ROLE_ORDER: readonly MemberRole[] = ['owner', 'manager', 'viewer'];

/** The account has a role that can change where a merchant's money goes: every one but viewer. */
export const decidesAboutMoney = async (em: Em, userId: string): Promise<boolean> =>
  (await em.fork().count(Member, { userId, role: { $ne: 'viewer' } })) > 0;

/** E-mail addresses of a merchant's owners. */
export const listOwnerEmails = async (em: Em, merchantId: string): Promise<string[]> =>
  (await listMembers(em, merchantId)).filter(({ role }) => role === 'owner').map(({ email }) => email);

/** The language of the oldest store that the account may open; null when there is none. */
export const accountLocale = async (em: Em, userId: string): Promise<string | null> => {
  const store = await kyselyOf(em)
    .selectFrom('Member as p')
    .innerJoin('Store as s', 's.merchant', 'p.merchant')
    .select('s.locale')
    .where('p.userId', '=', userId)
    .orderBy('s.createdAt')
    .executeTakeFirst();
  return store?.locale ?? null;
};

export interface MemberChange {
  merchantId: string;
  userId: string;
  actor: Actor;
}

/**
 * Gives a member another role, and tells every owner. Runs in the transaction of `em`, when it is in one. Throws UserError
 * `no_member`, `last_owner`, `unproven`, `change_waits`.
 */
export const setMemberRole = (em: Em, change: MemberChange & GivenRole): Promise<void> =>
  withinTransaction(em, async (fork) => {
    const { role } = change;
    requirePermission(change);
    const member = await lockMember(fork, change);
    if (member.role === role) return;
    await rejectLastOwner(fork, member);
    await requireProvenMembers(fork, change.merchantId, change.userId);
    await rejectWhileWaiting(fork, member, change.actor);
    const { role: from, email } = member;
    const owners = await ownersOf(fork, change.merchantId);
    member.role = role;
    await fork.flush();
    if (from === 'owner') await endChangesOf(fork, change, change.actor);
    await endWaitingChange(fork, promotionOf(change), change.actor, { replaced: true });
    await auditMember(fork, 'member.change_role', change, { email, from, to: role });
    await mailTeamChange(
      fork,
      change.merchantId,
      { event: 'role', person: email, role, changedBy: change.actor.email, by: change.actor },
      owners,
    );
  });

/**
 * Removes a person from the merchant; the account stays. Changes that the person asked for and that wait are canceled. Throws
 * UserError `no_member`, `last_owner`, `change_waits`.
 */
export const removeMember = (em: Em, change: MemberChange): Promise<void> =>
  em.fork().transactional(async (fork) => {
    const member = await lockMember(fork, change);
    await rejectLastOwner(fork, member);
    await rejectWhileWaiting(fork, member, change.actor);
    const { email, role } = member;
    const owners = await ownersOf(fork, change.merchantId);
    fork.remove(member);
    await fork.flush();
    await fork.nativeDelete(OrderView, { userId: change.userId, store: { merchant: change.merchantId } });
    await endChangesOf(fork, change, change.actor);
    await endWaitingChange(fork, promotionOf(change), change.actor, { removed: true });
    await auditMember(fork, 'member.remove', change, { email, role });
    const note = { event: 'removed', person: email, role, changedBy: change.actor.email, by: change.actor } as const;
    await mailTeamChange(fork, change.merchantId, note, owners);
  });

/** Locks the merchant first: of two owners who remove one another, one stays. */
const lockMember = async (em: Em, { merchantId, userId }: MemberChange): Promise<Member> => {
  await lockMerchant(em, merchantId);
  const member = await em.findOne(Member, { merchant: merchantId, userId });
  if (!member) throw new UserError('no_member', 'This person does not work for this merchant');
  return member;
};

const rejectLastOwner = async (em: Em, member: Member): Promise<void> => {
  if (member.role !== 'owner') return;
  const owners = await em.count(Member, { merchant: member.merchant, role: 'owner' });
  if (owners === 1) throw new UserError('last_owner', 'A merchant needs an owner: make another person an owner first');
};

/** The author of a change that waits must not shut out an owner who could cancel it. */
const rejectWhileWaiting = async (em: Em, { merchant, userId, role }: Member, actor: Actor): Promise<void> => {
  if (role !== 'owner' || actor.id === userId || actor.kind === 'command') return;
  const waiting = await em.count(PendingChange, { merchant, actorId: actor.id, state: OPEN_CHANGE });
  if (waiting === 0) return;
  throw new UserError(
    'change_waits',
    'A change that you asked for waits. Until it has taken effect or is canceled, you cannot remove another owner',
  );
};

const endChangesOf = async (em: Em, { merchantId, userId }: MemberChange, actor: Actor): Promise<void> => {
  const open = { merchant: merchantId, actorId: userId, state: OPEN_CHANGE };
  for (const change of await em.find(PendingChange, open)) await endChange(em, change, actor);
};

/** The change that waits to make this person an owner. */
const promotionOf = ({ merchantId, userId }: MemberChange) =>
  ({ kind: 'owner_role', subject: personSubject(merchantId, userId) }) as const;

const auditMember = (
  em: Em,
  action: AuditAction<'member'>,
  { merchantId, userId, actor }: MemberChange,
  data: object,
) => writeAudit(em, { actor, action, subjectKind: 'member', subjectId: userId, merchantId, data: { ...data } });
