// Sets a new password by a mailed link. A wallet key sealed with the forgotten password cannot be opened any more; the page says so
// before anything changes.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState } from 'react';
import { Notice } from '#web/ui/notice.tsx';
import { postJson } from '../keys/account-client.ts';
import { DeadLink, NeedsScripts } from '../parts/form-parts.tsx';
import { PasswordIsSet, SetPasswordForm } from '../parts/set-password-form.tsx';
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
  const change = async (logInSecret: string): Promise<void> => {
    await postJson('/api/auth/reset-password', { token, newPassword: logInSecret });
    setDone(true);
  };
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t('new_password')}</h1>
      {done ? (
        <PasswordIsSet>
          {reset?.openedWallet ? (
            <Notice plain tone="warn">
              {t('reset_key_removed')}
            </Notice>
          ) : null}
        </PasswordIsSet>
      ) : reset ? (
        <>
          <NeedsScripts />
          {reset.openedWallet ? (
            <Notice plain tone="warn">
              {t('reset_wallet')}
            </Notice>
          ) : null}
          <SetPasswordForm email={reset.email} label={t('reset_change')} primary onSecret={change} />
        </>
      ) : (
        <DeadLink askAgain="/account/forgot-password" />
      )}
    </div>
  );
}
