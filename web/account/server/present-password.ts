// The password that the account has now, typed again before a change. Guesses are limited and logged like those of a log-in.
import { UserError } from '#domain/errors.ts';
import type { AccountSessions } from './account-sessions.ts';
import type { AccountSession } from './account-types.ts';

export interface AccountVisit {
  session: AccountSession;
  request: Request;
  clientAddress: string;
}

/** Throws UserError `wrong_password`, `too_many`. @param logInSecret derived from what was typed */
export const requirePassword = async (
  callAuth: AccountSessions['callAuth'],
  { request, clientAddress }: AccountVisit,
  logInSecret: string,
): Promise<void> => {
  const { ok, status } = await callAuth(request, clientAddress, '/verify-password', { password: logInSecret });
  if (ok) return;
  throw status === 429
    ? new UserError('too_many', 'Too many attempts. Wait a moment.')
    : new UserError('wrong_password', 'The password is wrong');
};
