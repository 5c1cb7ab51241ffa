// Ends what gives access to an account: sessions, trusted browsers, half log-ins, and links to set a password. And more: a clean start,
// for the person who proves the account's e-mail address (decision 0060).
import { endAllLinks, endLinks } from './account-links.ts';
import type { Accounts } from './accounts.ts';
import { addPassword } from './log-in-secret.ts';

/**
 * Ends all sessions, trusted browsers, log-ins that wait for a code, and reset links of the account. Factors stay.
 * @param keepSession the session that stays
 */
export const endEverything = async (
  { adapter, internalAdapter }: Accounts,
  userId: string,
  { keepSession }: { keepSession?: { id: string } | { token: string } } = {},
): Promise<void> => {
  await endLinks({ adapter }, 'change-email', userId);
  await endLinks({ adapter }, 'use-recovery-code', userId);
  // better-auth stores reset links, trusted browsers and log-ins that wait for a code under the account's id as their value.
  await adapter.deleteMany({ model: 'verification', where: [{ field: 'value', value: userId }] });
  if (keepSession === undefined) return await internalAdapter.deleteUserSessions(userId);
  const kept =
    'id' in keepSession ? { field: 'id', value: keepSession.id } : { field: 'token', value: keepSession.token };
  await adapter.deleteMany({
    model: 'session',
    where: [
      { field: 'userId', value: userId },
      { ...kept, operator: 'ne' },
    ],
  });
};

/**
 * Empties an account for the person who has proven its e-mail address: every factor, session and link from before is deleted, then
 * the address counts as proven. In this order: after a crash, the next proof cleans again.
 * @param setWalletAside the wallet may be somebody else's; its sealed keys stay, because only their passkey or password opens them
 * @param keepPassword the request that proved the address has just set it
 */
export const startClean = async (
  accounts: Accounts,
  userId: string,
  setWalletAside: () => Promise<void>,
  { keepPassword = false }: { keepPassword?: boolean } = {},
): Promise<void> => {
  const { internalAdapter } = accounts;
  await deleteFactors(accounts, userId);
  await endAllLinks(accounts, userId);
  await setWalletAside();
  if (!keepPassword) await internalAdapter.deleteAccounts(userId);
  await endEverything(accounts, userId);
  await internalAdapter.updateUser(userId, { twoFactorEnabled: false, emailVerified: true });
};

/** Then gives it a password. It is hashed first, so that a failure of that leaves the account as it was. */
export const startCleanWithPassword = async (
  accounts: Accounts,
  userId: string,
  logInSecret: string,
  setWalletAside: () => Promise<void>,
): Promise<void> => {
  const hash = await accounts.password.hash(logInSecret);
  await startClean(accounts, userId, setWalletAside);
  await addPassword(accounts, userId, hash);
};

/** Deletes what the account logs in with, but the password. */
export const deleteFactors = async ({ adapter }: Pick<Accounts, 'adapter'>, userId: string): Promise<void> => {
  for (const model of ['passkey', 'twoFactor', 'recoveryCode']) {
    await adapter.deleteMany({ model, where: [{ field: 'userId', value: userId }] });
  }
};
