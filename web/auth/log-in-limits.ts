// Limits on guessing, by account, by account and network, and over all accounts, beside better-auth's limits by IP address (create-auth.ts). An
// attempt is counted before anything is checked. Nobody can lock an owner out for ever: waits are capped, passkeys and browsers that logged
// in to the account before, or that its mailbox let in, have counters of their own, and only strangers count over all accounts (decisions 0061,
// 0092 and 0098).
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api';
import { siteCountKey } from '#web/http/ip-address.ts';
import { findResetLink } from './account-links.ts';
import type { MailedUser } from './account-mail.ts';
import type { Attempt, AttemptCounters, AttemptResult, AttemptRule } from './attempt-counters.ts';
import { isKnownBrowser } from './known-browsers.ts';
import {
  type AccountUser,
  type AuthRequest,
  accountOfRequest,
  CLIENT_IP_HEADER,
  emailInBody,
} from './request-account.ts';

/** Somebody who tries on and on from one network waits four times as long as others do for the same account. */
const rule = (limits: Omit<AttemptRule, 'longestWaitFromOneSeconds'>): AttemptRule => ({
  ...limits,
  longestWaitFromOneSeconds: limits.longestWaitSeconds * 4,
});

const RULES = {
  password: rule({ free: 10, firstWaitSeconds: 15, longestWaitSeconds: 900, inAllPerMinute: 600 }),
  /** Somebody who guesses codes knows the password already, or has the mailed link. */
  code: rule({ free: 5, firstWaitSeconds: 15, longestWaitSeconds: 3_600, inAllPerMinute: 300 }),
  /** No stranger's: nobody guesses a signature. */
  passkey: rule({ free: 20, firstWaitSeconds: 5, longestWaitSeconds: 300, inAllPerMinute: 600 }),
  /** Mails to an address that anybody can name. */
  mail: rule({ free: 5, firstWaitSeconds: 60, longestWaitSeconds: 3_600, inAllPerMinute: 120 }),
  /** Computes a password hash, but guesses nothing about an account: only who has a mailed link does. */
  hash: rule({ free: 0, firstWaitSeconds: 0, longestWaitSeconds: 0, inAllPerMinute: 300 }),
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

/** A request that has taken part in these is used up: a mailed message and a computed hash are no guess that was right. */
const KEPT: readonly Kind[] = ['mail', 'hash'];

/** The owner's log-in forgets these. */
const GUESSED: readonly Kind[] = ['password', 'code', 'passkey'];

export interface LogInLimitsOptions {
  counters: AttemptCounters;
  /** Tells the owner, once for each burst, with a link that lets a browser in; `none` while strangers have used up the limits of all. */
  notify: ((user: MailedUser, wrong: 'password' | 'code' | 'none', attempts: number) => Promise<void>) | null;
  /** For the audit log. */
  onBurst: ((user: AccountUser, kind: Kind) => Promise<void>) | null;
}

interface Counted {
  kind: Kind;
  attempt: Attempt;
  user: AccountUser | null;
  giveBack: AttemptResult['giveBack'];
}

const kindOf = ({ path }: { path?: string | undefined }): Kind | undefined => KINDS[path ?? ''];

/**
 * A dead link costs no hash, and is not counted: strangers without one cannot use the limit up. Dead links of sign-ups were rejected before.
 */
const hasLink = async (ctx: AuthRequest): Promise<boolean> => {
  if (ctx.path !== '/reset-password') return true;
  const token: unknown = ctx.body?.token ?? ctx.query?.token;
  return typeof token === 'string' && (await findResetLink(ctx.context, token)) !== null;
};

/**
 * Register `counting` before all other plugins, `countingHashes` after those that reject dead links, and `settling` after all that can
 * take a new session away.
 */
export const logInLimits = ({ counters, notify, onBurst }: LogInLimitsOptions) => {
  const counted = new WeakMap<Request, Counted>();

  const count = async (ctx: AuthRequest, kind: Kind): Promise<void> => {
    const user = kind === 'hash' ? null : await accountOfRequest(ctx);
    const known = user !== null && (await isKnownBrowser(ctx, user.id));
    const attempt: Attempt = {
      kind: known ? `${kind}:known` : kind,
      // By e-mail address where one was sent, so that an unknown account is limited like a known one.
      account: kind === 'hash' ? null : (user?.email ?? emailInBody(ctx)),
      strangerFrom: known || kind === 'passkey' ? null : siteCountKey(ctx.headers?.get(CLIENT_IP_HEADER) ?? ''),
    };
    const { retryAfterSeconds, isBurst, isFlooded, giveBack } = await counters.take(attempt, RULES[kind]);
    if (retryAfterSeconds !== null) {
      // Who has the mailbox gets in during a flood, too (decision 0098).
      if (isFlooded && user) await notify?.(user, 'none', 0);
      throw tooMany(retryAfterSeconds);
    }
    if (ctx.request) counted.set(ctx.request, { kind, attempt, user, giveBack });
    if (!isBurst || !user || kind === 'mail') return;
    await onBurst?.(user, kind);
    if (kind === 'password' || kind === 'code') await notify?.(user, kind, RULES[kind].free);
  };

  const settle = async (ctx: AuthRequest, { kind, attempt, user, giveBack }: Counted): Promise<void> => {
    if (KEPT.includes(kind)) return;
    await giveBack();
    const { newSession } = ctx.context;
    const waitsForCode = kind === 'password' && ctx.path === '/sign-in/email' && !newSession;
    if (waitsForCode || !user) return;
    for (const each of newSession ? GUESSED : [kind]) {
      await counters.forget({ ...attempt, kind: attempt.kind.replace(kind, each), account: user.email });
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
            if (kind && kind !== 'hash') await count(ctx, kind);
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
  const countingHashes = {
    id: 'log-in-limits-hashes',
    hooks: {
      before: [
        {
          matcher: (ctx) => kindOf(ctx) === 'hash',
          handler: createAuthMiddleware(async (ctx) => {
            if (await hasLink(ctx)) await count(ctx, 'hash');
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
  return { counting, countingHashes, settling };
};

const tooMany = (seconds: number): APIError =>
  new APIError(
    'TOO_MANY_REQUESTS',
    { code: 'TOO_MANY_ATTEMPTS', message: 'Too many attempts. Wait, or log in with a passkey.' },
    { 'retry-after': String(seconds), 'x-retry-after': String(seconds) },
  );
