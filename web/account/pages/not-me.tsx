// "This was not me", from a mailed link. Works without a log-in and without JavaScript; opening it changes nothing.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { formProblemOf } from '../parts/error-message.server.ts';
import { MailedLinkPage } from '../parts/mailed-link-page.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('not_me_title', 'AllScale');

const tokenOf = (request: Request): string => new URL(request.url).searchParams.get('token') ?? '';

export const loader = async ({ request, context }: LoaderFunctionArgs) => ({
  email: await context.account.notMe.view(tokenOf(request)),
});

export const action = async ({ request, context }: ActionFunctionArgs) => {
  try {
    await context.account.notMe.stop(tokenOf(request));
    return data({ problem: null });
  } catch (error) {
    return data({ problem: formProblemOf(request, error).message }, { status: 409 });
  }
};

export default function NotMePage() {
  const t = useAccountText();
  const { email } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <MailedLinkPage
      title={t('not_me_title')}
      lead={email && t('not_me_lead', { email })}
      button={t('not_me_do')}
      done={t('not_me_done')}
      problem={result?.problem}
    />
  );
}
