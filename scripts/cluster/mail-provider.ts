// Stands in for the e-mail provider: takes mail by SMTP with a password, and drops it.
import { randomBytes } from 'node:crypto';
import { SMTPServer } from 'smtp-server';
import { freePort } from '../lib/ports.ts';

export interface MailProvider {
  /** `smtp://user:password@127.0.0.1:port`. */
  url: string;
  close(): Promise<void>;
}

const USER = 'checkout';

export const startMailProvider = async (): Promise<MailProvider> => {
  const password = randomBytes(18).toString('base64url');
  const port = await freePort();
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth(auth, _session, done) {
      const isRight = auth.username === USER && auth.password === password;
      done(isRight ? null : new Error('wrong password'), isRight ? { user: USER } : undefined);
    },
    onData(stream, _session, done) {
      stream.resume().on('end', () => done());
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return {
    url: `smtp://${USER}:${password}@127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
