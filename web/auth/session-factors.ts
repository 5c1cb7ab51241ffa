// Notes on each session what its log-in took. Two factors are a passkey (the device verified the person), or the password and a code of
// the authenticator app. Guards of pages that decide about money ask for it (web/access/require-member.ts), and so do changes of factors
// (factor-rules.ts).
import type { BetterAuthPlugin } from 'better-auth';
import type { LogInTook } from './log-in-factors.ts';

/** Path and account of a log-in, as better-auth's hook before a new session knows them. */
interface LogIn {
  path: string;
  twoFactorEnabled: boolean;
}

/**
 * For each path that makes a session. Every other path takes one factor, a recovery code too: it is for adding a new passkey, whose log-in
 * then takes two.
 */
export const tookTwoFactors = ({ path, twoFactorEnabled }: LogIn): boolean => {
  // Passkeys need user verification in every ceremony (passkey-hooks.ts).
  if (path === '/passkey/verify-authentication' || path === '/passkey/verify-registration') return true;
  if (/^\/two-factor\/verify-(totp|backup-code|otp)$/.test(path)) return true;
  // The two-factor plugin ends this session at once, unless the browser gave a code before and is trusted.
  return path === '/sign-in/email' && twoFactorEnabled;
};

export const sessionFactors = () =>
  ({
    id: 'session-factors',
    schema: {
      session: {
        fields: {
          twoFactors: { type: 'boolean', required: false, input: false, defaultValue: false },
          recoveryCode: { type: 'boolean', required: false, input: false, defaultValue: false },
        },
      },
    },
    init: () => ({
      options: {
        databaseHooks: {
          session: {
            create: {
              async before(session, ctx) {
                const user = ctx ? await ctx.context.internalAdapter.findUserById(session.userId) : null;
                const { twoFactorEnabled } = (user ?? {}) as { twoFactorEnabled?: boolean | null };
                const logIn = { path: ctx?.path ?? '', twoFactorEnabled: twoFactorEnabled ?? false };
                const took: LogInTook = {
                  twoFactors: tookTwoFactors(logIn),
                  recoveryCode: logIn.path === '/recovery-codes/use',
                };
                return { data: { ...session, ...took } };
              },
            },
          },
        },
      },
    }),
  }) satisfies BetterAuthPlugin;
