// Proves an account's e-mail address. Without a token: mails the link. With one: the mailbox is proven; the visitor either logs in to the
// account too, or starts it clean with a password of their own (decision 0060).
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { nextPath, requireSession } from '#web/access/require-session.ts';
import { useLanguage } from '#web/text/page-texts.ts';
import { utcTime } from '#web/text/utc-time.ts';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { postJson } from '../keys/account-client.ts';
import { formProblem, formProblemOf } from '../parts/error-message.server.ts';
import { DeadLink, DoneNotice, FailureNotice, NeedsScripts } from '../parts/form-parts.tsx';
import { SetPasswordForm } from '../parts/set-password-form.tsx';
import type { ProofView } from '../server/address-proof.ts';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('verify_title', 'AllScale');

export const loader = async (args: LoaderFunctionArgs) => {
  const { account } = args.context;
  const parameters = new URL(args.request.url).searchParams;
  const token = parameters.get('token');
  if (token !== null) {
    const session = await account.session(args.request);
    return { token, proof: await account.proofView(session, token), email: session?.email ?? null };
  }
  const session = await requireSession(args);
  if (session.emailVerified) throw redirect(nextPath(parameters));
  return { token: null, proof: null, email: session.email };
};

/** With a token: the log-in and the link together prove the address. Without: mails the link. */
export const action = async (args: ActionFunctionArgs) => {
  const { request, context } = args;
  const { account, clientAddress } = context;
  const url = new URL(request.url);
  const token = url.searchParams.get('token');
  const session = await requireSession(args);
  if (token === null) {
    if (session.emailVerified) throw redirect(nextPath(url.searchParams), 303);
    const body = { email: session.email, callbackURL: nextPath(url.searchParams) };
    const response = await account.callAuth(request, clientAddress, '/send-verification-email', body);
    if (response.ok) return data({ sent: true, problem: null });
    return data({ sent: false, problem: formProblem(request, 'error_too_many').message }, { status: 429 });
  }
  if (!session.fresh) throw redirect(logInPath(token), 303);
  const proven = await account.proveWithLogIn(session, token).catch((error) => formProblemOf(request, error));
  if ('next' in proven) return redirect(proven.next, 303);
  return data({ sent: false, problem: proven.message }, { status: 409 });
};

const logInPath = (token: string): string =>
  `/account/log-in?${new URLSearchParams({ why: 'again', next: `/account/verify?${new URLSearchParams({ token })}` })}`;

export default function VerifyPage() {
  const t = useAccountText();
  const { token, proof, email } = useLoaderData<typeof loader>();
  const problem = useActionData<typeof action>()?.problem;
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t('verify_title')}</h1>
      {token === null ? (
        <SendLink email={email} />
      ) : !proof ? (
        <DeadLink askAgain="/account/verify" />
      ) : proof.own ? (
        <Form method="post" className="grid gap-4">
          <p className="text-ink-2 wrap-anywhere">{t('verify_own', { email: proof.email })}</p>
          <ConfirmButton />
        </Form>
      ) : (
        <Claim token={token} proof={proof} />
      )}
      <FailureNotice>{problem}</FailureNotice>
    </div>
  );
}

function SendLink({ email }: { email: string | null }) {
  const t = useAccountText();
  const sent = useActionData<typeof action>()?.sent;
  const busy = useNavigation().state !== 'idle';
  if (sent) {
    return <DoneNotice>{t('verify_sent', { email: email ?? '' })}</DoneNotice>;
  }
  return (
    <Form method="post" className="grid gap-4">
      <p className="text-ink-2 wrap-anywhere">{t('verify_lead', { email: email ?? '' })}</p>
      <TaskButton type="submit" className="button button-primary" busy={busy}>
        {t('forgot_send')}
      </TaskButton>
    </Form>
  );
}

function ConfirmButton() {
  const t = useAccountText();
  const busy = useNavigation().state !== 'idle';
  return (
    <TaskButton type="submit" className="button button-primary" busy={busy}>
      {t('verify_confirm')}
    </TaskButton>
  );
}

/** The visitor is not logged in to the account: it may be theirs, or somebody else may have made it. */
function Claim({ token, proof }: { token: string; proof: ProofView }) {
  const t = useAccountText();
  const language = useLanguage();
  const { email, createdAt, hasWallet } = proof;
  const startClean = async (logInSecret: string): Promise<void> => {
    const { next } = await postJson<{ next: string }>('/account/verify/start-clean', { token, logInSecret });
    location.assign(`/account/log-in?${new URLSearchParams({ next })}`);
  };
  return (
    <>
      <p className="wrap-anywhere">{t('verify_created', { email, time: utcTime(createdAt, language) })}</p>
      <section className="grid gap-3 border-t border-line pt-4" aria-labelledby="mine">
        <h2 id="mine" className="font-semibold">
          {t('verify_mine')}
        </h2>
        <p className="text-sm text-ink-2">{t('verify_mine_lead')}</p>
        <p>
          <Link className="button button-primary" to={logInPath(token)}>
            {t('log_in')}
          </Link>
        </p>
      </section>
      <section className="grid gap-3 border-t border-line pt-4" aria-labelledby="clean">
        <h2 id="clean" className="font-semibold">
          {t('verify_clean')}
        </h2>
        <p className="text-sm text-ink-2">{t('verify_clean_lead')}</p>
        {hasWallet ? (
          <Notice plain tone="warn">
            {t('verify_clean_wallet')}
          </Notice>
        ) : null}
        <NeedsScripts />
        <SetPasswordForm email={email} label={t('verify_clean_do')} onSecret={startClean} />
      </section>
    </>
  );
}
