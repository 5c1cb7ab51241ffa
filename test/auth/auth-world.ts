// better-auth as the pages run it, on a database of its own, for tests of accounts.
import { randomBytes } from 'node:crypto';
import { type MockInstance, vi } from 'vitest';
import { type Orm, openOrm } from '#db/orm.ts';
import { createTestDatabase } from '#test/support/database.ts';
import { signUpToken } from '#test/support/sign-up.ts';
import { createAccountMail } from '#web/auth/account-mail.ts';
import { createAccountRecords } from '#web/auth/account-records.ts';
import { type Auth, createAuth } from '#web/auth/create-auth.ts';
import { type AuthBrowser, ORIGIN, openBrowser, PASSWORD } from './auth-browser.ts';

export interface AuthWorld {
  orm: Orm;
  auth: Auth;
  /** Another web process. */
  openAuth(): Auth;
  /** A process whose audit log cannot be written. better-auth prints its errors with status 500. */
  openBroken(): { auth: Auth; printed: MockInstance };
  newEmail(): string;
  signUp(email: string): Promise<{ browser: AuthBrowser; userId: string }>;
  rows<T>(sql: string, parameters?: unknown[]): Promise<T[]>;
  /** Nobody waits for a window of better-auth's limits by IP address. */
  forgetAddresses(): Promise<void>;
  close(): Promise<void>;
}

export const openAuthWorld = async (): Promise<AuthWorld> => {
  const database = await createTestDatabase();
  const orm = await openOrm({ databaseUrl: database.url });
  const processes: Auth[] = [];
  const openAuth = (records = createAccountRecords(orm)): Auth => {
    const made = createAuth({
      ...{ databaseUrl: database.url, secret: 's'.repeat(32), publicUrl: ORIGIN },
      ...{ mail: createAccountMail(orm, ORIGIN), records },
    });
    processes.push(made);
    return made;
  };
  const auth = openAuth();
  const rows = <T>(sql: string, parameters: unknown[] = []): Promise<T[]> =>
    orm.em.fork().execute(sql, parameters) as unknown as Promise<T[]>;
  return {
    ...{ orm, auth, openAuth: () => openAuth(), rows },
    openBroken: () => ({
      printed: vi.spyOn(console, 'error').mockImplementation(() => {}),
      auth: openAuth({ ...createAccountRecords(orm), write: () => Promise.reject(new Error('the disk is full')) }),
    }),
    newEmail: () => `${randomBytes(6).toString('hex')}@shop.test`,
    async signUp(email) {
      const browser = openBrowser(auth);
      const { user } = await browser.must('/sign-up/email', {
        ...{ email, name: email, password: PASSWORD },
        token: await signUpToken(orm, email),
      });
      return { browser, userId: (user as { id: string }).id };
    },
    forgetAddresses: async () => void (await rows('delete from auth."rateLimit"')),
    async close() {
      await Promise.all(processes.map((each) => each.close()));
      await orm.close();
      await database.drop();
    },
  };
};
