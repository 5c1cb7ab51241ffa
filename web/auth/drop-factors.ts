// "This was not me": takes back what was added to an account's ways of logging in since the log-in that its owner did not make. Never below
// two factors: an older second factor must stay, so a reader of the mailbox gains nothing by it (decisions 0060 and 0098).
import type { AuthContext } from 'better-auth';
import { symmetricEncrypt } from 'better-auth/crypto';
import { hasAccountActionSince } from '#db/merchants/audit.ts';
import type { Orm } from '#db/orm.ts';

/** `kept`: what was added is the account's only second factor, so it stays. */
export type DroppedFactors = 'none' | 'deleted' | 'kept';

interface Passkey {
  id: string;
  createdAt?: Date | null;
}

interface DroppingAccounts extends Pick<AuthContext, 'internalAdapter' | 'secretConfig'> {
  adapter: Pick<AuthContext['adapter'], 'deleteMany' | 'findMany' | 'updateMany'>;
}

export const dropFactorsSince = async (
  accounts: DroppingAccounts,
  orm: Orm,
  { userId, since }: { userId: string; since: Date },
): Promise<DroppedFactors> => {
  const { adapter, internalAdapter, secretConfig } = accounts;
  const where = [{ field: 'userId', value: userId }];
  const did = (action: 'account.totp_on' | 'account.backup_codes'): Promise<boolean> =>
    hasAccountActionSince(orm.em, { userId, action, since });
  const [user, passkeys, totpIsNew, codesAreNew] = await Promise.all([
    internalAdapter.findUserById(userId),
    adapter.findMany<Passkey>({ model: 'passkey', where }),
    did('account.totp_on'),
    did('account.backup_codes'),
  ]);
  const hasTotp = (user as { twoFactorEnabled?: boolean | null } | null)?.twoFactorEnabled ?? false;
  const added = passkeys.filter(({ createdAt }) => createdAt && createdAt >= since);
  const hasOlder = added.length < passkeys.length || (hasTotp && !totpIsNew);
  const isAdded = added.length > 0 || (hasTotp && totpIsNew);

  // Codes replace factors and are none: without them the account keeps all that it has.
  const recovered = await adapter.deleteMany({
    model: 'recoveryCode',
    where: [...where, { field: 'createdAt', operator: 'gte', value: since }],
  });
  if (hasTotp && codesAreNew) {
    const backupCodes = await symmetricEncrypt({ key: secretConfig, data: '[]' });
    await adapter.updateMany({ model: 'twoFactor', where, update: { backupCodes } });
  }
  if (isAdded && !hasOlder) return 'kept';
  for (const { id } of added) await adapter.deleteMany({ model: 'passkey', where: [{ field: 'id', value: id }] });
  if (hasTotp && totpIsNew) {
    await adapter.deleteMany({ model: 'twoFactor', where });
    await internalAdapter.updateUser(userId, { twoFactorEnabled: false });
  }
  return isAdded || recovered > 0 || (hasTotp && codesAreNew) ? 'deleted' : 'none';
};
