// Asks for a link to a new password. The answer is the same whether there is such an account or not.
import { type ActionFunctionArgs, data } from '@remix-run/node';
import { Form, Link, useActionData, useNavigation, useSearchParams } from '@remix-run/react';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { FailureNotice } from '../parts/form-parts.tsx';
import { titled, useAccountText } from '../text/account-text.ts';
import { accountText } from '../text/catalogues.server.ts';

export const meta = titled('forgot_title', 'AllScale');

const LONGEST_ADDRESS = 254;

export const action = async ({ request, context }: ActionFunctionArgs) => {
  const t = accountText(request);
  const email = String((await request.formData()).get('email') ?? '').trim();
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > LONGEST_ADDRESS) {
    return data({ email, failure: t('error_bad_email') }, { status: 422 });
  }
  const response = await context.account.callAuth(request, context.clientAddress, '/request-password-reset', { email });
  if (response.ok) return data({ email, failure: null });
  const tooMany = response.status === 429;
  const failure = t(tooMany ? 'error_too_many' : 'error_link_not_sent');
  return data({ email, failure }, { status: tooMany ? 429 : 422 });
};

export default function ForgotPasswordPage() {
  const t = useAccountText();
  const response = useActionData<typeof action>();
  const busy = useNavigation().state !== 'idle';
  const [parameters] = useSearchParams();
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t('forgot_title')}</h1>
      {response && !response.failure ? (
        <div role="status">
          <Notice plain tone="ok">
            {t('forgot_sent', { email: response.email })}
          </Notice>
        </div>
      ) : (
        <Form method="post" className="grid gap-4" noValidate>
          <Field
            label={t('email')}
            name="email"
            type="email"
            autoComplete="username"
            required
            maxLength={LONGEST_ADDRESS}
            defaultValue={response?.email}
          />
          <Notice plain tone="quiet">
            {t('forgot_note')}
          </Notice>
          <button type="submit" className="button button-primary" disabled={busy}>
            {t('forgot_send')}
          </button>
          <FailureNotice>{response?.failure}</FailureNotice>
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
