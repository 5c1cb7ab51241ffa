// Each code of an authenticator app counts once (RFC 6238 section 5.2). better-auth accepts a code as often as it is sent while its
// time lasts; this takes the code's time step before better-auth looks at it.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { BetterAuthPlugin } from 'better-auth';
import { createAuthMiddleware } from 'better-auth/api';
import { symmetricDecrypt } from 'better-auth/crypto';
import type { TotpStep } from '#db/accounts/totp-use.ts';
import { accountOfRequest } from './request-account.ts';

const STEP_SECONDS = 30;
/** better-auth accepts one step before and after. One more each, because time passes between the two. */
const STEPS_AROUND = 2;
/** No code: better-auth rejects it, and counts the failure. */
const USED = 'used';

/** The code of a time step (RFC 4226 section 5.3, six digits). */
const codeOf = (secret: string, step: number): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
};

const isEqual = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** The latest time step around now whose code this is; null when it is none. */
export const stepOfCode = (secret: string, code: string, now = Date.now()): number | null => {
  const current = Math.floor(now / 1000 / STEP_SECONDS);
  for (let step = current + STEPS_AROUND; step >= current - STEPS_AROUND; step -= 1) {
    if (isEqual(codeOf(secret, step), code)) return step;
  }
  return null;
};

/**
 * Register it after the limits, so that an attempt that is not allowed uses no code.
 * @param take whether the step was free; it is used then
 */
export const totpOnce = (take: (step: TotpStep) => Promise<boolean>) =>
  ({
    id: 'totp-once',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/two-factor/verify-totp',
          handler: createAuthMiddleware(async (ctx) => {
            const { body } = ctx as { body?: { code?: unknown } };
            const user = await accountOfRequest(ctx);
            if (!user || typeof body?.code !== 'string') return;
            const factor = await ctx.context.adapter.findOne<{ secret: string }>({
              model: 'twoFactor',
              where: [{ field: 'userId', value: user.id }],
            });
            if (!factor) return;
            const secret = await symmetricDecrypt({ key: ctx.context.secretConfig, data: factor.secret });
            const step = stepOfCode(secret, body.code);
            if (step === null) return;
            const secretSha256 = createHash('sha256').update(factor.secret).digest('hex');
            if (await take({ userId: user.id, secretSha256, step })) return;
            return { context: { body: { ...body, code: USED } } };
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;
