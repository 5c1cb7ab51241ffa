// Stands in for the e-mail provider: takes mail by SMTP with a password, and notes what it took.
import { randomBytes } from 'node:crypto';
import { SMTPServer } from 'smtp-server';
import { freePort } from '../lib/ports.ts';

export interface MailProvider {
  /** `smtp://user:password@127.0.0.1:port`. */
  url: string;
  /** What it took, in order. */
  taken: readonly TakenMail[];
  close(): Promise<void>;
}

export interface TakenMail {
  /** Of the header Message-ID. */
  id: string;
  /** As it came, headers included. */
  text: string;
}

const USER = 'checkout';

export const startMailProvider = async (): Promise<MailProvider> => {
  const password = randomBytes(18).toString('base64url');
  const port = await freePort();
  const taken: TakenMail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth(auth, _session, done) {
      const isRight = auth.username === USER && auth.password === password;
      done(isRight ? null : new Error('wrong password'), isRight ? { user: USER } : undefined);
    },
    onData(stream, _session, done) {
      let text = '';
      stream
        .setEncoding('utf8')
        .on('data', (chunk: string) => {
          text += chunk;
        })
        .on('end', () => {
          const id = /^Message-ID: (.*)$/im.exec(text)?.[1]?.trim() ?? '';
          // Without the soft line breaks of quoted-printable, so that words can be searched for.
          taken.push({ id, text: text.replaceAll(/=\r?\n/g, '') });
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
    taken,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
