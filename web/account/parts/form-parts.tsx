// Small parts that all account forms share: notices, and the state of something that is being done.
import { type ReactNode, useState } from 'react';
import { MIN_PASSWORD_LENGTH } from '../keys/password-keys.ts';
import { useAccountText } from '../text/account-text.ts';
import type { AccountErrorKey } from '../text/en.ts';
import { problemOf } from './error-messages.ts';

export function Problem({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="rounded-lg bg-bad-tint p-3 text-sm text-bad">
      {children}
    </p>
  );
}

export function Note({ tone = 'plain', children }: { tone?: 'plain' | 'ok' | 'warn'; children: ReactNode }) {
  const tones = { plain: 'bg-sunken text-ink-2', ok: 'bg-ok-tint text-ok', warn: 'bg-warn-tint text-warn' };
  return <div className={`rounded-lg p-3 text-sm ${tones[tone]}`}>{children}</div>;
}

/** What needs scripts says so: passwords and keys never leave the browser, so a plain form has nothing to send. */
export function NeedsScripts() {
  const t = useAccountText();
  return (
    <noscript>
      <p className="rounded-lg bg-warn-tint p-3 text-sm text-warn">{t('needs_scripts')}</p>
    </noscript>
  );
}

export interface Doing {
  busy: boolean;
  /** In the words of the page. */
  problem: string | null;
  /** Runs it unless something runs already; a failure becomes `problem`. */
  run(work: () => Promise<void>): Promise<void>;
}

export const useDoing = (): Doing => {
  const [busy, setBusy] = useState(false);
  const t = useAccountText();
  const [problem, setProblem] = useState<AccountErrorKey | null>(null);
  return {
    busy,
    problem: problem ? t(problem, { min: MIN_PASSWORD_LENGTH }) : null,
    async run(work) {
      if (busy) return;
      setBusy(true);
      setProblem(null);
      try {
        await work();
      } catch (error) {
        setProblem(problemOf(error));
      } finally {
        setBusy(false);
      }
    },
  };
};
