// Log-in by e-mail address and password, and by the code of a second factor. Sends a secret derived from the password, never the
// password. For passkeys see passkey.ts.
import { postJson } from './account-client.ts';
import { derivePasswordKeys } from './password-keys.ts';

/** `codeNeeded`: the account has two-factor on. Throws AccountError when the log-in fails. */
export const logInWithPassword = async (email: string, password: string): Promise<'in' | 'codeNeeded'> => {
  const { logInSecret } = await derivePasswordKeys(email, password);
  const body = { email: email.trim(), password: logInSecret };
  const response = await postJson<{ twoFactorRedirect?: boolean }>('/api/auth/sign-in/email', body);
  return response.twoFactorRedirect ? 'codeNeeded' : 'in';
};

/** The code of an authenticator app, or one of the backup codes. Throws AccountError when the code is wrong. */
export const confirmCode = async (code: string, backup: boolean): Promise<void> => {
  const path = backup ? '/api/auth/two-factor/verify-backup-code' : '/api/auth/two-factor/verify-totp';
  await postJson(path, { code: backup ? code.trim() : code.replaceAll(/\s/g, '') });
};

export const logOut = (): Promise<unknown> => postJson('/api/auth/sign-out', {});
