// Asks for a new e-mail address. The response is the same whether the address is free or taken.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { z } from 'zod';
import { logInAgainReply, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { readForm } from '#web/access/read-form.ts';
import { logInUrl, requireSession } from '#web/access/require-session.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { formProblemOf } from '../parts/error-message.server.ts';
import { DoneNotice, FailureNotice } from '../parts/form-parts.tsx';
import { LogInAgain } from '../parts/log-in-again.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('email_title', 'AllScale');

export const loader = async (args: LoaderFunctionArgs) => {
  const session = await requireSession(args);
  return {
    email: session.email,
    isStrong: await args.context.account.emailChange.isStrong(session),
    logInAgain: logInUrl(args.request, 'again'),
  };
};

const emailForm = z.object({ email: text });

export const action = async (args: ActionFunctionArgs) => {
  const session = await requireSession(args);
  const form = await readForm(args.request);
  if (!session.fresh) return logInAgainReply(session, form);
  const submission = parseForm(form, emailForm);
  if (submission.status !== 'success') return rejectForm(submission);
  const { email } = submission.value;
  try {
    await args.context.account.emailChange.ask(session, email);
    return data({ sentTo: email });
  } catch (error) {
    return rejectForm(submission, formProblemOf(args.request, error));
  }
};

export default function EmailPage() {
  const t = useAccountText();
  const { email, isStrong, logInAgain } = useLoaderData<typeof loader>();
  const form = useActionForm();
  const result = useActionData<typeof action>();
  const busy = useNavigation().state !== 'idle';
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t('email_title')}</h1>
      {result && 'sentTo' in result ? (
        <DoneNotice>{t('email_sent', { email: result.sentTo })}</DoneNotice>
      ) : !isStrong ? (
        <Notice plain tone="warn">
          {t('error_second_factor')}{' '}
          <Link className="link" to={logInAgain}>
            {t('log_in_again')}
          </Link>
        </Notice>
      ) : (
        <Form method="post" {...form.props} className="grid gap-4" noValidate>
          <p className="text-ink-2 wrap-anywhere">{t('email_lead', { email })}</p>
          <Field label={t('email_new')} type="email" autoComplete="email" required {...form.field('email')} />
          <TaskButton type="submit" className="button button-primary" busy={busy}>
            {t('forgot_send')}
          </TaskButton>
          {form.oldLogIn ? <LogInAgain /> : <FailureNotice>{form.problem}</FailureNotice>}
        </Form>
      )}
    </div>
  );
}
