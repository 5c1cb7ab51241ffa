// The API client: signs each request, and returns the payload of the response or throws.
import type {
  EndpointDeliveryFilter,
  EndpointDeliveryPage,
  NewWebhookEndpoint,
  WebhookEndpoint,
  WebhookEndpointChange,
  WebhookEndpointWithSecret,
} from './endpoints.ts';
import { AllScaleApiError, AllScaleUnreachableError } from './errors.ts';
import { pairProblem } from './keys.ts';
import { isSignatureOf, sha256Hex, signLines, splitTarget, utf8 } from './signing.ts';
import type {
  CheckoutFilter,
  CheckoutIntent,
  CheckoutPage,
  CheckoutRequest,
  CreatedCheckout,
  EventPage,
  IntentStatus,
  OrderEvent,
  Payments,
  Refund,
  RefundRequest,
  Refunds,
  Scenario,
  Simulation,
} from './types.ts';

export interface AllScaleClientOptions {
  /** For example `https://pay.example.com`, without `/v1`. */
  baseUrl: string;
  /** Public identifier of the API key, `st_live_…` or `st_test_…`. */
  apiKey: string;
  /** Secret of the API key, `st_live_secret_…` or `st_test_secret_…`. Keep it on a server, never in a web page. */
  apiSecret: string;
  /** Time-out of a call in milliseconds. Default: 10,000. */
  timeoutMs?: number;
  /** Rejects unsigned responses. The store must have response signing turned on. */
  verifyResponses?: boolean;
  /** Replaces `fetch`, for proxies and tests. */
  fetch?: typeof globalThis.fetch;
}

export interface CreateOptions {
  /** A retry with the same key and request returns the same checkout. The order id works well. */
  idempotencyKey?: string;
}

interface Envelope {
  code: number;
  payload: unknown;
  error: { message: string; details: Record<string, unknown> | null } | null;
  request_id: string;
}

const TIMEOUT_MS = 10_000;

/**
 * A client for one store. Every method throws AllScaleApiError when the API rejects the request, and AllScaleUnreachableError when the
 * result is unknown.
 */
export class AllScaleClient {
  readonly #options: AllScaleClientOptions;

  constructor(options: AllScaleClientOptions) {
    for (const name of ['baseUrl', 'apiKey', 'apiSecret'] as const) {
      if (!options[name]) throw new TypeError(`AllScaleClient: ${name} is empty`);
    }
    const problem = pairProblem(options.apiKey, options.apiSecret);
    if (problem) throw new TypeError(`AllScaleClient: ${problem}`);
    this.#options = options;
  }

  /** Resolves when key, secret and clock are right. */
  async ping(): Promise<void> {
    await this.#request('GET', '/v1/test/ping');
  }

  /** Returns what it sends: the server read the body's bytes as they were signed. */
  async echo(body: unknown): Promise<unknown> {
    return await this.#request('POST', '/v1/test/post', body);
  }

  /** Always throws AllScaleApiError with code 99999, to test error handling. */
  async fail(): Promise<void> {
    await this.#request('GET', '/v1/test/fail');
  }

  async createCheckout(checkout: CheckoutRequest, options: CreateOptions = {}): Promise<CreatedCheckout> {
    return (await this.#create('/v1/checkout_intents/', checkout, options)) as CreatedCheckout;
  }

  async getCheckout(intentId: string): Promise<CheckoutIntent> {
    return (await this.#request('GET', `/v1/checkout_intents/${encodeURIComponent(intentId)}`)) as CheckoutIntent;
  }

  async getStatus(intentId: string): Promise<IntentStatus> {
    return (await this.#request('GET', `/v1/checkout_intents/${encodeURIComponent(intentId)}/status`)) as IntentStatus;
  }

  /** One page of the store's checkouts, newest first. */
  async listCheckouts(filter: CheckoutFilter = {}): Promise<CheckoutPage> {
    return (await this.#request('GET', `/v1/orders${queryOf(filter)}`)) as CheckoutPage;
  }

  /** All checkouts of a filter, newest first: asks for the next page when it is needed. */
  async *eachCheckout(filter: Omit<CheckoutFilter, 'cursor'> = {}): AsyncGenerator<CheckoutIntent, void, undefined> {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: CheckoutPage = await this.listCheckouts({ ...filter, cursor });
      yield* page.checkout_intents;
      cursor = page.next_cursor;
    }
  }

  /** What a checkout has received, paid or not, and what is still due. */
  async getPayments(intentId: string): Promise<Payments> {
    return (await this.#request('GET', `/v1/checkout_intents/${encodeURIComponent(intentId)}/payments`)) as Payments;
  }

  /**
   * One page of what happened to the store's checkouts, oldest first. Keep `last_sequence` with what you have processed, and pass it
   * as `after` the next time: no event is missed.
   */
  async listEvents({ after = 0, limit }: { after?: number; limit?: number } = {}): Promise<EventPage> {
    return (await this.#request('GET', `/v1/events${queryOf({ after, limit })}`)) as EventPage;
  }

  /** All events after a number, up to now: asks for the next page when it is needed. */
  async *eachEvent({ after = 0, limit }: { after?: number; limit?: number } = {}): AsyncGenerator<OrderEvent, void> {
    for (let [next, hasMore] = [after, true]; hasMore; ) {
      const page = await this.listEvents({ after: next, ...(limit === undefined ? {} : { limit }) });
      yield* page.events;
      [next, hasMore] = [page.last_sequence, page.has_more];
    }
  }

  /** Adds a webhook endpoint. Store `secret`: it is not shown again. With `endpoint_id` as the key it verifies what is sent there. */
  async createWebhookEndpoint(endpoint: NewWebhookEndpoint): Promise<WebhookEndpointWithSecret> {
    return (await this.#request('POST', '/v1/webhook_endpoints', endpoint)) as WebhookEndpointWithSecret;
  }

  /** Oldest first. */
  async listWebhookEndpoints(): Promise<WebhookEndpoint[]> {
    const { webhook_endpoints: endpoints } = (await this.#request('GET', '/v1/webhook_endpoints')) as {
      webhook_endpoints: WebhookEndpoint[];
    };
    return endpoints;
  }

  async getWebhookEndpoint(endpointId: string): Promise<WebhookEndpoint> {
    return (await this.#request('GET', endpointPath(endpointId))) as WebhookEndpoint;
  }

  /** Absent members stay as they are. */
  async updateWebhookEndpoint(endpointId: string, change: WebhookEndpointChange): Promise<WebhookEndpoint> {
    return (await this.#request('PATCH', endpointPath(endpointId), change)) as WebhookEndpoint;
  }

  async deleteWebhookEndpoint(endpointId: string): Promise<void> {
    await this.#request('DELETE', endpointPath(endpointId));
  }

  /**
   * Makes a new secret. Store `secret`: it is not shown again. Until `afterSeconds` have passed the old one signs: let `verifyWebhook` take both
   * first, each with the endpoint's id as its key.
   */
  async renewWebhookSecret(endpointId: string, afterSeconds = 0): Promise<WebhookEndpointWithSecret> {
    const path = `${endpointPath(endpointId)}/secret`;
    return (await this.#request('POST', path, { after_seconds: afterSeconds })) as WebhookEndpointWithSecret;
  }

  /** Sends one test event. @returns the id of its delivery, whose result `listWebhookDeliveries` has seconds later */
  async sendWebhookTest(endpointId: string): Promise<string> {
    const { delivery_id: id } = (await this.#request('POST', `${endpointPath(endpointId)}/test`)) as Started;
    return id;
  }

  /** One page of what was sent to an endpoint, newest first. */
  async listWebhookDeliveries(endpointId: string, filter: EndpointDeliveryFilter = {}): Promise<EndpointDeliveryPage> {
    const target = `${endpointPath(endpointId)}/deliveries${queryOf(filter)}`;
    return (await this.#request('GET', target)) as EndpointDeliveryPage;
  }

  /** Delivers an event to its endpoint again, at once. */
  async redeliverWebhook(endpointId: string, deliveryId: string): Promise<void> {
    await this.#request('POST', `${endpointPath(endpointId)}/redeliver`, { delivery_id: deliveryId });
  }

  /** Asks for a refund. It moves no money: the merchant's wallet signs it in the dashboard. */
  async requestRefund(intentId: string, refund: RefundRequest = {}, options: CreateOptions = {}): Promise<Refund> {
    const target = `/v1/checkout_intents/${encodeURIComponent(intentId)}/refunds`;
    return (await this.#create(target, refund, options)) as Refund;
  }

  async listRefunds(intentId: string): Promise<Refunds> {
    return (await this.#request('GET', `/v1/checkout_intents/${encodeURIComponent(intentId)}/refunds`)) as Refunds;
  }

  /**
   * Starts a payment of a test store's checkout, on a test network. Webhooks and events follow as for a shopper's payment. While a
   * scenario of a checkout runs, it is not started again.
   */
  async simulatePayment(
    intentId: string,
    scenario: Scenario = 'paid',
    options: CreateOptions = {},
  ): Promise<Simulation> {
    const body = { checkout_intent_id: intentId, scenario };
    return (await this.#create('/v1/test/simulate', body, options)) as Simulation;
  }

  async #create(target: string, body: unknown, { idempotencyKey }: CreateOptions): Promise<unknown> {
    const headers = idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey };
    return await this.#request('POST', target, body, headers);
  }

  async #request(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    target: string,
    body?: unknown,
    more: Record<string, string> = {},
  ) {
    const { baseUrl, apiKey, apiSecret, timeoutMs = TIMEOUT_MS, fetch = globalThis.fetch } = this.#options;
    // The signature covers the whole path, including a path in `baseUrl`.
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
      throw new AllScaleUnreachableError('The checkout server did not respond', { cause });
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
    // A 401 is never signed: the server does not know the key that it would sign with.
    const hint = response.status === 401 ? ': are key and secret right?' : ': does the store sign its responses?';
    throw new AllScaleUnreachableError(
      `The response (HTTP ${response.status}) is not signed by the checkout server${hint}`,
    );
  }
}

interface Started {
  delivery_id: string;
}

const endpointPath = (endpointId: string): string => `/v1/webhook_endpoints/${encodeURIComponent(endpointId)}`;

/** Lists become texts with commas, and times ISO 8601. Members that are absent or null are left out. */
const queryOf = (members: object): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined || value === null) continue;
    query.set(name, value instanceof Date ? value.toISOString() : String(value));
  }
  const text = query.toString();
  return text ? `?${text}` : '';
};

interface SentRequest {
  path: string;
  nonce: string;
  bodySha256: string;
}

const open = (response: Response, reply: Uint8Array<ArrayBuffer>): unknown => {
  const envelope = parse(reply);
  if (!envelope) throw new AllScaleUnreachableError(`The response is not from the API (HTTP ${response.status})`);
  if (envelope.code === 0 && response.ok) return envelope.payload;
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  throw new AllScaleApiError({
    message: envelope.error?.message ?? 'The request was rejected',
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
