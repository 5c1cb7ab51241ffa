// The rule of decision 0060: no right is tied to an account whose e-mail address nobody has proven. What gives a right takes a
// `ProvenAccount`, which only this file makes. A trigger on `member` (migration 0023) and a constraint on operators (migrate-auth.ts)
// hold the rule for what goes round this file.
import { sql } from 'kysely';
import { UserError } from '#domain/errors.ts';
import type { Em } from '../orm.ts';

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

/** Throws UserError `unproven` when a member of the merchant (or this one) has an unproven address: an account from before the rule. */
export const requireProvenMembers = async (em: Em, merchantId: string, userId?: string): Promise<void> => {
  const { rows } = await sql<{ email: string }>`
    select u.email from member m join auth."user" u on u.id = m.user_id
     where m.merchant_id = ${merchantId} and not u."emailVerified"
       and (${userId ?? null}::text is null or m.user_id = ${userId ?? null}) order by u.email limit 1`.execute(
    em.getKysely(),
  );
  const [member] = rows;
  if (member) throw new UserError('unproven', `${member.email} has not confirmed the e-mail address yet`);
};
