// A merchant's webhook receiver over real HTTP. It checks signatures as docs/open-api.md section 6 describes, without our code.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  method: string;
  /** The body as received. */
  target: string;
  headers: IncomingHttpHeaders;
  body: string;
  at: number;
}

export interface ReceiverReply {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface TestReceiver {
  /** `http://127.0.0.1:PORT/hook`. */
  url: string;
  port: number;
  received: ReceivedWebhook[];
  /** The response to the next requests: a status; null for none; or a function that writes it. */
  response: (webhook: ReceivedWebhook, response: ServerResponse) => ReceiverReply | null;
  /** Holds the response to the next request; later ones get 200. @returns responds with 200, once the request is there */
  hold(): { isHeld(): boolean; release(): void };
  stop(): Promise<void>;
}

/** @param onPort absent: a free one */
export const startReceiver = async (onPort = 0): Promise<TestReceiver> => {
  const received: ReceivedWebhook[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const webhook = {
        method: request.method ?? '',
        target: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
        at: Date.now(),
      };
      received.push(webhook);
      const reply = receiver.response(webhook, response);
      if (reply) response.writeHead(reply.status, reply.headers).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(onPort, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: TestReceiver = {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    response: () => ({ status: 200 }),
    hold() {
      let held: ServerResponse | undefined;
      receiver.response = (_webhook, response) => {
        if (held) return { status: 200 };
        held = response;
        return null;
      };
      return { isHeld: () => held !== undefined, release: () => held?.writeHead(200).end() };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
};

/** Whether a webhook is signed with this secret. */
export const isSigned = ({ method, target, headers, body }: ReceivedWebhook, apiSecret: string): boolean => {
  const [path = '', ...query] = target.split('?');
  const canonical = [
    'allscale:webhook:v1',
    method,
    path,
    query.join('?'),
    headers['x-webhook-id'],
    headers['x-webhook-timestamp'],
    headers['x-webhook-nonce'],
    createHash('sha256').update(body).digest('hex'),
  ].join('\n');
  const wanted = Buffer.from(`v1=${createHmac('sha256', apiSecret).update(canonical).digest('base64')}`);
  const given = Buffer.from(String(headers['x-webhook-signature']));
  return wanted.length === given.length && timingSafeEqual(wanted, given);
};
