// How members log in: passkeys, two-factor, sessions. The same parts as on an AllScale Pay account's page, without a wallet.
import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { problemOf } from '#web/access/form-error.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireLogIn } from '#web/access/require-member.ts';
import { nextPath } from '#web/access/require-session.ts';
import { problemIn, useActionResult } from '#web/access/use-action-form.ts';
import { ChangePassword } from '#web/account/parts/change-password.tsx';
import { EmailSection } from '#web/account/parts/email-section.tsx';
import { FailureNotice, NeedsScripts } from '#web/account/parts/form-parts.tsx';
import { PasskeyList } from '#web/account/parts/passkey-list.tsx';
import { RecoveryCodes } from '#web/account/parts/recovery-codes.tsx';
import { SessionList } from '#web/account/parts/session-list.tsx';
import { TwoFactor } from '#web/account/parts/two-factor.tsx';
import { WeakLogIn } from '#web/account/parts/weak-log-in.tsx';
import { EnglishAccountTexts } from '#web/account/text/english.tsx';
import { NarrowFrame } from '../narrow-frame.tsx';
import { TwoFactorsNeeded } from '../two-factors-needed.tsx';

export const meta: MetaFunction = () => [{ title: 'Log-in and security · AllScale Checkout' }];

const HERE = '/dashboard/security';

export const loader = async (args: LoaderFunctionArgs) => {
  const session = await requireLogIn(args);
  const { account } = args.context;
  const [wallet, passkeys, sessions, hasPassword, codesLeft, weak] = await Promise.all([
    account.wallet(session.userId),
    account.passkeys(session.userId),
    account.sessions(session),
    account.hasPassword(session.userId),
    account.recoveryCodesLeft(session.userId),
    account.isWeak(session),
  ]);
  const parameters = new URL(args.request.url).searchParams;
  const needed = parameters.get('why') === 'two-factors' ? nextPath(parameters) : null;
  return { session, wallet, passkeys, sessions, hasPassword, codesLeft, needed, weak };
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
      const session = await requireLogIn(args);
      const isThis = form.id === session.sessionId;
      await account.revokeSession(isThis ? session : await requireLogIn(args, { fresh: true }), form.id);
      return redirect(isThis ? '/account/log-in?next=/dashboard' : HERE, 303);
    }
    case 'end-all-sessions': {
      await account.endAllSessions(await requireLogIn(args, { fresh: true }));
      return redirect('/account/log-in?next=/dashboard', 303);
    }
    case 'remove-passkey': {
      const session = await requireLogIn(args, { fresh: true });
      const problem = await problemOf(() => account.removePasskey(args.request, session, form.id));
      return problem ? rejectForm(submission, problem) : redirect(HERE, 303);
    }
  }
};

export default function SecurityPage() {
  const { session, wallet, passkeys, sessions, hasPassword, codesLeft, needed, weak } = useLoaderData<typeof loader>();
  const problem = problemIn(useActionResult());
  return (
    <NarrowFrame email={session.email} back="/dashboard">
      <h1 className="text-xl font-semibold sm:text-2xl">Log-in and security</h1>
      {needed === null ? null : (
        <TwoFactorsNeeded
          done={session.twoFactors}
          ready={session.twoFactorEnabled || passkeys.length > 0}
          hasPassword={hasPassword}
          next={needed}
        />
      )}
      {problem ? <FailureNotice>{problem} Nothing has changed.</FailureNotice> : null}
      <EnglishAccountTexts>
        <NeedsScripts />
        {weak ? <WeakLogIn codesLeft={codesLeft} here={HERE} /> : null}
        <div className="grid gap-5 *:rounded-xl *:border *:border-line *:bg-surface *:p-4 sm:*:p-6">
          <EmailSection email={session.email} here={HERE} />
          <PasskeyList passkeys={passkeys} wallet={wallet} email={session.email} fresh={session.fresh} here={HERE} />
          {hasPassword ? <ChangePassword email={session.email} wallet={wallet} /> : null}
          {hasPassword ? <TwoFactor enabled={session.twoFactorEnabled} email={session.email} /> : null}
          {passkeys.length > 0 ? <RecoveryCodes left={codesLeft} /> : null}
          <SessionList sessions={sessions} />
        </div>
      </EnglishAccountTexts>
    </NarrowFrame>
  );
}
