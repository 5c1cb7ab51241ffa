// Asks for the passkey or the password that opens the wallet, and passes it to `onUnlock` only.
import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import { Field } from '#web/ui/field.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import type { UnlockMeans } from '../keys/sealed-key.ts';
import type { WalletView } from '../server/account-types.ts';
import { useAccountText } from '../text/account-text.ts';
import { FailureNotice, useAccountTask } from './form-parts.tsx';

interface UnlockFormProps {
  wallet: WalletView;
  /** The account's e-mail address: the salt of the password. */
  email: string;
  /** Chooses the labels of the buttons. */
  action: 'approve' | 'phrase' | 'add';
  /** May throw: the form shows the reason and can be sent again. */
  onUnlock: (means: UnlockMeans) => Promise<void>;
}

export function UnlockForm({ wallet, email, action, onUnlock }: UnlockFormProps) {
  const t = useAccountText();
  const hydrated = useHydrated();
  const { busy, problem, run } = useAccountTask();
  const [password, setPassword] = useState('');
  const has = (kind: 'passkey' | 'password') => wallet.keys.some((key) => key.kind === kind);
  return (
    <div className="grid gap-4">
      {has('passkey') ? (
        <TaskButton
          className="button button-primary"
          disabled={!hydrated}
          busy={busy}
          onClick={() => void run(() => onUnlock({ kind: 'passkey' }))}
        >
          <Fingerprint size={18} aria-hidden />
          {t(`unlock_${action}_passkey`)}
        </TaskButton>
      ) : null}
      {has('password') ? (
        <form
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            void run(() => onUnlock({ kind: 'password', email, password }));
          }}
        >
          <Field
            label={t('password')}
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          <TaskButton type="submit" className="button button-primary" disabled={!hydrated} busy={busy}>
            {t(`unlock_${action}_password`)}
          </TaskButton>
        </form>
      ) : null}
      <p role="status" className="text-sm text-ink-2">
        {busy ? t('unlock_busy') : ''}
      </p>
      <FailureNotice>{problem}</FailureNotice>
    </div>
  );
}
