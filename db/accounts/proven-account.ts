// The rule of decision 0060: no right is tied to an account whose e-mail address nobody has proven. What gives a right takes a
// `ProvenAccount`, which only this file makes. A trigger on `member` (migration 0023) and a constraint on operators (migrate-auth.ts)
// hold the rule for what goes round this file.
import { sql } from 'kysely';
import { UserError } from '#domain/errors.ts';
import { Member } from '../entities/merchant-people.entity.ts';
import type { Em } from '../orm.ts';
import { anyText } from '../sql.ts';

declare const proven: unique symbol;

/** An account whose owner has proven its e-mail address, as it was when the rights were given. */
export type ProvenAccount = { readonly userId: string; readonly email: string } & { readonly [proven]: true };

/** Reads the account in the transaction of `em`. Throws UserError `unproven` when its address is not proven, `no_account`. */
export const provenAccount = async (em: Em, userId: string): Promise<ProvenAccount> => {
  const { rows } = await sql<{ email: string; emailVerified: boolean }>`
    select email, "emailVerified" from auth."user" where id = ${userId} for share`.execute(em.getKysely());
  const [account] = rows;
  if (!account) throw new UserError('no_account', 'This account does not exist');
  if (!account.emailVerified) {
    throw new UserError('unproven', `Nobody has confirmed the e-mail address ${account.email} yet`);
  }
  return { userId, email: account.email } as ProvenAccount;
};

/**
 * Throws UserError `unproven` when a member of the merchant, or this one of them, has an unproven address: an account from before the
 * rule.
 */
export const requireProvenMembers = async (em: Em, merchantId: string, userId?: string): Promise<void> => {
  const members = await em.find(Member, { merchant: merchantId, ...(userId === undefined ? {} : { userId }) });
  // A database without accounts, as benchmarks have it, has no members either.
  if (members.length === 0) return;
  const ids = members.map((member) => member.userId);
  const { rows } = await sql<{ email: string }>`
    select email from auth."user" where id = ${anyText(ids)} and not "emailVerified" order by email limit 1`.execute(
    em.getKysely(),
  );
  const [unproven] = rows;
  if (unproven) throw new UserError('unproven', `${unproven.email} has not confirmed the e-mail address yet`);
};
