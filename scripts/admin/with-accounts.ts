// Opens the accounts of the running system for a command.
import type { Em } from '#db/orm.ts';
import type { Env } from '#domain/config.ts';
import type { Auth } from '#web/auth/create-auth.ts';
import { withDatabase } from './context.ts';
import { needVariable } from './environment.ts';

/** Opens database and accounts, runs the work and closes both. */
export const withAccounts = <T>(env: Env, work: (auth: Auth, em: Em) => Promise<T>): Promise<T> =>
  withDatabase(env, async (em) => {
    const secret = needVariable(env, 'AUTH_SECRET');
    const publicUrl = needVariable(env, 'PUBLIC_URL');
    // Imported here because it is slow to load and `--help` does not need it.
    const { createAuth } = await import('#web/auth/create-auth.ts');
    const auth = createAuth({ databaseUrl: needVariable(env, 'DATABASE_URL'), secret, publicUrl });
    try {
      return await work(auth, em);
    } finally {
      await auth.close();
    }
  });
