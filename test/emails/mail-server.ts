// A real SMTP server that stores its messages. A recipient's name can hold the code that it is rejected with (`gone-550@…`).
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** Rejected temporarily, before or after the content; or accepted, and the connection closed before the reply. */
type Mishap = 'recipient 451' | 'content 452' | 'taken and cut';
const MISHAPS: readonly Mishap[] = ['recipient 451', 'content 452', 'taken and cut'];

export interface MailServer {
  url: string;
  received: { recipients: string[]; source: string }[];
  /** Accepts the next message and closes the connection before the reply. */
  hangUpAfterTaking(): void;
  /** Accepts the next message and never replies. */
  sayNothingAfterTaking(): void;
  /** While it is down, it accepts no connection. */
  setDown(isDown: boolean): void;
  /** Fails by chance from now on. @param share of the messages, 0 to 1 */
  storm(share: number): void;
  reset(): void;
  close(): Promise<void>;
}

const denial = (responseCode: number): Error => Object.assign(new Error('rejected'), { responseCode });

export const startMailServer = async (): Promise<MailServer> => {
  const received: MailServer['received'] = [];
  const sockets = new Set<Socket>();
  let hangsUp = false;
  let isSilent = false;
  let isDown = false;
  let stormShare = 0;
  const mishap = (): Mishap | undefined =>
    Math.random() < stormShare ? MISHAPS[Math.floor(Math.random() * MISHAPS.length)] : undefined;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onConnect(_session, callback) {
      callback(isDown ? denial(421) : null);
    },
    onRcptTo({ address }, _session, callback) {
      const rejected = /-(\d{3})@/.exec(address)?.[1];
      if (rejected) return callback(denial(Number(rejected)));
      callback(mishap() === 'recipient 451' ? denial(451) : null);
    },
    onData(stream, session, callback) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const failure = mishap();
        if (failure === 'content 452') return callback(denial(452));
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        received.push({ recipients, source: Buffer.concat(parts).toString('utf8') });
        if (isSilent) {
          isSilent = false;
          return;
        }
        if (!hangsUp && failure !== 'taken and cut') return callback();
        hangsUp = false;
        for (const socket of sockets) if (socket.remotePort === session.remotePort) socket.destroy();
      });
    },
  });
  server.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    received,
    hangUpAfterTaking() {
      hangsUp = true;
    },
    sayNothingAfterTaking() {
      isSilent = true;
    },
    setDown(down) {
      isDown = down;
      if (down) cut();
    },
    storm(share) {
      stormShare = share;
    },
    reset() {
      received.length = 0;
      stormShare = 0;
      isDown = false;
    },
    async close() {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
