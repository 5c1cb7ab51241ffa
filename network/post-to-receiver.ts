// One POST to a receiver, with every limit that a stranger's server needs.
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { CheckedReceiver } from './receiver-guard.ts';

export interface TimeLimits {
  connectMs: number;
  totalMs: number;
}

const DELIVERY_LIMITS: TimeLimits = { connectMs: 5_000, totalMs: 15_000 };
/** A longer response is cut off here; its status counts. */
const MAX_RESPONSE_BYTES = 64 * 1024;
export const EXCERPT_BYTES = 2_048;
const CUT_OFF = 'the answer was cut off';

/** Why there was no response, as text that the merchant may read. */
export class NoResponse extends Error {
  override name = 'NoResponse';
  readonly code = 'no_answer';
}

export interface ReceiverResponse {
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

/** Sends the request and reads the response. Throws NoResponse. Redirects are not followed. */
export const postToReceiver = (
  { url, agent }: CheckedReceiver,
  target: string,
  headers: Record<string, string>,
  body: string,
  { connectMs, totalMs }: TimeLimits = DELIVERY_LIMITS,
): Promise<ReceiverResponse> =>
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
    limit(totalMs, `no complete answer within ${totalMs / 1000} s`);
    const connecting = limit(connectMs, `no connection within ${connectMs / 1000} s`);
    request.once('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
    });
    request.on('error', (error) => fail(`${finish ? CUT_OFF : 'connection failed'}: ${codeOf(error)}`, error));
    request.end(body, 'utf8');
  });

/** @returns what ends the reading early, with the reason */
const readResponse = (
  response: IncomingMessage,
  done: (reply: ReceiverResponse) => void,
): ((cutOff: string) => void) => {
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
