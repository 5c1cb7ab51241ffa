// Another password, by somebody who knows the present one. Passwords never leave the browser: it derives their secrets, and seals the
// wallet's key for the new one.
import { useState } from 'react';
import { Field } from '#web/ui/field.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { postJson } from '../keys/account-client.ts';
import { keysOfNewPassword } from '../keys/new-password.ts';
import { changeOfPassword } from '../keys/sealed-key.ts';
import type { WalletView } from '../server/account-types.ts';
import { useAccountText } from '../text/account-text.ts';
import { DoneNotice, FailureNotice, useAccountTask } from './form-parts.tsx';
import { NewPasswordField } from './log-in-method.tsx';

interface ChangePasswordProps {
  email: string;
  /** Null for an account without a wallet. */
  wallet: WalletView | null;
}

export function ChangePassword({ email, wallet }: ChangePasswordProps) {
  const t = useAccountText();
  const hydrated = useHydrated();
  const { busy, problem, run } = useAccountTask();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [isChanged, setIsChanged] = useState(false);

  const change = async (): Promise<void> => {
    setIsChanged(false);
    const keys = await keysOfNewPassword(email, next);
    await postJson('/account/change-password', await changeOfPassword({ email, password: current }, keys, wallet));
    setCurrent('');
    setNext('');
    setIsChanged(true);
  };

  return (
    <section className="grid gap-3" aria-labelledby="change-password">
      <h2 id="change-password" className="font-semibold">
        {t('password_change')}
      </h2>
      <form
        className="grid gap-3 sm:max-w-sm"
        onSubmit={(event) => {
          event.preventDefault();
          void run(change);
        }}
      >
        <Field
          label={t('password_present')}
          type="password"
          autoComplete="current-password"
          required
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <NewPasswordField label={t('new_password')} value={next} onChange={setNext} />
        <TaskButton type="submit" className="button" disabled={!hydrated} busy={busy}>
          {t(busy ? 'one_moment' : 'password_change')}
        </TaskButton>
        <FailureNotice>{problem}</FailureNotice>
        {isChanged ? <DoneNotice>{t('password_changed')}</DoneNotice> : null}
      </form>
    </section>
  );
}
