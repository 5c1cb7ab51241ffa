// What an account's password is to the server: a secret that browsers derive from it (decision 0030).
import { UserError } from '#domain/errors.ts';
import type { Accounts } from './accounts.ts';

/** Length of the secret that is sent as the password: 32 bytes in base64url. */
export const LOG_IN_SECRET_LENGTH = 43;

/** Throws UserError `bad_password` for a password that was sent as it was typed. */
export const requireLogInSecret = (logInSecret: string): void => {
  if (logInSecret.length !== LOG_IN_SECRET_LENGTH) {
    throw new UserError('bad_password', 'This is no derived password');
  }
};

/** For an account without a password. @param hash of the log-in secret */
export const addPassword = async ({ internalAdapter }: Accounts, userId: string, hash: string): Promise<void> => {
  await internalAdapter.linkAccount({ userId, providerId: 'credential', accountId: userId, password: hash });
};
