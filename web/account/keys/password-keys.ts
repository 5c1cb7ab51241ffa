// Derives two secrets from a password in the browser: one logs in, the other seals the wallet's key. Neither can be computed from the
// other, and the server sees only the first (decision 0030).
import { emailAddressOf } from '#domain/email-address.ts';
import { toBase64Url, utf8, wipe } from './bytes.ts';

/** OWASP's figure for PBKDF2-HMAC-SHA-256. Raising it changes every secret, so it would need versions. */
const ITERATIONS = 600_000;
export const MIN_PASSWORD_LENGTH = 12;

export interface PasswordKeys {
  /** Sent as the password at log-in: 32 bytes in base64url. */
  logInSecret: string;
  /** The password of the sealed key: 32 bytes in base64url. Never sent. */
  sealingSecret: string;
}

/** The same address and password give the same secrets on every device. Slow on purpose: some tenths of a second. */
export const derivePasswordKeys = async (email: string, password: string): Promise<PasswordKeys> => {
  const typed = await crypto.subtle.importKey('raw', utf8(password.normalize('NFKC')), 'PBKDF2', false, ['deriveBits']);
  const salt = utf8(`allscale-pay:v1:${emailAddressOf(email)}`);
  const root = new Uint8Array(
    await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ITERATIONS }, typed, 256),
  );
  try {
    const key = await crypto.subtle.importKey('raw', root, 'HKDF', false, ['deriveBits']);
    const derive = async (purpose: string): Promise<string> => {
      const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8(purpose) };
      return toBase64Url(await crypto.subtle.deriveBits(parameters, key, 256));
    };
    return { logInSecret: await derive('allscale-pay log-in'), sealingSecret: await derive('allscale-pay sealing') };
  } finally {
    wipe(root);
  }
};
