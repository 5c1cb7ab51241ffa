// What "forgot your password" may do. A reset never lowers the number of factors: an account that logs in by passkey only gets no password
// by mail, and operators recover with a command on the server (decision 0060).
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { endResetLink, endResetLinks, findResetLink } from './account-links.ts';
import type { AccountMail, MailedUser } from './account-mail.ts';
import type { Accounts } from './accounts.ts';
import { endEverything, startClean } from './end-everything.ts';
import { factorsOf, mayGetPasswordByLink } from './log-in-factors.ts';
import { mailLink } from './mail-link.ts';
import { isOperator } from './roles.ts';

export interface ResetUser extends MailedUser {
  emailVerified: boolean;
  role?: string | null | undefined;
}

/** Mails what the account may use to get back in. `token` is a reset link's, made before; it ends unless it is mailed. */
export const mailReset = async (
  accounts: Accounts,
  mail: AccountMail,
  user: ResetUser,
  token: string,
): Promise<void> => {
  if (!isOperator(user) && mayGetPasswordByLink(await factorsOf(accounts, user.id))) {
    // Two requests within two minutes are one e-mail, so the first link must stay good.
    if (await mail.passwordReset(user, token)) return await endResetLinks(accounts, user.id, { keep: token });
    return await endResetLink(accounts, token);
  }
  await endResetLink(accounts, token);
  if (isOperator(user)) await mail.operatorReset(user);
  else if (!user.emailVerified) await mailProof(accounts, mail, user, '/account');
  else await mailLink(accounts, 'use-recovery-code', user, {}, (token) => mail.passkeyReset(user, token));
};

/** Mails a link that proves the address. @param next the page that follows */
export const mailProof = (accounts: Accounts, mail: AccountMail, user: MailedUser, next: string): Promise<void> =>
  mailLink(accounts, 'prove-address', user, { next }, (token) => mail.emailVerification(user, token));

/** After a reset: the link proved the address. @param user as it was before */
export const afterReset = async (
  accounts: Accounts,
  user: { id: string; emailVerified: boolean },
  setWalletAside: () => Promise<void>,
): Promise<void> => {
  if (user.emailVerified) await endEverything(accounts, user.id);
  else await startClean(accounts, user.id, setWalletAside, { keepPassword: true });
};

/** Rejects a reset link when the account has got a passkey as its only factor since the link was made. */
export const resetRules = () =>
  ({
    id: 'reset-rules',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/reset-password',
          handler: createAuthMiddleware(async (ctx) => {
            const token: unknown = ctx.body?.token ?? ctx.query?.token;
            if (typeof token !== 'string') return;
            const found = await findResetLink(ctx.context, token);
            if (!found || mayGetPasswordByLink(await factorsOf(ctx.context, found.userId))) return;
            throw new APIError('BAD_REQUEST', { code: 'INVALID_TOKEN', message: 'Invalid token' });
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;
