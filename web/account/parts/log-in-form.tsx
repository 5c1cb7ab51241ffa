// The log-in of accounts, on its own page and on the checkout: by passkey, or by e-mail address and password, with a code when
// two-factor is on. The password is turned into a derived secret in the browser; the fields have no names, so that a page whose
// scripts failed cannot send them.
import { Fingerprint } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Translate } from '#domain/texts.ts';
import { Field } from '#web/ui/field.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import type { Task } from '#web/ui/use-task.ts';

/** Texts that the catalogues of both pages have. */
type LogInTextKey =
  | 'log_in_passkey'
  | 'log_in_or'
  | 'log_in'
  | 'email'
  | 'password'
  | 'one_moment'
  | 'code_app'
  | 'code_backup'
  | 'code_use_app'
  | 'code_use_backup'
  | 'code_continue';

interface LogInProps {
  t: Translate<LogInTextKey>;
  task: Pick<Task<unknown>, 'busy' | 'run'>;
  /** Why the last attempt failed. */
  notice: ReactNode;
  onDone: () => void;
}

interface LogInFormProps extends LogInProps {
  onCodeNeeded: () => void;
  /** The account that logs in again; its address cannot be changed. */
  account?: string;
}

export function LogInForm({ t, task, notice, onDone, onCodeNeeded, account }: LogInFormProps) {
  const hydrated = useHydrated();
  const [email, setEmail] = useState(account ?? '');
  const [password, setPassword] = useState('');
  const byPasskey = async (): Promise<void> => {
    const { logInWithPasskey } = await import('../keys/passkey.ts');
    await logInWithPasskey();
    onDone();
  };
  const byPassword = async (): Promise<void> => {
    const { logInWithPassword } = await import('../keys/log-in.ts');
    if ((await logInWithPassword(email, password)) === 'in') onDone();
    else onCodeNeeded();
  };
  return (
    <>
      <TaskButton
        className="button button-primary"
        disabled={!hydrated}
        busy={task.busy}
        onClick={() => void task.run(byPasskey)}
      >
        <Fingerprint size={18} aria-hidden />
        {t('log_in_passkey')}
      </TaskButton>
      <p className="flex items-center gap-3 text-sm text-ink-2">
        <span className="h-px flex-1 bg-line" />
        {t('log_in_or')}
        <span className="h-px flex-1 bg-line" />
      </p>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run(byPassword);
        }}
      >
        <Field
          label={t('email')}
          type="email"
          autoComplete="username"
          required
          readOnly={account !== undefined}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Field
          label={t('password')}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <TaskButton type="submit" className="button mt-1" disabled={!hydrated} busy={task.busy}>
          {t(task.busy ? 'one_moment' : 'log_in')}
        </TaskButton>
      </form>
      {notice}
    </>
  );
}

/** The second factor. @param children further ways on, beside the switch to a backup code */
export function CodeForm({ t, task, notice, onDone, children }: LogInProps & { children?: ReactNode }) {
  const [code, setCode] = useState('');
  const [backup, setBackup] = useState(false);
  const check = async (): Promise<void> => {
    const { confirmCode } = await import('../keys/log-in.ts');
    await confirmCode(code, backup);
    onDone();
  };
  return (
    <>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run(check);
        }}
      >
        <Field
          label={t(backup ? 'code_backup' : 'code_app')}
          inputMode={backup ? 'text' : 'numeric'}
          autoComplete="one-time-code"
          required
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <TaskButton type="submit" className="button button-primary" busy={task.busy}>
          {t(task.busy ? 'one_moment' : 'code_continue')}
        </TaskButton>
      </form>
      {notice}
      <p className="flex flex-wrap gap-x-5 text-sm">
        <button type="button" className="link min-h-11" onClick={() => setBackup(!backup)}>
          {t(backup ? 'code_use_app' : 'code_use_backup')}
        </button>
        {children}
      </p>
    </>
  );
}
