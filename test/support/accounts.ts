// Accounts without a log-in, for tests of what members may do.
import type { ProvenAccount } from '#db/accounts/proven-account.ts';
import { provenAccount } from '#db/accounts/proven-account.ts';
import type { Orm } from '#db/orm.ts';

interface TestAccount {
  userId: string;
  email: string;
}

/** Writes an account as better-auth does. */
export const addAccount = async (orm: Orm, { userId, email }: TestAccount, emailVerified: boolean): Promise<void> => {
  await orm.em.fork().execute(
    `insert into auth."user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
     values (?, ?, ?, ?, now(), now()) on conflict (id) do nothing`,
    [userId, email, email, emailVerified],
  );
};

/** An account whose e-mail address is proven; safe to run twice. */
export const addProvenAccount = async (orm: Orm, account: TestAccount): Promise<ProvenAccount> => {
  await addAccount(orm, account, true);
  return await provenAccount(orm.em, account.userId);
};

/** Proves the address of an account that a test signed up. */
export const proveAddress = async (orm: Orm, userId: string): Promise<void> => {
  await orm.em.fork().execute('update auth."user" set "emailVerified" = true where id = ?', [userId]);
};
