// Deletes an account for good: its log-in, sessions, factors and sealed wallet keys. The money of its wallet stays at its address on
// the chains, and only the recovery phrase opens it after that.
import { TotpUse } from '#db/entities/account-security.entity.ts';
import { Member } from '#db/entities/merchant-people.entity.ts';
import { SealedKey, Wallet } from '#db/entities/wallet.entity.ts';
import { type Actor, writeAudit } from '#db/merchants/audit.ts';
import type { Em } from '#db/orm.ts';
import { emailAddressOf } from '#domain/email-address.ts';
import { UserError } from '#domain/errors.ts';
import { endAllLinks } from './account-links.ts';
import type { Auth } from './create-auth.ts';
import { deleteFactors, endEverything } from './end-everything.ts';
import { isOperator } from './roles.ts';

/**
 * Transfers that were sent from the wallet stay in the ledger, without the account. Safe to repeat: the account goes last.
 * Throws UserError `still_operator`, `still_member` (the dashboard removes members; a merchant keeps an owner).
 * @param actor the owner, or the operator's command
 */
export const deleteAccount = async (auth: Auth, entityManager: Em, userId: string, actor: Actor): Promise<void> => {
  const context = await auth.$context;
  const user = await context.internalAdapter.findUserById(userId);
  if (!user) return;
  if (isOperator(user)) {
    throw new UserError('still_operator', 'An operator’s account is removed with the command `operator remove` first.');
  }
  await entityManager.fork().transactional(async (em) => {
    if ((await em.count(Member, { userId })) > 0) {
      throw new UserError('still_member', 'Leave your merchants first: another owner removes you on the page Team.');
    }
    await em.nativeDelete(TotpUse, { userId });
    const wallet = await em.findOne(Wallet, { userId });
    if (wallet) {
      await em.nativeDelete(SealedKey, { wallet });
      // Orders that it paid point to its transfers, so the row stays and names nobody.
      wallet.userId = `erased:${wallet.id}`;
    }
    await writeAudit(em as Em, {
      actor,
      action: 'account.delete',
      subjectKind: 'account',
      subjectId: userId,
      data: { wallet: wallet?.address ?? null },
    });
  });
  await endEverything(context, userId);
  await endAllLinks(context, userId);
  await deleteFactors(context, userId);
  await context.internalAdapter.deleteAccounts(userId);
  await context.internalAdapter.deleteUser(userId);
};

/** What the schema `auth` knows of an e-mail address, without secrets; null without an account. */
export const exportAccount = async (auth: Auth, email: string) => {
  const { adapter, internalAdapter } = await auth.$context;
  const found = await internalAdapter.findUserByEmail(emailAddressOf(email));
  if (!found) return null;
  const { id, name, emailVerified, createdAt } = found.user;
  const ofAccount = [{ field: 'userId', value: id }];
  const [sessions, passkeys] = await Promise.all([
    adapter.findMany<{ createdAt: Date; ipAddress?: string; userAgent?: string }>({
      model: 'session',
      where: ofAccount,
    }),
    adapter.findMany<{ name?: string; createdAt?: Date }>({ model: 'passkey', where: ofAccount }),
  ]);
  return {
    id,
    name,
    emailVerified,
    createdAt,
    sessions: sessions.map(({ createdAt: at, ipAddress, userAgent }) => ({ createdAt: at, ipAddress, userAgent })),
    passkeys: passkeys.map(({ name: label, createdAt: at }) => ({ name: label, createdAt: at })),
  };
};
