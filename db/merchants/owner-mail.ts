// E-mails about a merchant's people, to all owners and to the person, in the transaction of the cause.
import { randomUUID } from 'node:crypto';
import type { MembershipChangedData, TeamChangedData } from '#domain/email-data.ts';
import { type NotMeAbout, notMePath } from '../accounts/mailed-links.ts';
import { undoAddresses } from '../accounts/undo-addresses.ts';
import { queueEmail } from '../delivery/queue-emails.ts';
import { AuditEntry, Member } from '../entities/merchant-people.entity.ts';
import type { PendingChange } from '../entities/pending-change.entity.ts';
import { Merchant, Store } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import type { Actor } from './audit.ts';

export interface OwnerAddress {
  /** Null for the address of a business that has no owner yet. */
  userId: string | null;
  email: string;
}

/**
 * A merchant's owners, also at the addresses from before a change that they can still undo: somebody else may have made it. The address of
 * the business when there are no owners.
 */
export const ownersOf = async (em: Em, merchantId: string): Promise<OwnerAddress[]> => {
  const owners = await em.find(Member, { merchant: merchantId, role: 'owner' }, { orderBy: { email: 'asc' } });
  const addresses: OwnerAddress[] = [];
  for (const { userId, email } of owners) {
    const all = new Set([email, ...(await undoAddresses(em, userId))]);
    addresses.push(...[...all].map((address) => ({ userId, email: address })));
  }
  if (addresses.length > 0) return addresses;
  const { email } = await em.findOneOrFail(Merchant, merchantId);
  return [{ userId: null, email }];
};

/** What shows when a change was asked for, and how long it waits. */
type Waiting = Pick<PendingChange, 'id' | 'createdAt' | 'appliesAt'> & { merchant: { id: string } };

const OWNER_ENDS = ['member.remove', 'member.change_role'];

/**
 * Owners whom another person removed or demoted shortly before this change was asked for: within the time that it waits. They hear of it, and
 * can cancel it (decision 0089). Who left, and whom a command removed, does not. Read from the audit log, which nobody can change.
 * Call it after the request was written there.
 */
export const shutOutBefore = async (
  em: Em,
  { id, merchant, createdAt, appliesAt }: Waiting,
): Promise<OwnerAddress[]> => {
  const ofRequest = { subjectKind: 'pending_change', subjectId: id, action: 'change.request' };
  const request = await em.findOne(AuditEntry, ofRequest, { orderBy: { id: 'asc' } });
  if (!request) return [];
  // By ids and the clock of the database: the merchant's lock gives its entries their order.
  const from = new Date(request.at.getTime() - (appliesAt.getTime() - createdAt.getTime()));
  const entries = await em.find(
    AuditEntry,
    {
      ...{ merchantId: merchant.id, subjectKind: 'member', action: { $in: OWNER_ENDS } },
      ...{ id: { $lt: request.id }, at: { $gte: from } },
    },
    { orderBy: { id: 'asc' } },
  );
  const shutOut = entries.filter(
    ({ actorKind, actorId, subjectId, data }) =>
      actorKind !== 'command' && actorId !== subjectId && (data.from ?? data.role) === 'owner',
  );
  const owners = new Set((await em.find(Member, { merchant: merchant.id, role: 'owner' })).map(({ userId }) => userId));
  const former = new Map(shutOut.map(({ subjectId, data }) => [subjectId, String(data.email)]));
  return [...former].filter(([userId]) => !owners.has(userId)).map(([userId, email]) => ({ userId, email }));
};

/** The store whose name and language e-mails about the whole merchant have: the oldest. */
export const firstStoreOf = async (em: Em, merchantId: string): Promise<string | null> => {
  const store = await em.findOne(Store, { merchant: merchantId }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  return store?.id ?? null;
};

export interface TeamChange extends Omit<TeamChangedData, 'at' | 'notMe'> {
  /** Who did it; null for a person who joined. */
  by: Actor | null;
  /** What "This was not me" ends besides that person's sessions. */
  about?: NotMeAbout;
}

/**
 * E-mails every owner about a person of the team; not that person about joining. Who has another role, or was removed, hears of it too:
 * owners, also former ones, as owners do, others in an e-mail of their own.
 * @param owners those of before the change, who get the e-mail too
 */
export const mailTeamChange = async (
  em: Em,
  merchantId: string,
  { by, about, ...change }: TeamChange,
  owners: readonly OwnerAddress[] = [],
): Promise<void> => {
  const storeId = await firstStoreOf(em, merchantId);
  if (!storeId) return;
  const now = await ownersOf(em, merchantId);
  const addresses = new Set([...owners, ...now].map(({ email }) => email));
  if (change.event === 'joined') addresses.delete(change.person);
  // Unique: each change gets its own e-mail.
  const subjectId = `${merchantId}:${randomUUID()}`;
  const notMe = await notMePath(em, by ?? undefined, about);
  const data = { ...change, at: new Date().toISOString(), notMe };
  for (const recipient of addresses) {
    await queueEmail(em, { kind: 'team_changed', subjectId, recipient, storeId, data });
  }
  const { event, person, role, changedBy } = change;
  if ((event !== 'role' && event !== 'removed') || addresses.has(person)) return;
  const own: MembershipChangedData = { event, role, changedBy, at: data.at };
  await queueEmail(em, { kind: 'membership_changed', subjectId, recipient: person, storeId, data: own });
};
