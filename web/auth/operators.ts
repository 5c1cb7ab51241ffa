// Operators are accounts with the role `operator`. They are created and removed by commands on the server, never by a page: who can
// run commands there has the database anyway.
import { randomBytes } from 'node:crypto';
import { emailAddressOf } from '#domain/email-address.ts';
import { UserError } from '#domain/errors.ts';
import { endLinks, endResetLinks, LINK_SECONDS } from './account-links.ts';
import type { Auth } from './create-auth.ts';
import { endEverything, startClean } from './end-everything.ts';
import { factorsOf } from './log-in-factors.ts';
import { addPassword } from './log-in-secret.ts';
import { type AccountRole, isOperator } from './roles.ts';

/** With these a mailbox alone changes how an account logs in; operators recover by command only. */
const MAILBOX_LINKS = ['undo-email', 'recover', 'stop-recovery'] as const;

/** The role of a removed operator. */
const PLAIN_ROLE: AccountRole = 'shopper';

export interface OperatorAccount {
  userId: string;
  email: string;
  /** The account existed before. */
  existed: boolean;
  /** It existed with an unproven e-mail address, so everything that it could log in with was deleted. */
  startedClean: boolean;
  /** A log-in by password, passkey or both exists. */
  canLogIn: boolean;
}

/** Sets the wallet of an account aside that starts clean. */
type SetWalletAside = (userId: string) => Promise<void>;

/**
 * Creates the account, or makes the one with this e-mail address an operator. With `logInSecret` (derived from a password) it can log
 * in immediately. Anybody can have signed up with the address: an unproven account starts clean, and no session becomes an operator's.
 */
export const makeOperator = async (
  auth: Auth,
  email: string,
  logInSecret: string | null,
  setWalletAside: SetWalletAside,
): Promise<OperatorAccount> => {
  const context = await auth.$context;
  const { internalAdapter } = context;
  const address = emailAddressOf(email);
  const found = await internalAdapter.findUserByEmail(address, { includeAccounts: true });
  const user =
    found?.user ??
    (await internalAdapter.createUser({ email: address, name: address, emailVerified: true }, { method: 'command' }));
  const startedClean = found !== null && !found.user.emailVerified;
  if (startedClean) await startClean(context, user.id, () => setWalletAside(user.id));
  else if (!isOperator(user)) {
    await endEverything(context, user.id);
    // A mailbox from before would bring an operator's account back as it was then, with the factors of then.
    for (const kind of MAILBOX_LINKS) await endLinks(context, kind, user.id);
  }
  const { hasPassword } = await factorsOf(context, user.id);
  if (logInSecret !== null) {
    // The owner's password may also seal a wallet: another one would lock it.
    if (hasPassword)
      throw new UserError('has_password', `${address} already has a password: leave out --password-stdin`);
    await addPassword(context, user.id, await context.password.hash(logInSecret));
  }
  await internalAdapter.updateUser(user.id, { role: 'operator' satisfies AccountRole });
  const { passkeys } = await factorsOf(context, user.id);
  return {
    userId: user.id,
    email: address,
    existed: found !== null,
    startedClean,
    canLogIn: hasPassword || logInSecret !== null || passkeys > 0,
  };
};

/**
 * Deletes everything that an operator logs in with; `setUpLink` follows. Operators recover by command only: a mailbox must not be enough.
 * Throws UserError `no_operator`.
 */
export const recoverOperator = async (
  auth: Auth,
  email: string,
  setWalletAside: SetWalletAside,
): Promise<{ userId: string; email: string }> => {
  const found = await findOperator(auth, email);
  await startClean(await auth.$context, found.userId, () => setWalletAside(found.userId));
  return found;
};

/** A link to choose a password, valid once and for an hour. */
export const setUpLink = async (
  auth: Auth,
  userId: string,
  publicUrl: string,
): Promise<{ link: string; expiresAt: Date }> => {
  const context = await auth.$context;
  const { internalAdapter } = context;
  await endResetLinks(context, userId);
  const token = randomBytes(24).toString('base64url');
  const expiresAt = new Date(Date.now() + LINK_SECONDS * 1000);
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
  const context = await auth.$context;
  const found = await findOperator(auth, email);
  await context.internalAdapter.updateUser(found.userId, { role: PLAIN_ROLE });
  await endEverything(context, found.userId);
  return found;
};

const findOperator = async (auth: Auth, email: string): Promise<{ userId: string; email: string }> => {
  const address = emailAddressOf(email);
  const found = (await listOperators(auth)).find((operator) => operator.email === address);
  if (!found) throw new UserError('no_operator', `${address} is not an operator`);
  return { userId: found.userId, email: address };
};
