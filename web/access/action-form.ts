// What the console's forms send, read with care: a field that is missing is empty, and every act has a reason.

import { LOG_IN_AGAIN } from '#web/dashboard/frame/fresh-log-in.tsx';
import type { FormProblem } from './form-error-types.ts';

/** A form that was refused: what was typed comes back. */
export interface RejectedForm {
  /** The form's `do`. */
  act: string;
  /** Which row's form, where a page has several of a kind. */
  subject: string;
  problem: FormProblem;
  typed: Record<string, string>;
}

export const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
};

export const typedValues = (form: FormData): Record<string, string> =>
  Object.fromEntries([...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])));

export const rejectedForm = (form: FormData, problem: FormProblem): RejectedForm => ({
  act: textOf(form, 'do'),
  subject: textOf(form, 'subject'),
  problem,
  typed: typedValues(form),
});

/** Of an act whose log-in has grown old: it is not led away to the log-in, because what was typed would be gone. */
export const rejectedOldLogIn = (form: FormData): RejectedForm =>
  rejectedForm(form, { code: LOG_IN_AGAIN, field: null, message: 'Log in again first.' });

/** What a form shows after a refusal: the problem of a field, of the whole, and what was typed. Empty for other forms. */
export const formState = (rejected: RejectedForm | undefined, act: string, subject = '') => {
  const mine = rejected?.act === act && rejected.subject === subject ? rejected : null;
  const known = ['reason', 'percent', 'minFee', 'email', 'name'];
  const field = mine
    ? mine.problem.field === 'fee' || mine.problem.field === 'feeBps'
      ? 'percent'
      : mine.problem.field
    : null;
  return {
    typed: (name: string): string | undefined => mine?.typed[name],
    error: (name: string): string | null => (mine && field === name ? mine.problem.message : null),
    /** A problem that belongs to no field that is shown. */
    problem: mine && (field === null || !known.includes(field)) ? mine.problem.message : null,
    oldLogIn: mine?.problem.code === LOG_IN_AGAIN,
    open: mine !== null,
  };
};
