// What an account can log in with, and what a mailbox may change about that: a reset never lowers the number of factors (decision 0060).
import type { Accounts } from './accounts.ts';

export interface LogInFactors {
  hasPassword: boolean;
  passkeys: number;
}

export const factorsOf = async ({ adapter, internalAdapter }: Accounts, userId: string): Promise<LogInFactors> => {
  const [credential, passkeys] = await Promise.all([
    internalAdapter.findCredentialAccount(userId),
    adapter.count({ model: 'passkey', where: [{ field: 'userId', value: userId }] }),
  ]);
  return { hasPassword: Boolean(credential?.password), passkeys };
};

/** A password set by link would let the mailbox alone log in to an account that asks for a passkey. */
export const mayGetPasswordByLink = ({ hasPassword, passkeys }: LogInFactors): boolean => hasPassword || passkeys === 0;
