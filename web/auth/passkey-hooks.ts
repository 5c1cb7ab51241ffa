// Rules for passkeys beyond the plugin's defaults: user verification in every ceremony, a fresh log-in to add a passkey, and accounts
// that start with a passkey instead of a password.
import type { PasskeyOptions } from '@better-auth/passkey';
import { APIError, getSessionFromCtx } from 'better-auth/api';
import { generateRandomString } from 'better-auth/crypto';
import { deadSignUpLink, type SignUpProofs } from './sign-up.ts';

/** Log-in methods may be changed this long after a log-in (docs/reliability.md section 3). */
export const FRESH_SECONDS = 15 * 60;

type Registration = NonNullable<PasskeyOptions['registration']>;
type Authentication = NonNullable<PasskeyOptions['authentication']>;

const reject = (status: 'BAD_REQUEST' | 'FORBIDDEN', code: string, message: string): APIError =>
  new APIError(status, { code, message });

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
    const session = await getSessionFromCtx(ctx);
    if (session) {
      if (Date.now() - session.session.createdAt.getTime() < FRESH_SECONDS * 1000) return;
      throw reject('FORBIDDEN', 'SESSION_NOT_FRESH', 'Log in again to change how you log in');
    }
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
  if (!verified) throw reject('BAD_REQUEST', 'USER_NOT_VERIFIED', 'The device did not verify its user');
};
