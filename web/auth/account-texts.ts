// What requests to better-auth may carry: texts that the database can store, links that stay on this site, and of a new account nothing but
// its e-mail address and name.
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { hasOnlyStorableText } from '#domain/text.ts';
import { pathOfThisSite } from '#domain/web-address.ts';

/** RFC 5321: what mail servers carry. */
const LONGEST_EMAIL = 254;

/** Where better-auth redirects to, or what it puts into an e-mail. Its own check accepts `/a/../..//other.example`. */
const LINKS = ['callbackURL', 'redirectTo', 'errorCallbackURL', 'newUserCallbackURL', 'errorURL'];

const leadsAway = (fields: unknown): boolean =>
  LINKS.some((name) => {
    const link: unknown = Object(fields)[name];
    return link !== undefined && (typeof link !== 'string' || pathOfThisSite(link) === null);
  });

/** Register it first. */
export const accountTexts = () =>
  ({
    id: 'account-texts',
    hooks: {
      before: [
        {
          matcher: () => true,
          handler: createAuthMiddleware(async ({ body, query }) => {
            const email: unknown = body?.email;
            const isTooLong = typeof email === 'string' && email.length > LONGEST_EMAIL;
            const isMalformed = [body, query].some((fields) => !hasOnlyStorableText(fields) || leadsAway(fields));
            if (isTooLong || isMalformed) {
              throw new APIError('BAD_REQUEST', { code: 'BAD_TEXT', message: 'A field of this request is malformed.' });
            }
          }),
        },
      ],
    },
    // A sign-up may name a picture's URL. No page shows one.
    init: () => ({
      options: {
        databaseHooks: { user: { create: { before: async (user) => ({ data: { ...user, image: null } }) } } },
      },
    }),
  }) satisfies BetterAuthPlugin;
