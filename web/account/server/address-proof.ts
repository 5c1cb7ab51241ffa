// What a link to prove an e-mail address does. Who opens it owns the mailbox, but may not be who signed up. With a fresh log-in to the
// account the visitor has proven both, and the factors stand. Otherwise the account starts clean with a password chosen here.
import { findWallet, setWalletAside } from '#db/accounts/account-wallets.ts';
import { writeAudit } from '#db/merchants/audit.ts';
import type { Em, Orm } from '#db/orm.ts';
import { UserError } from '#domain/errors.ts';
import { deadLink, findLink, takeLink } from '#web/auth/account-links.ts';
import { accountActor } from '#web/auth/account-records.ts';
import type { Accounts } from '#web/auth/accounts.ts';
import type { Auth } from '#web/auth/create-auth.ts';
import { endEverything, startCleanWithPassword } from '#web/auth/end-everything.ts';
import { requireLogInSecret } from '#web/auth/log-in-secret.ts';
import type { AccountSession } from './account-types.ts';

export interface ProofView {
  email: string;
  /** When the account was created, ISO-8601. */
  createdAt: string;
  /** The visitor is logged in to this account. */
  own: boolean;
  hasWallet: boolean;
  next: string;
}

export interface AddressProof {
  /** Null when the link was used, has expired or is unknown, or the address is proven already. */
  proofView(session: AccountSession | null, token: string): Promise<ProofView | null>;
  /** Throws UserError `dead_link`, `other_account`, `stale`. */
  proveWithLogIn(session: AccountSession | null, token: string): Promise<{ next: string }>;
  /** Throws UserError `dead_link`. @param logInSecret derived from the new password */
  proveAndStartClean(token: string, logInSecret: string): Promise<{ next: string }>;
  /** For a link that was mailed for another reason: call it when it was sent to this account's address. Throws UserError `stale`. */
  proveByMailedLink(session: AccountSession): Promise<void>;
}

const stale = (): UserError => new UserError('stale', 'Log in again to confirm your address');

export const createAddressProof = (orm: Orm, auth: Auth): AddressProof => {
  const accounts = async (): Promise<Accounts> => await auth.$context;

  const unprovenUser = async (userId: string) => {
    const user = await (await accounts()).internalAdapter.findUserById(userId);
    return user && !user.emailVerified ? user : null;
  };

  const audit = (userId: string, action: 'account.prove' | 'account.start_clean') =>
    orm.em.fork().transactional((em) =>
      writeAudit(em as Em, {
        actor: accountActor(userId),
        action,
        subjectKind: 'account',
        subjectId: userId,
      }),
    );

  /** The factors stand; sessions and trusted browsers of others do not. */
  const prove = async ({ userId, sessionId, fresh }: AccountSession): Promise<void> => {
    if (!fresh) throw stale();
    const context = await accounts();
    const own = await context.adapter.findOne({
      model: 'session',
      where: [{ field: 'id', value: sessionId }],
    });
    if (!own) throw stale();
    await endEverything(context, userId, { keepSession: { id: sessionId } });
    await context.internalAdapter.updateUser(userId, { emailVerified: true });
    await audit(userId, 'account.prove');
  };

  return {
    async proofView(session, token) {
      const link = await findLink(await accounts(), 'prove-address', token);
      const user = link && (await unprovenUser(link.userId));
      if (!user) return null;
      return {
        email: user.email,
        createdAt: user.createdAt.toISOString(),
        own: session?.userId === user.id,
        hasWallet: (await findWallet(orm.em, user.id)) !== null,
        next: link.data.next ?? '/account',
      };
    },

    async proveWithLogIn(session, token) {
      const context = await accounts();
      const link = await findLink(context, 'prove-address', token);
      if (!link) throw deadLink();
      if (session?.userId !== link.userId) throw new UserError('other_account', 'You are logged in to another account');
      if (!session.fresh) throw stale();
      if (!(await takeLink(context, 'prove-address', token))) throw deadLink();
      await prove(session);
      return { next: link.data.next ?? '/account' };
    },

    async proveAndStartClean(token, logInSecret) {
      requireLogInSecret(logInSecret);
      const context = await accounts();
      const link = await takeLink(context, 'prove-address', token);
      const user = link && (await unprovenUser(link.userId));
      if (!user) throw deadLink();
      await startCleanWithPassword(context, user.id, logInSecret, () => setWalletAside(orm.em, user.id));
      await audit(user.id, 'account.start_clean');
      return { next: link.data.next ?? '/account' };
    },

    async proveByMailedLink(session) {
      if (!session.emailVerified) await prove(session);
    },
  };
};
