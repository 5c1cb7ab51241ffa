// The signature of Resend's webhooks (Svix's scheme): HMAC-SHA256 over "id.timestamp.body", base64, several allowed while a
// secret is rolled. https://docs.svix.com/receiving/verifying-payloads/how-manual
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SvixHeaders {
  id: string | undefined;
  /** Seconds since 1970. */
  timestamp: string | undefined;
  /** `v1,<base64>`, more after spaces. */
  signature: string | undefined;
}

/** Older or newer than this, a message is a replay or a clock is wrong. */
const WINDOW_SECONDS = 300;

/** @param secret `whsec_<base64>` @param now epoch milliseconds */
export const isSvixSignatureValid = (
  secret: string,
  { id, timestamp, signature }: SvixHeaders,
  body: Buffer,
  now: number,
): boolean => {
  if (!id || !timestamp || !signature || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now / 1000 - Number(timestamp)) > WINDOW_SECONDS) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  // Each is compared, whatever the others gave: the time tells nothing.
  return signature
    .split(' ')
    .map((entry) => {
      const [version, given] = entry.split(',');
      const bytes = Buffer.from(given ?? '', 'base64');
      return version === 'v1' && bytes.length === expected.length && timingSafeEqual(bytes, expected);
    })
    .some(Boolean);
};
