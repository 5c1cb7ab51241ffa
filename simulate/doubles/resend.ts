// A double of Resend's HTTP API as its documentation describes it: five requests a second, idempotency keys, its errors, and the
// failures of the network.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A status to return; 'gateway': JSON that is not Resend's; 'quota': the day's quota is used up; or the message is accepted, and then the
 * connection is closed or gets no response.
 */
export type Failure =
  | 'gateway'
  | 400
  | 403
  | 422
  | 429
  | 500
  | 'quota'
  | 'accept and hang up'
  | 'accept and say nothing';

export interface ResendDouble {
  url: string;
  /** Every request below the rate limit, in order. */
  requests: { key: string; body: string }[];
  /** The accepted messages by idempotency key. */
  accepted: Map<string, Record<string, unknown>>;
  /** How many messages left for their recipients. */
  readonly deliveries: number;
  failNext(...failures: Failure[]): void;
  /** While it is down, it accepts nothing. */
  setDown(isDown: boolean): void;
  /** Fails at random from now on. @param share of the requests, 0 to 1 */
  storm(share: number): void;
  reset(): void;
  close(): Promise<void>;
}

const NAMES: Record<string, string> = {
  400: 'validation_error',
  403: 'invalid_api_key',
  422: 'validation_error',
  429: 'rate_limit_exceeded',
  500: 'internal_server_error',
};
const LIMIT_A_SECOND = 5;
const STORM: readonly Failure[] = [429, 500, 'accept and hang up'];

/** @param random 0 to 1, for storms */
export const startResendDouble = async (random: () => number = Math.random): Promise<ResendDouble> => {
  const failures: Failure[] = [];
  const times: number[] = [];
  let stormShare = 0;
  let down = false;
  let deliveries = 0;
  const requests: ResendDouble['requests'] = [];
  const accepted: ResendDouble['accepted'] = new Map();
  const bodies = new Map<string, string>();

  const reject = (response: ServerResponse, status: number, name = NAMES[status], headers = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ statusCode: status, name, message: 'rejected' }));
  };

  const reply = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const key = String(request.headers['idempotency-key']);
    const now = Date.now();
    times.push(now);
    if (times.filter((time) => time > now - 1_000).length > LIMIT_A_SECOND) {
      reject(response, 429, NAMES[429], { 'retry-after': '1' });
      return;
    }
    requests.push({ key, body });
    if (down) {
      reject(response, 500);
      return;
    }
    const failure =
      failures.shift() ?? (random() < stormShare ? STORM[Math.floor(random() * STORM.length)] : undefined);
    if (failure === 'gateway') {
      response.writeHead(502, { 'content-type': 'application/json' }).end(JSON.stringify({ error: 'bad gateway' }));
      return;
    }
    if (failure === 'quota') {
      reject(response, 429, 'daily_quota_exceeded');
      return;
    }
    if (typeof failure === 'number') {
      reject(response, failure, NAMES[failure], failure === 429 ? { 'retry-after': '2' } : {});
      return;
    }
    if (bodies.has(key) && bodies.get(key) !== body) {
      reject(response, 409, 'invalid_idempotent_request');
      return;
    }
    if (!bodies.has(key)) {
      deliveries += 1;
      bodies.set(key, body);
      accepted.set(key, JSON.parse(body) as Record<string, unknown>);
    }
    if (failure === 'accept and say nothing') return;
    if (failure === 'accept and hang up') {
      request.socket.destroy();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: `re-${key}` }));
  };

  const server = createServer((request, response) => void reply(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    accepted,
    get deliveries() {
      return deliveries;
    },
    failNext: (...next) => void failures.push(...next),
    setDown(isDown) {
      down = isDown;
    },
    storm(share) {
      stormShare = share;
    },
    reset() {
      failures.length = 0;
      requests.length = 0;
      times.length = 0;
      accepted.clear();
      bodies.clear();
      stormShare = 0;
      down = false;
      deliveries = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
