// Who may change how an account logs in (decision 0089). Every endpoint of better-auth that is not listed here as one that keeps the
// factors passes this rule, so a new endpoint passes it too: the session must come from a log-in that took all factors of the account. An
// account with one factor may add its second.
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api';
import { factorsOf, type LogInTook, secondFactorMessage, tookAllFactors } from './log-in-factors.ts';
import { isFresh } from './session-lifetime.ts';

/** Endpoints that add, change and remove no factor of the account that is logged in. */
export const KEEPS_FACTORS: ReadonlySet<string> = new Set([
  '/ok',
  '/error',
  '/get-session',
  '/list-sessions',
  '/list-accounts',
  '/sign-out',
  // Log-ins and sign-ups.
  '/sign-up/ask',
  '/sign-up/email',
  '/sign-in/email',
  '/verify-password',
  '/passkey/generate-authenticate-options',
  '/passkey/verify-authentication',
  '/passkey/list-user-passkeys',
  '/recovery-codes/use',
  // A mailed link makes the browser known, and logs nobody in.
  '/let-in',
  // Its name only.
  '/passkey/update-passkey',
  // Mailed links have rules of their own (reset-rules.ts): what they set is one factor.
  '/request-password-reset',
  '/reset-password/:token',
  '/reset-password',
  '/send-verification-email',
  '/verify-email',
]);

/** They ask for the password, or follow a request that did, so the log-in may be older. */
const PASSWORD_TYPED: ReadonlySet<string> = new Set([
  '/two-factor/enable',
  '/two-factor/disable',
  '/two-factor/generate-backup-codes',
  '/two-factor/get-totp-uri',
  '/two-factor/verify-totp',
  '/two-factor/verify-backup-code',
]);

/** What a recovery code is for. */
const ADDS_A_PASSKEY: ReadonlySet<string> = new Set([
  '/passkey/generate-register-options',
  '/passkey/verify-registration',
]);

/** Endpoints without a path are called by the server only. */
const isConcerned = ({ path }: { path?: string | undefined }): boolean =>
  path !== undefined && !KEEPS_FACTORS.has(path);

/**
 * Register it first, so that a request that it rejects counts as no guess and uses no code.
 * Rejects with 403 `SESSION_NOT_FRESH` and `SECOND_FACTOR`.
 * @param passwordAlone development only: a password alone counts as two factors
 */
export const factorRules = ({ passwordAlone }: { passwordAlone: boolean }) =>
  ({
    id: 'factor-rules',
    hooks: {
      before: [
        {
          matcher: isConcerned,
          handler: createAuthMiddleware(async (ctx) => {
            const { path = '' } = ctx;
            const found = await getSessionFromCtx(ctx, { disableRefresh: true });
            // Without one the endpoint wants a session, or the secret of a log-in or link that is not complete.
            if (!found) return;
            const session = found.session as typeof found.session & Partial<LogInTook>;
            const user = found.user as typeof found.user & { twoFactorEnabled?: boolean | null };
            if (!PASSWORD_TYPED.has(path) && !isFresh(session)) {
              throw reject('SESSION_NOT_FRESH', 'Log in again to change how you log in');
            }
            if (passwordAlone || (session.recoveryCode && ADDS_A_PASSKEY.has(path))) return;
            const factors = await factorsOf(ctx.context, user.id);
            const account = { twoFactorEnabled: user.twoFactorEnabled ?? false, passkeys: factors.passkeys };
            if (tookAllFactors({ twoFactors: session.twoFactors ?? false }, account)) return;
            throw reject('SECOND_FACTOR', secondFactorMessage(account));
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;

const reject = (code: string, message: string): APIError => new APIError('FORBIDDEN', { code, message });
