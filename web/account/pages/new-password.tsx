// Sets a new password by a mailed link. A wallet key sealed with the forgotten password cannot be opened any more; the page says so
// before anything changes.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { useState } from 'react';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { postJson } from '../keys/account-client.ts';
import { keysOfNewPassword } from '../keys/new-password.ts';
import { FailureNotice, NeedsScripts, useAccountTask } from '../parts/form-parts.tsx';
import { NewPasswordField } from '../parts/log-in-method.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('new_password', 'AllScale');

export const loader = async ({ request, context }: LoaderFunctionArgs) => {
  const token = new URL(request.url).searchParams.get('token') ?? '';
  const reset = token ? await context.account.passwordReset(token) : null;
  return { token, reset };
};

export default function NewPasswordPage() {
  const t = useAccountText();
  const { token, reset } = useLoaderData<typeof loader>();
  const [done, setDone] = useState(false);
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t('new_password')}</h1>
      {done ? (
        <>
          <div role="status">
            <Notice plain tone="ok">
              {t('reset_done')}
            </Notice>
          </div>
          {reset?.openedWallet ? (
            <Notice plain tone="warn">
              {t('reset_key_removed')}
            </Notice>
          ) : null}
          <p>
            <Link className="button button-primary" to="/account/log-in">
              {t('log_in')}
            </Link>
          </p>
        </>
      ) : reset ? (
        <NewPasswordForm token={token} {...reset} onDone={() => setDone(true)} />
      ) : (
        <>
          <Notice plain tone="warn">
            {t('error_dead_link')}
          </Notice>
          <p>
            <Link className="button" to="/account/forgot-password">
              {t('reset_ask_again')}
            </Link>
          </p>
        </>
      )}
    </div>
  );
}

interface NewPasswordFormProps {
  token: string;
  email: string;
  openedWallet: boolean;
  onDone: () => void;
}

function NewPasswordForm({ token, email, openedWallet, onDone }: NewPasswordFormProps) {
  const t = useAccountText();
  const hydrated = useHydrated();
  const { busy, problem, run } = useAccountTask();
  const [password, setPassword] = useState('');
  const change = async (): Promise<void> => {
    const { logInSecret } = await keysOfNewPassword(email, password);
    await postJson('/api/auth/reset-password', { token, newPassword: logInSecret });
    onDone();
  };
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void run(change);
      }}
    >
      <NeedsScripts />
      {openedWallet ? (
        <Notice plain tone="warn">
          {t('reset_wallet')}
        </Notice>
      ) : null}
      <Field label={t('email')} type="email" autoComplete="username" readOnly value={email} />
      <NewPasswordField label={t('new_password')} value={password} onChange={setPassword} />
      <button type="submit" className="button button-primary" disabled={!hydrated || busy}>
        {t(busy ? 'one_moment' : 'reset_change')}
      </button>
      <FailureNotice>{problem}</FailureNotice>
    </form>
  );
}
