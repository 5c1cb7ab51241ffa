// The e-mails of accounts: password reset, verification of the e-mail address, and log-ins from new browsers. They go through the same
// outbox as all messages (decision 0040).
import { createHash } from 'node:crypto';
import { makeNotMeLink, newLetInLink } from '#db/accounts/mailed-links.ts';
import { undoAddresses } from '#db/accounts/undo-addresses.ts';
import { type NewEmail, queueEmail } from '#db/delivery/queue-emails.ts';
import { queueSpacedEmail } from '#db/delivery/spaced-emails.ts';
import { takeVisitorEmail } from '#db/delivery/visitor-emails.ts';
import { accountLocale } from '#db/merchants/members.ts';
import type { Orm } from '#db/orm.ts';
import type { AccountNotice, EmailData, LogInAttemptsData } from '#domain/email-data.ts';
import { LINK_SECONDS } from './account-links.ts';

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

/** Links resolve to false when one was mailed a moment ago: the new one is not sent then. */
export interface AccountMail {
  /** A link to `/account/new-password`, valid for an hour. */
  passwordReset(user: MailedUser, token: string): Promise<boolean>;
  /** A link to `/account/verify`, valid for an hour. */
  emailVerification(user: MailedUser, token: string): Promise<boolean>;
  /** The account logs in by passkey only: a link to use a recovery code. */
  passkeyReset(user: MailedUser, token: string): Promise<boolean>;
  /** No link: operators recover with a command. */
  operatorReset(user: MailedUser): Promise<boolean>;
  /** A link to `/account/sign-up`, valid for an hour, for an address that has no account. @param next the page that follows */
  signUp(user: MailedUser, token: string, next: string): Promise<boolean>;
  /** Somebody tried to sign up with the address of an account. @param next the page that follows a log-in */
  signUpKnown(user: MailedUser, next: string): Promise<boolean>;
  newLogIn(user: MailedUser, logIn: NewLogIn): Promise<void>;
  /** A passkey, an authenticator app or codes were added or removed. Also to addresses that can still undo a change of the address. */
  factorsChanged(user: MailedUser, loggedInAt: Date): Promise<void>;
  /** Wrong passwords or codes in a row, or `none` checked because strangers used up the limits of all. With a link that lets a browser in. */
  logInAttempts(user: MailedUser, wrong: LogInAttemptsData['wrong'], attempts: number): Promise<void>;
}

/** At most one link is mailed in so long, so that nobody can flood a mailbox. */
const LINK_WINDOW_SECONDS = 2 * 60;

/** At most one e-mail about failed log-ins is sent in so long. Strangers can cause those about none without guessing anything. */
const ATTEMPTS_WINDOW_SECONDS = { password: 3600, code: 3600, none: 86_400 } as const;

/** A subject id may be shown to people, so it must not contain account and session ids. */
const hidden = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 16);

export const createAccountMail = (orm: Orm, publicUrl: string): AccountMail => {
  type AccountKind = 'password_reset' | 'email_verification' | 'account_notice' | 'new_device' | 'log_in_attempts';
  const messageOf = async <Kind extends AccountKind>(
    kind: Kind,
    { id, email }: MailedUser,
    subjectId: string,
    data: EmailData[Kind],
  ): Promise<NewEmail<Kind>> => {
    const locale = await accountLocale(orm.em.fork(), id);
    return { kind, subjectId, recipient: email, data, ...(locale ? { locale } : {}) };
  };
  /** Anyone can ask for these with anybody's address. The response is the same, so that it says nothing about accounts. */
  const sendAsked = <Kind extends AccountKind>(message: NewEmail<Kind>): Promise<boolean> => {
    const { kind, subjectId, recipient } = message;
    const subject = `${kind}:${subjectId}:${Date.now()}`;
    return queueSpacedEmail(orm.em, {
      ...message,
      windowSeconds: LINK_WINDOW_SECONDS,
      mayBeQueued: (em) => takeVisitorEmail(em, { about: 'account', subject, recipient, clientKey: null }),
    });
  };
  const sendLink = async (kind: 'password_reset' | 'email_verification', user: MailedUser, link: string) => {
    const expiresAt = new Date(Date.now() + LINK_SECONDS * 1000).toISOString();
    return await sendAsked(await messageOf(kind, user, hidden(user.id), { link, expiresAt }));
  };
  const notice = async (user: MailedUser, event: AccountNotice['event'], link: string | null) => {
    const data = { event, link, time: null, email: user.email };
    return await sendAsked(await messageOf('account_notice', user, `${hidden(user.id)}:${event}`, data));
  };
  return {
    passwordReset: (user, token) =>
      sendLink('password_reset', user, `${publicUrl}/account/new-password?${new URLSearchParams({ token })}`),
    emailVerification: (user, token) =>
      sendLink('email_verification', user, `${publicUrl}/account/verify?${new URLSearchParams({ token })}`),
    passkeyReset: (user, token) =>
      notice(user, 'passkey_reset', `${publicUrl}/account/recover?${new URLSearchParams({ token })}`),
    operatorReset: (user) => notice(user, 'operator_reset', null),
    signUp: (user, token, next) =>
      notice(user, 'sign_up', `${publicUrl}/account/sign-up?${new URLSearchParams({ token, next })}`),
    signUpKnown: (user, next) =>
      notice(user, 'sign_up_known', `${publicUrl}/account/log-in?${new URLSearchParams({ next })}`),
    logInAttempts: async (user, wrong, attempts) => {
      const letIn = newLetInLink(user.id);
      const message = await messageOf('log_in_attempts', user, `${hidden(user.id)}:${wrong}`, {
        ...{ wrong, attempts, at: new Date().toISOString() },
        ...{ link: `${publicUrl}/account/security`, letIn: letIn.path },
      });
      await queueSpacedEmail(orm.em, {
        ...message,
        windowSeconds: ATTEMPTS_WINDOW_SECONDS[wrong],
        // Kept only when it is mailed.
        mayBeQueued: async (em) => {
          await letIn.keep(em);
          return true;
        },
      });
    },
    factorsChanged: async ({ id, email }, loggedInAt) => {
      const em = orm.em.fork();
      const link = await makeNotMeLink(em, id, { since: loggedInAt.toISOString() });
      for (const recipient of new Set([email, ...(await undoAddresses(em, id))])) {
        await noticesOf(orm, publicUrl).send({ id, email, event: 'factors_changed', recipient, ...link });
      }
    },
    newLogIn: async (user, { sessionId, at, device, ipAddress }) => {
      const em = orm.em.fork();
      const message = await messageOf('new_device', user, `${hidden(user.id)}:${hidden(sessionId)}`, {
        at: at.toISOString(),
        device,
        ipAddress: ipAddress ?? '-',
        link: `${publicUrl}/account/security`,
        notMe: (await makeNotMeLink(em, user.id, { since: at.toISOString() })).path,
      });
      await queueEmail(em, message);
    },
  };
};

export interface NoticeToSend extends MailedUser {
  event: AccountNotice['event'];
  /** Where it is sent: not always the account's own address. */
  recipient: string;
  /** The address that the message is about, when it is not the account's. */
  about?: string;
  /** What its button opens, from the root of this server. */
  path?: string;
  time?: Date;
}

/** Messages about an account's recovery and its address, each sent once for its cause. */
export const noticesOf = (orm: Orm, publicUrl: string) => ({
  async send({ id, email, event, recipient, about = email, path, time }: NoticeToSend): Promise<void> {
    const em = orm.em.fork();
    const locale = await accountLocale(em, id);
    const link = path ? publicUrl + path : null;
    await queueEmail(em, {
      kind: 'account_notice',
      subjectId: `${hidden(id)}:${event}:${Date.now()}`,
      recipient,
      data: { event, link, time: time?.toISOString() ?? null, email: about },
      ...(locale ? { locale } : {}),
    });
  },
});
