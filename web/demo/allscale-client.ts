// A small client of the AllScale Open API, as any shop would write it: it signs requests and verifies webhooks with nothing
// but Node's own crypto and fetch. It uses no other file of this project; copy it if you like.
import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

export interface AllScaleAccount {
  /** `https://pay.example.com`; the API lives below `/v1`. */
  baseUrl: string;
  /** Public identifier of the key, `st_…`. */
  apiKey: string;
  /** Secret of the key; it never leaves the shop's server. */
  apiSecret: string;
}

export interface NewCheckout {
  /** Fiat currency number, 1 is USD. */
  currency: number;
  /** Hundredths of the currency. */
  amount_cents: number;
  /** Coins that the shopper may pay with: 1 USDT, 2 USDC. */
  accepted_stable_coins: number[];
  order_id: string;
  order_description: string;
  /** Where the shopper goes after the payment. */
  redirect_url: string;
}

export interface CreatedCheckout {
  checkout_url: string;
  allscale_checkout_intent_id: string;
  amount_coins: string;
}

/** The API's own answer to a request that it refuses. */
export class AllScaleError extends Error {
  override name = 'AllScaleError';
  readonly code: number;
  readonly requestId: string;

  constructor(message: string, code: number, requestId: string) {
    super(message);
    this.code = code;
    this.requestId = requestId;
  }
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const hmac = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('base64');

/** Creates a checkout. Two calls with one `idempotencyKey` give one checkout. Throws AllScaleError when it is refused. */
export const createCheckout = async (
  account: AllScaleAccount,
  checkout: NewCheckout,
  idempotencyKey: string,
): Promise<CreatedCheckout> => {
  const path = '/v1/checkout_intents/';
  const body = JSON.stringify(checkout);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomUUID();
  const canonical = ['POST', path, '', timestamp, nonce, sha256(body)].join('\n');
  const response = await fetch(new URL(path, account.baseUrl), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': account.apiKey,
      'x-timestamp': timestamp,
      'x-nonce': nonce,
      'x-signature': `v1=${hmac(account.apiSecret, canonical)}`,
      'idempotency-key': idempotencyKey,
    },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  const answer = (await response.json()) as {
    code: number;
    payload: CreatedCheckout;
    error: { message: string } | null;
    request_id: string;
  };
  if (answer.code !== 0) throw new AllScaleError(answer.error?.message ?? 'refused', answer.code, answer.request_id);
  return answer.payload;
};

export interface ReceivedWebhook {
  method: string;
  /** Path and query exactly as they were requested. */
  target: string;
  headers: Record<string, string | string[] | undefined>;
  /** The bytes as they came: parse them only after the check. */
  rawBody: Uint8Array;
}

export type WebhookRefusal =
  | 'header_missing'
  | 'unknown_key'
  | 'timestamp_malformed'
  | 'timestamp_too_old'
  | 'timestamp_in_future'
  | 'signature_wrong';

const MAX_AGE_SECONDS = 300;
const MAX_AHEAD_SECONDS = 60;

/**
 * Checks who signed a webhook and when. Returns null when all is well, else the reason. The caller still has to remember
 * the nonce (a replay) and the transaction id (a second delivery).
 */
export const checkWebhook = (
  account: AllScaleAccount,
  webhook: ReceivedWebhook,
  nowSeconds: number,
): WebhookRefusal | null => {
  const header = (name: string): string => {
    const value = webhook.headers[name];
    return typeof value === 'string' ? value : '';
  };
  const id = header('x-webhook-id');
  const timestamp = header('x-webhook-timestamp');
  const nonce = header('x-webhook-nonce');
  const signature = header('x-webhook-signature');
  if (!id || !timestamp || !nonce || !signature) return 'header_missing';
  if (header('x-api-key') !== account.apiKey) return 'unknown_key';
  if (!/^\d{1,12}$/.test(timestamp)) return 'timestamp_malformed';
  if (nowSeconds - Number(timestamp) > MAX_AGE_SECONDS) return 'timestamp_too_old';
  if (Number(timestamp) - nowSeconds > MAX_AHEAD_SECONDS) return 'timestamp_in_future';

  const [path = '', ...query] = webhook.target.split('?');
  const canonical = [
    'allscale:webhook:v1',
    webhook.method,
    path,
    query.join('?'),
    id,
    timestamp,
    nonce,
    sha256(webhook.rawBody),
  ].join('\n');
  const expected = Buffer.from(`v1=${hmac(account.apiSecret, canonical)}`);
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given) ? null : 'signature_wrong';
};
