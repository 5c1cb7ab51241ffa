// What an account can log in with, what a log-in took of it, and what a mailbox may change about that: a reset never lowers the number of
// factors (decision 0060), and a log-in with fewer factors than the account has changes none (decision 0089).
import type { Accounts } from './accounts.ts';

export interface LogInFactors {
  hasPassword: boolean;
  passkeys: number;
}

/** What a session's log-in took; stored with the session (session-factors.ts). */
export interface LogInTook {
  /** A passkey, or password and code. */
  twoFactors: boolean;
  /** A recovery code and a mailed link or a password: it may add a passkey, and nothing else that needs two factors. */
  recoveryCode: boolean;
}

export const factorsOf = async ({ adapter, internalAdapter }: Accounts, userId: string): Promise<LogInFactors> => {
  const [credential, passkeys] = await Promise.all([
    internalAdapter.findCredentialAccount(userId),
    adapter.count({ model: 'passkey', where: [{ field: 'userId', value: userId }] }),
  ]);
  return { hasPassword: Boolean(credential?.password), passkeys };
};

/** What makes an account's log-in take two factors. */
export interface SecondFactors {
  /** It has an authenticator app. */
  twoFactorEnabled: boolean;
  passkeys: number;
}

/** One factor is all factors of an account that has one. */
export const tookAllFactors = (
  { twoFactors }: Pick<LogInTook, 'twoFactors'>,
  { twoFactorEnabled, passkeys }: SecondFactors,
): boolean => twoFactors || !(twoFactorEnabled || passkeys > 0);

/** What a log-in with too few factors is told. */
export const secondFactorMessage = ({ passkeys, twoFactorEnabled }: SecondFactors): string => {
  if (passkeys > 0) return 'Log in with your passkey to change how you log in';
  if (twoFactorEnabled)
    return 'Log in with your password and a code of your authenticator app to change how you log in';
  return 'Add a second factor and log in with it first';
};

/** A password set by link would let the mailbox alone log in to an account that asks for a passkey. */
export const mayGetPasswordByLink = ({ hasPassword, passkeys }: LogInFactors): boolean => hasPassword || passkeys === 0;
