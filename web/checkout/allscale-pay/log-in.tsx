// Log-in without leaving the checkout: by passkey, or by e-mail address and password, with a code when two-factor is on. The
// fields have no names, so that not even a broken page could send what is typed.
import { useLocation } from '@remix-run/react';
import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import { Field } from '#web/account/parts/field.tsx';
import { useLanguage } from '#web/text/text.ts';
import { Notice, Step, useDoing } from './parts.tsx';
import { useAllScaleText } from './text/allscale-text.tsx';
import type { AllScaleErrorKey } from './text/en.ts';

interface LogInProps {
  notice: AllScaleErrorKey | null;
  onDone(): void;
}

export function LogIn({ notice, onDone }: LogInProps) {
  const [codeNeeded, setCodeNeeded] = useState(false);
  return codeNeeded ? (
    <CodeForm onDone={onDone} onStartAgain={() => setCodeNeeded(false)} />
  ) : (
    <LogInForm notice={notice} onDone={onDone} onCodeNeeded={() => setCodeNeeded(true)} />
  );
}

function LogInForm({ notice: given, onDone, onCodeNeeded }: LogInProps & { onCodeNeeded(): void }) {
  const t = useAllScaleText();
  const { busy, notice, run } = useDoing(given);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const byPasskey = async (): Promise<void> => {
    const { logInWithPasskey } = await import('#web/account/keys/passkey.ts');
    await logInWithPasskey();
    onDone();
  };
  const byPassword = async (): Promise<void> => {
    const { logInWithPassword } = await import('#web/account/keys/log-in.ts');
    if ((await logInWithPassword(email, password)) === 'in') onDone();
    else onCodeNeeded();
  };
  return (
    <Step title={t('log_in_title')} lead={t('log_in_lead')}>
      <button type="button" className="button button-primary" disabled={busy} onClick={() => void run(byPasskey)}>
        <Fingerprint size={18} aria-hidden />
        {t('log_in_passkey')}
      </button>
      <p className="flex items-center gap-3 text-sm text-ink-2">
        <span className="h-px flex-1 bg-line" />
        {t('log_in_or')}
        <span className="h-px flex-1 bg-line" />
      </p>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void run(byPassword);
        }}
      >
        <Field
          label={t('email')}
          type="email"
          autoComplete="username"
          required
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
        <button type="submit" className="button mt-1" disabled={busy}>
          {t(busy ? 'one_moment' : 'log_in')}
        </button>
      </form>
      <Notice notice={notice} />
      <SignUpLink />
    </Step>
  );
}

/** Leads back to this very checkout, in its language. */
function SignUpLink() {
  const t = useAllScaleText();
  const lang = useLanguage();
  const { pathname, search } = useLocation();
  return (
    <p className="text-sm text-ink-2">
      {t('no_account')}{' '}
      <a className="link" href={`/account/sign-up?${new URLSearchParams({ next: pathname + search, lang })}`}>
        {t('create_account')}
      </a>
      <span className="block">{t('create_hint')}</span>
    </p>
  );
}

function CodeForm({ onDone, onStartAgain }: { onDone(): void; onStartAgain(): void }) {
  const t = useAllScaleText();
  const { busy, notice, run } = useDoing();
  const [code, setCode] = useState('');
  const [backup, setBackup] = useState(false);
  const check = async (): Promise<void> => {
    const { confirmCode } = await import('#web/account/keys/log-in.ts');
    await confirmCode(code, backup);
    onDone();
  };
  return (
    <Step title={t('code_title')}>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void run(check);
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
        <button type="submit" className="button button-primary" disabled={busy}>
          {t(busy ? 'one_moment' : 'continue')}
        </button>
      </form>
      <Notice notice={notice} />
      <p className="flex flex-wrap gap-x-5 text-sm">
        <button type="button" className="link min-h-11" onClick={() => setBackup(!backup)}>
          {t(backup ? 'use_app' : 'use_backup')}
        </button>
        <button type="button" className="link min-h-11" onClick={onStartAgain}>
          {t('log_in_again')}
        </button>
      </p>
    </Step>
  );
}
