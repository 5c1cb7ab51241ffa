// Signing up takes a link that was mailed to the address, so that no response says who has an account (decision 0070). A known address gets a
// message about that instead. The link, or an invitation's, proves the address.
import { createHash } from 'node:crypto';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint, createAuthMiddleware } from 'better-auth/api';
import { z } from 'zod';
import { emailAddressOf } from '#domain/email-address.ts';
import { findLink, takeLink } from './account-links.ts';
import type { AccountMail } from './account-mail.ts';
import type { Accounts } from './accounts.ts';
import { mailLink } from './mail-link.ts';
import { emailInBody } from './request-account.ts';

/** The address that an open invitation was mailed to; null for any other token. */
export type InvitedEmail = (token: string) => Promise<string | null>;

export interface SignUpProofs {
  /** The address that the link proves; null for a link that is dead. */
  emailOf(accounts: Accounts, token: unknown): Promise<string | null>;
  /** The same, and ends the link. An invitation ends when it is accepted. */
  take(accounts: Accounts, token: unknown): Promise<string | null>;
}

const NO_INVITATIONS: InvitedEmail = async () => null;

export const signUpProofs = (invitedEmail: InvitedEmail = NO_INVITATIONS): SignUpProofs => {
  const invited = async (token: string): Promise<string | null> => {
    const email = await invitedEmail(token);
    return email === null ? null : emailAddressOf(email);
  };
  const by =
    (find: typeof findLink): SignUpProofs['emailOf'] =>
    async (accounts, token) => {
      if (typeof token !== 'string' || token === '' || token.length > 200) return null;
      return (await find(accounts, 'sign-up', token))?.data.email ?? (await invited(token));
    };
  return { emailOf: by(findLink), take: by(takeLink) };
};

/** For every dead link and every other address: nothing tells them apart. */
export const deadSignUpLink = (): APIError =>
  new APIError('BAD_REQUEST', { code: 'INVALID_TOKEN', message: 'This link was already used or has expired' });

/** Stands for the account that does not exist yet: of its links, one is alive. */
const keyOf = (email: string): string => `new-${createHash('sha256').update(email).digest('hex')}`;

const askBody = z.object({
  email: z.string().overwrite(emailAddressOf).max(254).pipe(z.email()),
  /** The page that follows the sign-up. */
  callbackURL: z.string().max(2_000).default('/account'),
});

/** @param mail absent where no e-mail is sent: nobody can sign up then */
export const signUp = (proofs: SignUpProofs, mail: AccountMail | undefined) =>
  ({
    id: 'sign-up-links',
    endpoints: {
      askToSignUp: createAuthEndpoint('/sign-up/ask', { method: 'POST', body: askBody }, async (ctx) => {
        const { email, callbackURL: next } = ctx.body;
        const { internalAdapter } = ctx.context;
        const found = await internalAdapter.findUserByEmail(email);
        // A known address takes the same steps, so that it takes the same time. Its link is mailed to nobody.
        await mailLink(ctx.context, 'sign-up', { id: keyOf(email), email }, { email }, async (token) => {
          if (!mail) return false;
          if (found) return await mail.signUpKnown(found.user, next);
          return await mail.signUp({ id: keyOf(email), email }, token, next);
        });
        return ctx.json({ status: true });
      }),
    },
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/sign-up/email',
          handler: createAuthMiddleware(async (ctx) => {
            const email = await proofs.emailOf(ctx.context, ctx.body?.token);
            if (email === null || email !== emailInBody(ctx)) throw deadSignUpLink();
          }),
        },
      ],
    },
    init: () => ({
      options: {
        databaseHooks: {
          user: {
            create: {
              async before(user, ctx) {
                if (ctx?.path !== '/sign-up/email') return;
                // In the transaction of the sign-up: a sign-up that fails leaves the link.
                if ((await proofs.take(ctx.context, ctx.body?.token)) !== user.email) throw deadSignUpLink();
                return { data: { ...user, emailVerified: true } };
              },
            },
          },
        },
      },
    }),
  }) satisfies BetterAuthPlugin;
