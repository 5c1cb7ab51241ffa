// A new account without a wallet, for merchants and their teams. The fields have no names, so a page whose scripts failed cannot
// send them.
import { useState } from 'react';
import { Field } from '#web/ui/field.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { signUpByPassword } from '../keys/new-password.ts';
import { registerLogInPasskey } from '../keys/passkey.ts';
import { useAccountText } from '../text/account-text.ts';
import { FailureNotice, useAccountTask } from './form-parts.tsx';
import { type LogInMethod, LogInMethodChoice } from './log-in-method.tsx';

interface NewAccountFormProps {
  /** The address that the link was mailed to. */
  email: string;
  /** Of a mailed link, which proves the address. */
  token: string;
  /** The account exists, and its owner is logged in. */
  onMade: () => void;
}

export function NewAccountForm({ email, token, onMade }: NewAccountFormProps) {
  const t = useAccountText();
  const hydrated = useHydrated();
  const { busy, problem, run } = useAccountTask();
  const [method, setMethod] = useState<LogInMethod>('passkey');
  const [password, setPassword] = useState('');

  const make = async (): Promise<void> => {
    if (method === 'passkey') await registerLogInPasskey(t('passkey'), token);
    else await signUpByPassword(email, token, password);
    onMade();
  };

  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        void run(make);
      }}
    >
      <Field label={t('email')} type="email" autoComplete="username" readOnly value={email} />
      <LogInMethodChoice
        legend={t('log_in_ways')}
        method={method}
        onMethod={setMethod}
        password={password}
        onPassword={setPassword}
      />
      <TaskButton type="submit" className="button button-primary" disabled={!hydrated} busy={busy}>
        {t(busy ? 'one_moment' : 'new_account')}
      </TaskButton>
      <FailureNotice>{problem}</FailureNotice>
    </form>
  );
}
