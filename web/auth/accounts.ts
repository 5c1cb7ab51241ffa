// better-auth's accounts, as our functions on them take them.
import type { AuthContext } from 'better-auth';

/** The part of better-auth's context that is used here. */
export interface Accounts {
  adapter: Pick<AuthContext['adapter'], 'count' | 'create' | 'deleteMany' | 'findMany' | 'findOne'>;
  internalAdapter: AuthContext['internalAdapter'];
  password: Pick<AuthContext['password'], 'hash'>;
}
