// HTTP as an attacker sends it. Each kind comes from a loopback address of its own, so that the limits by address of one do not
// reject the next.
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  location: string;
}

export interface Sending {
  method?: string;
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  cookie?: string | null;
  /** A form, sent as browsers do, with our own Origin. */
  form?: Record<string, string>;
  json?: unknown;
  /** Null sends none. */
  origin?: string | null;
}

export interface Client {
  send(sending: Sending): Promise<Reply>;
  /** Writes the bytes as they are, and returns the text of all responses. */
  speak(bytes: string | Buffer, waitMs?: number): Promise<string>;
}

const RESPONSE_WITHIN_MS = 30_000;
let used = 0;

/** A new loopback address for each call. Only Linux has the whole of 127.0.0.0/8. */
const nextAddress = (): string | undefined => {
  used += 1;
  return process.platform === 'linux' ? `127.${100 + (process.pid % 100)}.${used >> 8}.${used & 255}` : undefined;
};

export const openClient = (url: string): Client => {
  const { host, port, origin: ours } = new URL(url);
  const localAddress = nextAddress();
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const from = localAddress ? { localAddress } : {};
  return {
    send: ({ method, path, headers = {}, body, cookie, form, json, origin = ours }) =>
      new Promise((resolve, reject) => {
        const bytes =
          body ?? (form ? new URLSearchParams(form).toString() : json === undefined ? undefined : JSON.stringify(json));
        const type = form ? 'application/x-www-form-urlencoded' : json === undefined ? undefined : 'application/json';
        const request = httpRequest({
          ...{ host: '127.0.0.1', port, agent, path, ...from },
          method: method ?? (bytes === undefined ? 'GET' : 'POST'),
          headers: {
            host,
            ...(origin === null ? {} : { origin }),
            ...(cookie ? { cookie } : {}),
            ...(type ? { 'content-type': type } : {}),
            ...(bytes === undefined ? {} : { 'content-length': String(Buffer.byteLength(bytes)) }),
            ...headers,
          },
        });
        request.setTimeout(RESPONSE_WITHIN_MS, () => request.destroy(new Error(`no response from ${path}`)));
        request.on('error', reject);
        request.on('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(chunks).toString('utf8'),
              location: response.headers.location ?? '',
            }),
          );
        });
        request.end(bytes);
      }),
    speak: (bytes, waitMs = 4_000) =>
      new Promise((resolve) => {
        let text = '';
        const socket = connect({ host: '127.0.0.1', port: Number(port), ...from }, () => socket.write(bytes));
        const end = (): void => {
          socket.destroy();
          resolve(text);
        };
        const timer = setTimeout(end, waitMs);
        socket.on('data', (chunk) => {
          text += chunk.toString('latin1');
        });
        socket.on('error', () => {});
        socket.on('close', () => {
          clearTimeout(timer);
          end();
        });
      }),
  };
};

export const statusesOf = (text: string): number[] =>
  [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => Number(status));
