// Two-factor by authenticator app, for accounts that log in with a password. (A passkey is two factors by itself.)
import { useFetcher, useRevalidator } from '@remix-run/react';
import { useEffect, useState } from 'react';
import type { QrCode } from '#web/checkout/server/view-types.ts';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { QrImage } from '#web/ui/qr-image.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { postJson } from '../keys/account-client.ts';
import { derivePasswordKeys } from '../keys/password-keys.ts';
import { useAccountText } from '../text/account-text.ts';
import { FailureNotice, useAccountTask } from './form-parts.tsx';

interface Enrolment {
  totpURI: string;
  backupCodes: string[];
}

export function TwoFactor({ enabled, email }: { enabled: boolean; email: string }) {
  const t = useAccountText();
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const { revalidate } = useRevalidator();
  return (
    <section className="grid gap-3" aria-labelledby="two-factor">
      <h2 id="two-factor" className="font-semibold">
        {t('two_factor')}
      </h2>
      {enabled ? (
        <Notice plain tone="ok">
          {t('two_factor_on')}
        </Notice>
      ) : (
        <p className="text-sm text-ink-2">{t('two_factor_off')}</p>
      )}
      {codes ? <BackupCodes codes={codes} /> : null}
      {enrolment ? (
        <ConfirmApp
          enrolment={enrolment}
          onDone={() => {
            setCodes(enrolment.backupCodes);
            setEnrolment(null);
            revalidate();
          }}
        />
      ) : (
        <PasswordForm
          email={email}
          label={t(enabled ? 'two_factor_turn_off' : 'two_factor_turn_on')}
          onSecret={async (password) => {
            if (!enabled) return setEnrolment(await postJson<Enrolment>('/api/auth/two-factor/enable', { password }));
            await postJson('/api/auth/two-factor/disable', { password });
            setCodes(null);
            revalidate();
          }}
        />
      )}
    </section>
  );
}

interface PasswordFormProps {
  email: string;
  label: string;
  onSecret: (logInSecret: string) => Promise<void>;
}

function PasswordForm({ email, label, onSecret }: PasswordFormProps) {
  const t = useAccountText();
  const hydrated = useHydrated();
  const { busy, problem, run } = useAccountTask();
  const [password, setPassword] = useState('');
  return (
    <form
      className="grid gap-3 sm:max-w-sm"
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => {
          const { logInSecret } = await derivePasswordKeys(email, password);
          await onSecret(logInSecret);
          setPassword('');
        });
      }}
    >
      <Field
        label={t('two_factor_password')}
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <TaskButton type="submit" className="button" disabled={!hydrated} busy={busy}>
        {label}
      </TaskButton>
      <FailureNotice>{problem}</FailureNotice>
    </form>
  );
}

function ConfirmApp({ enrolment, onDone }: { enrolment: Enrolment; onDone: () => void }) {
  const t = useAccountText();
  const { busy, problem, run } = useAccountTask();
  const [code, setCode] = useState('');
  const { submit, data: qr } = useFetcher<QrCode>();
  const { totpURI } = enrolment;
  // In the body, not in a URL: URLs are logged.
  useEffect(() => submit({ text: totpURI }, { method: 'post', action: '/account/security/qr' }), [submit, totpURI]);
  return (
    <form
      className="card grid gap-4 p-5"
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => {
          await postJson('/api/auth/two-factor/verify-totp', { code: code.replaceAll(/\s/g, '') });
          onDone();
        });
      }}
    >
      <p className="text-sm text-ink-2">{t('two_factor_scan')}</p>
      <div className="w-40">{qr ? <QrImage qr={qr} label={t('two_factor_qr')} /> : null}</div>
      <p className="font-mono text-sm break-all" data-testid="totp-key">
        {new URL(totpURI).searchParams.get('secret')}
      </p>
      <Field
        label={t('two_factor_code')}
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <TaskButton type="submit" className="button button-primary" busy={busy}>
        {t('two_factor_confirm')}
      </TaskButton>
      <FailureNotice>{problem}</FailureNotice>
    </form>
  );
}

function BackupCodes({ codes }: { codes: readonly string[] }) {
  const t = useAccountText();
  return (
    <Notice plain tone="warn">
      <p>{t('two_factor_backup')}</p>
      <ul className="mt-2 grid grid-cols-2 gap-1 font-mono" data-testid="backup-codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </Notice>
  );
}
