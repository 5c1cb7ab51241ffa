// Recovery codes of accounts that log in by passkey: with a link in the mailbox, or after the password, one of them logs in to add another
// passkey. Each works once. They have 120 random bits, so a plain hash is enough. (The codes of the two-factor plug-in need a password, so
// they do not fit.)
import { createHash, randomBytes } from 'node:crypto';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint, getSessionFromCtx, sessionMiddleware } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';
import { findLink, takeLink } from './account-links.ts';
import type { Accounts } from './accounts.ts';

const CODES = 8;
const CODE_BYTES = 15;

/** Five groups of six hexadecimal digits. */
const makeCode = (): string =>
  randomBytes(CODE_BYTES)
    .toString('hex')
    .replace(/(.{6})(?=.)/g, '$1-');

const hashOf = (code: string): string =>
  createHash('sha256')
    .update(code.toLowerCase().replaceAll(/[^0-9a-f]/g, ''))
    .digest('hex');

const LINK_KIND = 'use-recovery-code';

const reject = (status: 'BAD_REQUEST' | 'UNAUTHORIZED', code: string, message: string) =>
  new APIError(status, { code, message });

const deadLink = () => reject('BAD_REQUEST', 'INVALID_TOKEN', 'This link was already used or has expired');

/** How many of the account's codes are unused. */
export const countRecoveryCodes = ({ adapter }: Accounts, userId: string): Promise<number> =>
  adapter.count({ model: 'recoveryCode', where: [{ field: 'userId', value: userId }] });

export const recoveryCodes = () =>
  ({
    id: 'recovery-codes',
    schema: {
      recoveryCode: {
        fields: {
          userId: {
            type: 'string',
            required: true,
            references: { model: 'user', field: 'id', onDelete: 'cascade' },
            index: true,
          },
          codeSha256: { type: 'string', required: true, unique: true, returned: false },
          createdAt: { type: 'date', required: true },
        },
      },
    },
    endpoints: {
      /** New codes, shown once. The ones before end. */
      makeRecoveryCodes: createAuthEndpoint(
        '/recovery-codes/make',
        { method: 'POST', use: [sessionMiddleware] },
        async (ctx) => {
          const { user } = ctx.context.session;
          const { adapter } = ctx.context;
          const codes = Array.from({ length: CODES }, makeCode);
          await adapter.deleteMany({ model: 'recoveryCode', where: [{ field: 'userId', value: user.id }] });
          for (const code of codes) {
            const data = { userId: user.id, codeSha256: hashOf(code), createdAt: new Date() };
            await adapter.create({ model: 'recoveryCode', data });
          }
          return ctx.json({ codes });
        },
      ),
      /**
       * Logs in with a code and a mailed link, or a code and the log-in by password that the request comes with: paper is the second factor
       * of each. A wrong code leaves the link.
       */
      useRecoveryCode: createAuthEndpoint(
        '/recovery-codes/use',
        { method: 'POST', body: z.object({ token: z.string().max(200).optional(), code: z.string().max(200) }) },
        async (ctx) => {
          const { token, code } = ctx.body;
          const link = token === undefined ? null : await findLink(ctx.context, LINK_KIND, token);
          const userId = token === undefined ? (await getSessionFromCtx(ctx))?.user.id : link?.userId;
          if (!userId) throw deadLink();
          const removed = await ctx.context.adapter.deleteMany({
            model: 'recoveryCode',
            where: [
              { field: 'userId', value: userId },
              { field: 'codeSha256', value: hashOf(code) },
            ],
          });
          if (removed !== 1)
            throw reject('UNAUTHORIZED', 'INVALID_RECOVERY_CODE', 'The code is wrong or was already used');
          const user = await ctx.context.internalAdapter.findUserById(userId);
          if (!user || (token !== undefined && !(await takeLink(ctx.context, LINK_KIND, token)))) throw deadLink();
          const session = await ctx.context.internalAdapter.createSession(user.id);
          await setSessionCookie(ctx, { session, user });
          return ctx.json({ status: true });
        },
      ),
    },
  }) satisfies BetterAuthPlugin;
