// What a change of how an account logs in needs: a recent log-in that took every factor that the account, or its rights, ask for. For our
// own pages; better-auth's endpoints pass web/auth/factor-rules.ts, which also lets an account with one factor add its second.
import { decidesAboutMoney } from '#db/merchants/members.ts';
import type { Orm } from '#db/orm.ts';
import { UserError } from '#domain/errors.ts';
import type { Auth } from '#web/auth/create-auth.ts';
import { factorsOf, secondFactorMessage, tookAllFactors } from '#web/auth/log-in-factors.ts';
import type { AccountSession } from './account-types.ts';

export interface StrongLogIn {
  isStrong(session: AccountSession): Promise<boolean>;
  /** Throws UserError `stale`, `second_factor`. */
  require(session: AccountSession): Promise<void>;
}

export const createStrongLogIn = (orm: Orm, auth: Auth): StrongLogIn => {
  /** Null when the log-in is strong; otherwise what to do. */
  const missing = async (session: AccountSession): Promise<string | null> => {
    const { userId, role, twoFactors, twoFactorEnabled } = session;
    if (twoFactors) return null;
    const { passkeys } = await factorsOf(await auth.$context, userId);
    const account = { twoFactorEnabled, passkeys };
    // One factor is enough only for an account that has one, and no right that asks for two (decision 0062).
    const isEnough =
      tookAllFactors(session, account) && role !== 'operator' && !(await decidesAboutMoney(orm.em, userId));
    return isEnough ? null : secondFactorMessage(account);
  };
  return {
    isStrong: async (session) => (await missing(session)) === null,
    async require(session) {
      if (!session.fresh) throw new UserError('stale', 'Log in again to change how you log in');
      const message = await missing(session);
      if (message !== null) throw new UserError('second_factor', message);
    },
  };
};
