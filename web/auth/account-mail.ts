// The e-mails of accounts: password reset, verification of the e-mail address, and log-ins from new browsers. They go through the same
// outbox as all messages (decision 0040).
import { createHash } from 'node:crypto';
import { queueEmail } from '#db/delivery/queue-emails.ts';
import { takeVisitorEmail } from '#db/delivery/visitor-emails.ts';
import { accountLocale } from '#db/merchants/members.ts';
import type { Orm } from '#db/orm.ts';
import type { EmailData } from '#domain/email-data.ts';

export interface MailedUser {
  id: string;
  email: string;
}

/** A log-in from a browser that had not logged in to the account before. */
export interface NewLogIn {
  sessionId: string;
  at: Date;
  /** For people, for example "Chrome on Android". */
  device: string;
  /** Null when unknown. */
  ipAddress: string | null;
}

export interface AccountMail {
  /** A link to `/account/new-password`, valid for an hour. */
  passwordReset(user: MailedUser, token: string): Promise<void>;
  /** @param url of better-auth's own route, which redirects to the dashboard */
  emailVerification(user: MailedUser, url: string): Promise<void>;
  newLogIn(user: MailedUser, logIn: NewLogIn): Promise<void>;
  /** Wrong passwords or codes in a row. */
  logInAttempts(user: MailedUser, wrong: 'password' | 'code', attempts: number): Promise<void>;
}

/** How long the links are valid. */
export const LINK_SECONDS = 3600;
/** At most one link is mailed in each such window, so that nobody can flood a mailbox. */
const LINK_WINDOW_MS = 2 * 60_000;

/** At most one e-mail about failed log-ins in each such window. */
const ATTEMPTS_WINDOW_MS = 3_600_000;

/** A subject id may be shown to people, so it must not contain account and session ids. */
const hidden = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 16);

export const createAccountMail = (orm: Orm, publicUrl: string): AccountMail => {
  type AccountKind = 'password_reset' | 'email_verification' | 'new_device' | 'log_in_attempts';
  const send = async <Kind extends AccountKind>(
    kind: Kind,
    { id, email }: MailedUser,
    subjectId: string,
    data: EmailData[Kind],
  ) => {
    const em = orm.em.fork();
    const locale = await accountLocale(em, id);
    await queueEmail(em, { kind, subjectId, recipient: email, data, ...(locale ? { locale } : {}) });
  };
  const sendLink = async (kind: 'password_reset' | 'email_verification', user: MailedUser, link: string) => {
    const now = Date.now();
    const expiresAt = new Date(now + LINK_SECONDS * 1000).toISOString();
    const subjectId = `${hidden(user.id)}:${Math.floor(now / LINK_WINDOW_MS)}`;
    // Anyone can ask for it with anybody's address. The response is the same, so that it says nothing about accounts.
    const wanted = {
      about: 'account',
      subject: `${kind}:${subjectId}`,
      recipient: user.email,
      clientKey: null,
    } as const;
    const isAllowed = await orm.em.fork().transactional((em) => takeVisitorEmail(em, wanted));
    if (isAllowed) await send(kind, user, subjectId, { link, expiresAt });
  };
  return {
    passwordReset: (user, token) =>
      sendLink('password_reset', user, `${publicUrl}/account/new-password?${new URLSearchParams({ token })}`),
    emailVerification: (user, url) => sendLink('email_verification', user, url),
    logInAttempts: (user, wrong, attempts) => {
      const now = Date.now();
      return send('log_in_attempts', user, `${hidden(user.id)}:${wrong}:${Math.floor(now / ATTEMPTS_WINDOW_MS)}`, {
        ...{ wrong, attempts, at: new Date(now).toISOString() },
        link: `${publicUrl}/account/security`,
      });
    },
    newLogIn: (user, { sessionId, at, device, ipAddress }) =>
      send('new_device', user, `${hidden(user.id)}:${hidden(sessionId)}`, {
        at: at.toISOString(),
        device,
        ipAddress: ipAddress ?? '-',
        link: `${publicUrl}/account/security`,
      }),
  };
};
