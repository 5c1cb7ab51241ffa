// Every e-mail address that should hear about an account's recovery.
import { type EmailAddress, emailAddressOf } from '#domain/email-address.ts';
import { Member } from '../entities/merchant-people.entity.ts';
import type { Em } from '../orm.ts';

/** The account's own address, those it joined merchants with, and the merchants' and their other owners'. */
export const knownEmails = async (em: Em, userId: string, email: string): Promise<EmailAddress[]> => {
  const fork = em.fork();
  const memberships = await fork.find(Member, { userId }, { populate: ['merchant'] });
  const merchants = memberships.map(({ merchant }) => merchant);
  const owners = await fork.find(Member, { merchant: { $in: merchants.map(({ id }) => id) }, role: 'owner' });
  const all = [email, ...memberships.map((row) => row.email), ...merchants.map((row) => row.email)];
  return [...new Set([...all, ...owners.map((row) => row.email)].map(emailAddressOf))];
};
