// Logs in with a recovery code and a mailed link, or after a log-in by password, for an account with a passkey. Log-in methods stay as they
// are: the next page adds a new passkey.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { useState } from 'react';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { postJson } from '../keys/account-client.ts';
import { FailureNotice, NeedsScripts, useAccountTask } from '../parts/form-parts.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('recover_title', 'AllScale');

export const loader = ({ request }: LoaderFunctionArgs) => ({
  token: new URL(request.url).searchParams.get('token'),
});

export default function RecoverPage() {
  const t = useAccountText();
  const { token } = useLoaderData<typeof loader>();
  const hydrated = useHydrated();
  const { busy, problem, run } = useAccountTask();
  const [code, setCode] = useState('');
  const logIn = async (): Promise<void> => {
    await postJson('/api/auth/recovery-codes/use', { ...(token === null ? {} : { token }), code });
    location.assign('/dashboard/security');
  };
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t('recover_title')}</h1>
      <NeedsScripts />
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void run(logIn);
        }}
      >
        <p className="text-ink-2">{t('recover_lead')}</p>
        <Field
          label={t('recover_code')}
          autoComplete="off"
          spellCheck={false}
          required
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <TaskButton type="submit" className="button button-primary" disabled={!hydrated} busy={busy}>
          {t(busy ? 'one_moment' : 'log_in')}
        </TaskButton>
        <FailureNotice>{problem}</FailureNotice>
      </form>
      <Notice plain tone="quiet">
        {t('recover_none')}
      </Notice>
      <p className="text-sm text-ink-2">
        <Link className="link" to="/account/log-in">
          {t('forgot_back')}
        </Link>
      </p>
    </div>
  );
}
