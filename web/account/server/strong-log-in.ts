// What a change of how an account logs in needs: a recent log-in that took every factor that the account, or its rights, ask for.
import { decidesAboutMoney } from '#db/merchants/members.ts';
import type { Orm } from '#db/orm.ts';
import { UserError } from '#domain/errors.ts';
import type { Auth } from '#web/auth/create-auth.ts';
import { factorsOf } from '#web/auth/log-in-factors.ts';
import type { AccountSession } from './account-types.ts';

export interface StrongLogIn {
  isStrong(session: AccountSession): Promise<boolean>;
  /** Throws UserError `stale`, `second_factor`. */
  require(session: AccountSession): Promise<void>;
}

export const createStrongLogIn = (orm: Orm, auth: Auth): StrongLogIn => {
  /** One factor is enough only for an account that has one, and no right that asks for two (decision 0062). */
  const isStrong = async ({ userId, role, twoFactors, twoFactorEnabled }: AccountSession): Promise<boolean> => {
    if (twoFactors) return true;
    if (twoFactorEnabled || role === 'operator') return false;
    const { passkeys } = await factorsOf(await auth.$context, userId);
    return passkeys === 0 && !(await decidesAboutMoney(orm.em, userId));
  };
  return {
    isStrong,
    async require(session) {
      if (!session.fresh) throw new UserError('stale', 'Log in again to change how you log in');
      if (!(await isStrong(session))) throw new UserError('second_factor', 'Log in with your second factor');
    },
  };
};
