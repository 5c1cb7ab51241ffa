// Stands in for the e-mail provider: takes mail by SMTP with a password, and keeps it in memory.
import { randomBytes } from 'node:crypto';
import { SMTPServer } from 'smtp-server';
import { freePort } from '../lib/ports.ts';

export interface MailProvider {
  /** `smtp://user:password@127.0.0.1:port`. */
  url: string;
  /** Recipients of what came, each with the subject line. */
  received: { to: string; subject: string }[];
  close(): Promise<void>;
}

const USER = 'checkout';

export const startMailProvider = async (): Promise<MailProvider> => {
  const password = randomBytes(18).toString('base64url');
  const port = await freePort();
  const received: MailProvider['received'] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth(auth, _session, done) {
      const isRight = auth.username === USER && auth.password === password;
      done(isRight ? null : new Error('wrong password'), isRight ? { user: USER } : undefined);
    },
    onData(stream, session, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
      });
      stream.on('end', () => {
        const subject = /^Subject: (.*)$/im.exec(text)?.[1]?.trim() ?? '';
        for (const { address } of session.envelope.rcptTo) received.push({ to: address, subject });
        done();
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return {
    url: `smtp://${USER}:${password}@127.0.0.1:${port}`,
    received,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
