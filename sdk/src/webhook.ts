// Verification of a webhook. What a shop does after it: refuse a nonce that it has seen, and process each transaction id once.
import { isSignatureOf, sha256Hex, splitTarget, utf8 } from './signing.ts';
import type { WebhookEvent } from './types.ts';

export interface ReceivedWebhook {
  method: string;
  /** Path and query as the webhook URL was configured, as `/webhook?shop=1`; of a whole address its path and query count. */
  target: string;
  /** Of any HTTP server: a `Headers` object, or a plain one with names in any case. */
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The bytes as they came, before any JSON parser: what was parsed and written again is not what was signed. */
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
 * Tells whether a webhook is genuine and fresh, and what it says. Throws TypeError when a key is empty: that is the shop's own slip.
 * @param keys the store's keys; while keys are rolled, several
 * @param nowSeconds Unix seconds; the clock's when absent
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
  const key = known.find(({ apiKey }) => apiKey === header('x-api-key'));
  if (!key) return reject('unknown_key');
  if (!/^\d{1,12}$/.test(timestamp)) return reject('timestamp_malformed');
  if (nowSeconds - Number(timestamp) > MAX_AGE_SECONDS) return reject('timestamp_too_old');
  if (Number(timestamp) - nowSeconds > MAX_AHEAD_SECONDS) return reject('timestamp_in_future');

  const { method, target, rawBody } = webhook;
  const bytes = typeof rawBody === 'string' ? utf8(rawBody) : new Uint8Array(rawBody);
  const [path, query] = splitTarget(target.replace(/^https?:\/\/[^/?#]*/i, ''));
  const hash = await sha256Hex(bytes);
  const lines = ['allscale:webhook:v1', method, path, query, webhookId, timestamp, nonce, hash];
  if (!(await isSignatureOf(key.apiSecret, lines, signature))) return reject('signature_wrong');

  const event = parse(bytes);
  return event ? { ok: true, webhookId, nonce, event } : reject('body_malformed');
};

const reject = (problem: WebhookProblem): WebhookCheck => ({ ok: false, problem });

const headerReader = (headers: ReceivedWebhook['headers']): ((name: string) => string) => {
  if (headers instanceof Headers) return (name) => headers.get(name) ?? '';
  const values = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => {
    const value = values.get(name);
    // A header that came twice could be read in two ways: it counts as missing.
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
