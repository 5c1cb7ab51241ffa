// Sends a link for a new password. The response is the same whether the account exists or not.
import type { ActionFunctionArgs } from '@remix-run/node';
import { Form, Link, useActionData, useNavigation, useSearchParams } from '@remix-run/react';
import { useActionForm } from '#web/access/use-action-form.ts';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { mailedLinkAction } from '../parts/email-form.server.ts';
import { DoneNotice, FailureNotice, LONGEST_EMAIL } from '../parts/form-parts.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('forgot_title', 'AllScale');

export const action = (args: ActionFunctionArgs) =>
  mailedLinkAction(args, { path: '/request-password-reset', notSent: 'error_link_not_sent' });

export default function ForgotPasswordPage() {
  const t = useAccountText();
  const form = useActionForm();
  const result = useActionData<typeof action>();
  const busy = useNavigation().state !== 'idle';
  const [parameters] = useSearchParams();
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t('forgot_title')}</h1>
      {result && 'sentTo' in result ? (
        <DoneNotice>{t('forgot_sent', { email: result.sentTo })}</DoneNotice>
      ) : (
        <Form method="post" {...form.props} className="grid gap-4" noValidate>
          <Field
            label={t('email')}
            type="email"
            autoComplete="username"
            required
            maxLength={LONGEST_EMAIL}
            {...form.field('email')}
          />
          <Notice plain tone="quiet">
            {t('forgot_note')}
          </Notice>
          <TaskButton type="submit" className="button button-primary" busy={busy}>
            {t('forgot_send')}
          </TaskButton>
          <FailureNotice>{form.problem}</FailureNotice>
        </Form>
      )}
      <p className="text-sm text-ink-2">
        <Link className="link" to={`/account/log-in?${parameters}`}>
          {t('forgot_back')}
        </Link>
      </p>
    </div>
  );
}
