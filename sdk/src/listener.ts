// Follows the events of a test store and forwards each to a URL on this machine, signed as the store's webhook is. The receiver cannot tell
// it from a webhook. Events have numbers, so nothing is lost when the network, the server or the receiver is away for a while.
import { AllScaleClient } from './client.ts';
import { AllScaleApiError } from './errors.ts';
import { isTestKey } from './keys.ts';
import { sha256Hex, signLines, splitTarget, utf8 } from './signing.ts';
import type { OrderEvent } from './types.ts';

export interface ListenOptions {
  /** For example `https://pay.example.com`, without `/v1`. */
  baseUrl: string;
  /** Of a test store: `st_test_…`. */
  apiKey: string;
  apiSecret: string;
  /** Where events are posted, for example `http://localhost:3000/hook`. */
  forwardTo: string;
  /** Event types to forward; empty forwards all. Default: what the store's webhook URL gets. */
  events?: readonly string[];
  /** Begin after this sequence number. Default: after the newest event. */
  after?: number;
  /** Milliseconds between two looks. Default: 1,000. */
  intervalMs?: number;
  /** Ends the listening. */
  signal?: AbortSignal;
  /** One line for each thing that happens. */
  onLine?: (line: string) => void;
  /** Replaces `fetch`, for tests. */
  fetch?: typeof globalThis.fetch;
}

/** What the store's webhook URL gets. */
export const WEBHOOK_EVENTS = [
  'checkout_intent.confirmed',
  'checkout_intent.refunded',
  'checkout_intent.refund_removed',
] as const;

const INTERVAL_MS = 1_000;
const MAX_PAUSE_MS = 15_000;
const FORWARD_TIMEOUT_MS = 10_000;
/** How often an event is offered to a receiver that is away or fails, before the next one. */
const ATTEMPTS = 5;

/**
 * Listens until `signal` is aborted. Throws TypeError for settings that cannot work, and AllScaleApiError when the API rejects the key.
 * Everything else is tried again.
 */
export const listen = async (options: ListenOptions): Promise<void> => {
  const { baseUrl, apiKey, apiSecret, forwardTo, events = WEBHOOK_EVENTS, intervalMs = INTERVAL_MS } = options;
  const { fetch = globalThis.fetch, signal = new AbortController().signal, onLine: say = () => {} } = options;
  if (!isTestKey(apiKey)) {
    throw new TypeError('The key is not of a test store: it must begin with st_test_. Older keys: roll it to get one.');
  }
  if (!isHttpUrl(forwardTo)) throw new TypeError(`Not an http URL: ${forwardTo}`);
  const client = new AllScaleClient({ baseUrl, apiKey, apiSecret, fetch });
  const pause = (ms: number): Promise<void> => wait(ms, signal);

  let after = options.after;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (after === undefined) {
        after = await newestSequence(client);
        say(`Listening for events after ${after}, forwarding to ${forwardTo}`);
      }
      const page = await client.listEvents({ after });
      if (failures > 0) say('Connected again');
      failures = 0;
      for (const event of page.events) {
        if (signal.aborted) return;
        const wanted = event.data !== null && (events.length === 0 || events.includes(event.event_type));
        if (wanted) await forward(event, { ...options, fetch, signal, onLine: say }, pause);
        else say(`#${event.sequence} ${event.event_type}  not forwarded`);
        after = event.sequence;
      }
      if (!page.has_more) await pause(intervalMs);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof AllScaleApiError && error.httpStatus < 500 && error.httpStatus !== 429) throw error;
      failures += 1;
      if (failures === 1) say(`Cut off: ${(error as Error).message}. Trying again; no event is lost`);
      const asked = error instanceof AllScaleApiError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
      await pause(Math.max(asked, Math.min(intervalMs * 2 ** Math.min(failures, 10), MAX_PAUSE_MS)));
    }
  }
};

const isHttpUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** Walks to the end: events before the start are not forwarded. */
const newestSequence = async (client: AllScaleClient): Promise<number> => {
  for (let after = 0; ; ) {
    const page = await client.listEvents({ after });
    after = page.last_sequence;
    if (!page.has_more) return after;
  }
};

type Forwarding = ListenOptions & Required<Pick<ListenOptions, 'fetch' | 'signal' | 'onLine'>>;

const forward = async (event: OrderEvent, options: Forwarding, pause: (ms: number) => Promise<void>): Promise<void> => {
  const name = `#${event.sequence} ${event.event_type}  ${event.all_scale_checkout_intent_id}`;
  for (let attempt = 1; attempt <= ATTEMPTS && !options.signal.aborted; attempt += 1) {
    const result = await post(event, options);
    // 409: the receiver has processed it before. As for a webhook.
    const isTaken = typeof result === 'number' && ((result >= 200 && result < 300) || result === 409);
    options.onLine(`${name}  ${isTaken ? 'ok' : 'failed'}  ${result}`);
    if (isTaken || result === 410) return;
    if (attempt < ATTEMPTS) await pause(Math.min(500 * 2 ** attempt, MAX_PAUSE_MS));
  }
};

/** @returns the HTTP status, or why there is none */
const post = async (event: OrderEvent, options: Forwarding): Promise<number | string> => {
  const { apiKey, apiSecret, forwardTo, fetch } = options;
  const body = JSON.stringify(event.data);
  const url = new URL(forwardTo);
  const [path, query] = splitTarget(url.pathname + url.search);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = crypto.randomUUID();
  const lines = ['POST', path, query, event.event_id, timestamp, nonce, await sha256Hex(utf8(body))];
  const headers = {
    'Content-Type': 'application/json',
    'X-API-Key': apiKey,
    'X-Webhook-Id': event.event_id,
    'X-Webhook-Timestamp': timestamp,
    'X-Webhook-Nonce': nonce,
    'X-Webhook-Signature': await signLines(apiSecret, ['allscale:webhook:v1', ...lines]),
  };
  try {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(FORWARD_TIMEOUT_MS)]);
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    return cause?.code ?? message;
  }
};

/** Returns early when the signal is aborted. */
const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
