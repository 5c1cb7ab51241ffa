// A log-in from a browser that has not logged in to the account before is mailed to its owner. A browser proves that it has by a
// signed cookie of ours that names the account; nothing is kept of browsers on the server, and a cleared or private one is a new one.
import { createHash } from 'node:crypto';
import type { BetterAuthPlugin } from 'better-auth';
import { createAuthMiddleware } from 'better-auth/api';
import { deviceName } from '#domain/device-name.ts';
import type { MailedUser, NewLogIn } from './account-mail.ts';

/** The longest that browsers keep a cookie; each log-in begins it anew. */
const KEPT_SECONDS = 400 * 86_400;
/** Accounts that one browser is known to: a shared one forgets the account that was used longest ago. */
const MAX_ACCOUNTS = 8;
/** A session of this age was made by the request at hand, not renewed by it. */
const NEW_SESSION_MS = 60_000;
/** Who made an account a moment ago needs no news of being in it. */
const NEW_ACCOUNT_MS = 10 * 60_000;

/** The account in the cookie. With another password it is another one: whoever was let in by the old one is a stranger again. */
const tagOf = (userId: string, passwordHash: string): string =>
  createHash('sha256').update(`${userId}:${passwordHash}`).digest('base64url');

/**
 * Register it after `twoFactor`, which takes a session back until its code is given.
 * @param tell queues the mail; a log-in that cannot be told of does not succeed
 */
export const knownBrowsers = (tell: (user: MailedUser, logIn: NewLogIn) => Promise<void>) =>
  ({
    id: 'known-browsers',
    hooks: {
      after: [
        {
          matcher: () => true,
          handler: createAuthMiddleware(async (ctx) => {
            const { newSession: made, secret, internalAdapter } = ctx.context;
            if (!made || Date.now() - made.session.createdAt.getTime() > NEW_SESSION_MS) return;
            const { session, user } = made;
            const accounts = await internalAdapter.findAccounts(user.id);
            const password = accounts.find(({ providerId }) => providerId === 'credential')?.password ?? '';
            const tag = tagOf(user.id, password);
            const cookie = ctx.context.createAuthCookie('known_browser', { maxAge: KEPT_SECONDS });
            const known = ((await ctx.getSignedCookie(cookie.name, secret)) || '').split('.').filter(Boolean);
            const isNewAccount = Date.now() - user.createdAt.getTime() < NEW_ACCOUNT_MS;
            if (!known.includes(tag) && !isNewAccount) {
              const { id: sessionId, createdAt: at, userAgent, ipAddress } = session;
              await tell(user, { sessionId, at, device: deviceName(userAgent ?? null), ipAddress: ipAddress || null });
            }
            const tags = [tag, ...known.filter((other) => other !== tag)].slice(0, MAX_ACCOUNTS);
            await ctx.setSignedCookie(cookie.name, tags.join('.'), secret, cookie.attributes);
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;
