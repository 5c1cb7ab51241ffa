// Recovery of an account whose owner has lost every log-in method and every recovery code. An operator starts it (console or command); every
// known address is told and can stop it; after a waiting time a link in the account's mailbox starts the account clean.

import { setWalletAside } from '#db/accounts/account-wallets.ts';
import { knownEmails } from '#db/accounts/known-emails.ts';
import { type Actor, writeAudit } from '#db/merchants/audit.ts';
import type { Em, Orm } from '#db/orm.ts';
import type { AuditAction } from '#domain/audit-actions.ts';
import { emailAddressOf } from '#domain/email-address.ts';
import { UserError } from '#domain/errors.ts';
import { type AccountLink, deadLink, endLinks, findLink, listLinks, makeLink, takeLink } from './account-links.ts';
import { type MailedUser, noticesOf } from './account-mail.ts';
import { accountActor } from './account-records.ts';
import type { Auth } from './create-auth.ts';
import { startCleanWithPassword } from './end-everything.ts';
import { requireLogInSecret } from './log-in-secret.ts';
import { isOperator } from './roles.ts';

/** From the start to the first moment at which the link works: time for every known address to stop it. */
export const RECOVERY_WAIT_HOURS = 48;
const HOUR_MS = 3_600_000;
const USABLE_MS = 7 * 24 * HOUR_MS;

export interface RecoveryView {
  email: string;
  /** ISO-8601. */
  readyAt: string;
  ready: boolean;
}

export interface Recovery {
  /** Throws UserError `no_account`, `operator`. */
  start(email: string, by: { actor: Actor; reason: string }): Promise<{ userId: string; email: string; readyAt: Date }>;
  /** A recovery was started, and its link is alive. */
  isWaiting(email: string): Promise<boolean>;
  /** Null for a link that was used, was stopped, has expired or is unknown. */
  view(kind: 'recover' | 'stop-recovery', token: string): Promise<RecoveryView | null>;
  /** Throws UserError `dead_link`. */
  stop(token: string): Promise<void>;
  /** Throws UserError `dead_link`, `too_early`. @param logInSecret derived from the new password */
  complete(token: string, logInSecret: string): Promise<void>;
}

export const createRecovery = (orm: Orm, auth: Auth, publicUrl: string): Recovery => {
  const notices = noticesOf(orm, publicUrl);

  const audit = (action: AuditAction<'account'>, actor: Actor, userId: string, reason: string | null) =>
    orm.em
      .fork()
      .transactional((em) =>
        writeAudit(em as Em, { actor, action, subjectKind: 'account', subjectId: userId, reason }),
      );

  const tell = async (
    recipients: ReadonlySet<string>,
    user: MailedUser,
    event: 'recovery_started' | 'recovery_stopped' | 'recovery_done',
    more: { path?: string; time?: Date } = {},
  ): Promise<void> => {
    for (const recipient of recipients) await notices.send({ ...user, event, recipient, ...more });
  };

  /** An account that became an operator's recovers by command only. */
  const userOf = async (link: AccountLink | null) => {
    const { internalAdapter } = await auth.$context;
    const user = link && (await internalAdapter.findUserById(link.userId));
    return user && !isOperator(user) ? user : null;
  };

  return {
    async start(email, { actor, reason }) {
      const context = await auth.$context;
      const found = await context.internalAdapter.findUserByEmail(emailAddressOf(email));
      if (!found) throw new UserError('no_account', `There is no account of ${email}`);
      const { user } = found;
      if (isOperator(user)) throw new UserError('operator', 'Operators recover with `operator recover`');
      const readyAt = new Date(Date.now() + RECOVERY_WAIT_HOURS * HOUR_MS);
      const expiresAt = new Date(readyAt.getTime() + USABLE_MS);
      const link = { userId: user.id, expiresAt, data: { readyAt: readyAt.toISOString() } };
      for (const kind of ['recover', 'stop-recovery'] as const) await endLinks(context, kind, user.id);
      const [recover, stop] = [
        await makeLink(context, 'recover', link),
        await makeLink(context, 'stop-recovery', link),
      ];
      await audit('account.recovery_start', actor, user.id, reason);
      await tell(await knownOf(orm, auth, user), user, 'recovery_started', {
        path: `/account/recovery-stop?token=${stop}`,
        time: readyAt,
      });
      await notices.send({
        ...user,
        event: 'recovery_link',
        recipient: user.email,
        path: `/account/recovery-link?token=${recover}`,
        time: readyAt,
      });
      return { userId: user.id, email: user.email, readyAt };
    },

    async isWaiting(email) {
      const context = await auth.$context;
      const found = await context.internalAdapter.findUserByEmail(emailAddressOf(email));
      return found !== null && (await listLinks(context, 'recover', found.user.id)).length > 0;
    },

    async view(kind, token) {
      const link = await findLink(await auth.$context, kind, token);
      const user = await userOf(link);
      const readyAt = link?.data.readyAt;
      return user && readyAt ? { email: user.email, readyAt, ready: new Date(readyAt) <= new Date() } : null;
    },

    async stop(token) {
      const context = await auth.$context;
      const link = await takeLink(context, 'stop-recovery', token);
      const user = await userOf(link);
      if (!user) throw deadLink();
      await endLinks(context, 'recover', user.id);
      await audit('account.recovery_stop', { kind: 'system', id: 'mailed link', email: null }, user.id, null);
      await tell(await knownOf(orm, auth, user), user, 'recovery_stopped');
    },

    async complete(token, logInSecret) {
      requireLogInSecret(logInSecret);
      const context = await auth.$context;
      const found = await findLink(context, 'recover', token);
      const user = await userOf(found);
      if (!found || !user) throw deadLink();
      if (new Date(found.data.readyAt ?? '') > new Date()) {
        throw new UserError('too_early', `This link works from ${found.data.readyAt} on`);
      }
      if (!(await takeLink(context, 'recover', token))) throw deadLink();
      const known = await knownOf(orm, auth, user);
      await startCleanWithPassword(context, user.id, logInSecret, () => setWalletAside(orm.em, user.id));
      await audit('account.recovery_done', accountActor(user.id), user.id, null);
      await tell(known, user, 'recovery_done');
    },
  };
};

/** Every known address, and the one from before a change of the address while its mailbox can undo that. */
const knownOf = async (orm: Orm, auth: Auth, { id, email }: MailedUser): Promise<ReadonlySet<string>> => {
  const before = (await listLinks(await auth.$context, 'undo-email', id)).map(({ data }) => data.from ?? email);
  return new Set([...(await knownEmails(orm.em, id, email)), ...before]);
};
