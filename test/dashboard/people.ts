// People for tests of the dashboard and the console: accounts with a session, members of a merchant in each role, operators; and their
// visits to pages.
import { randomBytes } from 'node:crypto';
import { Member, type MemberRole } from '#db/entities/merchant-people.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import type { Orm } from '#db/orm.ts';
import { proveAddress } from '#test/support/accounts.ts';
import { signUpToken } from '#test/support/sign-up.ts';

export interface Person {
  userId: string;
  email: string;
  /** The `Cookie` header of a session. */
  cookie: string;
}

/** Signs up as browsers do, with a secret that stands for a password. */
export const signUp = async ({ url, orm }: { url: string; orm: Orm }, email: string): Promise<Person> => {
  const token = await signUpToken(orm, email);
  // All of them come from one address, which may sign up ten times a minute.
  await orm.em.fork().execute('delete from auth."rateLimit" where key like ?', ['%/sign-up/email']);
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, name: email, password: randomBytes(32).toString('base64url'), token }),
  });
  if (!response.ok) throw new Error(`sign-up of ${email}: ${response.status} ${await response.text()}`);
  const { user } = (await response.json()) as { user: { id: string } };
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return { userId: user.id, email, cookie };
};

/** The person as the actor of a change in a store. */
export const memberActor = ({ userId, email }: Pick<Person, 'userId' | 'email'>) => ({
  kind: 'member' as const,
  id: userId,
  email,
});

/** Makes the account a member of a store's merchant. Its address counts as proven from then on: members must have one. */
export const join = async (
  orm: Orm,
  storeId: string,
  { userId, email }: Pick<Person, 'userId' | 'email'>,
  role: MemberRole,
): Promise<void> => {
  await proveAddress(orm, userId);
  const em = orm.em.fork();
  const { merchant } = await em.findOneOrFail(Store, storeId);
  em.create(Member, { merchant, userId, email, role, createdAt: new Date() });
  await em.flush();
};

/** Makes the account an operator of the platform, with a proven address. */
export const promoteToOperator = async (orm: Orm, { userId }: Pick<Person, 'userId'>): Promise<void> => {
  await orm.em
    .fork()
    .execute(`update auth."user" set role = 'operator', "emailVerified" = true where id = ?`, [userId]);
};

/** Opens a page, or sends its form, as a browser of this server's pages does. Follows no redirect. */
export const visit = (
  url: string,
  { cookie }: Pick<Person, 'cookie'>,
  form?: Record<string, string>,
): Promise<Response> =>
  fetch(url, {
    method: form ? 'POST' : 'GET',
    redirect: 'manual',
    headers: { origin: new URL(url).origin, ...(cookie ? { cookie } : {}) },
    ...(form ? { body: new URLSearchParams(form) } : {}),
  });
