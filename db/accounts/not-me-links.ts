// The link "This was not me" in e-mails about changes that an account made: it logs the account out everywhere and cancels what the account asked
// for and still waits. Written in the transaction of the change, in the form of all mailed links (web/auth/account-links.ts).
import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Actor } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { linkValueStart } from './undo-addresses.ts';

/** As long as a change of the e-mail address can be undone. */
const VALID_MS = 7 * 86_400_000;

export interface NotMeLink {
  /** On this server. */
  path: string;
  /** Until when it works. */
  time: Date;
}

export const makeNotMeLink = async (em: Em, userId: string): Promise<NotMeLink> => {
  const token = randomBytes(32).toString('base64url');
  const identifier = `not-me:${createHash('sha256').update(token).digest('hex')}`;
  const time = new Date(Date.now() + VALID_MS);
  await sql`
    insert into auth.verification (id, identifier, value, "expiresAt", "createdAt", "updatedAt")
    values (${randomBytes(16).toString('hex')}, ${identifier}, ${`${linkValueStart(userId)}{}`}, ${time}, now(), now())`.execute(
    em.getKysely(),
  );
  return { path: `/account/not-me?token=${token}`, time };
};

/** For an e-mail about what this person did; null for a command, a script or an API key, which no log-in made. */
export const notMePath = async (em: Em, actor: Actor | undefined): Promise<string | null> =>
  actor && (actor.kind === 'member' || actor.kind === 'operator') ? (await makeNotMeLink(em, actor.id)).path : null;
