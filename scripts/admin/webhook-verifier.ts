// Verifies webhooks as a shop does (docs/open-api.md section 6). Shares only the canonical string with the sender. Keeps used
// nonces in memory.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { splitTarget, webhookCanonical } from '#domain/signing.ts';

const OLDEST_SECONDS = 300;
const NEWEST_SECONDS = 60;

export interface Delivery {
  method: string;
  /** The request target with its query. */
  target: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Verdict {
  verified: boolean;
  /** Why verification failed; null when it succeeded. */
  problem: string | null;
  event: Record<string, unknown> | null;
}

export interface VerifierOptions {
  apiKey: string;
  apiSecret: string;
  /** Unix seconds. */
  now: () => number;
}

export type Verifier = (delivery: Delivery) => Verdict;

export const webhookVerifier = ({ apiKey, apiSecret, now }: VerifierOptions): Verifier => {
  const nonces = new Map<string, number>();

  return (delivery) => {
    const reject = (problem: string): Verdict => ({ verified: false, problem, event: null });
    const header = (name: string): string => String(delivery.headers[name] ?? '');
    const [id, timestamp, nonce] = [header('x-webhook-id'), header('x-webhook-timestamp'), header('x-webhook-nonce')];
    if (!id || !timestamp || !nonce || !header('x-webhook-signature')) return reject('a webhook header is missing');
    if (header('x-api-key') !== apiKey)
      return reject(`signed with another key (${header('x-api-key') || 'none given'})`);

    const canonical = webhookCanonical({
      method: delivery.method,
      ...splitTarget(delivery.target),
      webhookId: id,
      timestamp,
      nonce,
      bodySha256: createHash('sha256').update(delivery.body).digest('hex'),
    });
    const expected = `v1=${createHmac('sha256', apiSecret).update(canonical).digest('base64')}`;
    if (!equalText(expected, header('x-webhook-signature'))) return reject('the signature does not match');

    const age = now() - Number(timestamp);
    if (!/^\d+$/.test(timestamp) || age > OLDEST_SECONDS || age < -NEWEST_SECONDS)
      return reject('the timestamp is too old or too new');
    for (const [spent, at] of nonces) if (now() - at > OLDEST_SECONDS + NEWEST_SECONDS) nonces.delete(spent);
    if (nonces.has(nonce)) return reject('the nonce was used before: a replay');
    nonces.set(nonce, now());

    const event = parseObject(delivery.body);
    if (!event || event.webhook_id !== id) return reject('the body is not the event that the headers name');
    return { verified: true, problem: null, event };
  };
};

const parseObject = (body: Buffer): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
};

const equalText = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};
