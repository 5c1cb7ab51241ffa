// A form with one e-mail address, of pages that mail a link to it.
import { type ActionFunctionArgs, data } from '@remix-run/node';
import { z } from 'zod';
import { parseForm, rejectForm } from '#web/access/form-action.ts';
import { readForm } from '#web/access/read-form.ts';
import type { AccountErrorKey } from '../text/en.ts';
import { formProblem } from './error-message.server.ts';
import { LONGEST_EMAIL } from './form-parts.tsx';

const emailForm = z.object({
  email: z
    .string()
    .trim()
    .max(LONGEST_EMAIL)
    .regex(/^[^\s@]+@[^\s@]+$/),
});

interface MailedLink {
  /** Of better-auth's route that mails it, and what it gets beside the address. */
  path: string;
  more?: Record<string, string>;
  /** Shown when no link was mailed, but for too many requests. */
  notSent: AccountErrorKey;
}

/** The action of such a page: its data has `sentTo`, the address. */
export const mailedLinkAction = async (
  { request, context }: ActionFunctionArgs,
  { path, more = {}, notSent }: MailedLink,
) => {
  const submission = parseForm(await readForm(request), emailForm);
  const reject = (key: AccountErrorKey, status: number) => rejectForm(submission, formProblem(request, key), status);
  if (submission.status !== 'success') return reject('error_bad_email', 422);
  const { email } = submission.value;
  const response = await context.account.callAuth(request, context.clientAddress, path, { email, ...more });
  if (response.ok) return data({ sentTo: email });
  return response.status === 429 ? reject('error_too_many', 429) : reject(notSent, 422);
};
