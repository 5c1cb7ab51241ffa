// A provider's WebSocket that announces new heads and may lie: it stands between the watcher and a real node. Frames are written by hand,
// so that it can send what a well-behaved server would not.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'undici';

export type Head = Readonly<Record<string, unknown>>;

/** What becomes of the node's heads. `null` announces nothing; a list replaces the head by these. */
export type HeadLie = 'silent' | 'refuse' | ((head: Head) => readonly Head[] | null) | null;

export interface LyingHeads {
  url: string;
  /** Null: heads are passed on unchanged. */
  lie: HeadLie;
  /** The chain that it says it serves. */
  chainId: number;
  /** Subscriptions that were accepted so far. */
  subscriptions: number;
  /** Heads announced so far. */
  announced: number;
  /** Sends a message to every subscriber. */
  say(text: string): void;
  /** Closes every connection. */
  cut(): void;
  stop(): Promise<void>;
}

const SUBSCRIPTION = '0x5ab5';
const ACCEPT_SALT = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 0x81;
const CLOSE = 0x8;

/** @param target the node's WebSocket address */
export const startLyingHeads = async (target: string, chainId: number, lie: HeadLie = null): Promise<LyingHeads> => {
  const sockets = new Set<Duplex>();
  const subscribers = new Set<Duplex>();
  const server = createServer();
  server.on('upgrade', (request, socket) => {
    if (heads.lie === 'refuse') return void socket.destroy();
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${ACCEPT_SALT}`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    sockets.add(socket);
    const forget = (): void => {
      sockets.delete(socket);
      subscribers.delete(socket);
    };
    socket.on('close', forget).on('error', forget);
    socket.on('data', (frame: Buffer) => {
      for (const text of textsOf(frame)) respond(socket, JSON.parse(text) as { id: number; method: string });
      if (((frame[0] ?? 0) & 0x0f) === CLOSE) socket.end();
    });
  });

  const respond = (socket: Duplex, { id, method }: { id: number; method: string }): void => {
    const isSubscription = method === 'eth_subscribe';
    if (isSubscription) {
      subscribers.add(socket);
      heads.subscriptions += 1;
    }
    const result = isSubscription ? SUBSCRIPTION : `0x${heads.chainId.toString(16)}`;
    socket.write(frameOf(JSON.stringify({ jsonrpc: '2.0', id, result })));
  };

  const announce = (head: Head): void => {
    heads.announced += 1;
    const params = { subscription: SUBSCRIPTION, result: head };
    heads.say(JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params }));
  };

  const node = new WebSocket(target);
  node.addEventListener('open', () =>
    node.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_subscribe', params: ['newHeads'] })),
  );
  const subscribed = Promise.withResolvers<void>();
  node.addEventListener('error', () => subscribed.reject(new Error(`${target} is not reachable`)));
  node.addEventListener('message', ({ data }) => {
    const { id, params } = JSON.parse(String(data)) as { id?: number; params?: { result: Head } };
    if (id === 1) subscribed.resolve();
    if (!params || heads.lie === 'silent') return;
    const told = typeof heads.lie === 'function' ? heads.lie(params.result) : [params.result];
    for (const head of told ?? []) announce(head);
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const heads: LyingHeads = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lie,
    chainId,
    subscriptions: 0,
    announced: 0,
    say(text) {
      for (const socket of subscribers) socket.write(frameOf(text));
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async stop() {
      node.close();
      heads.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await subscribed.promise;
  return heads;
};

const frameOf = (text: string): Buffer => {
  const body = Buffer.from(text);
  if (body.length < 126) return Buffer.concat([Buffer.from([TEXT, body.length]), body]);
  const header = Buffer.alloc(4);
  header.writeUInt8(TEXT, 0);
  header.writeUInt8(126, 1);
  header.writeUInt16BE(body.length, 2);
  return Buffer.concat([header, body]);
};

/** The texts of short masked frames, such as a client's requests. */
const textsOf = (data: Buffer): string[] => {
  const texts: string[] = [];
  let at = 0;
  while (data[at] === TEXT) {
    const length = (data[at + 1] ?? 0) & 0x7f;
    const mask = data.subarray(at + 2, at + 6);
    const body = data.subarray(at + 6, at + 6 + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    texts.push(Buffer.from(body).toString());
    at += 6 + length;
  }
  return texts;
};
