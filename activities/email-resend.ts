// E-mails through Resend's HTTP API. The message's id is the Idempotency-Key: whatever became of an answer, a repeated request
// sends nothing twice (for 24 hours, Resend's own limit).
import { type EmailTransport, type OutgoingEmail, SendFailure } from './email-transport.ts';
import { retryAfterMs } from './webhook.ts';

export interface ResendOptions {
  apiKey: string;
  /** Without a slash at the end. */
  baseUrl: string;
}

/** Resend allows five requests a second for an account; a little more than a fifth apart, because networks jitter. */
const INTERVAL_MS = 210;
const TIMEOUT_MS = 20_000;
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

export const createResendTransport = ({ apiKey, baseUrl }: ResendOptions): EmailTransport => ({
  name: 'resend',
  intervalMs: INTERVAL_MS,
  async send(email) {
    const response = await fetch(`${baseUrl}/emails`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json', 'Idempotency-Key': email.id },
      body: JSON.stringify(bodyOf(email)),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw new SendFailure(
        'Resend could not be reached, or did not answer in time',
        { isWorthRetrying: true },
        { cause },
      );
    });
    const body = (await response.json().catch(() => ({}))) as { id?: unknown; name?: unknown; message?: unknown };
    if (!response.ok) throw failureOf(response.status, String(body.name ?? ''), response.headers.get('retry-after'));
    if (typeof body.id !== 'string') throw new SendFailure('Resend answered without an id', { isWorthRetrying: true });
    return { providerId: body.id };
  },
  async close() {},
});

const bodyOf = ({ from, to, subject, html, text, headers, attachments }: OutgoingEmail) => ({
  from,
  to: [to],
  subject,
  html,
  text,
  headers,
  ...(attachments.length === 0
    ? {}
    : {
        attachments: attachments.map(({ filename, contentType, content }) => ({
          filename,
          content_type: contentType,
          content: content.toString('base64'),
        })),
      }),
});

/** By Resend's list of errors: https://resend.com/docs/api-reference/errors. */
const failureOf = (status: number, name: string, retryAfter: string | null): SendFailure => {
  const label = `Resend answered ${status}${/^[a-z_]{1,60}$/.test(name) ? ` (${name})` : ''}`;
  const asked = retryAfterMs(retryAfter, Date.now()) || null;
  if (status === 429) {
    // A used-up day or month does not come back within seconds.
    const pause = name.endsWith('quota_exceeded') ? HOUR : (asked ?? SECOND);
    return new SendFailure(label, { isWorthRetrying: true, retryAfterMs: pause, holdsAll: true });
  }
  // The key, or the sender's domain, is ours to mend: the message is not at fault, and four days are time enough.
  if (status === 401 || status === 403)
    return new SendFailure(label, { isWorthRetrying: true, retryAfterMs: HOUR / 6 });
  // The first request with this key has not ended yet.
  if (name === 'concurrent_idempotent_requests') {
    return new SendFailure(label, { isWorthRetrying: true, retryAfterMs: asked ?? 5 * SECOND });
  }
  if (status >= 500 || status === 408) return new SendFailure(label, { isWorthRetrying: true, retryAfterMs: asked });
  return new SendFailure(label, { isWorthRetrying: false });
};
