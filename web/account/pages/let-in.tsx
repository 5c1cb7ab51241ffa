// From the e-mail about attempts to log in: who has the mailbox lets this browser log in, however many strangers try (decision 0098). It is
// no log-in. Works without JavaScript; opening it changes nothing.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { formProblem } from '../parts/error-message.server.ts';
import { MailedLinkPage } from '../parts/mailed-link-page.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('let_in_title', 'AllScale');

const tokenOf = (request: Request): string => new URL(request.url).searchParams.get('token') ?? '';

export const loader = async ({ request, context }: LoaderFunctionArgs) => ({
  email: await context.account.letInView(tokenOf(request)),
});

export const action = async ({ request, context }: ActionFunctionArgs) => {
  const { account, clientAddress } = context;
  const response = await account.callAuth(request, clientAddress, '/let-in', { token: tokenOf(request) });
  if (!response.ok) return data({ problem: formProblem(request, 'error_dead_link').message }, { status: 409 });
  const headers = new Headers();
  for (const cookie of response.headers.getSetCookie()) headers.append('set-cookie', cookie);
  return data({ problem: null }, { headers });
};

export default function LetInPage() {
  const t = useAccountText();
  const { email } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <MailedLinkPage
      title={t('let_in_title')}
      lead={email === null ? null : [t('let_in_lead', { email })]}
      button={t('let_in_do')}
      done={[t('let_in_done')]}
      problem={result?.problem}
    />
  );
}
