// Turns a UserError into a form's problem: the field it is about, where there is one, and the reason.
import type { FormProblem } from './form-error-types.ts';

/** From "member: reason", as the queries write it. Throws every other error: its message is not for users. */
export const formProblem = (error: unknown): FormProblem => {
  const { name, code, message } = error as { name?: string; code: string; message: string };
  // By its name: the pages' bundle has its own copy of the class.
  if (name !== 'UserError') throw error;
  const [, field = null, reason] = /^([a-zA-Z]+)(?:\.\d+)?: (.+)$/s.exec(message) ?? [];
  return { code, field, message: sentence(reason ?? message) };
};

/** Null when the work was done; the problem when it threw a UserError. */
export const problemOf = async (work: () => Promise<unknown>): Promise<FormProblem | null> => {
  try {
    await work();
    return null;
  } catch (error) {
    return formProblem(error);
  }
};

const sentence = (text: string): string => {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};
