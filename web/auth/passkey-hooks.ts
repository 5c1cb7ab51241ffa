// Rules for passkeys beyond the plugin's defaults: user verification in every ceremony, and accounts that start with a passkey instead of a
// password. Who may add one to an account: factor-rules.ts.
import type { PasskeyOptions } from '@better-auth/passkey';
import { APIError, getSessionFromCtx } from 'better-auth/api';
import { generateRandomString } from 'better-auth/crypto';
import { deadSignUpLink, type SignUpProofs } from './sign-up.ts';

type Registration = NonNullable<PasskeyOptions['registration']>;
type Authentication = NonNullable<PasskeyOptions['authentication']>;

/**
 * With a session, adds a passkey to its account. Without one, `context` is the token of a mailed link, and the account is created after the
 * passkey is verified.
 */
export const registration = (proofs: SignUpProofs): Registration => ({
  requireSession: false,
  async resolveUser({ ctx, context }) {
    const email = await proofs.emailOf(ctx.context, context);
    if (email === null) throw deadSignUpLink();
    return { id: generateRandomString(32, 'a-z', '0-9'), name: email };
  },
  async afterVerification({ ctx, verification, context }) {
    requireVerifiedPerson(verification.registrationInfo?.userVerified);
    if (await getSessionFromCtx(ctx)) return;
    const email = await proofs.take(ctx.context, context);
    if (email === null) throw deadSignUpLink();
    const created = await ctx.context.internalAdapter.createUser(
      { email, name: email, emailVerified: true },
      { method: 'passkey' },
    );
    return { userId: created.id };
  },
});

export const authentication: Authentication = {
  async afterVerification({ verification }) {
    requireVerifiedPerson(verification.authenticationInfo.userVerified);
  },
};

/** A passkey counts as two factors, so the device must have verified the person (PIN, finger, face). */
const requireVerifiedPerson = (verified: boolean | undefined): void => {
  if (!verified) throw reject('USER_NOT_VERIFIED', 'The device did not verify its user');
};

const reject = (code: string, message: string): APIError => new APIError('BAD_REQUEST', { code, message });
