// Accounts, made as visitors make them: a sign-up over HTTP, then a second factor where a right needs one.
import { randomBytes } from 'node:crypto';
import type { Orm } from '#db/orm.ts';
import { totp } from '#test/e2e/support/totp.ts';
import { signUpToken } from '#test/support/sign-up.ts';
import { openClient, type Reply } from './client.ts';

export interface Person {
  userId: string;
  email: string;
  /** What a browser derives from a password and sends. */
  password: string;
  /** The `Cookie` header of a session. */
  cookie: string;
  /** Base32, of those with an authenticator app. */
  totpSecret: string | null;
}

export const makePassword = (): string => randomBytes(32).toString('base64url');
export const makeEmail = (): string => `attack-${randomBytes(6).toString('hex')}@shop.example`;

/** @param before the `Cookie` header that was sent: what the response does not replace stays */
export const cookieOf = ({ headers }: Reply, before = ''): string => {
  const jar = new Map(before.split('; ').flatMap((pair) => (pair ? [[pair.split('=')[0] ?? '', pair]] : [])));
  for (const line of headers['set-cookie'] ?? []) {
    const [pair = ''] = line.split(';');
    const name = pair.split('=')[0] ?? '';
    if (/max-age=0/i.test(line) || pair.endsWith('=')) jar.delete(name);
    else jar.set(name, pair);
  }
  return [...jar.values()].join('; ');
};

/** With the link that the address would get by e-mail. */
export const signUp = async (url: string, orm: Orm, email = makeEmail()): Promise<Person> => {
  const password = makePassword();
  const reply = await openClient(url).send({
    path: '/api/auth/sign-up/email',
    json: { email, name: email, password, token: await signUpToken(orm, email) },
  });
  if (reply.status !== 200) throw new Error(`sign-up: ${reply.status} ${reply.text}`);
  const { user } = JSON.parse(reply.text) as { user: { id: string } };
  return { userId: user.id, email, password, cookie: cookieOf(reply), totpSecret: null };
};

/** Turns two-factor on: the account's new session took two factors. */
export const withAuthenticator = async (url: string, person: Person): Promise<Person> => {
  const client = openClient(url);
  const { password, cookie } = person;
  const enrolled = await client.send({ path: '/api/auth/two-factor/enable', json: { password }, cookie });
  if (enrolled.status !== 200) throw new Error(`two-factor: ${enrolled.status} ${enrolled.text}`);
  const { totpURI } = JSON.parse(enrolled.text) as { totpURI: string };
  const totpSecret = new URL(totpURI).searchParams.get('secret') ?? '';
  const code = totp(totpSecret);
  const now = cookieOf(enrolled, cookie);
  const verified = await client.send({ path: '/api/auth/two-factor/verify-totp', json: { code }, cookie: now });
  if (verified.status !== 200) throw new Error(`two-factor: ${verified.status} ${verified.text}`);
  return { ...person, totpSecret, cookie: cookieOf(verified, now) };
};

/** Sessions of this account began so long ago. */
export const ageSessions = (orm: Orm, { userId }: Person, hours: number): Promise<unknown> =>
  orm.em
    .fork()
    .execute(`update auth.session set "createdAt" = now() - make_interval(hours => ?) where "userId" = ?`, [
      hours,
      userId,
    ]);
