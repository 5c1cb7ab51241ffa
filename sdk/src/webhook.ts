// Verifies webhooks. The shop must then reject a nonce that it has seen before, and process each transaction id once.
import { isSignatureOf, sha256Hex, splitTarget, utf8 } from './signing.ts';
import type { WebhookEvent } from './types.ts';

export interface ReceivedWebhook {
  method: string;
  /** Path and query of the webhook URL as configured, for example `/webhook?shop=1`. A whole URL works too. */
  target: string;
  /** A `Headers` object, or a plain object with names in any case. */
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The raw bytes, before any JSON parser. The signature does not match a body that was parsed and serialized again. */
  rawBody: Uint8Array | string;
}

export type WebhookProblem =
  | 'header_missing'
  | 'unknown_key'
  | 'timestamp_malformed'
  | 'timestamp_too_old'
  | 'timestamp_in_future'
  | 'signature_wrong'
  | 'body_malformed';

export type WebhookCheck =
  | { ok: true; webhookId: string; nonce: string; event: WebhookEvent }
  | { ok: false; problem: WebhookProblem };

export interface WebhookKey {
  apiKey: string;
  apiSecret: string;
}

const MAX_AGE_SECONDS = 300;
const MAX_AHEAD_SECONDS = 60;

/**
 * Checks that a webhook is genuine and recent, and parses it. Throws TypeError when a key is empty.
 * @param keys the store's API key, or several while you roll keys. While you renew a secret: both, with the same `apiKey`.
 * @param nowSeconds Unix time in seconds. Default: now
 */
export const verifyWebhook = async (
  keys: WebhookKey | readonly WebhookKey[],
  webhook: ReceivedWebhook,
  nowSeconds: number = Date.now() / 1000,
): Promise<WebhookCheck> => {
  const known = [keys].flat();
  if (known.length === 0 || known.some(({ apiKey, apiSecret }) => !apiKey || !apiSecret)) {
    throw new TypeError('verifyWebhook: apiKey or apiSecret is empty');
  }
  const header = headerReader(webhook.headers);
  const webhookId = header('x-webhook-id');
  const timestamp = header('x-webhook-timestamp');
  const nonce = header('x-webhook-nonce');
  const signature = header('x-webhook-signature');
  if (!webhookId || !timestamp || !nonce || !signature) return reject('header_missing');
  const named = known.filter(({ apiKey }) => apiKey === header('x-api-key'));
  if (named.length === 0) return reject('unknown_key');
  if (!/^\d{1,12}$/.test(timestamp)) return reject('timestamp_malformed');
  if (nowSeconds - Number(timestamp) > MAX_AGE_SECONDS) return reject('timestamp_too_old');
  if (Number(timestamp) - nowSeconds > MAX_AHEAD_SECONDS) return reject('timestamp_in_future');

  const { method, target, rawBody } = webhook;
  const bytes = typeof rawBody === 'string' ? utf8(rawBody) : new Uint8Array(rawBody);
  const [path, query] = splitTarget(target.replace(/^https?:\/\/[^/?#]*/i, ''));
  const hash = await sha256Hex(bytes);
  const lines = ['allscale:webhook:v1', method, path, query, webhookId, timestamp, nonce, hash];
  const matches = await Promise.all(named.map(({ apiSecret }) => isSignatureOf(apiSecret, lines, signature)));
  if (!matches.includes(true)) return reject('signature_wrong');

  const event = parse(bytes);
  return event ? { ok: true, webhookId, nonce, event } : reject('body_malformed');
};

const reject = (problem: WebhookProblem): WebhookCheck => ({ ok: false, problem });

const headerReader = (headers: ReceivedWebhook['headers']): ((name: string) => string) => {
  if (headers instanceof Headers) return (name) => headers.get(name) ?? '';
  const values = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => {
    const value = values.get(name);
    // A repeated header is ambiguous, so it counts as missing.
    return typeof value === 'string' ? value : '';
  };
};

const parse = (bytes: Uint8Array): WebhookEvent | null => {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as WebhookEvent) : null;
  } catch {
    return null;
  }
};
