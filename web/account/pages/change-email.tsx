// The link in the new mailbox. The address salts the password, so the browser derives its secrets anew and seals the wallet's key again.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState } from 'react';
import { nextPath, requireFreshSession } from '#web/access/require-session.ts';
import { Field } from '#web/ui/field.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { postJson } from '../keys/account-client.ts';
import { derivePasswordKeys } from '../keys/password-keys.ts';
import { changeOfPassword } from '../keys/sealed-key.ts';
import { DeadLink, FailureNotice, NeedsScripts, useAccountTask } from '../parts/form-parts.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('email_title', 'AllScale');

export const loader = async (args: LoaderFunctionArgs) => {
  const parameters = new URL(args.request.url).searchParams;
  const token = parameters.get('token') ?? '';
  const session = await requireFreshSession(args);
  const { account } = args.context;
  const [change, hasPassword, wallet] = await Promise.all([
    account.emailChange.view(session, token),
    account.hasPassword(session.userId),
    account.wallet(session.userId),
  ]);
  return { token, change, hasPassword, wallet, next: nextPath(parameters) };
};

export default function ChangeEmailPage() {
  const t = useAccountText();
  const hydrated = useHydrated();
  const { token, change, hasPassword, wallet, next } = useLoaderData<typeof loader>();
  const { busy, problem, run } = useAccountTask();
  const [typed, setTyped] = useState('');

  const confirm = async (from: string, to: string): Promise<void> => {
    const password = hasPassword
      ? await changeOfPassword({ email: from, password: typed }, await derivePasswordKeys(to, typed), wallet)
      : null;
    await postJson('/account/change-email/confirm', { token, password });
    location.assign(next);
  };
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t('email_title')}</h1>
      <NeedsScripts />
      {change ? (
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            void run(() => confirm(change.from, change.to));
          }}
        >
          <p className="text-ink-2 wrap-anywhere">{t('email_confirm_lead', change)}</p>
          {hasPassword ? (
            <Field
              label={t('password')}
              type="password"
              autoComplete="current-password"
              required
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          ) : null}
          <TaskButton type="submit" className="button button-primary" disabled={!hydrated} busy={busy}>
            {t(busy ? 'one_moment' : 'email_confirm')}
          </TaskButton>
          <FailureNotice>{problem}</FailureNotice>
        </form>
      ) : (
        <DeadLink />
      )}
    </div>
  );
}
