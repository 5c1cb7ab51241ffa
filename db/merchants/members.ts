// People of merchants: which stores an account may open, and who works for a merchant in which role. Changes are audited in
// their own transaction, and a merchant never loses its last owner.
import { LockMode } from '@mikro-orm/core';
import { UserError } from '#domain/errors.ts';
import { Member, type MemberRole } from '../entities/merchant-people.entity.ts';
import { type AccountStatus, Merchant } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { type Actor, writeAudit } from './audit.ts';

/** A store that an account may open, and as what. */
export interface MemberStore {
  id: string;
  name: string;
  /** A path of this server or an https address; null shows initials. */
  logoUrl: string | null;
  /** `#rrggbb`, or null for the frame's own. */
  accentColor: string | null;
  /** IANA name. */
  timeZone: string;
  status: AccountStatus;
  isTest: boolean;
  merchantId: string;
  merchantName: string;
  merchantStatus: AccountStatus;
  /** Why the merchant is suspended, in words for it; null unless it is. */
  suspendedReason: string | null;
  role: MemberRole;
}

const MEMBER_STORE = `
  select s.id, s.name, s.logo_url as "logoUrl", s.accent_color as "accentColor", s.time_zone as "timeZone", s.status,
    s.is_test as "isTest", m.id as "merchantId", m.name as "merchantName", m.status as "merchantStatus",
    m.suspended_reason as "suspendedReason", p.role
  from member p join merchant m on m.id = p.merchant_id join store s on s.merchant_id = m.id
  where p.user_id = ?`;

/** The store as this account may see it; null for a store of a merchant that it does not work for, or that is not there. */
export const findMemberStore = async (em: Em, userId: string, storeId: string): Promise<MemberStore | null> => {
  const [row] = await em.fork().execute<MemberStore[]>(`${MEMBER_STORE} and s.id = ?`, [userId, storeId]);
  return row ?? null;
};

/** Every store that the account may open: its merchants by name, each one's stores oldest first. */
export const listMemberStores = (em: Em, userId: string): Promise<MemberStore[]> =>
  em.fork().execute<MemberStore[]>(`${MEMBER_STORE} order by m.name, m.id, s.created_at, s.id`, [userId]);

/** Owners first, then by e-mail address. */
export const listMembers = async (em: Em, merchantId: string): Promise<Member[]> => {
  const members = await em.fork().find(Member, { merchant: merchantId }, { orderBy: { email: 'asc' } });
  return members.sort((a, b) => ROLE_ORDER.indexOf(a.role) - ROLE_ORDER.indexOf(b.role));
};

const ROLE_ORDER: readonly MemberRole[] = ['owner', 'manager', 'viewer'];

/** E-mail addresses of a merchant's owners. */
export const listOwnerEmails = async (em: Em, merchantId: string): Promise<string[]> =>
  (await listMembers(em, merchantId)).filter(({ role }) => role === 'owner').map(({ email }) => email);

/** The language of the oldest store that the account works for; null for one that works for none. */
export const accountLocale = async (em: Em, userId: string): Promise<string | null> => {
  const [row] = await em.execute<{ locale: string }[]>(
    'select s.locale from member p join store s on s.merchant_id = p.merchant_id where p.user_id = ? order by s.created_at limit 1',
    [userId],
  );
  return row?.locale ?? null;
};

export interface MemberChange {
  merchantId: string;
  userId: string;
  actor: Actor;
}

/** Gives a member another role. Throws UserError `no_member`, `last_owner`. */
export const setMemberRole = (em: Em, { role, ...change }: MemberChange & { role: MemberRole }): Promise<void> =>
  em.fork().transactional(async (fork) => {
    const member = await lockMember(fork, change);
    if (member.role === role) return;
    await rejectLastOwner(fork, member);
    const from = member.role;
    member.role = role;
    await fork.flush();
    await auditMember(fork, 'member.change_role', change, { email: member.email, from, to: role });
  });

/** Takes a person out of the merchant; the account stays. Throws UserError `no_member`, `last_owner`. */
export const removeMember = (em: Em, change: MemberChange): Promise<void> =>
  em.fork().transactional(async (fork) => {
    const member = await lockMember(fork, change);
    await rejectLastOwner(fork, member);
    const { email, role } = member;
    fork.remove(member);
    await fork.flush();
    await auditMember(fork, 'member.remove', change, { email, role });
  });

/** Locks the merchant first: of two owners who remove one another, one stays. */
const lockMember = async (em: Em, { merchantId, userId }: MemberChange): Promise<Member> => {
  await em.findOne(Merchant, merchantId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const member = await em.findOne(Member, { merchant: merchantId, userId });
  if (!member) throw new UserError('no_member', 'This person does not work for this merchant');
  return member;
};

const rejectLastOwner = async (em: Em, member: Member): Promise<void> => {
  if (member.role !== 'owner') return;
  const owners = await em.count(Member, { merchant: member.merchant, role: 'owner' });
  if (owners === 1) throw new UserError('last_owner', 'A merchant needs an owner: make somebody else an owner first');
};

const auditMember = (em: Em, action: string, { merchantId, userId, actor }: MemberChange, data: object) =>
  writeAudit(em, { actor, action, subjectKind: 'member', subjectId: userId, merchantId, data: { ...data } });
