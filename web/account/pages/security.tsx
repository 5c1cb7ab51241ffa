// How one logs in: passkeys, two-factor, sessions. Forms work without JavaScript where no secret is typed.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { requireFreshSession, requireWallet } from '#web/access/require-session.ts';
import { errorMessage } from '../parts/error-message.server.ts';
import { FailureNotice, NeedsScripts } from '../parts/form-parts.tsx';
import { PasskeyList } from '../parts/passkey-list.tsx';
import { SessionList } from '../parts/session-list.tsx';
import { TwoFactor } from '../parts/two-factor.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('nav_security');

export const loader = async (args: LoaderFunctionArgs) => {
  const { session, wallet } = await requireWallet(args);
  const { account } = args.context;
  const [passkeys, sessions, hasPassword] = await Promise.all([
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
      const { session } = await requireWallet(args);
      await account.revokeSession(session.userId, id);
      return redirect(id === session.sessionId ? '/account/log-in' : '/account/security', 303);
    }
    case 'remove-passkey': {
      const { userId } = await requireFreshSession(args);
      try {
        await account.removePasskey(args.request, userId, id);
      } catch (error) {
        return data({ failure: errorMessage(args.request, error) }, { status: 409 });
      }
      return redirect('/account/security', 303);
    }
    default:
      throw new Response('Bad request', { status: 400 });
  }
};

export default function SecurityPage() {
  const t = useAccountText();
  const { session, wallet, passkeys, sessions, hasPassword } = useLoaderData<typeof loader>();
  const response = useActionData<typeof action>();
  return (
    <div className="grid gap-8">
      <h1 className="text-xl font-semibold sm:text-2xl">{t('nav_security')}</h1>
      <NeedsScripts />
      <FailureNotice>{response?.failure}</FailureNotice>
      <PasskeyList passkeys={passkeys} wallet={wallet} email={session.email} fresh={session.fresh} />
      {hasPassword ? <TwoFactor enabled={session.twoFactorEnabled} email={session.email} /> : null}
      <SessionList sessions={sessions} />
      <Form method="post" action="/account/log-out">
        <button type="submit" className="button">
          {t('session_log_out')}
        </button>
      </Form>
    </div>
  );
}
