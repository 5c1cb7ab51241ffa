// Log-ins over HTTP with one factor and with two, for tests of what the second one opens.
import { randomBytes } from 'node:crypto';
import type { Orm } from '#db/orm.ts';
import { totp } from '#test/e2e/support/totp.ts';
import { signUpToken } from './sign-up.ts';

export interface Account {
  userId: string;
  email: string;
  /** What a browser sends as the password. */
  password: string;
  /** The `Cookie` header of the newest session. */
  cookie: string;
}

const post = async (url: string, path: string, body: object, cookie = ''): Promise<Response> => {
  const response = await fetch(`${url}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, ...(cookie ? { cookie } : {}) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
};

const cookieOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0] ?? '')
    .filter((pair) => !pair.endsWith('='))
    .join('; ');

/** A new account with a password. */
export const signUpWithPassword = async ({ url, orm }: { url: string; orm: Orm }, email: string): Promise<Account> => {
  const password = randomBytes(32).toString('base64url');
  const token = await signUpToken(orm, email);
  const response = await post(url, '/sign-up/email', { email, name: email, password, token });
  const { user } = (await response.json()) as { user: { id: string } };
  return { userId: user.id, email, password, cookie: cookieOf(response) };
};

/** The session of a log-in with the password alone. */
export const logInWithPassword = async (url: string, { email, password }: Account): Promise<string> =>
  cookieOf(await post(url, '/sign-in/email', { email, password }));

/** Turns two-factor on. @returns the session that this makes, whose log-in took two factors */
export const addAuthenticator = async (url: string, { password, cookie }: Account): Promise<string> => {
  const enrolled = await post(url, '/two-factor/enable', { password }, cookie);
  const { totpURI } = (await enrolled.json()) as { totpURI: string };
  const code = totp(new URL(totpURI).searchParams.get('secret') ?? '');
  return cookieOf(await post(url, '/two-factor/verify-totp', { code }, cookie));
};
