// A new account with its wallet, by passkey or password, and its recovery phrase.
import { Link } from '@remix-run/react';
import { useState } from 'react';
import { useEarlyInput } from '#web/ui/early-input.ts';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { postJson } from '../keys/account-client.ts';
import { signUpByPassword } from '../keys/new-password.ts';
import { registerPasskey } from '../keys/passkey.ts';
import { badPhrase, makeWallet, type SealingMeans } from '../keys/sealed-key.ts';
import { useAccountText } from '../text/account-text.ts';
import { FailureNotice, useAccountTask } from './form-parts.tsx';
import { type LogInMethod, LogInMethodChoice } from './log-in-method.tsx';
import { PhraseCheck } from './phrase-check.tsx';

interface NewWalletAccountProps {
  /** The address that the link was mailed to. */
  email: string;
  /** Of a mailed link, which proves the address. */
  token: string;
  /** In the middle of a purchase: the payment first, then the phrase (decision 0078). */
  phraseLater: boolean;
  /** The account exists; its phrase is shown. */
  onPhrase: () => void;
  /** The phrase was checked, its owner already had it, or it comes later. */
  onDone: () => void;
}

export function NewWalletAccount({ email, token, phraseLater, onPhrase, onDone }: NewWalletAccountProps) {
  const [phrase, setPhrase] = useState<string | null>(null);
  if (phrase !== null) return <PhraseCheck phrase={phrase} onDone={onDone} />;
  const show = (made: string): void => {
    if (phraseLater) onDone();
    else {
      setPhrase(made);
      onPhrase();
    }
  };
  return <SignUpForm email={email} token={token} onMade={show} onRestored={onDone} />;
}

interface SignUpFormProps extends Pick<NewWalletAccountProps, 'email' | 'token'> {
  onMade: (phrase: string) => void;
  /** The wallet came from a phrase that its owner already had. */
  onRestored: () => void;
}

function SignUpForm({ email, token, onMade, onRestored }: SignUpFormProps) {
  const t = useAccountText();
  const hydrated = useHydrated();
  const { busy, problem, run } = useAccountTask();
  const [method, setMethod] = useState<LogInMethod>('passkey');
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
    const means: SealingMeans =
      method === 'passkey'
        ? { kind: 'passkey', ...(await registerPasskey(t('passkey'), token)) }
        : { kind: 'password', sealingSecret: (await signUpByPassword(email, token, password)).sealingSecret };
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
      <Field label={t('email')} type="email" autoComplete="username" readOnly value={email} />
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
      <TaskButton type="submit" className="button button-primary" disabled={!hydrated} busy={busy}>
        {t(busy ? 'sign_up_busy' : 'sign_up')}
      </TaskButton>
      <FailureNotice>{problem}</FailureNotice>
      {problem && accountCreated ? (
        <Notice plain tone="quiet">
          {t('sign_up_half')}{' '}
          <Link className="link" to="/account/wallet">
            {t('set_up_link')}
          </Link>
        </Notice>
      ) : null}
    </form>
  );
}
