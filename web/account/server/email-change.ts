// A new e-mail address for an account. It is asked for with a recent log-in that took all the account's factors, and confirmed by a link in the
// new mailbox with the same log-in; the old address is told and can undo it (email-undo.ts). The address is the password's salt
// (decision 0030), so password and sealed key change in the same step.
import { z } from 'zod';
import { findWallet } from '#db/accounts/account-wallets.ts';
import { makeNotMeLink } from '#db/accounts/mailed-links.ts';
import { moveMember } from '#db/accounts/member-email.ts';
import { takeVisitorEmail } from '#db/delivery/visitor-emails.ts';
import type { Orm } from '#db/orm.ts';
import { emailAddressOf } from '#domain/email-address.ts';
import { UserError } from '#domain/errors.ts';
import { deadLink, endLinks, findLink, LINK_SECONDS, makeLink, takeLink } from '#web/auth/account-links.ts';
import { noticesOf } from '#web/auth/account-mail.ts';
import { createAccountRecords } from '#web/auth/account-records.ts';
import { endEverything } from '#web/auth/end-everything.ts';
import { switchAddress } from '#web/auth/log-in-snapshot.ts';
import type { AccountSession, PasswordChange } from './account-types.ts';
import { createEmailUndo, type EmailChangeView, type EmailUndo } from './email-undo.ts';
import { checkNewPassword, type PasswordDeps } from './new-password.ts';
import type { AccountVisit } from './present-password.ts';
import { createStrongLogIn } from './strong-log-in.ts';

const address = z.email().max(254);

export interface EmailChange extends Pick<EmailUndo, 'undoView' | 'undo'> {
  /** The log-in took every factor that is needed for a change. */
  isStrong(session: AccountSession): Promise<boolean>;
  /** The same whether the address is free or taken. Throws UserError `bad_email`, `stale`, `second_factor`, `too_many`. */
  ask(session: AccountSession, email: string): Promise<void>;
  /** Null when the link is dead or belongs to another account. */
  view(session: AccountSession, token: string): Promise<EmailChangeView | null>;
  /**
   * Throws UserError `dead_link`, `other_account`, `stale`, `second_factor`, `taken`, `wrong_password`, `too_many`, `bad_wallet`.
   * @param password null for an account without one
   */
  confirm(visit: AccountVisit, token: string, password: PasswordChange | null): Promise<void>;
}

interface EmailChangeDeps extends PasswordDeps {
  publicUrl: string;
}

export const createEmailChange = (deps: EmailChangeDeps): EmailChange => {
  const { orm, auth, publicUrl } = deps;
  const { prepare, undoView, undo } = createEmailUndo(orm, auth, publicUrl);

  const { isStrong, require: requireStrong } = createStrongLogIn(orm, auth);
  /** Of whose account the link changes the address, and to which. */
  const find = async (token: string): Promise<{ userId: string; to: string } | null> => {
    const link = await findLink(await auth.$context, 'change-email', token);
    return link?.data.to ? { userId: link.userId, to: link.data.to } : null;
  };

  return {
    ...{ isStrong, undoView, undo },

    async ask(session, email) {
      await requireStrong(session);
      const to = address.safeParse(emailAddressOf(email)).data;
      if (!to || to === session.email) throw new UserError('bad_email', 'This is not a new e-mail address');
      await askFor(deps, session, to);
    },

    async view(session, token) {
      const link = await find(token);
      return link?.userId === session.userId ? { from: session.email, to: link.to } : null;
    },

    async confirm(visit, token, given) {
      const { session } = visit;
      const { userId, sessionId, email: from } = session;
      const context = await auth.$context;
      const link = await find(token);
      if (!link) throw deadLink();
      if (link.userId !== userId) throw new UserError('other_account', 'This link belongs to another account');
      const { to } = link;
      await requireStrong(session);
      const password = await checkNewPassword(deps, visit, given);
      const { internalAdapter } = context;
      if (await internalAdapter.findUserByEmail(to)) throw new UserError('taken', 'An account has this address');
      const user = await internalAdapter.findUserById(userId);
      if (!user || !(await takeLink(context, 'change-email', token))) throw deadLink();
      // Mailed links of the old address prove nothing any more.
      for (const kind of ['prove-address', 'recover', 'stop-recovery'] as const) await endLinks(context, kind, userId);
      // Mailed before the change: after a crash, the link undoes nothing. An address that was never proven is nobody's to undo from.
      if (session.emailVerified) await prepare(userId, { from, to });
      await write(orm, 'account.email_change', session, to);
      const name = user.name === from ? to : user.name;
      await switchAddress(context.adapter, userId, { email: to, name, passwordHash: password?.hash ?? null });
      if (password?.sealedKey) await deps.sealedKeys.addSealedKey(userId, password.sealedKey);
      await moveMember(orm.em, userId, to);
      await endEverything(context, userId, { keepSession: { id: sessionId } });
    },
  };
};

/** Tells the old address, and mails the link to the new one. */
const askFor = async (
  { orm, auth, publicUrl }: EmailChangeDeps,
  session: AccountSession,
  to: string,
): Promise<void> => {
  const { userId, email } = session;
  const context = await auth.$context;
  const notices = noticesOf(orm, publicUrl);
  const take = (about: 'account' | 'address', recipient: string): Promise<boolean> =>
    orm.em.fork().transactional((em) => {
      const subject = `email-change:${userId}:${Date.now()}`;
      return takeVisitorEmail(em, { about, subject, recipient, clientKey: null });
    });
  if (!(await take('address', email))) throw new UserError('too_many', 'Try again tomorrow');
  await endLinks(context, 'change-email', userId);
  await write(orm, 'account.email_ask', session, to);
  const next = (await findWallet(orm.em, userId)) ? '/account/security' : '/dashboard/security';
  if (session.emailVerified) {
    const notMe = await makeNotMeLink(orm.em.fork(), userId, { since: session.loggedInAt });
    await notices.send({ id: userId, email, event: 'email_asked', recipient: email, about: to, ...notMe });
  }
  if (!(await take('account', to)) || (await context.internalAdapter.findUserByEmail(to))) return;
  const time = new Date(Date.now() + LINK_SECONDS * 1000);
  const token = await makeLink(context, 'change-email', { userId, expiresAt: time, data: { to } });
  const path = `/account/change-email?${new URLSearchParams({ token, next })}`;
  await notices.send({ id: userId, email, event: 'email_confirm', recipient: to, about: to, path, time });
};

const write = (orm: Orm, action: 'account.email_ask' | 'account.email_change', session: AccountSession, to: string) => {
  const { userId: id, email, role } = session;
  // The log is kept for ever, so it names the addresses of operators only.
  return createAccountRecords(orm).write({
    action,
    user: { id, email, role },
    data: role === 'operator' ? { to } : {},
  });
};
