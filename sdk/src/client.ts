// The client: signs each request over the bytes it sends, and returns the payload or throws.
import { AllScaleApiError, AllScaleUnreachableError } from './errors.ts';
import { isSignatureOf, sha256Hex, signLines, splitTarget, utf8 } from './signing.ts';
import type { CheckoutIntent, CheckoutRequest, CreatedCheckout, IntentStatus } from './types.ts';

export interface AllScaleClientOptions {
  /** `https://pay.example.com`; the API lives below `/v1`. */
  baseUrl: string;
  /** Public identifier of the key, `st_…`. */
  apiKey: string;
  /** Secret of the key: for servers only, never for a page. */
  apiSecret: string;
  /** Milliseconds until a call is given up; 10,000 when absent. */
  timeoutMs?: number;
  /** The store signs its answers: take none that is not signed. */
  verifyResponses?: boolean;
  /** Another `fetch`, for proxies and tests. */
  fetch?: typeof globalThis.fetch;
}

export interface CreateOptions {
  /** Two creates with one key give one checkout: repeat with it after a time-out. The order's id is a good one. */
  idempotencyKey?: string;
}

interface Envelope {
  code: number;
  payload: unknown;
  error: { message: string; details: Record<string, unknown> | null } | null;
  request_id: string;
}

const TIMEOUT_MS = 10_000;

/** One store's access to the API. Every method throws AllScaleApiError (refused) or AllScaleUnreachableError (nobody knows). */
export class AllScaleClient {
  readonly #options: AllScaleClientOptions;

  constructor(options: AllScaleClientOptions) {
    for (const name of ['baseUrl', 'apiKey', 'apiSecret'] as const) {
      if (!options[name]) throw new TypeError(`AllScaleClient: ${name} is empty`);
    }
    this.#options = options;
  }

  /** Answers when key, secret and clock are right. */
  async ping(): Promise<void> {
    await this.#request('GET', '/v1/test/ping');
  }

  async createCheckout(checkout: CheckoutRequest, { idempotencyKey }: CreateOptions = {}): Promise<CreatedCheckout> {
    const headers = idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey };
    return (await this.#request('POST', '/v1/checkout_intents/', checkout, headers)) as CreatedCheckout;
  }

  async getCheckout(intentId: string): Promise<CheckoutIntent> {
    return (await this.#request('GET', `/v1/checkout_intents/${encodeURIComponent(intentId)}`)) as CheckoutIntent;
  }

  async getStatus(intentId: string): Promise<IntentStatus> {
    return (await this.#request('GET', `/v1/checkout_intents/${encodeURIComponent(intentId)}/status`)) as IntentStatus;
  }

  async #request(method: 'GET' | 'POST', target: string, body?: unknown, more: Record<string, string> = {}) {
    const { baseUrl, apiKey, apiSecret, timeoutMs = TIMEOUT_MS, fetch = globalThis.fetch } = this.#options;
    // A server below a path would see that path, and so it is signed.
    const url = new URL(baseUrl.replace(/\/+$/, '') + target);
    const [path, query] = splitTarget(url.pathname + url.search);
    const text = body === undefined ? '' : JSON.stringify(body);
    const bodySha256 = await sha256Hex(utf8(text));
    const timestamp = String(Math.floor(Date.now() / 1000));
    const nonce = crypto.randomUUID();
    const headers = {
      ...more,
      ...(text ? { 'Content-Type': 'application/json' } : {}),
      'X-API-Key': apiKey,
      'X-Timestamp': timestamp,
      'X-Nonce': nonce,
      'X-Signature': await signLines(apiSecret, [method, path, query, timestamp, nonce, bodySha256]),
    };
    let response: Response;
    let reply: Uint8Array<ArrayBuffer>;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      response = await fetch(url, { method, headers, signal, redirect: 'error', ...(text ? { body: text } : {}) });
      reply = new Uint8Array(await response.arrayBuffer());
    } catch (cause) {
      throw new AllScaleUnreachableError('The checkout server did not answer', { cause });
    }
    if (this.#options.verifyResponses) await this.#verify(response, reply, { path, nonce, bodySha256 });
    return open(response, reply);
  }

  async #verify(response: Response, reply: Uint8Array<ArrayBuffer>, request: SentRequest): Promise<void> {
    const header = (name: string): string => response.headers.get(name) ?? '';
    const lines = [
      String(response.status),
      request.path,
      request.nonce,
      request.bodySha256,
      header('X-Response-Timestamp'),
      header('X-Response-Nonce'),
      await sha256Hex(reply),
    ];
    if (await isSignatureOf(this.#options.apiSecret, lines, header('X-Response-Signature'))) return;
    // A server that does not know the caller has nothing to sign with: a 401 is most likely true, and never proven.
    const hint = response.status === 401 ? ': are key and secret right?' : ': does the store sign its answers?';
    throw new AllScaleUnreachableError(
      `The answer (HTTP ${response.status}) is not signed by the checkout server${hint}`,
    );
  }
}

interface SentRequest {
  path: string;
  nonce: string;
  bodySha256: string;
}

const open = (response: Response, reply: Uint8Array<ArrayBuffer>): unknown => {
  const envelope = parse(reply);
  if (!envelope) throw new AllScaleUnreachableError(`An answer that is not the API's came (HTTP ${response.status})`);
  if (envelope.code === 0 && response.ok) return envelope.payload;
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  throw new AllScaleApiError({
    message: envelope.error?.message ?? 'The request was refused',
    code: envelope.code,
    httpStatus: response.status,
    requestId: envelope.request_id,
    details: envelope.error?.details ?? null,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
  });
};

const parse = (reply: Uint8Array<ArrayBuffer>): Envelope | null => {
  try {
    const value = JSON.parse(new TextDecoder().decode(reply)) as Envelope | null;
    return typeof value?.code === 'number' ? value : null;
  } catch {
    return null;
  }
};
