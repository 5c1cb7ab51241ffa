// Passkeys, two-factor and sessions. Forms without secrets work without JavaScript.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireFreshSession, requireWallet } from '#web/access/require-session.ts';
import { problemIn, useActionResult } from '#web/access/use-action-form.ts';
import { ChangePassword } from '../parts/change-password.tsx';
import { EmailSection } from '../parts/email-section.tsx';
import { formProblemOf } from '../parts/error-message.server.ts';
import { FailureNotice, NeedsScripts } from '../parts/form-parts.tsx';
import { PasskeyList } from '../parts/passkey-list.tsx';
import { RecoveryCodes } from '../parts/recovery-codes.tsx';
import { SessionList } from '../parts/session-list.tsx';
import { TwoFactor } from '../parts/two-factor.tsx';
import { WeakLogIn } from '../parts/weak-log-in.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('nav_security');

export const loader = async (args: LoaderFunctionArgs) => {
  const { session, wallet } = await requireWallet(args);
  const { account } = args.context;
  const [passkeys, sessions, hasPassword, codesLeft, weak] = await Promise.all([
    account.passkeys(session.userId),
    account.sessions(session),
    account.hasPassword(session.userId),
    account.recoveryCodesLeft(session.userId),
    account.isWeak(session),
  ]);
  return { session, wallet, passkeys, sessions, hasPassword, codesLeft, weak };
};

/** What was removed on another device is gone. */
export const shouldRevalidate = readAgain;

const securityForms = z.discriminatedUnion('do', [
  z.object({ do: z.literal('revoke-session'), id: text }),
  z.object({ do: z.literal('end-all-sessions') }),
  z.object({ do: z.literal('remove-passkey'), id: text }),
]);

export const action = async (args: ActionFunctionArgs) => {
  const { account } = args.context;
  const submission = parseForm(await readForm(args.request), securityForms);
  if (submission.status !== 'success') return rejectForm(submission);
  const form = submission.value;
  switch (form.do) {
    case 'revoke-session': {
      const { session } = await requireWallet(args);
      const isThis = form.id === session.sessionId;
      await account.revokeSession(isThis ? session : await requireFreshSession(args), form.id);
      return redirect(isThis ? '/account/log-in' : '/account/security', 303);
    }
    case 'end-all-sessions': {
      await account.endAllSessions(await requireFreshSession(args));
      return redirect('/account/log-in', 303);
    }
    case 'remove-passkey': {
      const session = await requireFreshSession(args);
      try {
        await account.removePasskey(args.request, session, form.id);
      } catch (error) {
        return rejectForm(submission, formProblemOf(args.request, error), 409);
      }
      return redirect('/account/security', 303);
    }
  }
};

export default function SecurityPage() {
  const t = useAccountText();
  const { session, wallet, passkeys, sessions, hasPassword, codesLeft, weak } = useLoaderData<typeof loader>();
  const problem = problemIn(useActionResult());
  return (
    <div className="grid gap-8">
      <h1 className="text-xl font-semibold sm:text-2xl">{t('nav_security')}</h1>
      <NeedsScripts />
      {weak ? <WeakLogIn codesLeft={codesLeft} here="/account/security" /> : null}
      <FailureNotice>{problem}</FailureNotice>
      <EmailSection email={session.email} />
      <PasskeyList passkeys={passkeys} wallet={wallet} email={session.email} fresh={session.fresh} />
      {hasPassword ? <ChangePassword email={session.email} wallet={wallet} /> : null}
      {hasPassword ? <TwoFactor enabled={session.twoFactorEnabled} email={session.email} /> : null}
      {passkeys.length > 0 ? <RecoveryCodes left={codesLeft} /> : null}
      <SessionList sessions={sessions} />
      <Form method="post" action="/account/log-out">
        <button type="submit" className="button">
          {t('session_log_out')}
        </button>
      </Form>
      <p className="text-sm text-ink-2">
        <Link className="link" to="/account/delete">
          {t('delete_title')}
        </Link>
      </p>
    </div>
  );
}
