// Mails the owner of an account when a new browser logs in. A signed cookie marks a browser as known; the server stores nothing about
// browsers. A browser with deleted cookies or in private mode counts as new. Strangers cannot slow a known browser down, so a proven mailbox
// makes one known too: by a link in the e-mail about attempts, and by a new password (decision 0098).
import { createHash } from 'node:crypto';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint, createAuthMiddleware, isAPIError } from 'better-auth/api';
import { z } from 'zod';
import { deviceName } from '#domain/device-name.ts';
import { findResetLink, takeLink } from './account-links.ts';
import type { MailedUser, NewLogIn } from './account-mail.ts';
import type { AuthRequest } from './request-account.ts';

/** The longest that browsers keep a cookie; each log-in renews it. */
const KEPT_SECONDS = 400 * 86_400;
/** Accounts in one browser's cookie: the one used longest ago is dropped. */
const MAX_ACCOUNTS = 8;
/** A younger session was created by this request, not renewed by it. */
const NEW_SESSION_MS = 60_000;
/** No e-mail about the log-in that follows a sign-up. */
const NEW_ACCOUNT_MS = 10 * 60_000;

/** Identifies the account in the cookie. A new password changes it, so that all browsers count as new. */
const tagOf = (userId: string, passwordHash: string): string =>
  createHash('sha256').update(`${userId}:${passwordHash}`).digest('base64url');

const tagFor = async (ctx: AuthRequest, userId: string): Promise<string> => {
  const accounts = await ctx.context.internalAdapter.findAccounts(userId);
  const password = accounts.find(({ providerId }) => providerId === 'credential')?.password ?? '';
  return tagOf(userId, password);
};

const cookieOf = (ctx: AuthRequest) => ctx.context.createAuthCookie('known_browser', { maxAge: KEPT_SECONDS });

const tagsIn = async (ctx: AuthRequest): Promise<string[]> => {
  const value = await ctx.getSignedCookie(cookieOf(ctx).name, ctx.context.secret);
  return (value || '').split('.').filter(Boolean);
};

/** Whether this browser logged in to the account before, with the same password. */
export const isKnownBrowser = async (ctx: AuthRequest, userId: string): Promise<boolean> =>
  (await tagsIn(ctx)).includes(await tagFor(ctx, userId));

/** Keeps the account in the cookie, before those that were used longer ago. */
const remember = async (ctx: AuthRequest, tag: string, known: readonly string[]): Promise<void> => {
  const cookie = cookieOf(ctx);
  const tags = [tag, ...known.filter((other) => other !== tag)].slice(0, MAX_ACCOUNTS);
  await ctx.setSignedCookie(cookie.name, tags.join('.'), ctx.context.secret, cookie.attributes);
};

/**
 * For people with the mailbox of an account, in a browser that was never here. Both make it known and log nobody in.
 */
export const mailboxBrowsers = () => {
  // The link is gone after the reset.
  const resets = new WeakMap<Request | Headers, string>();
  const keyOf = (ctx: AuthRequest) => ctx.request ?? (ctx.headers instanceof Headers ? ctx.headers : null);
  const isReset = ({ path }: { path?: string | undefined }): boolean => path === '/reset-password';
  return {
    id: 'mailbox-browsers',
    endpoints: {
      letIn: createAuthEndpoint(
        '/let-in',
        { method: 'POST', body: z.object({ token: z.string().max(200) }) },
        async (ctx) => {
          const link = await takeLink(ctx.context, 'let-in', ctx.body.token);
          if (!link) throw new APIError('BAD_REQUEST', { code: 'INVALID_TOKEN', message: 'Invalid token' });
          await remember(ctx, await tagFor(ctx, link.userId), await tagsIn(ctx));
          return ctx.json({ status: true });
        },
      ),
    },
    hooks: {
      before: [
        {
          matcher: isReset,
          handler: createAuthMiddleware(async (ctx) => {
            const token: unknown = ctx.body?.token ?? ctx.query?.token;
            const key = keyOf(ctx);
            const link = typeof token === 'string' ? await findResetLink(ctx.context, token) : null;
            if (key && link) resets.set(key, link.userId);
          }),
        },
      ],
      after: [
        {
          matcher: isReset,
          handler: createAuthMiddleware(async (ctx) => {
            const key = keyOf(ctx);
            const userId = key && resets.get(key);
            if (!userId || isAPIError(ctx.context.returned)) return;
            await remember(ctx, await tagFor(ctx, userId), await tagsIn(ctx));
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
};

/**
 * Register it after `twoFactor`, which removes a session until its code is given.
 * @param notify queues the e-mail; when it throws, the log-in fails
 */
export const knownBrowsers = (notify: (user: MailedUser, logIn: NewLogIn) => Promise<void>) =>
  ({
    id: 'known-browsers',
    hooks: {
      after: [
        {
          matcher: () => true,
          handler: createAuthMiddleware(async (ctx) => {
            const { newSession: made } = ctx.context;
            if (!made || Date.now() - made.session.createdAt.getTime() > NEW_SESSION_MS) return;
            const { session, user } = made;
            const tag = await tagFor(ctx, user.id);
            const known = await tagsIn(ctx);
            const isNewAccount = Date.now() - user.createdAt.getTime() < NEW_ACCOUNT_MS;
            if (!known.includes(tag) && !isNewAccount) {
              const { id: sessionId, createdAt: at, userAgent, ipAddress } = session;
              await notify(user, {
                sessionId,
                at,
                device: deviceName(userAgent ?? null),
                ipAddress: ipAddress || null,
              });
            }
            await remember(ctx, tag, known);
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;
