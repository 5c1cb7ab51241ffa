// "This was not me", from a mailed link. Works without a log-in and without JavaScript; opening it changes nothing.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import type { DroppedFactors } from '#web/auth/drop-factors.ts';
import { formProblemOf } from '../parts/error-message.server.ts';
import { MailedLinkPage } from '../parts/mailed-link-page.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('not_me_title', 'AllScale');

const tokenOf = (request: Request): string => new URL(request.url).searchParams.get('token') ?? '';

export const loader = async ({ request, context }: LoaderFunctionArgs) => ({
  view: await context.account.notMe.view(tokenOf(request)),
});

interface Outcome {
  problem: string | null;
  factors: DroppedFactors;
}

export const action = async ({ request, context }: ActionFunctionArgs) => {
  try {
    return data<Outcome>({ problem: null, factors: await context.account.notMe.stop(tokenOf(request)) });
  } catch (error) {
    return data<Outcome>({ problem: formProblemOf(request, error).message, factors: 'none' }, { status: 409 });
  }
};

export default function NotMePage() {
  const t = useAccountText();
  const { view } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  const factors = result?.factors ?? 'none';
  return (
    <MailedLinkPage
      title={t('not_me_title')}
      lead={
        view && [
          t('not_me_lead', { email: view.email }),
          ...(view.factors ? [t('not_me_factors')] : []),
          ...(view.keyName === null ? [] : [t('not_me_key', { name: view.keyName })]),
          ...(view.person === null ? [] : [t('not_me_person', { email: view.person })]),
          t('not_me_stays'),
        ]
      }
      button={t('not_me_do')}
      done={[t('not_me_done'), ...(factors === 'none' ? [] : [t(`not_me_factors_${factors}`)])]}
      next={{ to: '/account/forgot-password', text: t('not_me_password') }}
      problem={result?.problem}
    />
  );
}
