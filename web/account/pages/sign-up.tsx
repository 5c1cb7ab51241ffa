// Creates an account and its wallet together, by passkey or password. The recovery phrase is shown and checked before anything else.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Link, useLoaderData, useSearchParams } from '@remix-run/react';
import { useState } from 'react';
import { nextPath } from '#web/access/require-session.ts';
import { useEarlyInput } from '#web/ui/early-input.ts';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { postJson } from '../keys/account-client.ts';
import { keysOfNewPassword } from '../keys/new-password.ts';
import { registerPasskey } from '../keys/passkey.ts';
import { badPhrase, makeWallet, type SealingMeans } from '../keys/sealed-key.ts';
import { FailureNotice, NeedsScripts, useAccountTask } from '../parts/form-parts.tsx';
import { type LogInMethod, LogInMethodChoice } from '../parts/log-in-method.tsx';
import { PhraseCheck } from '../parts/phrase-check.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('sign_up_page');

export const loader = ({ request }: LoaderFunctionArgs) => ({ next: nextPath(new URL(request.url).searchParams) });

export default function SignUpPage() {
  const t = useAccountText();
  const { next } = useLoaderData<typeof loader>();
  const [phrase, setPhrase] = useState<string | null>(null);
  const finish = (): void => location.assign(next);
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t(phrase ? 'phrase_title' : 'sign_up_title')}</h1>
      <NeedsScripts />
      {phrase ? <PhraseCheck phrase={phrase} onDone={finish} /> : <SignUpForm onMade={setPhrase} onRestored={finish} />}
    </div>
  );
}

interface SignUpFormProps {
  onMade: (phrase: string) => void;
  /** The wallet came from a phrase that its owner already had. */
  onRestored: () => void;
}

function SignUpForm({ onMade, onRestored }: SignUpFormProps) {
  const t = useAccountText();
  const hydrated = useHydrated();
  const [parameters] = useSearchParams();
  const { busy, problem, run } = useAccountTask();
  const [method, setMethod] = useState<LogInMethod>('passkey');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [restore, setRestore] = useState(false);
  const restoreBox = useEarlyInput<HTMLInputElement>(({ checked }) => setRestore(checked));
  const [typedPhrase, setTypedPhrase] = useState('');
  const [accountCreated, setAccountCreated] = useState(false);

  const signUp = async (): Promise<void> => {
    if (restore) {
      const { entropyOfPhrase } = await import('../keys/ethers-key.ts');
      if (!entropyOfPhrase(typedPhrase)) throw badPhrase();
    }
    const means =
      method === 'passkey' ? await signUpByPasskey(email, t('passkey')) : await signUpByPassword(email, password);
    // The account exists from here on: after a failure the wallet's page continues.
    setAccountCreated(true);
    const { phrase } = await makeWallet(means, restore ? typedPhrase : null);
    if (!restore) return onMade(phrase);
    await postJson('/account/wallet/keys', { phraseChecked: true });
    onRestored();
  };

  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        void run(signUp);
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
      <LogInMethodChoice
        legend={t('sign_up_ways')}
        method={method}
        onMethod={setMethod}
        password={password}
        onPassword={setPassword}
      />
      <label className="flex min-h-11 items-center gap-2 text-sm">
        <input
          ref={restoreBox}
          type="checkbox"
          checked={restore}
          onChange={(event) => setRestore(event.target.checked)}
        />
        {t('sign_up_restore')}
      </label>
      {restore ? (
        <Field
          label={t('phrase')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={typedPhrase}
          onChange={(event) => setTypedPhrase(event.target.value)}
        />
      ) : null}
      <button type="submit" className="button button-primary" disabled={!hydrated || busy}>
        {t(busy ? 'sign_up_busy' : 'sign_up')}
      </button>
      <FailureNotice>{problem}</FailureNotice>
      {problem && accountCreated ? (
        <Notice plain tone="quiet">
          {t('sign_up_half')}{' '}
          <Link className="link" to="/account/wallet">
            {t('set_up_link')}
          </Link>
        </Notice>
      ) : null}
      <p className="text-sm text-ink-2">
        {t('sign_up_have')}{' '}
        <Link className="link" to={`/account/log-in?${parameters}`}>
          {t('log_in')}
        </Link>
      </p>
    </form>
  );
}

const signUpByPasskey = async (email: string, passkeyName: string): Promise<SealingMeans> => {
  const { credentialId, prf } = await registerPasskey(passkeyName, email.trim());
  return { kind: 'passkey', credentialId, prf };
};

const signUpByPassword = async (email: string, password: string): Promise<SealingMeans> => {
  const { logInSecret, sealingSecret } = await keysOfNewPassword(email, password);
  await postJson('/api/auth/sign-up/email', { email: email.trim(), name: email.trim(), password: logInSecret });
  return { kind: 'password', sealingSecret };
};
