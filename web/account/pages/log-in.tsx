// Log-in by passkey, or by e-mail address and password, with a code when two-factor is on. The password is turned into a
// derived secret in the browser; its field has no name, so that not even a broken page could send it.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { redirect } from '@remix-run/node';
import { Link, useLoaderData, useSearchParams } from '@remix-run/react';
import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import { nextPath } from '#web/access/require-session.ts';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { confirmCode, logInWithPassword } from '../keys/log-in.ts';
import { logInWithPasskey } from '../keys/passkey.ts';
import { Field } from '../parts/field.tsx';
import { NeedsScripts, Note, Problem, useDoing } from '../parts/form-parts.tsx';
import { isForMerchants } from '../parts/merchant-visit.ts';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('log_in', 'AllScale');

export const loader = async ({ request, context }: LoaderFunctionArgs) => {
  const parameters = new URL(request.url).searchParams;
  const next = nextPath(parameters);
  const again = parameters.get('why') === 'again';
  if (!again && (await context.account.session(request))) throw redirect(next);
  return { next, again };
};

export default function LogInPage() {
  const t = useAccountText();
  const { next, again } = useLoaderData<typeof loader>();
  const [codeNeeded, setCodeNeeded] = useState(false);
  // A whole new page: nothing that was typed stays in memory.
  const enter = (): void => location.assign(next);
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t(codeNeeded ? 'code_title' : 'log_in')}</h1>
      {again ? <Note>{t('log_in_again_first')}</Note> : null}
      <NeedsScripts />
      {codeNeeded ? <CodeForm onDone={enter} /> : <LogInForm onDone={enter} onCodeNeeded={() => setCodeNeeded(true)} />}
    </div>
  );
}

function LogInForm({ onDone, onCodeNeeded }: { onDone: () => void; onCodeNeeded: () => void }) {
  const t = useAccountText();
  const hydrated = useHydrated();
  const [parameters] = useSearchParams();
  const { busy, problem, run } = useDoing();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const logIn = async (): Promise<void> => {
    if ((await logInWithPassword(email, password)) === 'in') onDone();
    else onCodeNeeded();
  };
  return (
    <>
      <button
        type="button"
        className="button button-primary"
        disabled={!hydrated || busy}
        onClick={() => void run(() => logInWithPasskey().then(onDone))}
      >
        <Fingerprint size={18} aria-hidden />
        {t('log_in_passkey')}
      </button>
      <p className="text-center text-sm text-ink-2">{t('log_in_or')}</p>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void run(logIn);
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
        <button type="submit" className="button" disabled={!hydrated || busy}>
          {t(busy ? 'one_moment' : 'log_in')}
        </button>
      </form>
      {problem ? <Problem>{problem}</Problem> : null}
      <p className="text-sm text-ink-2">
        <Link className="link" to={`/account/forgot-password?${parameters}`}>
          {t('log_in_forgot')}
        </Link>
      </p>
      <p className="text-sm text-ink-2">
        {t('log_in_no_account')}{' '}
        <Link className="link" to={signUpAddress(parameters)}>
          {t('log_in_create')}
        </Link>
      </p>
    </>
  );
}

/** Merchants and their teams get an account without a wallet. */
const signUpAddress = (parameters: URLSearchParams): string => {
  const next = nextPath(parameters);
  if (next.startsWith('/dashboard/invitation/')) return next;
  return isForMerchants(parameters) ? '/dashboard/apply' : `/account/sign-up?${parameters}`;
};

function CodeForm({ onDone }: { onDone: () => void }) {
  const t = useAccountText();
  const { busy, problem, run } = useDoing();
  const [code, setCode] = useState('');
  const [backup, setBackup] = useState(false);
  const check = async (): Promise<void> => {
    await confirmCode(code, backup);
    onDone();
  };
  return (
    <form
      className="grid gap-4"
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
        {t('code_continue')}
      </button>
      <button type="button" className="link justify-self-start text-sm" onClick={() => setBackup(!backup)}>
        {t(backup ? 'code_use_app' : 'code_use_backup')}
      </button>
      {problem ? <Problem>{problem}</Problem> : null}
    </form>
  );
}
