// One signed POST to a receiver (docs/open-api.md section 6), with every limit that a stranger's server needs.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { splitTarget, webhookCanonical } from '#domain/signing.ts';
import type { CheckedReceiver } from './webhook-receiver.ts';

export const CONNECT_TIMEOUT_MS = 5_000;
export const TOTAL_TIMEOUT_MS = 15_000;
/** A longer response is cut off here; its status counts. */
export const MAX_RESPONSE_BYTES = 64 * 1024;
export const EXCERPT_BYTES = 2_048;
const CUT_OFF = 'the answer was cut off';

/** Why there was no answer, in words that the merchant may read. */
export class NoResponse extends Error {
  override name = 'NoResponse';
  readonly code = 'no_answer';
}

export interface SigningKey {
  id: string;
  secret: string;
}

export interface Answer {
  status: number;
  /** Why the body is not complete; null when it is, or was longer than we read. The status counts all the same. */
  cutOff: string | null;
  excerpt: string;
  retryAfter: string | null;
}

/** Path and query exactly as they were written in the configured address; WHATWG URL would normalise them. */
export const targetOf = (address: string): string => {
  const rest = address.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  return rest.startsWith('/') ? rest : `/${rest}`;
};

/** The headers of one attempt: fresh time, nonce and signature. */
export const signedHeaders = (
  address: string,
  webhookId: string,
  body: string,
  key: SigningKey,
  now: Date,
): Record<string, string> => {
  const { path, queryString } = splitTarget(targetOf(address));
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const nonce = randomBytes(16).toString('hex');
  const bodySha256 = createHash('sha256').update(body, 'utf8').digest('hex');
  const canonical = webhookCanonical({ method: 'POST', path, queryString, webhookId, timestamp, nonce, bodySha256 });
  return {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body, 'utf8')),
    'User-Agent': 'AllScale-Checkout-Webhook/1',
    'X-API-Key': key.id,
    'X-Webhook-Id': webhookId,
    'X-Webhook-Timestamp': timestamp,
    'X-Webhook-Nonce': nonce,
    'X-Webhook-Signature': `v1=${createHmac('sha256', key.secret).update(canonical, 'utf8').digest('base64')}`,
  };
};

/** Sends the request and reads the response. Throws NoResponse. Redirects are not followed. */
export const postWebhook = (
  { url, agent }: CheckedReceiver,
  target: string,
  headers: Record<string, string>,
  body: string,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const timers: NodeJS.Timeout[] = [];
    const end = (settle: () => void): void => {
      for (const timer of timers) clearTimeout(timer);
      settle();
      request.destroy();
    };
    let finish: ((cutOff: string) => void) | null = null;
    const fail = (message: string, cause?: unknown): void =>
      finish ? finish(message) : end(() => reject(new NoResponse(message, { cause })));
    const request: ClientRequest = send(
      {
        method: 'POST',
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port || undefined,
        path: target,
        headers: { Host: url.host, ...headers },
        agent,
      },
      (response) => {
        // The receiver has decided: its status is the outcome, however the body ends (docs/open-api.md section 6).
        finish = readResponse(response, (reply) => end(() => resolve(reply)));
      },
    );
    const limit = (milliseconds: number, message: string): NodeJS.Timeout => {
      const timer = setTimeout(() => fail(message), milliseconds);
      timers.push(timer);
      return timer;
    };
    limit(TOTAL_TIMEOUT_MS, `no complete answer within ${TOTAL_TIMEOUT_MS / 1000} s`);
    const connecting = limit(CONNECT_TIMEOUT_MS, `no connection within ${CONNECT_TIMEOUT_MS / 1000} s`);
    request.once('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
    });
    request.on('error', (error) => fail(`${finish ? CUT_OFF : 'connection failed'}: ${codeOf(error)}`, error));
    request.end(body, 'utf8');
  });

/** @returns what ends the reading early, with the reason */
const readResponse = (response: IncomingMessage, done: (reply: Answer) => void): ((cutOff: string) => void) => {
  const chunks: Buffer[] = [];
  let size = 0;
  const finish = (cutOff: string | null): void =>
    done({
      status: response.statusCode ?? 0,
      cutOff,
      excerpt: excerptOf(Buffer.concat(chunks)),
      retryAfter: response.headers['retry-after'] ?? null,
    });
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size >= MAX_RESPONSE_BYTES) finish(null);
  });
  response.on('end', () => finish(null));
  response.on('error', (error) => finish(`${CUT_OFF}: ${codeOf(error)}`));
  return finish;
};

/** Postgres stores no NUL in text. */
const excerptOf = (bytes: Buffer): string => bytes.subarray(0, EXCERPT_BYTES).toString('utf8').replaceAll('\0', '');

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : error.name);
