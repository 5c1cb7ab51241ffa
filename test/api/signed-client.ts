// A client of the Open API, written from its documentation alone with node:http and node:crypto. It shares no code with the server.
// It sends exactly what a test gives it, and lets the test break any part of it.
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';

export interface Credentials {
  apiKey: string;
  apiSecret: string;
}

export interface Sending {
  method: string;
  /** As sent: path and, after `?`, query. */
  target: string;
  body?: string | Buffer;
  /** Additional headers, or other spellings and values of the client's own. Undefined leaves one out. */
  headers?: Record<string, string | undefined>;
  timestamp?: number | string;
  nonce?: string;
  /** What is signed, when it should differ from what is sent. */
  signed?: { method?: string; target?: string; body?: string | Buffer };
  agent?: Agent;
  localAddress?: string;
}

export interface ApiResponse {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of any shape
  json: any;
}

const sha256 = (body: string | Buffer): string => createHash('sha256').update(body).digest('hex');

export const hmac = (secret: string, lines: readonly string[]): string =>
  createHmac('sha256', secret).update(lines.join('\n')).digest('base64');

/** The four headers of section 2. */
export const signatureHeaders = ({ apiKey, apiSecret }: Credentials, sending: Sending): Record<string, string> => {
  const target = sending.signed?.target ?? sending.target;
  const timestamp = String(sending.timestamp ?? Math.floor(Date.now() / 1000));
  const nonce = sending.nonce ?? randomUUID();
  const [path = '', ...query] = target.split('?');
  const body = sending.signed?.body ?? sending.body ?? '';
  const method = sending.signed?.method ?? sending.method;
  const signature = hmac(apiSecret, [method, path, query.join('?'), timestamp, nonce, sha256(body)]);
  return { 'X-API-Key': apiKey, 'X-Timestamp': timestamp, 'X-Nonce': nonce, 'X-Signature': `v1=${signature}` };
};

/** Sends without signing. */
export const send = (origin: string, sending: Sending, headers: Record<string, string> = {}): Promise<ApiResponse> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const body = sending.body === undefined ? undefined : Buffer.from(sending.body as string);
    const merged: Record<string, string | undefined> = { ...headers, ...sending.headers };
    if (body && !Object.keys(merged).some((name) => name.toLowerCase() === 'content-type')) {
      merged['Content-Type'] = 'application/json';
    }
    if (body) merged['Content-Length'] ??= String(body.length);
    const request = httpRequest(
      {
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port,
        method: sending.method,
        path: sending.target,
        headers: Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)) as never,
        ...(sending.agent ? { agent: sending.agent } : { agent: new Agent({ keepAlive: false }) }),
        ...(sending.localAddress ? { localAddress: sending.localAddress } : {}),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const isJson = /^application\/json/.test(response.headers['content-type'] ?? '') && text !== '';
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: isJson ? JSON.parse(text) : undefined,
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });

/** Signs and sends. */
export const call = (origin: string, credentials: Credentials, sending: Sending): Promise<ApiResponse> =>
  send(origin, sending, signatureHeaders(credentials, sending));
