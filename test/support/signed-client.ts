// A client of the Open API, written from its documentation. It shares no code with the server.
import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Credentials {
  api_key: string;
  api_secret: string;
}

export interface Envelope<T = unknown> {
  code: number;
  payload: T;
  error: { message: string; details: Record<string, unknown> | null } | null;
  request_id: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const sign = (secret: string, lines: readonly string[]): string =>
  createHmac('sha256', secret).update(lines.join('\n')).digest('base64');

/** Sends a signed request. @returns the parsed envelope */
export const signedRequest = async <T>(
  baseUrl: string,
  { api_key, api_secret }: Credentials,
  method: 'GET' | 'POST',
  target: string,
  body?: unknown,
  idempotencyKey?: string,
): Promise<Envelope<T>> => {
  const text = body === undefined ? '' : JSON.stringify(body);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomUUID();
  const [path = '', query = ''] = target.split('?');
  const signature = sign(api_secret, [method, path, query, timestamp, nonce, sha256(text)]);
  const response = await fetch(baseUrl + target, {
    method,
    headers: {
      'content-type': 'application/json',
      'x-api-key': api_key,
      'x-timestamp': timestamp,
      'x-nonce': nonce,
      'x-signature': `v1=${signature}`,
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    ...(text ? { body: text } : {}),
  });
  return (await response.json()) as Envelope<T>;
};

export interface ReceivedWebhook {
  body: Record<string, unknown>;
  webhookId: string;
  isSignatureRight: boolean;
}

export interface WebhookReceiver {
  url: string;
  received: ReceivedWebhook[];
  /** The key that verifies webhooks; set when the store exists. */
  credentials: Credentials | undefined;
  close(): Promise<void>;
}

/** A shop's webhook receiver on this machine. It responds 200 and keeps verified webhooks. */
export const startWebhookReceiver = async (): Promise<WebhookReceiver> => {
  const received: ReceivedWebhook[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({
        body: JSON.parse(body) as Record<string, unknown>,
        webhookId: String(request.headers['x-webhook-id']),
        isSignatureRight: isWebhookSigned(receiver.credentials, request.headers, request.url ?? '', body),
      });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    credentials: undefined,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return receiver;
};

const isWebhookSigned = (
  credentials: Credentials | undefined,
  headers: IncomingHttpHeaders,
  target: string,
  body: string,
): boolean => {
  const header = (name: string): string => String(headers[`x-webhook-${name}`] ?? '');
  if (!credentials || headers['x-api-key'] !== credentials.api_key) return false;
  if (Math.abs(Date.now() / 1000 - Number(header('timestamp'))) > 60) return false;
  const [path = '', query = ''] = target.split('?');
  const canonical = [
    'allscale:webhook:v1',
    'POST',
    path,
    query,
    header('id'),
    header('timestamp'),
    header('nonce'),
    sha256(body),
  ];
  const expected = Buffer.from(`v1=${sign(credentials.api_secret, canonical)}`);
  const given = Buffer.from(header('signature'));
  return given.length === expected.length && timingSafeEqual(given, expected);
};
