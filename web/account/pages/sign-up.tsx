// Signing up. Without a token: mails a link, and responds alike whether the address has an account or not. With one: the account, and for
// shoppers its wallet. Its recovery phrase is shown and checked at once, or, in the middle of a purchase, right after the payment.
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import {
  Form,
  Link,
  useActionData,
  useLoaderData,
  useNavigation,
  useOutletContext,
  useSearchParams,
} from '@remix-run/react';
import { useState } from 'react';
import { nextPath } from '#web/access/require-session.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { mailedLinkAction } from '../parts/email-form.server.ts';
import { DeadLink, DoneNotice, FailureNotice, LONGEST_EMAIL, NeedsScripts } from '../parts/form-parts.tsx';
import { isForMerchants } from '../parts/merchant-visit.ts';
import { NewAccountForm } from '../parts/new-account-form.tsx';
import { NewWalletAccount } from '../parts/new-wallet-account.tsx';
import type { Purchase } from '../server/purchase.ts';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('sign_up_page');

export const loader = async ({ request, context: { account } }: LoaderFunctionArgs) => {
  const parameters = new URL(request.url).searchParams;
  const token = parameters.get('token');
  const next = nextPath(parameters);
  if (token === null) return { token, next, email: null, loggedInAs: null };
  const [session, email] = await Promise.all([account.session(request), account.signUpEmail(token)]);
  return { token, next, email, loggedInAs: session?.email ?? null };
};

export const action = (args: ActionFunctionArgs) => {
  const callbackURL = nextPath(new URL(args.request.url).searchParams);
  return mailedLinkAction(args, { path: '/sign-up/ask', more: { callbackURL }, notSent: 'error_bad_email' });
};

export default function SignUpPage() {
  const t = useAccountText();
  const { token, next, email, loggedInAs } = useLoaderData<typeof loader>();
  const purchase = useOutletContext<Purchase | null>();
  const [parameters] = useSearchParams();
  const [hasPhrase, setHasPhrase] = useState(false);
  const forMerchants = isForMerchants(parameters);
  const title = forMerchants ? 'sign_up_page' : hasPhrase ? 'phrase_title' : 'sign_up_title';
  // A new page load: nothing that was typed stays in memory.
  const finish = (): void => location.assign(next);
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t(title)}</h1>
      {token === null ? (
        <AskForLink />
      ) : hasPhrase || (email && loggedInAs === null) ? (
        <>
          <NeedsScripts />
          {forMerchants ? (
            <NewAccountForm email={email ?? ''} token={token} onMade={finish} />
          ) : (
            <NewWalletAccount
              email={email ?? ''}
              token={token}
              phraseLater={purchase !== null}
              onPhrase={() => setHasPhrase(true)}
              onDone={finish}
            />
          )}
        </>
      ) : loggedInAs !== null ? (
        <LoggedIn email={loggedInAs} />
      ) : (
        <DeadSignUpLink />
      )}
    </div>
  );
}

function AskForLink() {
  const t = useAccountText();
  const form = useActionForm();
  const result = useActionData<typeof action>();
  const busy = useNavigation().state !== 'idle';
  const [parameters] = useSearchParams();
  if (result && 'sentTo' in result) {
    return <DoneNotice>{t('sign_up_sent', { email: result.sentTo })}</DoneNotice>;
  }
  return (
    <>
      <Form method="post" {...form.props} className="grid gap-4" noValidate>
        <p className="text-ink-2">{t('sign_up_lead')}</p>
        <Field
          label={t('email')}
          type="email"
          autoComplete="username"
          required
          maxLength={LONGEST_EMAIL}
          {...form.field('email')}
        />
        <TaskButton type="submit" className="button button-primary" busy={busy}>
          {t('forgot_send')}
        </TaskButton>
        <FailureNotice>{form.problem}</FailureNotice>
      </Form>
      <p className="text-sm text-ink-2">
        {t('sign_up_have')}{' '}
        <Link className="link" to={`/account/log-in?${parameters}`}>
          {t('log_in')}
        </Link>
      </p>
    </>
  );
}

function LoggedIn({ email }: { email: string }) {
  const t = useAccountText();
  return (
    <Notice plain tone="warn">
      {t('sign_up_logged_in', { email })}
    </Notice>
  );
}

function DeadSignUpLink() {
  const [parameters] = useSearchParams();
  const again = new URLSearchParams(parameters);
  again.delete('token');
  return <DeadLink askAgain={`/account/sign-up?${again}`} />;
}
