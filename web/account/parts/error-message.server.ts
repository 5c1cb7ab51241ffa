// A UserError of an action, in the words of its request.
import type { UserError } from '#domain/errors.ts';
import { accountText } from '../text/catalogues.server.ts';
import { problemOfCode } from './error-messages.ts';

/** Throws what is no UserError on. */
export const errorMessage = (request: Request, error: unknown): string => {
  // By its name: the pages' bundle holds a copy of the class.
  if (!(error instanceof Error) || error.name !== 'UserError') throw error;
  const { code, values } = error as UserError;
  return accountText(request)(problemOfCode(code), values);
};
