// What requests to better-auth may carry: texts that the database can store, and of a new account nothing but its e-mail address and name.
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { hasOnlyStorableText } from '#domain/text.ts';

/** RFC 5321: what mail servers carry. */
const LONGEST_EMAIL = 254;

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
            if (isTooLong || !hasOnlyStorableText(body) || !hasOnlyStorableText(query)) {
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
