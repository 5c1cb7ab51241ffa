// How actions read forms: parsed with zod by conform. A rejected form goes back with what was typed and a message for each field.
import type { Submission, SubmissionResult } from '@conform-to/react';
import { parseWithZod } from '@conform-to/zod/v4';
import { data } from '@remix-run/node';
import { z } from 'zod';
import { BAD_TEXT, isShownText } from '#domain/text.ts';
import { type DoorAction, type DoorPage, needsFreshLogIn } from './doors.ts';
import { type FormProblem, LOG_IN_AGAIN } from './form-error-types.ts';

/** A text field; empty when it is missing. Control characters and direction marks are rejected in all of them. */
export const text = z.string().refine(isShownText, BAD_TEXT).default('');

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

/** The reply to a form with problems by field that its schema could not see. */
export const rejectFields = (submission: AnySubmission, fieldErrors: Record<string, string[]>) =>
  data({ result: submission.reply({ fieldErrors }) }, { status: 400 });

interface Session {
  fresh: boolean;
  email: string;
}

/** Whether the session is too old for this action; an action that the table of doors does not have needs a fresh one. */
export const isTooOld = (session: Session, page: DoorPage, action: FormDataEntryValue | null): boolean =>
  !session.fresh && needsFreshLogIn(page, String(action));

/**
 * The reply to a form whose log-in grew old, or null when the action may go on. The page shows what was typed, and the log-in
 * (`LogInAgain`). A redirect to the log-in would lose what was typed.
 */
export const oldLogInReply = <Page extends DoorPage>(
  session: Session,
  form: FormData,
  page: Page,
  action: DoorAction<Page> | { by: 'do' },
) => {
  return isTooOld(session, page, typeof action === 'string' ? action : form.get('do'))
    ? logInAgainReply(session, form)
    : null;
};

/** The reply to a form of an account's own page whose log-in grew old: all of them need a recent one. */
export const logInAgainReply = (session: Session, form: FormData) => {
  const result: SubmissionResult<string[]> = parseForm(form, z.unknown()).reply({ formErrors: [LOG_IN_AGAIN] });
  return data({ result, account: session.email }, { status: 403 });
};

/** The schema of a page's forms, by `do`: each must be in the table of doors. */
export const pageForms = <Page extends DoorPage, Output extends { do: DoorAction<Page> }, Input>(
  _page: Page,
  schema: z.ZodType<Output, Input>,
): z.ZodType<Output, Input> => schema;

const withProblem = (submission: AnySubmission, problem: FormProblem | undefined): SubmissionResult<string[]> => {
  if (!problem) return submission.reply();
  const { field, message } = problem;
  return field !== null && Object.hasOwn(submission.payload, field)
    ? submission.reply({ fieldErrors: { [field]: [message] } })
    : submission.reply({ formErrors: [message] });
};
