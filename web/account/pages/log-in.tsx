// The log-in page. `next` says where it leads; `why=again` asks for a fresh log-in.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { redirect } from '@remix-run/node';
import { Link, useLoaderData, useSearchParams } from '@remix-run/react';
import { useState } from 'react';
import { nextPath } from '#web/access/require-session.ts';
import { Notice } from '#web/ui/notice.tsx';
import { FailureNotice, NeedsScripts, useAccountTask } from '../parts/form-parts.tsx';
import { CodeForm, LogInForm } from '../parts/log-in-form.tsx';
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
  // A new page load: nothing that was typed stays in memory.
  const enter = (): void => location.assign(next);
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t(codeNeeded ? 'code_title' : 'log_in')}</h1>
      {again ? (
        <Notice plain tone="quiet">
          {t('log_in_again_first')}
        </Notice>
      ) : null}
      <NeedsScripts />
      {codeNeeded ? (
        <CodeStep onDone={enter} />
      ) : (
        <PasswordStep onDone={enter} onCodeNeeded={() => setCodeNeeded(true)} />
      )}
    </div>
  );
}

function PasswordStep({ onDone, onCodeNeeded }: { onDone: () => void; onCodeNeeded: () => void }) {
  const t = useAccountText();
  const [parameters] = useSearchParams();
  const { problem, ...task } = useAccountTask();
  return (
    <>
      <LogInForm
        t={t}
        task={task}
        notice={<FailureNotice>{problem}</FailureNotice>}
        onDone={onDone}
        onCodeNeeded={onCodeNeeded}
      />
      <p className="text-sm text-ink-2">
        <Link className="link" to={`/account/forgot-password?${parameters}`}>
          {t('log_in_forgot')}
        </Link>
      </p>
      <p className="text-sm text-ink-2">
        {t('log_in_no_account')}{' '}
        <Link className="link" to={signUpPath(parameters)}>
          {t('log_in_create')}
        </Link>
      </p>
    </>
  );
}

/** Merchants and their teams get an account without a wallet. */
const signUpPath = (parameters: URLSearchParams): string => {
  const next = nextPath(parameters);
  if (next.startsWith('/dashboard/invitation/')) return next;
  return isForMerchants(parameters) ? '/dashboard/apply' : `/account/sign-up?${parameters}`;
};

function CodeStep({ onDone }: { onDone: () => void }) {
  const t = useAccountText();
  const { problem, ...task } = useAccountTask();
  return <CodeForm t={t} task={task} notice={<FailureNotice>{problem}</FailureNotice>} onDone={onDone} />;
}
