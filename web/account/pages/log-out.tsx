// Ends this session by a plain form, which works without JavaScript. A GET redirects to the wallet.
import { type ActionFunctionArgs, redirect } from '@remix-run/node';
import { z } from 'zod';
import { parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { readForm } from '#web/access/read-form.ts';

/** A merchant's next log-in leads back to the dashboard, and an invited person's to the invitation. */
const LEADS_BACK = /^\/dashboard(\/invitation\/[\w-]{1,100})?$/;

const logOutForm = z.object({ next: text });

export const loader = () => redirect('/account');

export const action = async ({ request, context }: ActionFunctionArgs) => {
  const submission = parseForm(await readForm(request), logOutForm);
  if (submission.status !== 'success') return rejectForm(submission);
  const next = LEADS_BACK.test(submission.value.next) ? `?next=${submission.value.next}` : '';
  const response = await context.account.callAuth(request, context.clientAddress, '/sign-out');
  const headers = new Headers();
  for (const cookie of response.headers.getSetCookie()) headers.append('set-cookie', cookie);
  return redirect(`/account/log-in${next}`, { status: 303, headers });
};
