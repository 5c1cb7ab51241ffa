// Links in e-mails about what an account did or what is tried with it, made in the transaction of their cause, in the form of all mailed links
// (web/auth/account-links.ts): "This was not me", and the one that lets a browser log in while strangers use the limits up (decision 0098).
import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Actor } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { linkValueStart } from './undo-addresses.ts';

const DAY_MS = 86_400_000;
/** As long as a change of the e-mail address can be undone. */
const NOT_ME_MS = 7 * DAY_MS;
/** Longer than a burst of wrong attempts is counted, so that one is always valid while it goes on. */
const LET_IN_MS = 2 * DAY_MS;

export interface MailedLink {
  /** On this server. */
  path: string;
  /** Until when it works. */
  time: Date;
}

/** What the e-mail is about and "This was not me" ends, besides all sessions and what waits. */
export type NotMeAbout =
  /** A log-in, or what it changed about how the account logs in: what it added to that. ISO-8601. */
  | { since: string }
  | { apiKey: string; keyName: string }
  /** An invitation's id. */
  | { invitation: string; person: string; merchantId: string };

interface NewLink extends MailedLink {
  /** Call it in the transaction that queues the e-mail. */
  keep(em: Em): Promise<void>;
}

const newLink = (
  kind: 'not-me' | 'let-in',
  userId: string,
  { data, validMs }: { data: object; validMs: number },
): NewLink => {
  const token = randomBytes(32).toString('base64url');
  const identifier = `${kind}:${createHash('sha256').update(token).digest('hex')}`;
  const time = new Date(Date.now() + validMs);
  return {
    path: `/account/${kind}?token=${token}`,
    time,
    async keep(em) {
      await sql`
        insert into auth.verification (id, identifier, value, "expiresAt", "createdAt", "updatedAt")
        values (${randomBytes(16).toString('hex')}, ${identifier}, ${linkValueStart(userId) + JSON.stringify(data)}, ${time}, now(), now())`.execute(
        em.getKysely(),
      );
    },
  };
};

export const makeNotMeLink = async (em: Em, userId: string, about: NotMeAbout | null = null): Promise<MailedLink> => {
  const { keep, ...link } = newLink('not-me', userId, { data: about ?? {}, validMs: NOT_ME_MS });
  await keep(em);
  return link;
};

/** The browser that opens it counts as one that the account knows. */
export const newLetInLink = (userId: string): NewLink => newLink('let-in', userId, { data: {}, validMs: LET_IN_MS });

/**
 * For an e-mail to owners about what this person did; null for a command, a script or an API key, which no log-in made. And for an operator, whose
 * account is not theirs to stop: they cancel what waits.
 */
export const notMePath = async (
  em: Em,
  actor: Actor | undefined,
  about: NotMeAbout | null = null,
): Promise<string | null> => (actor?.kind === 'member' ? (await makeNotMeLink(em, actor.id, about)).path : null);
