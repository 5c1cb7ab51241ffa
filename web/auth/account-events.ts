// Writes log-ins, their failures, and changes of factors and sessions to the audit log (decision 0061). A log-in that cannot be written
// down fails. Failures are counted by account and day, and written at the 1st, 10th, 100th, …, so that nobody can flood the log; the next
// log-in has their number.

import type { BetterAuthPlugin } from 'better-auth';
import { createAuthMiddleware, isAPIError } from 'better-auth/api';
import type { AuditAction } from '#domain/audit-actions.ts';
import { deviceName } from '#domain/device-name.ts';
import type { AccountRecords } from './account-records.ts';
import type { AttemptCounters } from './attempt-counters.ts';
import { type AccountUser, type AuthRequest, accountOfRequest } from './request-account.ts';

/** How a path logs in. */
const METHODS: Readonly<Record<string, string>> = {
  '/sign-in/email': 'password',
  '/sign-up/email': 'password',
  '/passkey/verify-authentication': 'passkey',
  '/passkey/verify-registration': 'passkey',
  '/two-factor/verify-totp': 'totp',
  '/two-factor/verify-otp': 'otp',
  '/two-factor/verify-backup-code': 'backup_code',
  '/recovery-codes/use': 'recovery_code',
};

/** A failure on these is a guess at an account's secret. */
const GUESSES: Readonly<Record<string, string>> = {
  '/sign-in/email': 'password',
  '/passkey/verify-authentication': 'passkey',
  '/two-factor/verify-totp': 'totp',
  '/two-factor/verify-otp': 'otp',
  '/two-factor/verify-backup-code': 'backup_code',
  '/recovery-codes/use': 'recovery_code',
  '/verify-password': 'password',
  '/two-factor/enable': 'password',
  '/two-factor/disable': 'password',
};

/** A success on these, with a session. */
const CHANGES: Readonly<Record<string, AuditAction<'account'>>> = {
  '/two-factor/verify-totp': 'account.totp_on',
  '/two-factor/disable': 'account.totp_off',
  '/two-factor/generate-backup-codes': 'account.backup_codes',
  '/recovery-codes/make': 'account.recovery_codes',
  '/passkey/verify-registration': 'account.passkey_add',
  '/passkey/delete-passkey': 'account.passkey_remove',
  '/sign-out': 'account.log_out',
};

const WATCHED = new Set([
  ...Object.keys(GUESSES),
  ...Object.keys(METHODS),
  ...Object.keys(CHANGES),
  '/request-password-reset',
]);

/** These log in to an account that they create. */
const SIGN_UPS = new Set(['/sign-up/email', '/passkey/verify-registration']);

const isPowerOfTen = (count: number): boolean => /^10*$/.test(String(count));

interface Before {
  user: AccountUser | null;
  /** When the user logged in; null without a session. */
  loggedInAt: Date | null;
}

/**
 * Register it after everything that can take a session away.
 * @param notify tells the owner that a factor changed, and by which log-in; when it throws, the request fails
 */
export const accountEvents = (
  { write }: Pick<AccountRecords, 'write'>,
  counters: AttemptCounters,
  notify: ((user: AccountUser, loggedInAt: Date) => Promise<void>) | null,
) => {
  // Sessions, challenges and passkeys that a request ends are gone afterwards.
  const remembered = new WeakMap<Request | Headers, Before>();
  const keyOf = (ctx: AuthRequest) => ctx.request ?? (ctx.headers instanceof Headers ? ctx.headers : null);

  const failed = async (path: string, user: AccountUser | null): Promise<void> => {
    const count = await counters.countFailure(user?.id ?? 'unknown');
    if (!isPowerOfTen(count)) return;
    await write({ action: 'account.log_in_failed', user, data: { method: GUESSES[path], failures: count } });
  };

  const loggedIn = async (ctx: AuthRequest, path: string, user: AccountUser): Promise<void> => {
    const failures = await counters.takeFailures(user.id);
    const device = deviceName(ctx.headers?.get('user-agent') ?? null);
    if (SIGN_UPS.has(path)) await write({ action: 'account.create', user });
    await write({
      action: 'account.log_in',
      user,
      data: { method: METHODS[path], device, ...(failures > 0 ? { failures_before: failures } : {}) },
    });
  };

  return {
    id: 'account-events',
    hooks: {
      before: [
        {
          matcher: ({ path }) => WATCHED.has(path ?? ''),
          handler: createAuthMiddleware(async (ctx) => {
            const key = keyOf(ctx);
            if (!key) return;
            const user = await accountOfRequest(ctx);
            const { session } = ctx.context;
            const isTheirs = user !== null && session?.user.id === user.id;
            remembered.set(key, { user, loggedInAt: isTheirs ? session.session.createdAt : null });
          }),
        },
      ],
      after: [
        {
          matcher: ({ path }) => WATCHED.has(path ?? ''),
          handler: createAuthMiddleware(async (ctx) => {
            const { path = '' } = ctx;
            const { returned, newSession } = ctx.context;
            const key = keyOf(ctx);
            const { user, loggedInAt } = (key && remembered.get(key)) || { user: null, loggedInAt: null };
            if (isAPIError(returned)) {
              if (GUESSES[path] && returned.statusCode < 500) await failed(path, user);
              return;
            }
            const change = CHANGES[path];
            if (change && loggedInAt && user) {
              if (change === 'account.totp_on' && !newSession) return;
              await write({ action: change, user });
              if (change !== 'account.log_out') await notify?.(user, loggedInAt);
            } else if (newSession && METHODS[path]) {
              await loggedIn(ctx, path, newSession.user);
            }
            if (path === '/request-password-reset' && user) {
              await write({ action: 'account.password_reset_request', user });
            }
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
};
