// Another password for an account whose owner knows the present one: for a change of the password, and of the address, which is its salt.
import { listSealedKeys, type NewSealedKey } from '#db/accounts/account-wallets.ts';
import type { Orm } from '#db/orm.ts';
import { UserError } from '#domain/errors.ts';
import type { Auth } from '#web/auth/create-auth.ts';
import { factorsOf } from '#web/auth/log-in-factors.ts';
import { requireLogInSecret } from '#web/auth/log-in-secret.ts';
import type { AccountSessions } from './account-sessions.ts';
import type { PasswordChange } from './account-types.ts';
import { type AccountVisit, requirePassword } from './present-password.ts';
import type { SealedKeys } from './sealed-keys.ts';

export interface NewPassword {
  hash: string;
  /** Null when the password opens no wallet. */
  sealedKey: NewSealedKey | null;
}

export interface PasswordDeps {
  orm: Orm;
  auth: Auth;
  callAuth: AccountSessions['callAuth'];
  sealedKeys: SealedKeys;
}

/**
 * Null for an account without a password.
 * Throws UserError `wrong_password`, `too_many`, `bad_password`, `bad_wallet`.
 */
export const checkNewPassword = async (
  { orm, auth, callAuth, sealedKeys }: PasswordDeps,
  visit: AccountVisit,
  given: PasswordChange | null,
): Promise<NewPassword | null> => {
  const { userId } = visit.session;
  const context = await auth.$context;
  if (!(await factorsOf(context, userId)).hasPassword) return null;
  if (!given) throw new UserError('wrong_password', 'The password is missing');
  requireLogInSecret(given.next);
  await requirePassword(callAuth, visit, given.current);
  const opensWallet = (await listSealedKeys(orm.em, userId)).some(({ kind }) => kind === 'password');
  if (opensWallet !== (given.sealedKey !== null)) {
    throw new UserError('bad_wallet', 'The wallet’s key must be sealed for the new password');
  }
  const sealedKey: NewSealedKey | null =
    given.sealedKey === null ? null : { kind: 'password', credentialId: null, blob: given.sealedKey };
  if (sealedKey) await sealedKeys.checkSealedKey(userId, sealedKey);
  return { hash: await context.password.hash(given.next), sealedKey };
};
