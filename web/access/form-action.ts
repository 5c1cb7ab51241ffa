// How actions read forms: parsed with zod by conform. A rejected form goes back with what was typed and a message for each field.
import type { Submission, SubmissionResult } from '@conform-to/react';
import { parseWithZod } from '@conform-to/zod/v4';
import { data } from '@remix-run/node';
import { z } from 'zod';
import { type FormProblem, LOG_IN_AGAIN } from './form-error-types.ts';

/** A text field; empty when it is missing. */
export const text = z.string().default('');

/** A checkbox without a value of its own. */
export const checkbox = z
  .string()
  .optional()
  .transform((value) => value === 'on');

/** Of a page with several forms, `schema` is a union by `do`. */
export const parseForm = <Schema extends z.ZodType>(
  form: FormData,
  schema: Schema,
): Submission<z.input<Schema>, string[], z.output<Schema>> => {
  // Conform's own commands: no form here sends them, and it throws for malformed ones.
  for (const name of ['__intent__', '__state__']) form.delete(name);
  return parseWithZod(form, { schema, disableAutoCoercion: true });
};

export type AnySubmission = Pick<Submission<unknown>, 'status' | 'payload' | 'reply'> & {
  error?: Record<string, string[] | null> | null;
};

/**
 * The reply to a form that its schema (400) or a service (422) rejected. A problem with no field of the form is shown for the form
 * as a whole. Throws 400 for a `do` that the page does not have.
 */
export const rejectForm = (submission: AnySubmission, problem?: FormProblem, status = problem ? 422 : 400) => {
  if (submission.error?.do) throw new Response('Bad request', { status: 400 });
  return data({ result: withProblem(submission, problem) }, { status });
};

/** The reply to a form whose log-in grew old. A redirect to the log-in would lose what was typed. */
export const askForLogIn = (form: FormData) => {
  const result: SubmissionResult<string[]> = parseForm(form, z.unknown()).reply({ formErrors: [LOG_IN_AGAIN] });
  return data({ result }, { status: 403 });
};

const withProblem = (submission: AnySubmission, problem: FormProblem | undefined): SubmissionResult<string[]> => {
  if (!problem) return submission.reply();
  const { field, message } = problem;
  return field !== null && Object.hasOwn(submission.payload, field)
    ? submission.reply({ fieldErrors: { [field]: [message] } })
    : submission.reply({ formErrors: [message] });
};
