// Sends e-mails through Resend. The message's id is the Idempotency-Key, so a repeated request sends nothing twice
// (for 24 hours, Resend's limit).
import { type ErrorResponse, Resend } from 'resend';
import { type EmailTransport, type OutgoingEmail, SendFailure } from './email-transport.ts';
import { retryAfterMs } from './webhook.ts';

export interface ResendOptions {
  apiKey: string;
  /** Without a trailing slash. */
  baseUrl: string;
}

/** Resend allows five requests a second for an account. Slightly more than a fifth, because networks jitter. */
export const RESEND_INTERVAL_MS = 210;
const TIMEOUT_MS = 20_000;
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

export const createResendTransport = ({ apiKey, baseUrl }: ResendOptions): EmailTransport => {
  const resend = new Resend(apiKey, { baseUrl });
  return {
    name: 'resend',
    intervalMs: RESEND_INTERVAL_MS,
    async send(email) {
      const options = {
        idempotencyKey: email.id,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        // Not in the package's types, but it hands its options to fetch: no redirect gets the message or the key.
        redirect: 'error' as const,
      };
      const { data, error, headers } = await resend.emails.send(payloadOf(email), options);
      if (error) throw failureOf(error, headers);
      if (typeof data?.id !== 'string') throw new SendFailure('Resend returned no id', { isWorthRetrying: true });
      return { providerId: data.id };
    },
    async close() {},
  };
};

const payloadOf = ({ from, to, subject, html, text, headers, attachments }: OutgoingEmail) => ({
  from,
  to: [to],
  subject,
  html,
  text,
  headers,
  ...(attachments.length === 0
    ? {}
    : {
        attachments: attachments.map(({ filename, contentType, content }) => ({ filename, contentType, content })),
      }),
});

/** By Resend's list of errors: https://resend.com/docs/api-reference/errors. */
const failureOf = ({ statusCode, name }: ErrorResponse, headers: Record<string, string> | null): SendFailure => {
  // The package reports network errors and time-outs as a response without status and headers.
  if (!headers) return new SendFailure('Resend could not be reached in time', { isWorthRetrying: true });
  // A gateway before Resend may reply with JSON of its own.
  if (typeof statusCode !== 'number') return new SendFailure('Resend returned an error', { isWorthRetrying: true });
  const label = `Resend returned ${statusCode}${/^[a-z_]{1,60}$/.test(name) ? ` (${name})` : ''}`;
  const requestedPause = retryAfterMs(headers['retry-after'] ?? null, Date.now()) || null;
  if (statusCode === 429) {
    // A used-up quota of a day or month does not reset within seconds.
    const pause = name.endsWith('quota_exceeded') ? HOUR : (requestedPause ?? SECOND);
    return new SendFailure(label, { isWorthRetrying: true, retryAfterMs: pause, holdsAll: true });
  }
  // A wrong key or an unverified domain is for the operator to fix. The message itself is fine, and is retried for four days.
  if (statusCode === 401 || statusCode === 403)
    return new SendFailure(label, { isWorthRetrying: true, retryAfterMs: HOUR / 6 });
  // The first request with this key is still running.
  if (name === 'concurrent_idempotent_requests') {
    return new SendFailure(label, { isWorthRetrying: true, retryAfterMs: requestedPause ?? 5 * SECOND });
  }
  if (statusCode >= 500 || statusCode === 408)
    return new SendFailure(label, { isWorthRetrying: true, retryAfterMs: requestedPause });
  return new SendFailure(label, { isWorthRetrying: false });
};
