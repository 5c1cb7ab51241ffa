// Logs in without leaving the checkout.
import { useLocation } from '@remix-run/react';
import { useState } from 'react';
import { CodeForm, LogInForm } from '#web/account/parts/log-in-form.tsx';
import { useLanguage } from '#web/text/page-texts.ts';
import { useTask } from '#web/ui/use-task.ts';
import { Receiver } from '../parts/receiver.tsx';
import type { PayPhase } from '../server/view-types.ts';
import { failureOf } from './failures.ts';
import { FailureNotice, Step } from './parts.tsx';
import { useAllScaleText } from './text/allscale-text.tsx';
import type { AllScaleErrorKey } from './text/en.ts';

interface LogInProps {
  view: PayPhase;
  notice: AllScaleErrorKey | null;
  onDone(): void;
}

export function LogIn({ view, notice, onDone }: LogInProps) {
  const [codeNeeded, setCodeNeeded] = useState(false);
  return codeNeeded ? (
    <CodeStep onDone={onDone} onStartAgain={() => setCodeNeeded(false)} />
  ) : (
    <LogInStep view={view} notice={notice} onDone={onDone} onCodeNeeded={() => setCodeNeeded(true)} />
  );
}

function LogInStep({ view, notice, onDone, onCodeNeeded }: LogInProps & { onCodeNeeded(): void }) {
  const t = useAllScaleText();
  const task = useTask(failureOf, notice);
  return (
    <Step title={t('log_in_title')} lead={t('log_in_lead')}>
      <Receiver state={view} />
      <LogInForm
        t={t}
        task={task}
        notice={<FailureNotice failure={task.failure} />}
        onDone={onDone}
        onCodeNeeded={onCodeNeeded}
      />
      <SignUpLink />
    </Step>
  );
}

/** Leads back to this checkout, in its language. */
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

function CodeStep({ onDone, onStartAgain }: { onDone(): void; onStartAgain(): void }) {
  const t = useAllScaleText();
  const task = useTask(failureOf);
  return (
    <Step title={t('code_title')}>
      <CodeForm t={t} task={task} notice={<FailureNotice failure={task.failure} />} onDone={onDone}>
        <button type="button" className="link min-h-11" onClick={onStartAgain}>
          {t('log_in_again')}
        </button>
      </CodeForm>
    </Step>
  );
}
