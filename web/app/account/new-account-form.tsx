// A new account without a wallet, as merchants and their teams need it: by passkey, or by a password. What is typed stays in the
// browser: its fields have no names, so that a page without its scripts has nothing to send.
import { useState } from 'react';
import { postJson } from '../wallet/account-client.ts';
import { keysOfNewPassword } from '../wallet/new-password.ts';
import { passkeysAreSupported, registerLogInPasskey } from '../wallet/passkey.ts';
import { MIN_PASSWORD_LENGTH } from '../wallet/password-keys.ts';
import { Field, Note, Problem, useAwake, useDoing } from './form-parts.tsx';

type Way = 'passkey' | 'password';

interface NewAccountFormProps {
  /** The address that it must be; null asks for one. */
  email: string | null;
  /** The account is there, and its owner is logged in. */
  onMade: () => void;
}

export function NewAccountForm({ email: fixedEmail, onMade }: NewAccountFormProps) {
  const awake = useAwake();
  const { busy, problem, run } = useDoing();
  const [way, setWay] = useState<Way>('passkey');
  const [typedEmail, setTypedEmail] = useState('');
  const [password, setPassword] = useState('');
  const email = (fixedEmail ?? typedEmail).trim();

  const make = async (): Promise<void> => {
    if (way === 'passkey') await registerLogInPasskey('Passkey', email);
    else {
      const { logInSecret } = await keysOfNewPassword(email, password);
      await postJson('/api/auth/sign-up/email', { email, name: email, password: logInSecret });
    }
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
      {fixedEmail ? (
        <Field label="E-mail address" type="email" autoComplete="username" readOnly value={fixedEmail} />
      ) : (
        <Field
          label="E-mail address"
          type="email"
          autoComplete="username"
          required
          value={typedEmail}
          onChange={(event) => setTypedEmail(event.target.value)}
        />
      )}
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 text-sm font-semibold">Log in with</legend>
        <WayChoice way="passkey" label="A passkey" hint="Fingerprint, face or PIN" chosen={way} onChoose={setWay} />
        <WayChoice way="password" label="A password" hint="Works on every device" chosen={way} onChoose={setWay} />
      </fieldset>
      {way === 'password' ? (
        <Field
          label="Password"
          type="password"
          autoComplete="new-password"
          minLength={MIN_PASSWORD_LENGTH}
          hint={`At least ${MIN_PASSWORD_LENGTH} characters. It never leaves this device.`}
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      ) : null}
      {awake && way === 'passkey' && !passkeysAreSupported() ? (
        <Note tone="warn">This browser has no passkeys. Choose a password instead.</Note>
      ) : null}
      <button type="submit" className="button button-primary" disabled={!awake || busy}>
        {busy ? 'One moment…' : 'Create the account'}
      </button>
      {problem ? <Problem>{problem}</Problem> : null}
    </form>
  );
}

interface WayChoiceProps {
  way: Way;
  label: string;
  hint: string;
  chosen: Way;
  onChoose: (way: Way) => void;
}

function WayChoice({ way, label, hint, chosen, onChoose }: WayChoiceProps) {
  return (
    <label className="choice">
      <input type="radio" name="way" checked={chosen === way} onChange={() => onChoose(way)} />
      <span className="grid">
        <span className="font-semibold">{label}</span>
        <span className="text-sm text-ink-2">{hint}</span>
      </span>
    </label>
  );
}
