// A new password for an account whose address is known. Only the secret that is derived from it leaves the browser.
import { Link } from '@remix-run/react';
import { type ReactNode, useState } from 'react';
import { Field } from '#web/ui/field.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { keysOfNewPassword } from '../keys/new-password.ts';
import { useAccountText } from '../text/account-text.ts';
import { DoneNotice, FailureNotice, useAccountTask } from './form-parts.tsx';
import { NewPasswordField } from './log-in-method.tsx';

interface SetPasswordFormProps {
  /** The salt of the derived secret. */
  email: string;
  /** Of the button. */
  label: string;
  /** The page's main action. */
  primary?: boolean;
  onSecret: (logInSecret: string) => Promise<void>;
}

export function SetPasswordForm({ email, label, primary = false, onSecret }: SetPasswordFormProps) {
  const t = useAccountText();
  const hydrated = useHydrated();
  const { busy, problem, run } = useAccountTask();
  const [password, setPassword] = useState('');
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => onSecret((await keysOfNewPassword(email, password)).logInSecret));
      }}
    >
      <Field label={t('email')} type="email" autoComplete="username" readOnly value={email} />
      <NewPasswordField label={t('new_password')} value={password} onChange={setPassword} />
      <TaskButton
        type="submit"
        className={primary ? 'button button-primary' : 'button'}
        disabled={!hydrated}
        busy={busy}
      >
        {busy ? t('one_moment') : label}
      </TaskButton>
      <FailureNotice>{problem}</FailureNotice>
    </form>
  );
}

/** After it: the log-in. @param children what else has changed */
export function PasswordIsSet({ children }: { children?: ReactNode }) {
  const t = useAccountText();
  return (
    <>
      <DoneNotice>{t('reset_done')}</DoneNotice>
      {children}
      <p>
        <Link className="button button-primary" to="/account/log-in">
          {t('log_in')}
        </Link>
      </p>
    </>
  );
}
