// A password that somebody chooses: looked at once in the browser, the same wherever an account gets one.
import { AccountError } from './account-client.ts';
import { isCommonPassword } from './common-passwords.ts';
import { derivePasswordKeys, MIN_PASSWORD_LENGTH, type PasswordKeys } from './password-keys.ts';

/** The secrets of a new password. Throws AccountError `short_password`, `common_password`. */
export const keysOfNewPassword = async (email: string, password: string): Promise<PasswordKeys> => {
  if ([...password].length < MIN_PASSWORD_LENGTH) {
    throw new AccountError('short_password', 400, `A password needs at least ${MIN_PASSWORD_LENGTH} characters.`);
  }
  if (await isCommonPassword(password, email)) {
    throw new AccountError(
      'common_password',
      400,
      'This password is among those that are tried first: it is on lists of leaked passwords, or made of them. Choose another one, as four words that have nothing to do with one another.',
    );
  }
  return await derivePasswordKeys(email, password);
};
