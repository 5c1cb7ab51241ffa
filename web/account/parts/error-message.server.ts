// What an action's form shows when the server rejects it, in the language of the request.
import type { UserError } from '#domain/errors.ts';
import type { FormProblem } from '#web/access/form-error-types.ts';
import { accountText } from '../text/catalogues.server.ts';
import type { AccountErrorKey } from '../text/en.ts';
import { problemOfCode } from './error-messages.ts';

export const formProblem = (request: Request, key: AccountErrorKey): FormProblem => ({
  code: key,
  field: null,
  message: accountText(request)(key),
});

/** Throws an error that is not a UserError. */
export const formProblemOf = (request: Request, error: unknown): FormProblem => {
  // By its name: the pages' bundle holds a copy of the class.
  if (!(error instanceof Error) || error.name !== 'UserError') throw error;
  const { code, values } = error as UserError;
  return { code, field: null, message: accountText(request)(problemOfCode(code), values) };
};
