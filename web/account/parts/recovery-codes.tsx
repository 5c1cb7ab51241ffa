// Recovery codes: made and shown once, for the day when every passkey is lost.
import { useRevalidator } from '@remix-run/react';
import { useState } from 'react';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { postJson } from '../keys/account-client.ts';
import { useAccountText } from '../text/account-text.ts';
import { FailureNotice, useAccountTask } from './form-parts.tsx';

export function RecoveryCodes({ left }: { left: number }) {
  const t = useAccountText();
  const hydrated = useHydrated();
  const { revalidate } = useRevalidator();
  const { busy, problem, run } = useAccountTask();
  const [codes, setCodes] = useState<string[]>([]);
  const make = async (): Promise<void> => {
    setCodes((await postJson<{ codes: string[] }>('/api/auth/recovery-codes/make', {})).codes);
    revalidate();
  };
  return (
    <section className="grid gap-3" aria-labelledby="recovery-codes">
      <h2 id="recovery-codes" className="font-semibold">
        {t('recovery_codes')}
      </h2>
      <p className="text-sm text-ink-2">{t('recovery_codes_lead')}</p>
      <p className="text-sm text-ink-2">{t('recovery_codes_left', { count: left })}</p>
      {codes.length > 0 ? (
        <Notice plain tone="warn">
          <p>{t('recovery_codes_save')}</p>
          <ul className="mt-2 grid gap-1 font-mono text-sm" data-testid="recovery-codes">
            {codes.map((code) => (
              <li key={code}>{code}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      <p>
        <TaskButton className="button" disabled={!hydrated} busy={busy} onClick={() => void run(make)}>
          {t('recovery_codes_make')}
        </TaskButton>
      </p>
      <FailureNotice>{problem}</FailureNotice>
    </section>
  );
}
