// The e-mail address under which an account works for its merchants.
import { Member } from '../entities/merchant-people.entity.ts';
import type { Em } from '../orm.ts';

/** Owners' and team members' e-mails go to the new address from now on. */
export const moveMember = async (em: Em, userId: string, email: string): Promise<void> => {
  await em.fork().nativeUpdate(Member, { userId }, { email });
};
