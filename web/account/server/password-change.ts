// A change of the password by its owner, who types the present one (ASVS 6.2.2 and 6.2.3).
import { makeNotMeLink } from '#db/accounts/mailed-links.ts';
import { UserError } from '#domain/errors.ts';
import { noticesOf } from '#web/auth/account-mail.ts';
import { createAccountRecords } from '#web/auth/account-records.ts';
import { endEverything } from '#web/auth/end-everything.ts';
import type { PasswordChange } from './account-types.ts';
import { checkNewPassword, type PasswordDeps } from './new-password.ts';
import type { AccountVisit } from './present-password.ts';
import { createStrongLogIn } from './strong-log-in.ts';

interface PasswordChangeDeps extends PasswordDeps {
  publicUrl: string;
}

export interface PasswordChanges {
  /**
   * The wallet's key is sealed for the new password in the same step; other sessions end, and the owner is told.
   * Throws UserError `stale`, `second_factor`, `wrong_password`, `too_many`, `bad_password`, `bad_wallet`, `no_password`.
   */
  changePassword(visit: AccountVisit, password: PasswordChange): Promise<void>;
}

export const createPasswordChange = (deps: PasswordChangeDeps): PasswordChanges => {
  const { orm, auth, publicUrl, sealedKeys } = deps;
  const strong = createStrongLogIn(orm, auth);
  return {
    async changePassword(visit, given) {
      const { session } = visit;
      const { userId, sessionId, email, role } = session;
      await strong.require(session);
      const password = await checkNewPassword(deps, visit, given);
      if (!password) throw new UserError('no_password', 'This account has no password');
      const context = await auth.$context;
      await createAccountRecords(orm).write({ action: 'account.password_change', user: { id: userId, email, role } });
      await context.internalAdapter.updatePassword(userId, password.hash);
      if (password.sealedKey) await sealedKeys.addSealedKey(userId, password.sealedKey);
      await endEverything(context, userId, { keepSession: { id: sessionId } });
      const link = await makeNotMeLink(orm.em.fork(), userId, { since: session.loggedInAt });
      const mail = { id: userId, email, recipient: email, ...link };
      await noticesOf(orm, publicUrl).send({ ...mail, event: 'password_changed' });
    },
  };
};
