// Whose account a request to better-auth is about: by its session, the log-in that waits for a code, the passkey, the e-mail address, or the
// mailed link.
import type { GenericEndpointContext } from '@better-auth/core';
import { getSessionFromCtx } from 'better-auth/api';
import { z } from 'zod';
import { type EmailAddress, emailAddressOf } from '#domain/email-address.ts';
import { findLink } from './account-links.ts';

/** Set by the server from the socket (or trusted proxies), never taken from a client. */
export const CLIENT_IP_HEADER = 'x-client-ip';

export type AuthRequest = GenericEndpointContext;

/** The part of better-auth's user that our hooks use. */
export interface AccountUser {
  id: string;
  email: string;
  role?: string | null;
  twoFactorEnabled?: boolean | null;
}

const emailBody = z.object({ email: z.string().min(1).max(320) });
const linkBody = z.object({ token: z.string().max(200).optional() });
const passkeyBody = z.object({ response: z.object({ id: z.string().min(1).max(1024) }) });

/** The e-mail address that was sent, as better-auth looks it up. Null when there is none. */
export const emailInBody = ({ body }: AuthRequest): EmailAddress | null => {
  const parsed = emailBody.safeParse(body);
  return parsed.success ? emailAddressOf(parsed.data.email) : null;
};

/** The token of the session cookie that came with the request; null when there is none or it is forged. */
export const tokenInCookie = async (ctx: AuthRequest): Promise<string | null> =>
  (await ctx.getSignedCookie(ctx.context.authCookies.sessionToken.name, ctx.context.secret)) || null;

/** Null for an unknown account. */
export const accountOfRequest = async (ctx: AuthRequest): Promise<AccountUser | null> => {
  const { internalAdapter } = ctx.context;
  const { path = '' } = ctx;
  if (path === '/passkey/verify-authentication') return await accountOfPasskey(ctx);
  if (path === '/recovery-codes/use') return await accountOfLink(ctx);
  if (['/sign-in/email', '/sign-up/email', '/sign-up/ask', '/request-password-reset'].includes(path)) {
    const email = emailInBody(ctx);
    return email === null ? null : ((await internalAdapter.findUserByEmail(email))?.user ?? null);
  }
  const session = await getSessionFromCtx(ctx, { disableRefresh: true });
  if (session) return session.user;
  return path.startsWith('/two-factor/') ? await accountOfChallenge(ctx) : null;
};

const accountOfPasskey = async (ctx: AuthRequest): Promise<AccountUser | null> => {
  const parsed = passkeyBody.safeParse(ctx.body);
  if (!parsed.success) return null;
  const found = await ctx.context.adapter.findOne<{ userId: string }>({
    model: 'passkey',
    where: [{ field: 'credentialID', value: parsed.data.response.id }],
  });
  return found ? await ctx.context.internalAdapter.findUserById(found.userId) : null;
};

const accountOfLink = async (ctx: AuthRequest): Promise<AccountUser | null> => {
  const parsed = linkBody.safeParse(ctx.body);
  if (!parsed.success) return null;
  const { token } = parsed.data;
  if (token === undefined) return (await getSessionFromCtx(ctx, { disableRefresh: true }))?.user ?? null;
  const link = await findLink(ctx.context, 'use-recovery-code', token);
  return link ? await ctx.context.internalAdapter.findUserById(link.userId) : null;
};

/** The password was right, and the code is still missing. */
const accountOfChallenge = async (ctx: AuthRequest): Promise<AccountUser | null> => {
  const cookie = ctx.context.createAuthCookie('two_factor');
  const identifier = await ctx.getSignedCookie(cookie.name, ctx.context.secret);
  if (!identifier) return null;
  const challenge = await ctx.context.internalAdapter.findVerificationValue(identifier);
  return challenge ? await ctx.context.internalAdapter.findUserById(challenge.value) : null;
};
