// Deletes the account, after a fresh log-in and the typed e-mail address. Works without JavaScript, but for the log-in.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { isSameEmail } from '#domain/email-address.ts';
import { checkbox, logInAgainReply, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireSession } from '#web/access/require-session.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { Checkbox, Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { formProblem, formProblemOf } from '../parts/error-message.server.ts';
import { FailureNotice } from '../parts/form-parts.tsx';
import { LogInAgain } from '../parts/log-in-again.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('delete_title');

export const loader = async (args: LoaderFunctionArgs) => {
  const session = await requireSession(args);
  const wallet = await args.context.account.wallet(session.userId);
  return { email: session.email, address: wallet?.address ?? null };
};

const deleteForm = z.object({ email: text, wallet: checkbox });

export const action = async (args: ActionFunctionArgs) => {
  const { request, context } = args;
  const session = await requireSession(args);
  const form = await readForm(request);
  if (!session.fresh) return logInAgainReply(session, form);
  const submission = parseForm(form, deleteForm);
  if (submission.status !== 'success') return rejectForm(submission);
  const { email, wallet: understood } = submission.value;
  if (!isSameEmail(email, session.email)) {
    return rejectForm(submission, { ...formProblem(request, 'error_other_email'), field: 'email' });
  }
  if (!understood && (await context.account.wallet(session.userId))) {
    return rejectForm(submission, formProblem(request, 'error_wallet_lost'));
  }
  try {
    await context.account.deleteAccount(session);
  } catch (error) {
    return rejectForm(submission, formProblemOf(request, error), 409);
  }
  return redirect('/account/log-in', 303);
};

export default function DeletePage() {
  const t = useAccountText();
  const { email, address } = useLoaderData<typeof loader>();
  const form = useActionForm();
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t('delete_title')}</h1>
      <p>{t('delete_what')}</p>
      <Form method="post" {...form.props} className="grid gap-4" noValidate>
        {address ? (
          <>
            <Notice plain tone="warn">
              {t('delete_wallet', { address })}
            </Notice>
            <Checkbox label={t('delete_wallet_understood')} {...form.checkbox('wallet')} />
          </>
        ) : null}
        <Field label={t('delete_type', { email })} type="email" autoComplete="off" required {...form.field('email')} />
        <button type="submit" className="button text-bad">
          {t('delete_button')}
        </button>
        {form.oldLogIn ? <LogInAgain /> : <FailureNotice>{form.problem}</FailureNotice>}
      </Form>
      <p className="text-sm text-ink-2">
        <Link className="link" to="/account/security">
          {t('delete_keep')}
        </Link>
      </p>
    </div>
  );
}
