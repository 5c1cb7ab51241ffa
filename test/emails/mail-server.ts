// A real SMTP server that keeps what it is given; recipients say by their names how they are refused (`gone-550@…`).
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface MailServer {
  url: string;
  received: { recipients: string[]; source: string }[];
  /** The next message is taken, and the connection cut before the answer. */
  hangUpAfterTaking(): void;
  /** The next message is taken, and never answered for. */
  sayNothingAfterTaking(): void;
  reset(): void;
  close(): Promise<void>;
}

export const startMailServer = async (): Promise<MailServer> => {
  const received: MailServer['received'] = [];
  const sockets = new Set<{ destroy(): void }>();
  let hangsUp = false;
  let isSilent = false;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo({ address }, _session, callback) {
      const refused = /-(\d{3})@/.exec(address)?.[1];
      if (!refused) return callback();
      callback(Object.assign(new Error('refused'), { responseCode: Number(refused) }));
    },
    onData(stream, session, callback) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        received.push({ recipients, source: Buffer.concat(parts).toString('utf8') });
        if (isSilent) {
          isSilent = false;
          return;
        }
        if (!hangsUp) return callback();
        hangsUp = false;
        for (const socket of sockets) socket.destroy();
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
    reset() {
      received.length = 0;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
