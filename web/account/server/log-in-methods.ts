// How an account logs in: its passkeys and its password, and what a mailed link proves.
import { findWallet, listSealedKeys, removeSealedKey } from '#db/accounts/account-wallets.ts';
import type { Orm } from '#db/orm.ts';
import { UserError } from '#domain/errors.ts';
import { findLink } from '#web/auth/account-links.ts';
import type { Auth } from '#web/auth/create-auth.ts';
import { factorsOf, tookAllFactors } from '#web/auth/log-in-factors.ts';
import { countRecoveryCodes } from '#web/auth/recovery-codes.ts';
import type { AccountSession } from './account-types.ts';
import { createStrongLogIn } from './strong-log-in.ts';

export interface PasskeyView {
  id: string;
  credentialId: string;
  name: string;
  /** ISO-8601, or null. */
  createdAt: string | null;
  /** It also opens the wallet. */
  opensWallet: boolean;
}

export interface PasswordReset {
  /** The salt of the password's derived secrets. */
  email: string;
  /** The forgotten password opened a wallet; the new one will not. */
  openedWallet: boolean;
}

export interface LogInMethods {
  passkeys(userId: string): Promise<PasskeyView[]>;
  /** It took fewer factors than the account has, so that the page says so. A log-in with a recovery code is there to add a passkey. */
  isWeak(session: AccountSession): Promise<boolean>;
  /** Removes the passkey and its sealed key. Throws UserError `stale`, `second_factor`, `last_key`, `last_log_in`. */
  removePasskey(request: Request, session: AccountSession, id: string): Promise<void>;
  hasPassword(userId: string): Promise<boolean>;
  /** Unused recovery codes. */
  recoveryCodesLeft(userId: string): Promise<number>;
  /** The address that a sign-up's link proves; null when the link is used, expired or unknown. */
  signUpEmail(token: string): Promise<string | null>;
  /** The account whose password a mailed link may set; null when the link is used, expired or unknown. */
  passwordReset(token: string): Promise<PasswordReset | null>;
}

export const passkeysOf = async (auth: Auth, userId: string) => {
  const { adapter } = await auth.$context;
  return await adapter.findMany<{ id: string; name?: string; credentialID: string; createdAt?: Date }>({
    model: 'passkey',
    where: [{ field: 'userId', value: userId }],
  });
};

export const createLogInMethods = (orm: Orm, auth: Auth): LogInMethods => {
  const strong = createStrongLogIn(orm, auth);
  const hasPassword = async (userId: string): Promise<boolean> => {
    const { internalAdapter } = await auth.$context;
    const accounts = await internalAdapter.findAccounts(userId);
    return accounts.some(({ providerId, password }) => providerId === 'credential' && password);
  };

  return {
    async passkeys(userId) {
      const [passkeys, keys] = await Promise.all([passkeysOf(auth, userId), listSealedKeys(orm.em, userId)]);
      return passkeys.map(({ id, name, credentialID, createdAt }) => ({
        id,
        credentialId: credentialID,
        name: name ?? 'Passkey',
        createdAt: createdAt ? createdAt.toISOString() : null,
        opensWallet: keys.some(({ credentialId }) => credentialId === credentialID),
      }));
    },

    async isWeak(session) {
      const { passkeys } = await factorsOf(await auth.$context, session.userId);
      return !session.recoveryCode && !tookAllFactors(session, { ...session, passkeys });
    },

    async removePasskey(request, session, id) {
      await strong.require(session);
      const { userId } = session;
      const passkeys = await passkeysOf(auth, userId);
      const passkey = passkeys.find((entry) => entry.id === id);
      if (!passkey) return;
      if (passkeys.length === 1 && !(await hasPassword(userId))) {
        throw new UserError('last_log_in', 'This is the only way to log in');
      }
      // Merchants need no wallet.
      if (await findWallet(orm.em, userId)) await removeSealedKey(orm.em, userId, passkey.credentialID);
      await auth.api.deletePasskey({ headers: request.headers, body: { id } });
    },

    hasPassword,

    recoveryCodesLeft: async (userId) => countRecoveryCodes(await auth.$context, userId),

    async signUpEmail(token) {
      return (await findLink(await auth.$context, 'sign-up', token))?.data.email ?? null;
    },

    async passwordReset(token) {
      const { internalAdapter } = await auth.$context;
      const found = await internalAdapter.findVerificationValue(`reset-password:${token}`);
      if (!found || found.expiresAt < new Date()) return null;
      const user = await internalAdapter.findUserById(found.value);
      if (!user) return null;
      const keys = await listSealedKeys(orm.em, user.id);
      return { email: user.email, openedWallet: keys.some(({ kind }) => kind === 'password') };
    },
  };
};
