// What an account logs in with at one moment: its password's hash, its passkeys and its authenticator app. Kept with the link that undoes a
// change of the e-mail address, so that the person who changed it cannot keep, add or remove a way in.
import type { AuthContext } from 'better-auth';
import type { Accounts } from './accounts.ts';

type Changes = Pick<AuthContext['adapter'], 'create' | 'deleteMany' | 'update'>;
interface Adapter {
  transaction<Result>(work: (transaction: Changes) => Promise<Result>): Promise<Result>;
}
type Row = Record<string, unknown>;

interface Snapshot {
  email: string;
  name: string;
  twoFactorEnabled: boolean;
  passwordHash: string | null;
  passkeys: Row[];
  twoFactor: Row[];
}

const ofAccount = (userId: string) => [{ field: 'userId', value: userId }];

/** JSON. The authenticator's secret in it is encrypted with AUTH_SECRET, as in its table. */
export const takeSnapshot = async ({ adapter, internalAdapter }: Accounts, userId: string): Promise<string> => {
  const where = ofAccount(userId);
  const [user, credential, passkeys, twoFactor] = await Promise.all([
    internalAdapter.findUserById(userId),
    internalAdapter.findCredentialAccount(userId),
    adapter.findMany<Row>({ model: 'passkey', where }),
    adapter.findMany<Row>({ model: 'twoFactor', where }),
  ]);
  if (!user) throw new Error(`No account ${userId}`);
  const { email, name, twoFactorEnabled } = user as typeof user & { twoFactorEnabled?: boolean | null };
  const snapshot: Snapshot = {
    ...{ email, name, twoFactorEnabled: twoFactorEnabled ?? false },
    ...{ passwordHash: credential?.password ?? null, passkeys, twoFactor },
  };
  return JSON.stringify(snapshot);
};

const readSnapshot = (json: string): Snapshot =>
  JSON.parse(json, (key, value) => (/(At|Until)$/.test(key) && typeof value === 'string' ? new Date(value) : value));

/**
 * Gives the account what it logged in with, and its e-mail address. All or nothing. Throws when another account has the address.
 * @param since recovery codes that were made later are deleted: the account's owner did not get them
 */
export const restoreSnapshot = async (adapter: Adapter, userId: string, json: string, since: Date): Promise<void> => {
  const { email, name, twoFactorEnabled, passwordHash, passkeys, twoFactor } = readSnapshot(json);
  const where = ofAccount(userId);
  await adapter.transaction(async (transaction) => {
    const put = async (model: string, rows: readonly Row[]): Promise<void> => {
      await transaction.deleteMany({ model, where });
      for (const data of rows) await transaction.create({ model, data, forceAllowId: true });
    };
    await put('passkey', passkeys);
    await put('twoFactor', twoFactor);
    await transaction.deleteMany({
      model: 'recoveryCode',
      where: [...where, { field: 'createdAt', operator: 'gte', value: since }],
    });
    const now = new Date();
    const credential = { userId, providerId: 'credential', accountId: userId, createdAt: now, updatedAt: now };
    await put('account', passwordHash === null ? [] : [{ ...credential, password: passwordHash }]);
    await transaction.update({
      model: 'user',
      where: [{ field: 'id', value: userId }],
      update: { email, name, twoFactorEnabled, emailVerified: true, updatedAt: now },
    });
  });
};

/** Gives the account another address, proven, and the password that goes with it: the address is the password's salt (decision 0030). */
export const switchAddress = (
  adapter: Adapter,
  userId: string,
  { email, name, passwordHash }: { email: string; name: string; passwordHash: string | null },
): Promise<void> =>
  adapter.transaction(async (transaction) => {
    const updatedAt = new Date();
    await transaction.update({
      model: 'user',
      where: [{ field: 'id', value: userId }],
      update: { email, name, emailVerified: true, updatedAt },
    });
    if (passwordHash === null) return;
    await transaction.update({
      model: 'account',
      where: [...ofAccount(userId), { field: 'providerId', value: 'credential' }],
      update: { password: passwordHash, updatedAt },
    });
  });
