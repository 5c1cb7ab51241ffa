// Checks a new password and derives its secrets, on every page where an account gets one.
import { AccountError, postJson } from './account-client.ts';
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
      'This password is too easy to guess: it is on lists of leaked passwords, or made of them.',
    );
  }
  return await derivePasswordKeys(email, password);
};

/** Creates an account that logs in by password. @param token of a mailed link, which proves the address */
export const signUpByPassword = async (email: string, token: string, password: string): Promise<PasswordKeys> => {
  const keys = await keysOfNewPassword(email, password);
  await postJson('/api/auth/sign-up/email', { email, name: email, password: keys.logInSecret, token });
  return keys;
};
