// Operators are accounts with the role `operator`. They are created and removed by commands on the server, never by a page: who can
// run commands there has the database anyway.
import { randomBytes } from 'node:crypto';
import { UserError } from '#domain/errors.ts';
import type { Auth } from './create-auth.ts';
import type { AccountRole } from './roles.ts';

/** The role of a removed operator. */
const PLAIN_ROLE: AccountRole = 'shopper';
const LINK_MS = 60 * 60 * 1000;

export interface OperatorAccount {
  userId: string;
  email: string;
  /** The account existed before. */
  existed: boolean;
  /** A log-in by password, passkey or both exists. */
  canLogIn: boolean;
}

/** Creates the account, or makes the one with this e-mail address an operator. With `logInSecret` (derived from a password) it can log in immediately. */
export const makeOperator = async (auth: Auth, email: string, logInSecret: string | null): Promise<OperatorAccount> => {
  const context = await auth.$context;
  const { internalAdapter, password } = context;
  const address = email.trim().toLowerCase();
  const found = await internalAdapter.findUserByEmail(address, { includeAccounts: true });
  const user =
    found?.user ??
    (await internalAdapter.createUser({ email: address, name: address, emailVerified: true }, { method: 'command' }));
  const hasPassword = found?.accounts.some(({ providerId }) => providerId === 'credential') ?? false;
  if (logInSecret !== null) {
    // The owner's password may also seal a wallet: another one would lock it.
    if (hasPassword)
      throw new UserError('has_password', `${address} already has a password: leave out --password-stdin`);
    await internalAdapter.linkAccount({
      userId: user.id,
      providerId: 'credential',
      accountId: user.id,
      password: await password.hash(logInSecret),
    });
  }
  await internalAdapter.updateUser(user.id, { role: 'operator' satisfies AccountRole });
  const passkeys = await context.adapter.count({ model: 'passkey', where: [{ field: 'userId', value: user.id }] });
  return {
    userId: user.id,
    email: address,
    existed: found !== null,
    canLogIn: hasPassword || logInSecret !== null || passkeys > 0,
  };
};

/** A link to choose a password, valid once and for an hour. */
export const setUpLink = async (
  auth: Auth,
  userId: string,
  publicUrl: string,
): Promise<{ link: string; expiresAt: Date }> => {
  const { internalAdapter } = await auth.$context;
  const token = randomBytes(24).toString('base64url');
  const expiresAt = new Date(Date.now() + LINK_MS);
  await internalAdapter.createVerificationValue({ identifier: `reset-password:${token}`, value: userId, expiresAt });
  return { link: `${publicUrl}/account/new-password?${new URLSearchParams({ token })}`, expiresAt };
};

export const listOperators = async (auth: Auth): Promise<{ userId: string; email: string; createdAt: Date }[]> => {
  const { adapter } = await auth.$context;
  const users = await adapter.findMany<{ id: string; email: string; createdAt: Date }>({
    model: 'user',
    where: [{ field: 'role', value: 'operator' satisfies AccountRole }],
    limit: 1_000,
  });
  return users.map(({ id, email, createdAt }) => ({ userId: id, email, createdAt }));
};

/** Takes the role away and ends the account's sessions. Throws UserError `no_operator`. */
export const removeOperator = async (auth: Auth, email: string): Promise<{ userId: string; email: string }> => {
  const { internalAdapter } = await auth.$context;
  const address = email.trim().toLowerCase();
  const found = (await listOperators(auth)).find((operator) => operator.email === address);
  if (!found) throw new UserError('no_operator', `${address} is not an operator`);
  await internalAdapter.updateUser(found.userId, { role: PLAIN_ROLE });
  await internalAdapter.deleteUserSessions(found.userId);
  return { userId: found.userId, email: address };
};
