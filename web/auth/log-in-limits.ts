// Limits on guessing, by account and over all accounts, beside better-auth's limits by IP address (create-auth.ts). An attempt is
// counted before anything is checked. Nobody can lock an owner out for ever: waits are capped, and passkeys and browsers that logged in
// to the account before have counters of their own (decision 0061).
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api';
import type { MailedUser } from './account-mail.ts';
import type { Attempt, AttemptCounters, AttemptRule } from './attempt-counters.ts';
import { isKnownBrowser } from './known-browsers.ts';
import { type AccountUser, type AuthRequest, accountOfRequest, emailInBody } from './request-account.ts';

const RULES = {
  password: { free: 10, firstWaitSeconds: 15, longestWaitSeconds: 900, inAllPerMinute: 600 },
  /** Somebody who guesses codes knows the password already, or has the mailed link. */
  code: { free: 5, firstWaitSeconds: 15, longestWaitSeconds: 3_600, inAllPerMinute: 300 },
  passkey: { free: 20, firstWaitSeconds: 5, longestWaitSeconds: 300, inAllPerMinute: 600 },
  /** Mails to an address that anybody can name. */
  mail: { free: 5, firstWaitSeconds: 60, longestWaitSeconds: 3_600, inAllPerMinute: 120 },
  /** Computes a password hash, but guesses nothing about an account. */
  hash: { free: 0, firstWaitSeconds: 0, longestWaitSeconds: 0, inAllPerMinute: 300 },
} as const satisfies Record<string, AttemptRule>;
type Kind = keyof typeof RULES;

/** Every path that checks a secret of an account, or costs a hash or an e-mail. */
const KINDS: Readonly<Record<string, Kind>> = {
  '/sign-in/email': 'password',
  '/verify-password': 'password',
  '/two-factor/enable': 'password',
  '/two-factor/disable': 'password',
  '/two-factor/get-totp-uri': 'password',
  '/two-factor/generate-backup-codes': 'password',
  '/two-factor/verify-totp': 'code',
  '/two-factor/verify-otp': 'code',
  '/two-factor/verify-backup-code': 'code',
  '/recovery-codes/use': 'code',
  '/passkey/verify-authentication': 'passkey',
  '/request-password-reset': 'mail',
  '/send-verification-email': 'mail',
  '/sign-up/ask': 'mail',
  '/sign-up/email': 'hash',
  '/reset-password': 'hash',
};

/** The owner's log-in forgets these. */
const GUESSED: readonly Kind[] = ['password', 'code', 'passkey'];

export interface LogInLimitsOptions {
  counters: AttemptCounters;
  /** Tells the owner, once for each burst. */
  notify: ((user: MailedUser, wrong: 'password' | 'code', attempts: number) => Promise<void>) | null;
  /** For the audit log. */
  onBurst: ((user: AccountUser, kind: Kind) => Promise<void>) | null;
}

interface Counted {
  kind: Kind;
  attempt: Attempt;
  user: AccountUser | null;
  known: boolean;
}

const kindOf = ({ path }: { path?: string | undefined }): Kind | undefined => KINDS[path ?? ''];

/** Register `counting` before all other plugins, and `settling` after all that can take a new session away. */
export const logInLimits = ({ counters, notify, onBurst }: LogInLimitsOptions) => {
  const counted = new WeakMap<Request, Counted>();

  const count = async (ctx: AuthRequest, kind: Kind): Promise<void> => {
    const user = kind === 'hash' ? null : await accountOfRequest(ctx);
    const known = user !== null && (await isKnownBrowser(ctx, user.id));
    // By e-mail address where one was sent, so that an unknown account is limited like a known one.
    const account = kind === 'hash' ? null : (user?.email ?? emailInBody(ctx));
    const attempt = { kind: known ? `${kind}:known` : kind, account };
    const { retryAfterSeconds, isBurst } = await counters.take(attempt, RULES[kind]);
    if (retryAfterSeconds !== null) throw tooMany(retryAfterSeconds);
    if (ctx.request) counted.set(ctx.request, { kind, attempt, user, known });
    if (!isBurst || !user || kind === 'mail') return;
    await onBurst?.(user, kind);
    if (kind === 'password' || kind === 'code') await notify?.(user, kind, RULES[kind].free);
  };

  const settle = async (ctx: AuthRequest, { kind, attempt, user, known }: Counted): Promise<void> => {
    const { newSession } = ctx.context;
    await counters.giveBack(attempt, RULES[kind]);
    if (kind === 'mail' || kind === 'hash') return;
    const waitsForCode = kind === 'password' && ctx.path === '/sign-in/email' && !newSession;
    if (waitsForCode || !user) return;
    for (const each of newSession ? GUESSED : [kind]) {
      await counters.forget({ kind: known ? `${each}:known` : each, account: user.email });
    }
  };

  const counting = {
    id: 'log-in-limits',
    hooks: {
      before: [
        {
          matcher: (ctx) => kindOf(ctx) !== undefined,
          handler: createAuthMiddleware(async (ctx) => {
            const kind = kindOf(ctx);
            if (kind) await count(ctx, kind);
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
  const settling = {
    id: 'log-in-limits-after',
    hooks: {
      after: [
        {
          matcher: (ctx) => kindOf(ctx) !== undefined,
          handler: createAuthMiddleware(async (ctx) => {
            const entry = ctx.request && counted.get(ctx.request);
            if (entry && !isAPIError(ctx.context.returned)) await settle(ctx, entry);
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
  return { counting, settling };
};

const tooMany = (seconds: number): APIError =>
  new APIError(
    'TOO_MANY_REQUESTS',
    { code: 'TOO_MANY_ATTEMPTS', message: 'Too many attempts. Wait, or log in with a passkey.' },
    { 'retry-after': String(seconds), 'x-retry-after': String(seconds) },
  );
