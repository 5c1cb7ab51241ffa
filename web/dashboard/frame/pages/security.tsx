// How a merchant's people log in: passkeys, two-factor, sessions. The same parts as an AllScale Pay account's, without a wallet.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { requireLogIn } from '#web/access/require-member.ts';
import { FailureNotice, NeedsScripts } from '#web/account/parts/form-parts.tsx';
import { PasskeyList } from '#web/account/parts/passkey-list.tsx';
import { SessionList } from '#web/account/parts/session-list.tsx';
import { TwoFactor } from '#web/account/parts/two-factor.tsx';
import { EnglishAccountTexts } from '#web/account/text/english.tsx';
import { NarrowFrame } from '../narrow-frame.tsx';

export const meta: MetaFunction = () => [{ title: 'Log-in and security · AllScale Checkout' }];

const HERE = '/dashboard/security';

export const loader = async (args: LoaderFunctionArgs) => {
  const session = await requireLogIn(args);
  const { account } = args.context;
  const [wallet, passkeys, sessions, hasPassword] = await Promise.all([
    account.wallet(session.userId),
    account.passkeys(session.userId),
    account.sessions(session),
    account.hasPassword(session.userId),
  ]);
  return { session, wallet, passkeys, sessions, hasPassword };
};

export const action = async (args: ActionFunctionArgs) => {
  const form = await args.request.formData();
  const { account } = args.context;
  const id = String(form.get('id'));
  switch (form.get('do')) {
    case 'revoke-session': {
      const session = await requireLogIn(args);
      await account.revokeSession(session.userId, id);
      return redirect(id === session.sessionId ? '/account/log-in?next=/dashboard' : HERE, 303);
    }
    case 'remove-passkey': {
      const { userId } = await requireLogIn(args, { fresh: true });
      try {
        await account.removePasskey(args.request, userId, id);
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'UserError') throw error;
        return data({ failure: error.message }, { status: 409 });
      }
      return redirect(HERE, 303);
    }
    default:
      throw new Response('Bad request', { status: 400 });
  }
};

export default function SecurityPage() {
  const { session, wallet, passkeys, sessions, hasPassword } = useLoaderData<typeof loader>();
  const response = useActionData<typeof action>();
  return (
    <NarrowFrame email={session.email} back="/dashboard">
      <h1 className="text-xl font-semibold sm:text-2xl">Log-in and security</h1>
      {response?.failure ? <FailureNotice>{response.failure}. Nothing has changed.</FailureNotice> : null}
      <EnglishAccountTexts>
        <NeedsScripts />
        <div className="grid gap-5 *:rounded-xl *:border *:border-line *:bg-surface *:p-4 sm:*:p-6">
          <PasskeyList passkeys={passkeys} wallet={wallet} email={session.email} fresh={session.fresh} here={HERE} />
          {hasPassword ? <TwoFactor enabled={session.twoFactorEnabled} email={session.email} /> : null}
          <SessionList sessions={sessions} />
        </div>
      </EnglishAccountTexts>
    </NarrowFrame>
  );
}
