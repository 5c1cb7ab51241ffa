// What accounts are mailed: a way to a new password, and the question whether an address is theirs. Messages go through the same
// outbox as every other one (decision 0040).
import { createHash } from 'node:crypto';
import type { Orm } from '#db/orm.ts';
import { queueEmail } from '#db/queries/emails.ts';

interface MailedUser {
  id: string;
  email: string;
}

export interface AccountMail {
  /** A link to `/account/new-password`, good for an hour. */
  passwordReset(user: MailedUser, token: string): Promise<void>;
  /** @param url of better-auth's own route, which leads on to the dashboard */
  emailVerification(user: MailedUser, url: string): Promise<void>;
}

/** Seconds that the links are good for. */
export const LINK_SECONDS = 3600;
/** Of links that are asked for within one such span the first is mailed only: nobody's mailbox can be filled by asking. */
const SPAN_MS = 2 * 60_000;

export const createAccountMail = (orm: Orm, publicUrl: string): AccountMail => {
  const send = async (kind: 'password_reset' | 'email_verification', { id, email }: MailedUser, link: string) => {
    const now = Date.now();
    await queueEmail(orm.em.fork(), {
      kind,
      // Not the account's id itself: this column is for people, and may be shown.
      subjectId: `${createHash('sha256').update(id).digest('hex').slice(0, 16)}:${Math.floor(now / SPAN_MS)}`,
      recipient: email,
      data: { link, expiresAt: new Date(now + LINK_SECONDS * 1000).toISOString() },
    });
  };
  return {
    passwordReset: (user, token) =>
      send('password_reset', user, `${publicUrl}/account/new-password?${new URLSearchParams({ token })}`),
    emailVerification: (user, url) => send('email_verification', user, url),
  };
};
