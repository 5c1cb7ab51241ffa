// Reaches the system as browsers and shops do: by TLS and HTTP/2 through the load balancer. The public name is not in any DNS: all
// connections go to this machine.
import { type ClientHttp2Session, connect } from 'node:http2';
import type { LookupFunction } from 'node:net';
import { Agent, fetch as undiciFetch } from 'undici';

const TIMEOUT_MS = 10_000;

/** Resolves every name to this machine. */
export const thisMachine: LookupFunction = (_host, options, done) => {
  if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};

const openSession = async (publicUrl: string, ca: string): Promise<ClientHttp2Session> => {
  const session = connect(publicUrl, { ca, lookup: thisMachine });
  await new Promise<void>((resolve, reject) => {
    session.once('connect', () => resolve()).once('error', reject);
    session.setTimeout(TIMEOUT_MS, () => reject(new Error('no connection to the load balancer')));
  });
  session.setTimeout(0);
  session.on('error', () => {}); // A killed balancer: the users of the session see its end.
  return session;
};

/** True when the balancer speaks HTTP/2 and passes requests to a healthy web server. */
export const isServing = async (publicUrl: string, ca: string): Promise<boolean> => {
  const session = await openSession(publicUrl, ca);
  try {
    const request = session.request({ ':path': '/healthz' });
    const status = await new Promise<number>((resolve, reject) => {
      request.once('response', (headers) => resolve(Number(headers[':status']))).once('error', reject);
      request.once('close', () => reject(new Error('closed without a response')));
    });
    return session.alpnProtocol === 'h2' && status === 200;
  } finally {
    session.destroy();
  }
};

export interface EventStream {
  /** What was received so far. */
  text(): string;
  close(): void;
}

/** Opens an event stream over HTTP/2. Throws when it is not one. */
export const openEventStream = async (publicUrl: string, ca: string, path: string): Promise<EventStream> => {
  const session = await openSession(publicUrl, ca);
  const request = session.request({ ':path': path, accept: 'text/event-stream' });
  let text = '';
  request.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  request.on('error', () => {}); // Its server was killed: browsers reconnect, and poll.
  const type = await new Promise<string>((resolve, reject) => {
    request.once('response', (headers) => resolve(String(headers['content-type'])));
    request.once('close', () => reject(new Error('the event stream was closed')));
  });
  if (!type.startsWith('text/event-stream')) throw new Error(`no event stream but ${type}`);
  return { text: () => text, close: () => session.destroy() };
};

/** A `fetch` through the balancer. */
export const edgeFetch = (ca: string): typeof globalThis.fetch => {
  const dispatcher = new Agent({ allowH2: true, connect: { ca, lookup: thisMachine } });
  return (async (input: string, init: object) =>
    await undiciFetch(input, { ...init, dispatcher })) as unknown as typeof globalThis.fetch;
};
