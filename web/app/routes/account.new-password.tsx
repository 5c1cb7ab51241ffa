// A new password, by the link of an e-mail. It is derived in the browser as every password is; what the forgotten one sealed is out
// of reach, and the page says so before anything is changed.
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { useState } from 'react';
import { Field, NeedsScripts, Note, Problem, useAwake, useDoing } from '../account/form-parts.tsx';
import { NewPasswordField } from '../account/log-in-way.tsx';
import { postJson } from '../wallet/account-client.ts';
import { keysOfNewPassword } from '../wallet/new-password.ts';

export const meta: MetaFunction = () => [{ title: 'New password · AllScale' }];

export const loader = async ({ request, context }: LoaderFunctionArgs) => {
  const token = new URL(request.url).searchParams.get('token') ?? '';
  const reset = token ? await context.account.passwordReset(token) : null;
  return { token, reset };
};

export default function NewPasswordPage() {
  const { token, reset } = useLoaderData<typeof loader>();
  const [done, setDone] = useState(false);
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">New password</h1>
      {done ? (
        <>
          <div role="status">
            <Note tone="ok">Your password is changed, and every device is logged out.</Note>
          </div>
          {reset?.openedWallet ? (
            <Note tone="warn">
              The wallet’s key that the old password sealed is removed. If you have no passkey for the wallet, its
              recovery phrase opens it again after the log-in.
            </Note>
          ) : null}
          <p>
            <Link className="button button-primary" to="/account/log-in">
              Log in
            </Link>
          </p>
        </>
      ) : reset ? (
        <NewPasswordForm token={token} {...reset} onDone={() => setDone(true)} />
      ) : (
        <>
          <Note tone="warn">This link is used, or older than an hour. Nothing has changed.</Note>
          <p>
            <Link className="button" to="/account/forgot-password">
              Ask for a new one
            </Link>
          </p>
        </>
      )}
    </div>
  );
}

interface NewPasswordFormProps {
  token: string;
  email: string;
  openedWallet: boolean;
  onDone: () => void;
}

function NewPasswordForm({ token, email, openedWallet, onDone }: NewPasswordFormProps) {
  const awake = useAwake();
  const { busy, problem, run } = useDoing();
  const [password, setPassword] = useState('');
  const change = async (): Promise<void> => {
    const { logInSecret } = await keysOfNewPassword(email, password);
    await postJson('/api/auth/reset-password', { token, newPassword: logInSecret });
    onDone();
  };
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void run(change);
      }}
    >
      <NeedsScripts />
      {openedWallet ? (
        <Note tone="warn">
          The forgotten password also opens your wallet. A new one does not: have the recovery phrase at hand before you
          go on.
        </Note>
      ) : null}
      <Field label="E-mail address" type="email" autoComplete="username" readOnly value={email} />
      <NewPasswordField label="New password" value={password} onChange={setPassword} />
      <button type="submit" className="button button-primary" disabled={!awake || busy}>
        {busy ? 'One moment…' : 'Change the password'}
      </button>
      {problem ? <Problem>{problem}</Problem> : null}
    </form>
  );
}
