// Signing up in tests: the link that the address would get by e-mail, written to the database.
import type { Orm } from '#db/orm.ts';
import type { AccountNotice } from '#domain/email-data.ts';
import { makeLink } from '#web/auth/account-links.ts';

type Accounts = Parameters<typeof makeLink>[0];

/** @returns the secret of a sign-up link */
export const signUpToken = (orm: Orm, email: string): Promise<string> => {
  const createVerificationValue = async (row: { identifier: string; value: string; expiresAt: Date }) => {
    await orm.em.fork().execute(
      `insert into auth.verification (id, identifier, value, "expiresAt", "createdAt", "updatedAt")
       values (gen_random_uuid()::text, ?, ?, ?, now(), now())`,
      [row.identifier, row.value, row.expiresAt],
    );
    return row;
  };
  const accounts = { internalAdapter: { createVerificationValue } } as unknown as Accounts;
  return makeSignUpLink(accounts, email);
};

/** The same with better-auth's own context (`auth.$context`). */
export const makeSignUpLink = (accounts: Accounts, email: string): Promise<string> => {
  const expiresAt = new Date(Date.now() + 3_600_000);
  return makeLink(accounts, 'sign-up', { userId: 'new-test', expiresAt, data: { email: email.trim().toLowerCase() } });
};

/** The link of the newest message to an address about this event. */
export const mailedLink = async (orm: Orm, email: string, event: AccountNotice['event']): Promise<string> => {
  const [row] = await orm.em.fork().execute<{ link: string | null }[]>(
    `select data ->> 'link' as link from email_message
        where recipient = ? and data ->> 'event' = ? order by created_at desc limit 1`,
    [email, event],
  );
  if (!row?.link) throw new Error(`no link for ${event} was mailed to ${email}`);
  return row.link;
};

/** The link of the newest e-mail to somebody who asked to sign up. */
export const mailedSignUp = (orm: Orm, email: string): Promise<string> => mailedLink(orm, email, 'sign_up');

/** The URL of the page that such a link opens. */
export const signUpUrl = async (
  { url, orm }: { url: string; orm: Orm },
  email: string,
  next = '/account',
): Promise<string> => `${url}/account/sign-up?${new URLSearchParams({ token: await signUpToken(orm, email), next })}`;
