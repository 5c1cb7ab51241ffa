// A refusal in the words of a form: the field that it is about, where there is one, and the reason.
import { UserError } from '#domain/errors.ts';
import type { FormProblem } from './form-error-types.ts';

/** From "member: reason", as the queries put it. Throws what is not for people to read. */
export const formProblem = (error: unknown): FormProblem => {
  if (!(error instanceof UserError)) throw error;
  const [, field = null, reason] = /^([a-zA-Z]+)(?:\.\d+)?: (.+)$/s.exec(error.message) ?? [];
  return { code: error.code, field, message: sentence(reason ?? error.message) };
};

const sentence = (text: string): string => {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};
