// Rules for sessions beyond better-auth's: a lifetime by role, one session for each browser, and other sessions end when a factor
// changes (decision 0061).
import type { BetterAuthPlugin } from 'better-auth';
import { createAuthMiddleware, isAPIError } from 'better-auth/api';
import { endEverything } from './end-everything.ts';
import { tokenInCookie } from './request-account.ts';
import { endOfSession } from './session-lifetime.ts';

/** Paths that change how an account logs in. `/two-factor/verify-totp` is one when it turns two-factor on. */
const FACTOR_PATHS = new Set([
  '/two-factor/verify-totp',
  '/two-factor/disable',
  '/two-factor/generate-backup-codes',
  '/recovery-codes/make',
  '/passkey/verify-registration',
  '/passkey/delete-passkey',
]);

/** Ending other sessions goes through our pages, which ask for a fresh log-in. */
export const SESSION_PATHS_OFF = ['/revoke-session', '/revoke-sessions', '/revoke-other-sessions', '/update-session'];

/** Register it last: a hook before it may still take the new session away. */
export const sessionRules = () =>
  ({
    id: 'session-rules',
    init: (context) => ({
      options: {
        databaseHooks: {
          session: {
            create: {
              async before(session) {
                const user = await context.internalAdapter.findUserById(session.userId);
                const { role } = (user ?? {}) as { role?: string | null };
                const now = new Date();
                return { data: { ...session, expiresAt: endOfSession(role, { createdAt: now, updatedAt: now }) } };
              },
            },
          },
        },
      },
    }),
    hooks: {
      after: [
        {
          matcher: () => true,
          handler: createAuthMiddleware(async (ctx) => {
            const { newSession, returned, internalAdapter } = ctx.context;
            if (isAPIError(returned)) return;
            const before = await tokenInCookie(ctx);
            const now = newSession?.session.token;
            // A right password whose code is still missing has taken the cookie away already.
            const replaced = now !== undefined || isHalfLogIn(returned);
            if (before && replaced && before !== now) await internalAdapter.deleteSession(before);
            if (FACTOR_PATHS.has(ctx.path ?? '')) await endOthers(ctx.context, before, now);
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;

const isHalfLogIn = (returned: unknown): boolean =>
  typeof returned === 'object' && returned !== null && 'twoFactorRedirect' in returned;

type Context = Parameters<typeof endEverything>[0] & {
  session: { session: { token: string; userId: string } } | null;
};

/** Ends all but the session that the browser has now. A log-in by code had no session before, and changes no factor. */
const endOthers = async (context: Context, before: string | null, now: string | undefined): Promise<void> => {
  const { session } = context.session ?? {};
  if (!session || session.token !== before) return;
  await endEverything(context, session.userId, { keepSession: { token: now ?? before } });
};
