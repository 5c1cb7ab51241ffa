// E-mails to all owners of a merchant about its people, in the transaction of the cause.
import { randomUUID } from 'node:crypto';
import type { TeamChangedData } from '#domain/email-data.ts';
import { queueEmail } from '../delivery/queue-emails.ts';
import { Member } from '../entities/merchant-people.entity.ts';
import { Merchant, Store } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';

export interface OwnerAddress {
  /** Null for the address of a business that has no owner yet. */
  userId: string | null;
  email: string;
}

/** A merchant's owners; the address of the business when there are none. */
export const ownersOf = async (em: Em, merchantId: string): Promise<OwnerAddress[]> => {
  const owners = await em.find(Member, { merchant: merchantId, role: 'owner' }, { orderBy: { email: 'asc' } });
  if (owners.length > 0) return owners.map(({ userId, email }) => ({ userId, email }));
  const { email } = await em.findOneOrFail(Merchant, merchantId);
  return [{ userId: null, email }];
};

/** The store whose name and language e-mails about the whole merchant have: the oldest. */
export const firstStoreOf = async (em: Em, merchantId: string): Promise<string | null> => {
  const store = await em.findOne(Store, { merchant: merchantId }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  return store?.id ?? null;
};

/**
 * E-mails every owner about a person of the team; not that person about joining.
 * @param owners those of before the change, who get the e-mail too
 */
export const mailTeamChange = async (
  em: Em,
  merchantId: string,
  change: Omit<TeamChangedData, 'at'>,
  owners: readonly OwnerAddress[] = [],
): Promise<void> => {
  const storeId = await firstStoreOf(em, merchantId);
  if (!storeId) return;
  const now = await em.find(Member, { merchant: merchantId, role: 'owner' });
  const addresses = new Set([...owners, ...now].map(({ email }) => email));
  if (change.event === 'joined') addresses.delete(change.person);
  // Unique: each change gets its own e-mail.
  const subjectId = `${merchantId}:${randomUUID()}`;
  const data = { ...change, at: new Date().toISOString() };
  for (const recipient of addresses) {
    await queueEmail(em, { kind: 'team_changed', subjectId, recipient, storeId, data });
  }
};
