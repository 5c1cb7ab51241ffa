// What a password becomes before anything leaves the browser: one secret that logs in, and another one that seals the wallet's
// key. Neither tells the other, and the server sees the first only (decision 0030).
import { toBase64Url, utf8, wipe } from './bytes.ts';

/** OWASP's figure for PBKDF2-HMAC-SHA-256. Raising it changes every secret: it would need a version in both. */
const ITERATIONS = 600_000;
export const MIN_PASSWORD_LENGTH = 12;

export interface PasswordKeys {
  /** Stands for the password at log-in: 32 bytes in base64url. */
  logInSecret: string;
  /** The password of the sealed key: 32 bytes in base64url. Never sent. */
  sealingSecret: string;
}

/** The same address and password give the same secrets on every device. Takes some tenths of a second, on purpose. */
export const derivePasswordKeys = async (email: string, password: string): Promise<PasswordKeys> => {
  const typed = await crypto.subtle.importKey('raw', utf8(password.normalize('NFKC')), 'PBKDF2', false, ['deriveBits']);
  const salt = utf8(`allscale-pay:v1:${email.trim().toLowerCase()}`);
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
