// A TCP relay before Postgres or Temporal: cuts connections, slows them down, or lets none through.

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export interface TcpLink {
  port: number;
  /** Each piece of data waits this long, in both directions. */
  delayMs: number;
  /** New connections are closed at once. */
  isClosed: boolean;
  /** Breaks every connection. @returns how many */
  cut(): number;
  stop(): Promise<void>;
}

export const startTcpLink = async (targetPort: number): Promise<TcpLink> => {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  // One piece after another: a shorter delay does not let a later piece pass an earlier one.
  const slow = (): Transform =>
    new Transform({
      transform(piece, _encoding, done) {
        if (link.delayMs === 0) done(null, piece);
        else setTimeout(done, link.delayMs, null, piece);
      },
    });
  const server = createServer((client) => {
    keep(client);
    if (link.isClosed) return void client.destroy();
    const target = keep(connect(targetPort, '127.0.0.1'));
    client.once('close', () => target.destroy());
    target.once('close', () => client.destroy());
    client
      .pipe(slow())
      .on('error', () => client.destroy())
      .pipe(target);
    target
      .pipe(slow())
      .on('error', () => target.destroy())
      .pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const link: TcpLink = {
    port: (server.address() as AddressInfo).port,
    delayMs: 0,
    isClosed: false,
    cut() {
      const { size } = sockets;
      for (const socket of sockets) socket.destroy();
      return size;
    },
    async stop() {
      link.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return link;
};
