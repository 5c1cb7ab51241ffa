// The link of a recovery that an operator started: after its waiting time, it starts the account clean with a new password.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState } from 'react';
import { useLanguage } from '#web/text/page-texts.ts';
import { utcTime } from '#web/text/utc-time.ts';
import { Notice } from '#web/ui/notice.tsx';
import { postJson } from '../keys/account-client.ts';
import { DeadLink, NeedsScripts } from '../parts/form-parts.tsx';
import { PasswordIsSet, SetPasswordForm } from '../parts/set-password-form.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('recovery_link_title', 'AllScale');

export const loader = async ({ request, context }: LoaderFunctionArgs) => {
  const token = new URL(request.url).searchParams.get('token') ?? '';
  return { token, recovery: await context.account.recovery.view('recover', token) };
};

export default function RecoveryLinkPage() {
  const t = useAccountText();
  const language = useLanguage();
  const { token, recovery } = useLoaderData<typeof loader>();
  const [done, setDone] = useState(false);
  const complete = async (logInSecret: string): Promise<void> => {
    await postJson('/account/recovery-link/complete', { token, logInSecret });
    setDone(true);
  };
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t('recovery_link_title')}</h1>
      <NeedsScripts />
      {done ? (
        <PasswordIsSet />
      ) : !recovery ? (
        <DeadLink />
      ) : !recovery.ready ? (
        <Notice plain tone="quiet">
          {t('recovery_link_wait', { time: utcTime(recovery.readyAt, language) })}
        </Notice>
      ) : (
        <>
          <p className="text-ink-2">{t('verify_clean_lead')}</p>
          <SetPasswordForm email={recovery.email} label={t('verify_clean_do')} primary onSecret={complete} />
        </>
      )}
    </div>
  );
}
